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

const MAX_ANSWER_BYTES = 65536;

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
    });
    const fail = (what: string, hint: string) => {
      call.destroy();
      reject(new WibError(what, hint, EXIT_NOT_REACHED));
    };
    const timer = setTimeout(
      () =>
        fail(
          `no answer from ${base.host} within ${Math.round(r.timeoutMs / 1000)} s`,
          "is the setup window still open?",
        ),
      r.timeoutMs,
    );
    call.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(...reason(base, error));
    });
    call.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) {
          clearTimeout(timer);
          call.destroy();
          reject(new WibError("the answer is too large", "this is not a Wib device", EXIT_REFUSED_BY_DEVICE));
        }
      });
      response.on("aborted", () =>
        fail(`${base.host} broke off its answer`, "try again; the device may have restarted"),
      );
      response.on("end", () => {
        clearTimeout(timer);
        if (!response.complete)
          return fail(`${base.host} broke off its answer`, "try again; the device may have restarted");
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

function reason(base: URL, error: NodeJS.ErrnoException): [string, string] {
  if (error.code === "ECONNREFUSED")
    return [`nothing listens at ${base.host}`, "hold the device's button for 3 to 10 seconds to open its setup window"];
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
    return [`the name ${base.hostname} cannot be resolved`, "use the device's IP address, or check the network"];
  if (error.code === "ECONNRESET" || error.code === "EPIPE")
    return [
      `${base.host} closed the connection without an answer`,
      "the window may have closed; press the button again",
    ];
  return [`${base.host} cannot be reached: ${error.code ?? error.message}`, "check address and network"];
}
