// Powers modulo a long odd number in plain ES5, on the engine's native dot product: Montgomery's multiplication, column
// by column. For ffdhe2048 on boards without native code; slow, and its time depends on the exponent.
//
// n digits of 20 bits, R = 2^(20 n) > 4 m. A column sums at most n products below 2^40 and a carry below 2^47: exact for
// n < 4000. With a, b < 2 m the result (a b + q m) / R is below 2 m again, so nothing is subtracted until the end.
import type { Bytes, Hal } from "../hal/engine.ts";
import type { PointJob } from "./curves.ts";

const DIGIT = 1048576; // 2^20
const COLUMNS_PER_STEP = 16;

type Digits = Float64Array;

/** Big-endian bytes to digits, the lowest first. */
function digitsOf(bytes: Bytes, n: number): Digits {
  const x = new Float64Array(n);
  for (let i = 0; i < bytes.length; i++) {
    const bit = 8 * i;
    const limb = Math.floor(bit / 20);
    const value = bytes[bytes.length - 1 - i] * (1 << (bit % 20));
    x[limb] += value & (DIGIT - 1);
    x[limb + 1] += Math.floor(value / DIGIT);
  }
  return x;
}

function bytesOfDigits(x: Digits, length: number): Bytes {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const bit = 8 * i;
    const limb = Math.floor(bit / 20);
    const two = x[limb] + (limb + 1 < x.length ? x[limb + 1] * DIGIT : 0);
    out[length - 1 - i] = Math.floor(two / (1 << (bit % 20))) % 256;
  }
  return out;
}

/** x = x - m where that is not negative, else x unchanged. */
function reduceOnce(x: Digits, m: Digits): void {
  const less = new Float64Array(x.length);
  let borrow = 0;
  for (let i = 0; i < x.length; i++) {
    const d = x[i] - m[i] + borrow;
    borrow = d < 0 ? -1 : 0;
    less[i] = d - borrow * DIGIT;
  }
  if (!borrow) x.set(less);
  less.fill(0);
}

/** Big-endian numbers. */
export interface MontgomeryModulus {
  /** Odd, its top bit set. */
  bytes: Bytes;
  /** -1 / m mod 2^20. */
  inverse: number;
  /** R mod m and R^2 mod m, R being 2^(20 n) with n the least number of limbs that hold 4 m. */
  r: Bytes;
  r2: Bytes;
}

/**
 * @returns for base and exponent, both big-endian, a job whose `finish` gives base^exponent, as long as the modulus.
 */
export function createPowerEs5(hal: Hal, modulus: MontgomeryModulus): (base: Bytes, exponent: Bytes) => PointJob {
  const convolve = hal.E.convolve;
  const n = Math.ceil((modulus.bytes.length * 8 + 2) / 20);
  const m = digitsOf(modulus.bytes, n);
  const mReversed = new Float64Array(2 * n);
  reverseInto(mReversed, m);

  /** Behind as many zeros: column k of a product with it is the dot product at offset 2 n - 1 - k. */
  function reverseInto(out: Digits, x: Digits): void {
    for (let i = 0; i < n; i++) out[2 * n - 1 - i] = x[i];
  }

  return function (base, exponent) {
    const t = new Float64Array(2 * n);
    const q = new Float64Array(n);
    const left = new Float64Array(n);
    const right = new Float64Array(2 * n);
    const result = new Float64Array(n);
    const one = new Float64Array(n);
    const table: Digits[] = [];
    let target: Digits = result;
    let column = 4 * n; // nothing under way
    let carry = 0;
    let digits = exponent.length * 2; // still to do
    let squarings = -1; // still to do for the present digit; at 0 comes the product with its table entry
    let isConverted = false;
    one[0] = 1;

    function begin(to: Digits, a: Digits, b: Digits): boolean {
      target = to;
      left.set(a);
      reverseInto(right, b);
      q.fill(0);
      column = carry = 0;
      return true;
    }

    /** Limb i of `carry` and the columns so far goes to `out`. */
    function settle(out: Digits, i: number): void {
      const high = Math.floor(carry / DIGIT);
      out[i] = carry - high * DIGIT;
      carry = high;
    }

    /** Columns of a b, then those of q m with q such that the lower half of the sum is zero, then the upper half. */
    function nextColumn(): void {
      const k = column++;
      const i = k - 2 * n;
      if (k < 2 * n) {
        carry += convolve(left, right, 2 * n - 1 - k);
        settle(t, k);
        if (k === 2 * n - 1) carry = 0;
        return;
      }
      carry += t[i] + convolve(q, mReversed, 2 * n - 1 - i);
      if (i >= n) return settle(target, i - n);
      q[i] = ((carry % DIGIT) * modulus.inverse) % DIGIT;
      carry = Math.floor((carry + q[i] * m[0]) / DIGIT);
    }

    /** What is to be multiplied next; false when all is done. */
    function nextProduct(): boolean {
      if (!table.length) {
        table.push(digitsOf(modulus.r, n), new Float64Array(n));
        result.set(table[0]);
        return begin(table[1], digitsOf(base, n), digitsOf(modulus.r2, n));
      }
      if (table.length < 16) {
        table.push(new Float64Array(n));
        return begin(table[table.length - 1], table[table.length - 2], table[1]);
      }
      if (squarings < 0 && digits) {
        digits--;
        squarings = 4;
      }
      if (squarings > 0) {
        squarings--;
        return begin(result, result, result);
      }
      if (!squarings) {
        squarings = -1;
        return begin(result, result, table[(exponent[exponent.length - 1 - (digits >> 1)] >> ((digits & 1) * 4)) & 15]);
      }
      if (isConverted) return false;
      isConverted = true;
      return begin(result, result, one);
    }

    function wipeAll(): void {
      const secrets = table.concat([t, q, left, right, result]);
      for (let i = 0; i < secrets.length; i++) secrets[i].fill(0);
    }

    return {
      wipe: wipeAll,
      step: function () {
        for (let i = 0; i < COLUMNS_PER_STEP; i++) {
          if (column < 4 * n) nextColumn();
          else if (!nextProduct()) return false;
        }
        return true;
      },
      finish: function () {
        reduceOnce(result, m);
        const out = bytesOfDigits(result, modulus.bytes.length);
        wipeAll();
        return out;
      },
    };
  };
}
