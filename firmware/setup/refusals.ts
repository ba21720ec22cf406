// How a refusal is answered (docs/PROTOCOL.md section 9): the code, what belongs to its status, one English line.
import type { Refusal } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import * as P from "../protocol.ts";

/** When it makes sense to ask again; a second where nothing is said. */
const RETRY_S: Record<string, number> = {};
RETRY_S[P.ERROR.entropyStarting] = 5;
RETRY_S[P.ERROR.noSlot] = P.COOKIE_LIFE_S;

export function refusal(status: number, code: string): Refusal {
  return { status: status, code: code };
}

/** @param keepsCookie for a 401 that leaves the session alive. */
export function refuse(r: Refusal, keepsCookie?: boolean): Response {
  let headers = "Wib-Error: " + r.code + "\r\n";
  if (r.status === 503) headers += "Retry-After: " + (RETRY_S[r.code] || 1) + "\r\n";
  if (r.status === 401 && !keepsCookie) headers += "Set-Cookie: " + P.COOKIE_NAME + "=; Path=/setup; Max-Age=0\r\n";
  if (r.allow) headers += "Allow: " + r.allow + "\r\n";
  return { status: r.status, headers: headers, body: r.code.split("-").join(" ") + "\n" };
}
