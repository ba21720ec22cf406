// Poly1305 (RFC 8439 section 2.5) in plain ES5, on the engine's native dot product: 6 limbs of 22 bits, 2^132 = 20.
// Bounds: limbs below 2^22 + 2^9, r below 2^22, so that a column of 6 products, 20 times at most, stays below 2^52.
import type { Bytes, Hal } from "../hal/engine.ts";
import type { Mac } from "./mac.ts";

const POLY_LIMBS = 6;
const POLY_LIMB = 4194304; // 2^22
const CLAMP = [255, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15];

export function createPoly1305Es5(hal: Hal, key: Bytes): Mac {
  const convolve = hal.E.convolve;
  const h = new Float64Array(POLY_LIMBS);
  const x = new Float64Array(POLY_LIMBS);
  const block = new Uint8Array(20);
  const s = new Uint8Array(key.subarray(16, 32));
  // Backwards, and behind that what comes round: [r5 .. r0, 20 r5 .. 20 r1].
  const r = new Float64Array(2 * POLY_LIMBS - 1);

  /** 17 bytes, lowest first, to limbs. */
  function split(): void {
    for (let i = 0; i < POLY_LIMBS; i++) {
      const bit = 22 * i;
      const at = bit >> 3;
      const four = block[at] + block[at + 1] * 256 + block[at + 2] * 65536 + block[at + 3] * 16777216;
      x[i] = Math.floor(four / (1 << (bit & 7))) % POLY_LIMB;
    }
  }

  /** Carries once; what falls out at the top comes back 20 times. */
  function carry(): void {
    let c = 0;
    for (let i = 0; i < POLY_LIMBS; i++) {
      const sum = h[i] + c;
      c = Math.floor(sum / POLY_LIMB);
      h[i] = sum - c * POLY_LIMB;
    }
    h[0] += c * 20;
    c = Math.floor(h[0] / POLY_LIMB);
    h[0] -= c * POLY_LIMB;
    h[1] += c;
  }

  for (let i = 0; i < 16; i++) block[i] = key[i] & CLAMP[i];
  split();
  for (let i = 0; i < POLY_LIMBS; i++) {
    r[5 - i] = x[i];
    if (i) r[11 - i] = 20 * x[i];
  }

  return {
    update: function (data) {
      for (let at = 0; at < data.length; at += 16) {
        block.fill(0);
        block.set(data.subarray(at, Math.min(at + 16, data.length)));
        block[16] = 1;
        split();
        for (let i = 0; i < POLY_LIMBS; i++) x[i] += h[i];
        for (let k = 0; k < POLY_LIMBS; k++) h[k] = convolve(x, r, 5 - k);
        carry();
      }
    },
    finish: function () {
      carry();
      // Above bit 130: two bits of the last limb; h - (2^130 - 5) is not negative just if h + 5 reaches bit 130.
      for (let round = 0; round < 2; round++) {
        const top = Math.floor(h[5] / 1048576);
        h[5] -= top * 1048576;
        h[0] += top * 5;
        carry();
      }
      let c = 5;
      for (let i = 0; i < POLY_LIMBS; i++) c = Math.floor((h[i] + c) / (i < 5 ? POLY_LIMB : 1048576));
      let sum = c * 5;
      const tag = new Uint8Array(16);
      let limb = 0;
      let left = 0; // bits of `pool`
      let pool = sum;
      sum = 0;
      for (let i = 0; i < 16; i++) {
        if (left < 8) {
          pool += h[limb++] * (1 << left);
          left += 22;
        }
        sum += (pool % 256) + s[i];
        tag[i] = sum;
        sum = Math.floor(sum / 256);
        pool = Math.floor(pool / 256);
        left -= 8;
      }
      h.fill(0);
      x.fill(0);
      r.fill(0);
      s.fill(0);
      block.fill(0);
      return tag;
    },
  };
}
