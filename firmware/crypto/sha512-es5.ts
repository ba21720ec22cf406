// SHA-512 (FIPS 180-4) in plain ES5, for engines that have none. A 64-bit word is two of 32 bits, the high one first;
// sums of low halves are made in doubles, which shows their carry.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "./bytes.ts";
import { SHA512_WORDS } from "./tables.build.ts";

const TWO_32 = 4294967296;

export function createSha512Es5(hal: Hal): (data: Bytes) => Bytes {
  const table = new Int32Array(hal.E.toUint8Array(SHA512_WORDS).buffer);
  const w = new Int32Array(160);
  const h = new Int32Array(16);
  const s = new Int32Array(16); // a .. h
  let high = 0; // of the sum below
  let low = 0;

  /** Adds a 64-bit word to `high low`; low may grow to 2^52. */
  function add(hi: number, lo: number): void {
    high += hi;
    low += lo >>> 0;
  }

  /** Writes the sum to x[at], x[at + 1] and starts a new one. */
  function put(x: Int32Array, at: number): void {
    x[at] = high + Math.floor(low / TWO_32);
    x[at + 1] = low;
    high = low = 0;
  }

  /** Adds x rotated right by p, q and r, or shifted by r; p, q, r of 32 and more swap the halves. */
  function addSigma(hi: number, lo: number, p: number, q: number, r: number, isShift: boolean): void {
    const turn = function (x: number, y: number, n: number): number {
      return n < 32 ? (x >>> n) | (y << (32 - n)) : (y >>> (n - 32)) | (x << (64 - n));
    };
    add(
      turn(hi, lo, p) ^ turn(hi, lo, q) ^ (isShift ? hi >>> r : turn(hi, lo, r)),
      turn(lo, hi, p) ^ turn(lo, hi, q) ^ turn(lo, hi, r),
    );
  }

  function compress(m: Bytes, start: number): void {
    for (let i = 0, at = start; i < 32; i++, at += 4)
      w[i] = (m[at] << 24) | (m[at + 1] << 16) | (m[at + 2] << 8) | m[at + 3];
    for (let i = 32; i < 160; i += 2) {
      addSigma(w[i - 30], w[i - 29], 1, 8, 7, true);
      addSigma(w[i - 4], w[i - 3], 19, 61, 6, true);
      add(w[i - 32], w[i - 31]);
      add(w[i - 14], w[i - 13]);
      put(w, i);
    }
    s.set(h);
    for (let i = 0; i < 160; i += 2) {
      addSigma(s[8], s[9], 14, 18, 41, false);
      add((s[8] & s[10]) ^ (~s[8] & s[12]), (s[9] & s[11]) ^ (~s[9] & s[13]));
      add(s[14], s[15]);
      add(table[16 + i], table[17 + i]);
      add(w[i], w[i + 1]);
      const t = high;
      const u = low;
      add(s[6], s[7]);
      s.set(s.subarray(0, 14), 2);
      put(s, 8);
      high = t;
      low = u;
      // a, b, c are at 2, 4, 6 by now
      addSigma(s[2], s[3], 28, 34, 39, false);
      add((s[2] & s[4]) ^ (s[2] & s[6]) ^ (s[4] & s[6]), (s[3] & s[5]) ^ (s[3] & s[7]) ^ (s[5] & s[7]));
      put(s, 0);
    }
    for (let i = 0; i < 16; i += 2) {
      add(h[i], h[i + 1]);
      add(s[i], s[i + 1]);
      put(h, i);
    }
  }

  return function (data) {
    const size = (data.length + 144) & ~127;
    const m = new Uint8Array(size);
    m.set(data);
    m[data.length] = 128;
    for (let i = 0; i < 4; i++) m[size - 1 - i] = (data.length * 8) >>> (8 * i);
    h.set(table.subarray(0, 16));
    for (let at = 0; at < size; at += 128) compress(m, at);
    const out = new Uint8Array(64);
    for (let i = 0; i < 64; i++) out[i] = h[i >> 2] >> (24 - 8 * (i & 3));
    wipe(m);
    w.fill(0);
    h.fill(0);
    s.fill(0);
    return out;
  };
}
