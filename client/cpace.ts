// CPace (draft-irtf-cfrg-cpace-21, CPACE-X25519-SHA512), the initiator's side, on @noble (docs/PROTOCOL.md section 4).
// The draft's helper names: lv_cat, generator_string, calculate_generator, transcript_ir. What depends on the password
// is wiped where it lies in bytes; the numbers inside @noble are the collector's.
import { _map_to_curve_elligator2_curve25519 as elligator2, ed25519, x25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const DSI = utf8ToBytes("CPace255");
const DSI_ISK = utf8ToBytes("CPace255_ISK");
const HASH_BLOCK_BYTES = 128;
const { Fp } = ed25519.Point;

/** Of a length: seven bits a byte, the lowest first, the top bit set on all but the last. */
function leb128(n: number): Uint8Array {
  const bytes: number[] = [];
  for (; n > 127; n >>>= 7) bytes.push((n & 127) | 128);
  return Uint8Array.from([...bytes, n]);
}

/** Each part behind its length. Only a long list of suites needs more than one byte for that. */
export function lvCat(...parts: Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [leb128(part.length), part]));
}

function lvBytes(part: Uint8Array): number {
  return leb128(part.length).length + part.length;
}

/** u of the generator that belongs to a password, a channel and a session. The caller wipes it. */
export function cpaceGenerator(prs: Uint8Array, ci: Uint8Array, sid: Uint8Array): Uint8Array {
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - 1 - lvBytes(prs) - lvBytes(DSI)));
  const text = lvCat(DSI, prs, padding, ci, sid);
  const hash = sha512(text);
  const input = hash.slice(0, 32);
  input[31] &= 127;
  const { xMn, xMd } = elligator2(Fp.create(bytesToNumberLE(input)));
  for (const secret of [text, hash, input]) secret.fill(0);
  return Fp.toBytes(Fp.div(xMn, xMd));
}

export function cpacePublic(secret: Uint8Array, generator: Uint8Array): Uint8Array {
  return x25519.scalarMult(secret, generator);
}

export interface CpaceSides {
  /** The initiator's public value and associated data, and the responder's. */
  ya: Uint8Array;
  ada: Uint8Array;
  yb: Uint8Array;
  adb: Uint8Array;
}

/**
 * ISK of the initiator-responder setting.
 * @throws Error if the peer's value gives the all-zero point.
 */
export function cpaceSessionKey(secret: Uint8Array, peer: Uint8Array, sid: Uint8Array, sides: CpaceSides): Uint8Array {
  const k = x25519.getSharedSecret(secret, peer);
  const text = concatBytes(lvCat(DSI_ISK, sid, k), lvCat(sides.ya, sides.ada), lvCat(sides.yb, sides.adb));
  const isk = sha512(text);
  k.fill(0);
  text.fill(0);
  return isk;
}
