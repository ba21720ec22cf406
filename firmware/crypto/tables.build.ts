// Tables of the plain ES5 hashes and ciphers, as bytes of little-endian words: the engine looks at bytes that way.
import { byteText } from "./byte-text.ts";
import { shaConstants } from "./fractions.ts";

function words(list: number[]): string {
  const bytes: number[] = [];
  for (let i = 0; i < list.length; i++)
    for (let shift = 0; shift < 32; shift += 8) bytes.push((list[i] >>> shift) & 255);
  return byteText(bytes);
}

/** FIPS 197 section 5.1.1: the inverse in GF(2^8), by powers of the generator 3, then the affine map. */
function sbox(): number[] {
  const power: number[] = [];
  for (let i = 0, x = 1; i < 255; i++) {
    power.push(x);
    x ^= (x << 1) ^ (x & 128 ? 0x11b : 0);
  }
  const table: number[] = [];
  for (let x = 0; x < 256; x++) {
    const inverse = x ? power[(255 - power.indexOf(x)) % 255] : 0;
    const spread = inverse * 0x101;
    table.push(0x63 ^ ((spread ^ (spread >> 4) ^ (spread >> 5) ^ (spread >> 6) ^ (spread >> 7)) & 255));
  }
  return table;
}

/** First hash value and K of SHA-256: 72 words. */
export const SHA256_WORDS = words(shaConstants(64).map((f) => f.high));
/** The same of SHA-512: 88 pairs, high word first. */
export const SHA512_WORDS = words(
  shaConstants(80)
    .map((f) => [f.high, f.low])
    .reduce((all, pair) => all.concat(pair), []),
);
export const AES_SBOX = byteText(sbox());
