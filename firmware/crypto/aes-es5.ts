// AES-256 blocks (FIPS 197) in plain ES5, for engines that have none. The engine does the look-ups, 16 at once, in a table
// of 2 S(x), S(x), S(x), 3 S(x). Addresses follow the secret, as everything does in plain ES5 (docs/CRYPTO.md).
import type { Bytes, Hal } from "../hal/engine.ts";
import { AES_SBOX } from "./tables.build.ts";

const KEY_WORDS = 8;
const ROUNDS = 14;

export function createAesEs5(hal: Hal): (key: Bytes, blocks: Bytes) => Bytes {
  const mapInPlace = hal.E.mapInPlace;
  const sbox = hal.E.toUint8Array(AES_SBOX);
  const mixed = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    const s = sbox[i];
    const twice = (s << 1) ^ (s & 128 ? 0x11b : 0);
    mixed[i] = twice | (s << 8) | (s << 16) | ((twice ^ s) << 24);
  }
  const shifted = new Uint8Array([0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11]);
  const k = new Int32Array(4 * (ROUNDS + 1));
  const x = new Int32Array(4);
  const bytes = new Uint8Array(x.buffer);
  const t = new Int32Array(16);
  const last = new Uint8Array(16);

  function subWord(word: number): number {
    const b0 = sbox[word & 255];
    return b0 | (sbox[(word >> 8) & 255] << 8) | (sbox[(word >> 16) & 255] << 16) | (sbox[word >>> 24] << 24);
  }

  function expand(key: Bytes): void {
    for (let i = 0; i < KEY_WORDS; i++)
      k[i] = key[4 * i] | (key[4 * i + 1] << 8) | (key[4 * i + 2] << 16) | (key[4 * i + 3] << 24);
    for (let i = KEY_WORDS, rcon = 1; i < k.length; i++) {
      let word = k[i - 1];
      if (i % KEY_WORDS === 0) {
        word = subWord((word >>> 8) | (word << 24)) ^ rcon;
        rcon <<= 1;
      } else if (i % KEY_WORDS === 4) word = subWord(word);
      k[i] = k[i - KEY_WORDS] ^ word;
    }
  }

  /** One column: its four bytes come from four columns. */
  function column(at: number): number {
    const b = t[(at + 5) & 15];
    const c = t[(at + 10) & 15];
    const d = t[(at + 15) & 15];
    return t[at] ^ ((b << 8) | (b >>> 24)) ^ ((c << 16) | (c >>> 16)) ^ ((d << 24) | (d >>> 8));
  }

  return function (key, blocks) {
    expand(key);
    const out = new Uint8Array(blocks);
    for (let at = 0; at < out.length; at += 16) {
      const block = out.subarray(at, at + 16);
      bytes.set(block);
      x.set([x[0] ^ k[0], x[1] ^ k[1], x[2] ^ k[2], x[3] ^ k[3]]);
      for (let r = 4; r < 4 * ROUNDS; r += 4) {
        mapInPlace(bytes, t, mixed);
        x.set([column(0) ^ k[r], column(4) ^ k[r + 1], column(8) ^ k[r + 2], column(12) ^ k[r + 3]]);
      }
      mapInPlace(bytes, last, sbox);
      mapInPlace(shifted, bytes, last);
      for (let c = 0; c < 4; c++) x[c] ^= k[4 * ROUNDS + c];
      block.set(bytes);
    }
    k.fill(0);
    x.fill(0);
    t.fill(0);
    last.fill(0);
    return out;
  };
}
