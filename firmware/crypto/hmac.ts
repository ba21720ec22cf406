// HMAC (RFC 2104) and HKDF (RFC 5869). HMAC-SHA256 is one native call where a board has it. Everything derived from a key is
// wiped before it is let go.
import type { Bytes } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { wipe } from "./bytes.ts";
import { NATIVE } from "./native/code.build.ts";
import type { Primitives } from "./primitives.ts";

const SHA256_BLOCK_BYTES = 64;
const SHA512_BLOCK_BYTES = 128;

export interface HmacKey {
  hash(data: Bytes): Bytes;
  /** Filled up with zeros to a block of the hash. */
  block: Bytes;
}

/** in: key of any length. */
function hmacKey(hash: (data: Bytes) => Bytes, blockBytes: number, key: Bytes): HmacKey {
  const block = new Uint8Array(blockBytes);
  if (key.length > blockBytes) {
    const hashed = hash(key);
    block.set(hashed);
    hashed.fill(0);
  } else block.set(key);
  return { hash: hash, block: block };
}

export function hmacSha256Key(p: Primitives, key: Bytes): HmacKey {
  return hmacKey(p.sha256, SHA256_BLOCK_BYTES, key);
}

export function hmacSha512Key(p: Primitives, key: Bytes): HmacKey {
  return hmacKey(p.sha512, SHA512_BLOCK_BYTES, key);
}

/** In one piece, since native code works on it: where memory is nearly full, a plain array may be scattered. */
function piece(p: Primitives, make: () => Bytes): Bytes {
  return THUMB.runs && p.native ? p.native.piece(make) : make();
}

/** The hash of the key block, each byte of it xored with `mask`, and of what lies behind it. Leaves both like that. */
function maskedHash(p: Primitives, key: HmacKey, mask: number, data: Bytes): Bytes {
  const block = piece(p, function () {
    return new Uint8Array(key.block.length);
  });
  if (ES5.hmac && !(THUMB.runs && p.native)) {
    block.set(key.block);
    const words = new Int32Array(block.buffer);
    for (let i = 0; i < words.length; i++) words[i] ^= mask * 0x1010101;
    data.set(block);
    block.fill(0);
  } else p.native!.xor(p.native!.at(data), p.native!.at(block.fill(mask)), block.length, 0);
  return key.hash(data);
}

/** message: bytes, a string of bytes, or an array of such and of numbers. */
export function hmac(p: Primitives, key: HmacKey, message: unknown): Bytes {
  const native = p.native;
  if (THUMB.runs && NATIVE.hmac && native && key.block.length === SHA256_BLOCK_BYTES) {
    const data = p.join(key.block, message, key.block); // the last is room
    native.hmac(native.at(data), data.length - SHA256_BLOCK_BYTES, 0, 0);
    return data.subarray(0, 32); // to fill and to copy takes longer than all of this; the rest is zeros
  }
  const data = piece(p, function () {
    return p.join(key.block, message);
  });
  const tag = hmacInPlace(p, key, data);
  data.fill(0);
  return tag;
}

/** For a long message: data is the key block and the message. Instead of the key block rubbish is left, which is to be wiped. */
export function hmacInPlace(p: Primitives, key: HmacKey, data: Bytes): Bytes {
  const digest = maskedHash(p, key, 0x36, data);
  const outer = piece(p, function () {
    return p.join(key.block, digest);
  });
  const tag = maskedHash(p, key, 0x5c, outer);
  wipe(outer, digest);
  return tag;
}

export function wipeHmacKey(key: HmacKey): void {
  key.block.fill(0);
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
