// Sealed bodies as they arrive, and answers with a proof (docs/PROTOCOL.md 6.1).
import type { Bytes } from "../hal/engine.ts";
import { hex } from "../crypto/primitives.ts";
import type { Exchange } from "../http/server.ts";
import type { Response } from "../http/response.ts";
import * as P from "../protocol.ts";
import { refusal, refuse } from "./refusals.ts";
import { openSealed, proof } from "./schedule.ts";
import type { Session } from "./sessions.ts";
import type { SetupWindow } from "./window.ts";

/** The buffer that the body lies in, with the room that opening needs before it. */
export function whole(exchange: Exchange): Bytes {
  return new Uint8Array(exchange.body.buffer);
}

export function tagOf(exchange: Exchange): Bytes {
  const end = exchange.body.length;
  return new Uint8Array(exchange.body.subarray(end - P.TAG_BYTES, end));
}

/** @param tag of the request's body; code: of Wib-Error, or "". */
export function proven(
  w: SetupWindow,
  session: Session,
  exchange: Exchange,
  tag: Bytes,
  response: Response,
  code: string,
): Response {
  const p = w.parts.p;
  const value = proof(p, session.keys!, exchange.head.path, response.status, code, tag, response.body || "");
  response.headers = (response.headers || "") + "Wib-Proof: " + hex(w.parts.hal, value) + "\r\n";
  return response;
}

/** After auth. @returns undefined when length or tag are wrong: that has been answered, and changed nothing. */
export function openOrRefuse(w: SetupWindow, session: Session, exchange: Exchange, step: number): Bytes | undefined {
  const length = exchange.body.length;
  const text = length > P.TAG_BYTES ? openSealed(w.parts.p, session.keys!, step, whole(exchange), length) : undefined;
  if (text) return text;
  const isOver = ++session.badSeals >= P.BAD_SEALS_PER_SESSION;
  if (isOver) w.sessions.end(session);
  exchange.respond(refuse(refusal(401, P.ERROR.unauthenticated), !isOver));
  return undefined;
}
