// SHA-256 (FIPS 180-4) in plain ES5, for engines that have none.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "./bytes.ts";
import { SHA256_WORDS } from "./tables.build.ts";

export function createSha256Es5(hal: Hal): (data: Bytes) => Bytes {
  const table = new Int32Array(hal.E.toUint8Array(SHA256_WORDS).buffer);
  const w = new Int32Array(64);
  const h = new Int32Array(8);

  function compress(m: Bytes, at: number): void {
    for (let i = 0; i < 16; i++, at += 4) w[i] = (m[at] << 24) | (m[at + 1] << 16) | (m[at + 2] << 8) | m[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      w[i] = s + w[i - 16] + w[i - 7] + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
    }
    let a = h[0];
    let b = h[1];
    let c = h[2];
    let d = h[3];
    let e = h[4];
    let f = h[5];
    let g = h[6];
    let k = h[7];
    for (let i = 0; i < 64; i++) {
      const s = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t = k + s + ((e & f) ^ (~e & g)) + table[8 + i] + w[i];
      const u = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      k = g;
      g = f;
      f = e;
      e = (d + t) | 0;
      d = c;
      const v = t + u + ((a & b) ^ (a & c) ^ (b & c));
      c = b;
      b = a;
      a = v | 0;
    }
    h.set([h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e, h[5] + f, h[6] + g, h[7] + k]);
  }

  return function (data) {
    const size = (data.length + 72) & ~63;
    const m = new Uint8Array(size);
    m.set(data);
    m[data.length] = 128;
    for (let i = 0; i < 4; i++) m[size - 1 - i] = (data.length * 8) >>> (8 * i);
    h.set(table.subarray(0, 8));
    for (let at = 0; at < size; at += 64) compress(m, at);
    const out = new Uint8Array(32);
    for (let i = 0; i < 32; i++) out[i] = h[i >> 2] >> (24 - 8 * (i & 3));
    wipe(m);
    w.fill(0);
    h.fill(0);
    return out;
  };
}
