// CPace (draft-irtf-cfrg-cpace, suite CPACE-X25519-SHA512): the two sides agree on a key if they know the same password,
// and somebody in between has one guess. Here are the generator and the session key; X25519 and Elligator are in curves.ts.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

const DSI = "CPace255";
const HASH_BLOCK_BYTES = 128; // SHA-512

/** lv_cat of the draft: each part behind its length, which here is below 128 and so one byte (LEB128). */
function lvCat(p: Primitives, parts: Bytes[]): Bytes {
  let out: Bytes = new Uint8Array(0);
  for (let i = 0; i < parts.length; i++) {
    const longer = p.join(out, [parts[i].length], parts[i]);
    wipe(out);
    out = longer;
  }
  return out;
}

/**
 * What Elligator makes the generator from: calculate_generator of the draft without its last step.
 * @param prs the password; ci the channel; sid the session. Each below 128 bytes.
 * @returns 32 bytes. The caller wipes them.
 */
export function cpaceGeneratorInput(p: Primitives, prs: Bytes, ci: Bytes, sid: Bytes): Bytes {
  const padding = new Uint8Array(HASH_BLOCK_BYTES - 1 - (1 + prs.length) - (1 + DSI.length));
  const text = lvCat(p, [p.join(DSI), prs, padding, ci, sid]);
  const digest = p.sha512(text);
  const out = new Uint8Array(digest.subarray(0, 32));
  wipe(text, digest);
  return out;
}

/**
 * ISK of the initiator-responder setting.
 * @param k the shared point, not all zero. ya, ada: the initiator's public value and associated data; yb, adb: the responder's.
 * @returns 64 bytes.
 */
export function cpaceSessionKey(
  p: Primitives,
  sid: Bytes,
  k: Bytes,
  ya: Bytes,
  ada: Bytes,
  yb: Bytes,
  adb: Bytes,
): Bytes {
  const secret = lvCat(p, [p.join(DSI + "_ISK"), sid, k]);
  const text = p.join(secret, lvCat(p, [ya, ada, yb, adb]));
  const isk = p.sha512(text);
  wipe(secret, text);
  return isk;
}
