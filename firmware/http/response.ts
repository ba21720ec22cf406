// Answers. Every one carries its length and closes the connection; nothing may be cached.

export interface Response {
  status: number;
  /** Header lines besides the common ones, each ended by CRLF. */
  headers?: string;
  type?: string;
  body?: string;
}

const REASONS: { [status: number]: string } = {
  200: "OK",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export function responseText(response: Response): string {
  const body = response.body || "";
  return (
    "HTTP/1.1 " +
    response.status +
    " " +
    REASONS[response.status] +
    "\r\n" +
    (response.headers || "") +
    (response.status === 204
      ? ""
      : "Content-Type: " + (response.type || "text/plain") + "\r\nContent-Length: " + body.length + "\r\n") +
    "Connection: close\r\nCache-Control: no-store\r\n\r\n" +
    body
  );
}
