// A request as it came, and what its header alone can be refused for (docs/PROTOCOL.md section 2).
import type http from "node:http";
import * as P from "../../firmware/protocol.ts";
import type { Step } from "./case.ts";

export interface Request {
  method: string;
  path: string;
  /** Name and value by turns, as sent. */
  rawHeaders: string[];
  /** The value of the cookie `wib`, or "". */
  cookie: string;
  body: Uint8Array;
}

export interface Refusal {
  status: number;
  code: string;
  /** For the author of the client. */
  why: string;
}

export const STEP_OF_PATH: Record<string, Exclude<Step, "greeting">> = {
  [P.PATH_DH]: "dh",
  [P.PATH_AUTH]: "auth",
  [P.PATH_CSR]: "csr",
  [P.PATH_KEY]: "key",
};

/** `max` of the greeting. */
export const MAX_KEY_BYTES = 9984;

/** Of dh it depends on the suite. */
const TYPES: Record<string, string[]> = { [P.PATH_DH]: [P.TYPE_PEM, P.TYPE_BYTES] };
const CAP: Record<string, number> = {
  [P.PATH_DH]: P.DH_MAX_BYTES,
  [P.PATH_AUTH]: P.AUTH_BYTES,
  [P.PATH_CSR]: P.CSR_MAX_BYTES,
  [P.PATH_KEY]: MAX_KEY_BYTES,
};

/** Names that may stand once (2.2). */
const SINGLE = ["host", "cookie", "content-length", "content-type", "origin", "sec-fetch-site", "expect"];

function values(r: Request, name: string): string[] {
  return r.rawHeaders.filter((_, i) => i % 2 === 1 && r.rawHeaders[i - 1].toLowerCase() === name);
}

export function mediaType(r: Request): string {
  return values(r, "content-type")[0] ?? "none";
}

export async function readRequest(message: http.IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > 1e5) throw new Error("too large"); // content-length has at most four digits
    chunks.push(chunk);
  }
  const cookies = (message.headers.cookie ?? "").split(";").map((one) => one.trim());
  const ours = cookies.filter((one) => one.startsWith(`${P.COOKIE_NAME}=`));
  return {
    method: message.method ?? "",
    path: message.url ?? "",
    rawHeaders: message.rawHeaders,
    cookie: ours.length === 1 ? ours[0].slice(P.COOKIE_NAME.length + 1) : "",
    body: new Uint8Array(Buffer.concat(chunks)),
  };
}

/** How the step is called in messages. */
export function stepOf(r: Pick<Request, "method" | "path">): Step | undefined {
  return r.path === P.PATH_DH && r.method === "GET" ? "greeting" : STEP_OF_PATH[r.path];
}

/** In the order of section 2.5. */
export function headerFault(r: Request): Refusal | undefined {
  const malformed = (why: string) => ({ status: 400, code: P.ERROR.malformedRequest, why });
  const twice = SINGLE.find((name) => values(r, name).length > 1);
  if (twice) return malformed(`more than one ${twice}`);
  if (values(r, "transfer-encoding").length) return malformed("Transfer-Encoding: the body's length must be told");
  const [length] = values(r, "content-length");
  if (r.method === "POST" && length === undefined)
    return { status: 400, code: P.ERROR.lengthRequired, why: "a POST without Content-Length" };
  if (r.method === "GET" && r.body.length) return malformed("a GET with a body");
  const lines = r.rawHeaders.reduce((n, part) => n + part.length + 2, 0); // ": " and CRLF
  const size = `${r.method} ${r.path} HTTP/1.1\r\n\r\n`.length + lines;
  if (size > P.HEADER_MAX_BYTES)
    return {
      status: 413,
      code: P.ERROR.headerTooLarge,
      why: `a header of ${size} bytes, ${P.HEADER_MAX_BYTES} at most`,
    };
  if (r.rawHeaders.length / 2 > 31) return malformed("more than 31 header lines");
  const [host] = values(r, "host");
  const [origin] = values(r, "origin");
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase())
    return { status: 403, code: P.ERROR.originRefused, why: `Origin ${origin}` };
  if (!(r.path in STEP_OF_PATH)) return { status: 404, code: P.ERROR.notFound, why: `no such path: ${r.path}` };
  if (r.method !== "POST" && !(r.method === "GET" && r.path === P.PATH_DH))
    return { status: 405, code: P.ERROR.methodNotAllowed, why: `${r.method} is not for this path` };
  if (r.method === "GET") return undefined;
  const wanted = TYPES[r.path] ?? [P.TYPE_BYTES];
  const type = mediaType(r);
  if (!wanted.includes(type))
    return { status: 415, code: P.ERROR.typeRefused, why: `Content-Type ${type} is not ${wanted.join(" or ")}` };
  if (r.body.length > CAP[r.path])
    return { status: 413, code: P.ERROR.bodyTooLarge, why: `${r.body.length} bytes, ${CAP[r.path]} at most` };
  if (r.path === P.PATH_AUTH && r.body.length !== P.AUTH_BYTES)
    return malformed(`a body of ${r.body.length} bytes, not ${P.AUTH_BYTES}`);
  return undefined;
}
