// Products of long numbers, on the engine's native dot product. For checks on RSA keys, not for secrets in a hurry.
import type { Bytes, Hal } from "../hal/engine.ts";

/** Big-endian bytes to 16-bit limbs, the lowest first. */
function limbs(bytes: Bytes): Float64Array {
  const x = new Float64Array((bytes.length + 1) >> 1);
  for (let i = 0; i < x.length; i++) {
    const low = bytes.length - 1 - 2 * i;
    x[i] = bytes[low] + (low ? bytes[low - 1] * 256 : 0);
  }
  return x;
}

/**
 * a * b, big-endian, without leading zeros.
 * A column sums at most 256 products of 16 by 16 bits and a carry below 2^41: exact in a double.
 */
export function multiplyUnsigned(hal: Hal, a: Bytes, b: Bytes): Bytes {
  const x = limbs(a);
  const y = limbs(b);
  const n = x.length + y.length;
  // y reversed, with zeros on both sides for the columns that reach over its ends.
  const reversed = new Float64Array(n + x.length);
  for (let i = 0; i < y.length; i++) reversed[x.length + y.length - 1 - i] = y[i];
  const out = new Uint8Array(n * 2);
  let carry = 0;
  for (let k = 0; k < n; k++) {
    carry += hal.E.convolve(x, reversed, n - 1 - k);
    const high = Math.floor(carry / 65536);
    const digit = carry - high * 65536;
    out[n * 2 - 1 - 2 * k] = digit;
    out[n * 2 - 2 - 2 * k] = digit / 256;
    carry = high;
  }
  x.fill(0);
  y.fill(0);
  reversed.fill(0);
  let first = 0;
  while (first < out.length - 1 && !out[first]) first++;
  return out.subarray(first, out.length);
}
