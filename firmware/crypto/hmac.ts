// HMAC (RFC 2104) and HKDF (RFC 5869). The padded key blocks are made once a key, because on this engine
// xoring them costs more than the hashes. Everything derived from a key is wiped before it is let go.
import type { Bytes } from "../hal/engine.ts";
import { THUMB } from "./back-ends.build.ts";
import { wipe } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

export interface HmacKey {
  hash(data: Bytes): Bytes;
  /** The key block xored with 0x36.. and with 0x5c.., one hash block each. */
  inner: Bytes;
  outer: Bytes;
}

/** in: key of any length. blockBytes: 64 for SHA-256, 128 for SHA-512. */
function hmacKey(p: Primitives, hash: (data: Bytes) => Bytes, blockBytes: number, key: Bytes): HmacKey {
  const inner = new Uint8Array(blockBytes);
  const outer = new Uint8Array(blockBytes);
  const hashed = key.length > blockBytes ? hash(key) : undefined;
  const native = p.native;
  if (THUMB.runs && native) {
    const innerAt = native.at(inner);
    const outerAt = native.at(outer);
    inner.fill(0x36);
    outer.set(hashed || key);
    native.xor(innerAt, outerAt, blockBytes, 0);
    outer.fill(0x36 ^ 0x5c);
    native.xor(outerAt, innerAt, blockBytes, 0);
  } else {
    inner.set(hashed || key);
    const innerWords = new Int32Array(inner.buffer);
    const outerWords = new Int32Array(outer.buffer);
    for (let i = 0; i < innerWords.length; i++) {
      outerWords[i] = innerWords[i] ^ 0x5c5c5c5c;
      innerWords[i] ^= 0x36363636;
    }
  }
  if (hashed) hashed.fill(0);
  return { hash: hash, inner: inner, outer: outer };
}

export function hmacSha256Key(p: Primitives, key: Bytes): HmacKey {
  return hmacKey(p, p.sha256, 64, key);
}

export function hmacSha512Key(p: Primitives, key: Bytes): HmacKey {
  return hmacKey(p, p.sha512, 128, key);
}

/** message: bytes, a string of bytes, or an array of such and of numbers. */
export function hmac(p: Primitives, key: HmacKey, message: unknown): Bytes {
  const data = p.join(key.inner, message);
  const digest = key.hash(data);
  data.fill(0);
  return hmacFinish(p, key, digest);
}

/** The outer hash, for a caller who has hashed `inner` and a long message himself. Wipes the digest. */
export function hmacFinish(p: Primitives, key: HmacKey, digest: Bytes): Bytes {
  const data = p.join(key.outer, digest);
  const tag = key.hash(data);
  data.fill(0);
  digest.fill(0);
  return tag;
}

export function wipeHmacKey(key: HmacKey): void {
  wipe(key.inner, key.outer);
}

/** HKDF-SHA256, extract then expand. out: `length` bytes, at most 8160. */
export function hkdfSha256(p: Primitives, ikm: Bytes, salt: Bytes, info: string, length: number): Bytes {
  const saltKey = hmacSha256Key(p, salt);
  const prk = hmac(p, saltKey, ikm);
  const key = hmacSha256Key(p, prk);
  const out = new Uint8Array(length);
  let block: Bytes = new Uint8Array(0);
  for (let i = 1, at = 0; at < length; i++, at += 32) {
    const next = hmac(p, key, [block, info, i]);
    wipe(block);
    block = next;
    out.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  wipe(block, prk);
  wipeHmacKey(saltKey);
  wipeHmacKey(key);
  return out;
}
