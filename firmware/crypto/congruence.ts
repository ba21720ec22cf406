// Is a b = r modulo m, for long numbers? For checks on RSA keys: a division that shows itself to be right, on the
// engine's native dot product.
//
// Digits of 16 bits. From the top, each step adds one column of a b - t m to what is left above it and takes the next
// digit of t, rounded to the nearest; then the columns below must come out as r. A column is below 2^41; what is left
// is at most half of m and a column's carry, so with the 32 bits of `head` it stays below 2^49: exact in a double.
import type { Bytes, Hal } from "../hal/engine.ts";
import type { Check } from "./jobs.ts";

const BASE = 65536;

function halvesIn(bytes: Bytes): number {
  return (bytes.length + 1) >> 1;
}

/** Big-endian bytes to `count` digits of 16 bits, the highest first. */
function halvesOf(hal: Hal, bytes: Bytes, count: number): Uint16Array {
  const out = new Uint16Array(count);
  const view = new Uint8Array(out.buffer);
  view.set(bytes, 2 * count - bytes.length);
  hal.E.mapInPlace(view, out, undefined, 16);
  return out;
}

/** The engine's reverse() loses memory where there are more than 64. */
function lowestFirst(x: Uint16Array): Uint16Array {
  const out = new Uint16Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = x[x.length - 1 - i];
  x.fill(0);
  return out;
}

/**
 * in: big-endian; m of an even number of bytes, its top bit set; 0 <= r < m. One column a step.
 * Fastest if a is the shorter one.
 */
export function congruenceBegin(hal: Hal, a: Bytes, b: Bytes, m: Bytes, r: number): Check {
  const size = halvesIn(m);
  const x = lowestFirst(halvesOf(hal, a, halvesIn(a)));
  // y and the modulus have zeros in front: the dot product goes round to them where a column reaches over their ends.
  const y = halvesOf(hal, b, x.length + Math.max(size, halvesIn(b)));
  const quotient = new Int32Array(y.length - size + 1);
  const modulus = halvesOf(hal, m, y.length + 1);
  const head = modulus[quotient.length] * BASE + modulus[quotient.length + 1];
  let next = quotient.length; // the digit above the next one
  let left = 0; // the columns from next + size - 2 on
  let low = 0; // the next of the columns below
  let carry = -r;

  function column(k: number): number {
    return hal.E.convolve(x, y, y.length - 1 - k) - hal.E.convolve(quotient, modulus, y.length - k);
  }

  return {
    step: function () {
      if (next) {
        left = left * BASE + column(--next + size - 2);
        quotient[next] = Math.round(left / head);
        left -= quotient[next] * head;
        return true;
      }
      if (low === size - 2) return false;
      carry = (carry + column(low++)) / BASE;
      return carry === Math.floor(carry);
    },
    passes: function () {
      return left + carry === 0; // never so if it ended on a fraction
    },
    wipe: function () {
      x.fill(0);
      y.fill(0);
      quotient.fill(0);
      modulus.fill(0);
    },
  };
}
