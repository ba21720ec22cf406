// One request a connection, as the device wants it, by Node's own client. No redirects, no retries, no pooling.
import http from "node:http";
import { EXIT_NOT_REACHED, EXIT_REFUSED_BY_DEVICE, WibError } from "./errors.ts";

export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  setCookie: string[];
  body: Uint8Array;
}

export interface HttpRequest {
  method: "GET" | "POST";
  path: string;
  type?: string;
  cookie?: string;
  body?: Uint8Array;
  timeoutMs: number;
}

const MAX_HEADER_BYTES = 8192;
const MAX_ANSWER_BYTES = 65536;
const BROKE_OFF_HINT = "start again; the device may have restarted";
const NOT_A_DEVICE = "is this really a Wib device in setup mode?";

/** @throws WibError when there is no whole answer. */
export function request(base: URL, r: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers: http.OutgoingHttpHeaders = {};
    if (r.type) headers["Content-Type"] = r.type;
    if (r.cookie) headers["Cookie"] = r.cookie;
    if (r.body) headers["Content-Length"] = r.body.length;
    const call = http.request({
      host: base.hostname.replace(/^\[|\]$/g, ""),
      port: base.port || 80,
      path: r.path,
      method: r.method,
      headers,
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    const fail = (what: string, hint: string, exitCode = EXIT_NOT_REACHED) => {
      clearTimeout(timer); // or it would keep the process alive
      call.destroy();
      reject(new WibError(what, hint, exitCode));
    };
    const brokeOff = () => fail(`${base.host} broke off its answer`, BROKE_OFF_HINT);
    const timer = setTimeout(() => {
      const seconds = Math.round(r.timeoutMs / 1000);
      fail(`no answer from ${base.host} within ${seconds} s`, "is the setup window still open?");
    }, r.timeoutMs);
    call.on("error", (error: NodeJS.ErrnoException) => fail(...reason(base, error)));
    call.on("response", (response) => {
      const wrong = headerFault(response);
      if (wrong) return fail(`the answer of ${base.host} has ${wrong}`, NOT_A_DEVICE, EXIT_REFUSED_BY_DEVICE);
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES)
          fail(`the answer of ${base.host} is too large`, NOT_A_DEVICE, EXIT_REFUSED_BY_DEVICE);
      });
      response.on("error", brokeOff);
      response.on("end", () => {
        if (!response.complete) return brokeOff();
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          setCookie: response.headers["set-cookie"] ?? [],
          body: new Uint8Array(Buffer.concat(chunks)),
        });
      });
    });
    call.end(r.body);
  });
}

const ONCE = ["content-length", "wib-proof", "wib-error"];

/** What is wrong with an answer's header (docs/PROTOCOL.md 2.3), where Node takes more than a client may. */
function headerFault({ rawHeaders, statusCode, statusMessage }: http.IncomingMessage): string | undefined {
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const size = rawHeaders.reduce((sum, text) => sum + text.length + 2, `HTTP/1.1 200 ${statusMessage}\r\n\r\n`.length);
  if (size > MAX_HEADER_BYTES) return "a header that is too large";
  if (names.includes("transfer-encoding")) return "a Transfer-Encoding";
  if (statusCode !== 204 && !names.includes("content-length")) return "no Content-Length";
  return ONCE.filter((name) => names.indexOf(name) !== names.lastIndexOf(name)).map(
    (name) => `more than one ${name}`,
  )[0];
}

function reason(base: URL, error: NodeJS.ErrnoException): [string, string, number?] {
  const code = error.code ?? "";
  if (code === "ECONNREFUSED")
    return [`nothing listens at ${base.host}`, "hold the device's button for 3 to 10 seconds to open its setup window"];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return [`the name ${base.hostname} cannot be resolved`, "use the device's IP address, or check the network"];
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH" || code === "ETIMEDOUT" || code === "EHOSTDOWN")
    return [`there is no way to ${base.host}`, "is this machine in the device's network?"];
  if (code === "ECONNRESET" || code === "EPIPE")
    return [
      `${base.host} closed the connection without an answer`,
      "the window may have closed; press the button again",
    ];
  if (code === "HPE_INVALID_EOF_STATE") return [`${base.host} broke off its answer`, BROKE_OFF_HINT];
  if (code.startsWith("HPE_"))
    return [`${base.host} does not answer in HTTP as it should`, NOT_A_DEVICE, EXIT_REFUSED_BY_DEVICE];
  return [`${base.host} cannot be reached: ${code || error.message}`, "check address and network"];
}
