// The AEADs of TLS 1.3: ChaCha20-Poly1305 (RFC 8439 section 2.8) and AES-128-GCM (SP 800-38D section 7), in place, with a
// tag of 16 bytes. All that a message has lies in one array, so that it is one call of native code.
import type { Bytes, Hal } from "../hal/engine.ts";
import { aesCtr, xorInto } from "./aes-ctr.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { equalCt } from "./bytes.ts";
import { createMacs } from "./macs.ts";
import { withAddress } from "./native/primitives-native.ts";
import type { Primitives } from "./primitives.ts";

export const AEAD_TAG_BYTES = 16;
/** Under one key; RFC 8446 5.5 allows AES-GCM some more. Deadlines end a connection long before. */
export const MAX_MESSAGES = 0x800000;
export const AEAD_SEAL = 0;
export const AEAD_OPEN = 1;

export interface AeadKeys {
  /** 32 bytes, or 16 for AES. */
  key: Bytes;
  /** 12 bytes, of which `count` is xored into the last (RFC 8446 section 5.3). */
  iv: Bytes;
  count: number;
}

/**
 * Encrypts and adds the tag, or decrypts if the tag is right and else leaves all as it is. @returns whether it is.
 * in: AEAD_SEAL or AEAD_OPEN; data: so many bytes of associated data, then the text, then the tag or room for it; less than 2 MB.
 */
export type Aead = (mode: number, isAes: boolean, keys: AeadKeys, data: Bytes, associated: number) => boolean;

/** Everything in one call: a statement costs more than a block. */
function aeadNative(hal: Hal, p: Primitives): Aead {
  const native = p.native!;
  return function (mode, isAes, keys, data, associated) {
    const n = keys.count;
    if (n >= MAX_MESSAGES) throw new Error("nonces used up");
    const context = p.join([0, n >> 16, (n >> 8) & 255, n & 255], keys.iv, keys.key);
    const how = 4 * associated + (isAes ? mode + 2 : mode);
    const address = hal.E.getAddressOf(data, true);
    if (address) return !native.aead(native.at(context), address, data.length, how);
    let isWrong = 1;
    withAddress(hal, native, data, function (copy) {
      isWrong = native.aead(native.at(context), copy, data.length, how);
    });
    return !isWrong;
  };
}

function aeadEs5(hal: Hal, p: Primitives): Aead {
  const macs = createMacs(hal);

  function tagOf(isAes: boolean, key: Bytes, nonce: Bytes, associated: Bytes, text: Bytes): Bytes {
    if (isAes) {
      const blocks = new Uint8Array(32); // a block of zeros, then J0
      blocks.set(nonce, 16);
      blocks[31] = 1;
      const encrypted = p.aes256Blocks(key, blocks);
      const tag = macs.ghash(encrypted.subarray(0, 16), associated, text);
      xorInto(tag, 0, encrypted.subarray(16, 32), AEAD_TAG_BYTES);
      encrypted.fill(0);
      return tag;
    }
    const block = new Uint8Array(64);
    p.chacha20(block, key, 0, new Int32Array(nonce.buffer));
    const tag = macs.poly1305(block.subarray(0, 32), associated, text);
    block.fill(0);
    return tag;
  }

  function crypt(isAes: boolean, key: Bytes, nonce: Bytes, text: Bytes): void {
    if (!text.length) return;
    if (isAes) {
      const counter = new Uint8Array(16);
      counter.set(nonce);
      counter[15] = 2;
      return aesCtr(p, key, counter, text);
    }
    const stream = new Uint8Array((text.length + 63) & ~63);
    p.chacha20(stream, key, 1, new Int32Array(nonce.buffer));
    xorInto(text, 0, stream, text.length);
    stream.fill(0);
  }

  return function (mode, isAes, keys, data, associated) {
    const n = keys.count;
    if (n >= MAX_MESSAGES) throw new Error("nonces used up");
    const nonce = new Uint8Array(keys.iv);
    nonce[11] ^= n & 255;
    nonce[10] ^= (n >> 8) & 255;
    nonce[9] ^= n >> 16;
    const end = data.length - AEAD_TAG_BYTES;
    const text = new Uint8Array(data.subarray(associated, end)); // of its own: it starts on a multiple of 4
    if (mode === AEAD_SEAL) crypt(isAes, keys.key, nonce, text);
    const tag = tagOf(isAes, keys.key, nonce, data.subarray(0, associated), text);
    if (mode === AEAD_SEAL) data.set(tag, end);
    const isRight = equalCt(tag, data.subarray(end));
    if (mode === AEAD_OPEN && isRight) crypt(isAes, keys.key, nonce, text);
    if (isRight) data.set(text, associated);
    text.fill(0);
    return isRight;
  };
}

export function createAead(hal: Hal, p: Primitives): Aead {
  if (THUMB.runs && p.native) return aeadNative(hal, p);
  if (ES5.poly && ES5.ghash) return aeadEs5(hal, p);
  throw new Error("no AEAD in this bundle");
}
