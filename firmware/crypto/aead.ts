// The AEADs of TLS 1.3: ChaCha20-Poly1305 (RFC 8439 section 2.8) and AES-128-GCM (SP 800-38D section 7), in place, with a
// tag of 16 bytes. Which one is an argument, not an object: an object's functions would cost memory.
import type { Bytes, Hal } from "../hal/engine.ts";
import { aesCtr, xorInto } from "./aes-ctr.ts";
import { THUMB } from "./back-ends.build.ts";
import { equalCt } from "./bytes.ts";
import { createMacs } from "./macs.ts";
import type { Primitives } from "./primitives.ts";

export const AEAD_TAG_BYTES = 16;

/** in: key 32 bytes, or 16 for AES; nonce 12 bytes, a buffer of its own; text starts on a multiple of 4 in its buffer. */
export interface Aead {
  /** Encrypts the text in place. @returns the tag. */
  seal(isAes: boolean, key: Bytes, nonce: Bytes, associated: Bytes, text: Bytes): Bytes;
  /** Decrypts it in place if the tag is right, else leaves it. @returns whether it is. */
  open(isAes: boolean, key: Bytes, nonce: Bytes, associated: Bytes, text: Bytes, tag: Bytes): boolean;
}

export function createAead(hal: Hal, p: Primitives): Aead {
  const macs = createMacs(hal, p.native);

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
    const words = new Int32Array(nonce.buffer);
    if (THUMB.runs && p.chacha20Xor) return p.chacha20Xor(text, key, 1, words);
    const stream = new Uint8Array((text.length + 63) & ~63);
    p.chacha20(stream, key, 1, words);
    xorInto(text, 0, stream, text.length);
    stream.fill(0);
  }

  return {
    seal: function (isAes, key, nonce, associated, text) {
      crypt(isAes, key, nonce, text);
      return tagOf(isAes, key, nonce, associated, text);
    },
    open: function (isAes, key, nonce, associated, text, tag) {
      if (!equalCt(tagOf(isAes, key, nonce, associated, text), tag)) return false;
      crypt(isAes, key, nonce, text);
      return true;
    },
  };
}
