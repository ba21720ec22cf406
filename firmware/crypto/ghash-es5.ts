// GHASH (SP 800-38D section 6.4) in plain ES5, four bits at a time: a table of the 16 multiples of H by polynomials of
// degree 3. A block's first bit is the highest of its first word.
import type { Bytes } from "../hal/engine.ts";
import type { Mac } from "./mac.ts";

const GHASH_REDUCE = 0xe1000000;

export function createGhashEs5(h: Bytes): Mac {
  const table = new Int32Array(64); // entry n: words 4 n ..; the highest of its four bits is the coefficient of 1
  const reduce = new Int32Array(16); // what four bits that fall out come back as
  const y = new Uint8Array(16);
  const z = new Int32Array(4);

  for (let i = 0; i < 4; i++)
    table[32 + i] = (h[4 * i] << 24) | (h[4 * i + 1] << 16) | (h[4 * i + 2] << 8) | h[4 * i + 3];
  for (let n = 4; n; n >>= 1) {
    const from = 8 * n; // entry 2 n, divided by x
    const bit = table[from + 3] & 1;
    for (let i = 3; i; i--) table[4 * n + i] = (table[from + i] >>> 1) | (table[from + i - 1] << 31);
    table[4 * n] = (table[from] >>> 1) ^ (bit ? GHASH_REDUCE : 0);
  }
  for (let n = 3; n < 16; n++) {
    const low = n & -n;
    if (low !== n) for (let i = 0; i < 4; i++) table[4 * n + i] = table[4 * low + i] ^ table[4 * (n - low) + i];
  }
  for (let n = 0; n < 16; n++) for (let i = 0; i < 4; i++) if ((n >> i) & 1) reduce[n] ^= GHASH_REDUCE >>> (3 - i);

  function multiply(): void {
    z.fill(0);
    for (let i = 31; i >= 0; i--) {
      const out = z[3] & 15;
      const at = 4 * ((y[i >> 1] >> (i & 1 ? 0 : 4)) & 15);
      z.set([
        (z[0] >>> 4) ^ reduce[out] ^ table[at],
        ((z[1] >>> 4) | (z[0] << 28)) ^ table[at + 1],
        ((z[2] >>> 4) | (z[1] << 28)) ^ table[at + 2],
        ((z[3] >>> 4) | (z[2] << 28)) ^ table[at + 3],
      ]);
    }
    for (let i = 0; i < 16; i++) y[i] = z[i >> 2] >> (24 - 8 * (i & 3));
  }

  return {
    update: function (data) {
      for (let at = 0; at < data.length; at += 16) {
        const end = Math.min(16, data.length - at);
        for (let i = 0; i < end; i++) y[i] ^= data[at + i];
        multiply();
      }
    },
    finish: function () {
      const tag = new Uint8Array(y);
      table.fill(0);
      y.fill(0);
      z.fill(0);
      return tag;
    },
  };
}
