// The field machine in plain ES5, on the engine's native dot product.
//
// An element is 13 signed limbs of 20 bits in a Float64Array: value = sum x[i] * 2^(20 i). One column of a
// product is one E.convolve call; a carry is one rounding, (b + n) - n with n = 1.5 * 2^72. Bounds, with
// L = 2^19 for a limb fresh out of a carry (|x| <= L + 2) and s the number of such values added up in one
// operand (s = 1 for a product, s = 2 for a sum of two):
//   wrap fields (2^255 - 19, 2^260 = 608):  13 * 608 * s1 * s2 * L^2 < 2^53  while s1 * s2 <= 4
//   table fields:                           13 * s1 * s2 * L^2 + carry < 2^53  while s1 * s2 <= 2500
//   and, as the carry out of column 25 is dropped: v1 * v2 * 2^30 + carry < 2^39 while v1 * v2 <= 500, for values
//   of v halves of p (v = 1 for a product, v = 2 for a number below p)
// so sums feed products without a carry of their own. test/firmware/crypto/field-bounds.test.ts holds the
// formulas to this. What leaks: the interpreter's time depends on the values it handles, and `swap` and
// `pick` follow the secret; on a board with Thumb the native back end is used instead (docs/SECURITY.md).
import type { Bytes, EngineE, Hal } from "../hal/engine.ts";
import * as Field from "./field.ts";
import type { Job, Machine, Program } from "./field.ts";

const LIMBS = 13;
const LIMB = 1048576; // 2^20
const ROUND = 6755399441055744 * LIMB; // 1.5 * 2^52 * 2^20: adding it rounds to a multiple of 2^20

export interface Modulus {
  /** Big-endian. */
  bytes: Bytes;
  /** 2^260 mod p when that is small (a wrap field), else 0. */
  wrap: number;
  /** Table fields: 2^(260 + 20 j) mod p for j = 0 .. 12, then p itself, each big-endian, one after the other. */
  residues?: Bytes;
}

interface Register {
  x: Int32Array;
  /** The limbs in reverse order, and ready to be multiplied by; 0 when they have to be made anew. */
  r: Int32Array | 0;
  e: Int32Array | 0;
  /** What was given, big-endian. */
  bytes?: Bytes;
  reversed?: Int32Array;
  extended?: Int32Array;
}

type Column = (offset: number) => number;

/**
 * 13 columns f(1) .. f(13), with y added if there is one, and the carry along them: in straight lines, because on
 * this engine a loop would cost half as much again. With w the carry out of limb 12 goes back to the bottom,
 * 2^260 = w; without it is returned.
 */
function carryColumns(x: Int32Array, f: Column, c: number, w: number): number {
  const n = ROUND;
  const k = 1 / LIMB;
  let b: number;
  x.set([
    (b = f(1) + c * k) - (c = b + n - n),
    (b = f(2) + c * k) - (c = b + n - n),
    (b = f(3) + c * k) - (c = b + n - n),
    (b = f(4) + c * k) - (c = b + n - n),
    (b = f(5) + c * k) - (c = b + n - n),
    (b = f(6) + c * k) - (c = b + n - n),
    (b = f(7) + c * k) - (c = b + n - n),
    (b = f(8) + c * k) - (c = b + n - n),
    (b = f(9) + c * k) - (c = b + n - n),
    (b = f(10) + c * k) - (c = b + n - n),
    (b = f(11) + c * k) - (c = b + n - n),
    (b = f(12) + c * k) - (c = b + n - n),
    (b = f(13) + c * k) - (c = b + n - n),
  ]);
  if (w) x.set([(b = x[0] + c * k * w) - (c = b + n - n), (b = x[1] + c * k) - (c = b + n - n), x[2] + c * k]);
  return c;
}

/** As carryColumns with w, and y added to the columns. */
function carryColumnsPlus(x: Int32Array, f: Column, y: Int32Array, w: number): void {
  const n = ROUND;
  const k = 1 / LIMB;
  let b: number;
  let c: number;
  x.set([
    (b = f(1) + y[0]) - (c = b + n - n),
    (b = f(2) + y[1] + c * k) - (c = b + n - n),
    (b = f(3) + y[2] + c * k) - (c = b + n - n),
    (b = f(4) + y[3] + c * k) - (c = b + n - n),
    (b = f(5) + y[4] + c * k) - (c = b + n - n),
    (b = f(6) + y[5] + c * k) - (c = b + n - n),
    (b = f(7) + y[6] + c * k) - (c = b + n - n),
    (b = f(8) + y[7] + c * k) - (c = b + n - n),
    (b = f(9) + y[8] + c * k) - (c = b + n - n),
    (b = f(10) + y[9] + c * k) - (c = b + n - n),
    (b = f(11) + y[10] + c * k) - (c = b + n - n),
    (b = f(12) + y[11] + c * k) - (c = b + n - n),
    (b = f(13) + y[12] + c * k) - (c = b + n - n),
  ]);
  x.set([(b = x[0] + c * k * w) - (c = b + n - n), (b = x[1] + c * k) - (c = b + n - n), x[2] + c * k]);
}

/** Two products f and g at once: xy gets the limbs of f + g and of f - g in turn. */
function carryPairs(xy: Int32Array, f: Column, g: Column, w: number): void {
  const n = ROUND;
  const k = 1 / LIMB;
  let u: number;
  let v: number;
  let b: number;
  let c: number;
  let d: number;
  xy.set([
    (b = (u = f(1)) + (v = g(1))) - (c = b + n - n),
    (b = u - v) - (d = b + n - n),
    (b = (u = f(2)) + (v = g(2)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(3)) + (v = g(3)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(4)) + (v = g(4)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(5)) + (v = g(5)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(6)) + (v = g(6)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(7)) + (v = g(7)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(8)) + (v = g(8)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(9)) + (v = g(9)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(10)) + (v = g(10)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(11)) + (v = g(11)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(12)) + (v = g(12)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
    (b = (u = f(13)) + (v = g(13)) + c * k) - (c = b + n - n),
    (b = u - v + d * k) - (d = b + n - n),
  ]);
  xy.set([
    (b = xy[0] + c * k * w) - (c = b + n - n),
    (b = xy[1] + d * k * w) - (d = b + n - n),
    (b = xy[2] + c * k) - (c = b + n - n),
    (b = xy[3] + d * k) - (d = b + n - n),
    xy[4] + c * k,
    xy[5] + d * k,
  ]);
}

/** d = x + sign * y, uncarried. */
function addLimbs(d: Int32Array, x: Int32Array, y: Int32Array, sign: number): void {
  d.set([
    x[0] + sign * y[0],
    x[1] + sign * y[1],
    x[2] + sign * y[2],
    x[3] + sign * y[3],
    x[4] + sign * y[4],
    x[5] + sign * y[5],
    x[6] + sign * y[6],
    x[7] + sign * y[7],
    x[8] + sign * y[8],
    x[9] + sign * y[9],
    x[10] + sign * y[10],
    x[11] + sign * y[11],
    x[12] + sign * y[12],
  ]);
}

/** Carries once along limbs of any size below 2^52; the top limb keeps what is left. */
function settle(x: Float64Array): void {
  for (let i = 0; i < LIMBS - 1; i++) {
    const carry = x[i] + ROUND - ROUND;
    x[i] -= carry;
    x[i + 1] += carry / LIMB;
  }
}

/** The field machine for one modulus. */
export function createFieldEs5(hal: Hal, modulus: Modulus, registers: number): Machine {
  const E: EngineE = hal.E;
  const convolve = E.convolve;
  const mapInPlace = E.mapInPlace;
  const w = modulus.wrap;

  /** Big-endian bytes to limbs of 20 bits, unsigned, less than 2^260. */
  function limbsOf(bytes: Bytes): Float64Array {
    const x = new Float64Array(LIMBS);
    const padded = new Uint8Array(33);
    padded.set(bytes, 33 - bytes.length);
    mapInPlace(padded.reverse(), x, undefined, -20);
    padded.fill(0);
    return x;
  }

  const REVERSE = new Uint8Array([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  const IN_ORDER = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const EVEN = new Uint8Array([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]);
  const ODD = new Uint8Array([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25]);
  const factor = new Int32Array([w]);
  const pair = new Int32Array(2 * LIMBS);
  const low = new Int32Array(LIMBS);
  const high = new Int32Array(LIMBS + 1); // its last place is the quotient
  const wide = new Float64Array(LIMBS);
  const wiped: (Int32Array | Float64Array | Bytes)[] = [pair, low, high, wide]; // and what registers have
  function toWipe(array: Int32Array): Int32Array {
    wiped.push(array);
    return array;
  }
  const prime = limbsOf(modulus.bytes);
  const file: Register[] = []; // made in the steps of a program

  // Table fields. Row k of the reduction: what each high limb adds to limb k, and what a multiple of p takes away.
  const rows: Int32Array[] = [];
  const quotients = new Float64Array(LIMBS + 1);
  const top = prime[12] + prime[11] / LIMB; // p / 2^240
  for (let k = 0; k < LIMBS && !w; k++) {
    rows.push(new Int32Array(LIMBS + 1));
    rows[k][13] = -prime[k];
  }
  let columnsMade = w ? LIMBS : 0;

  function makeColumn(): void {
    const j = columnsMade++;
    const r = limbsOf(modulus.residues!.subarray(j * 32, j * 32 + 32));
    settle(r);
    quotients[j] = (r[12] + r[11] / LIMB) / top;
    for (let k = 0; k < LIMBS; k++) rows[k][j] = r[k];
    r.fill(0);
  }

  // What is loaded becomes limbs in the steps of a program: 32 bytes at a time.
  const loads: { register: number; bytes: Bytes }[] = [];
  function loadNext(): void {
    const next = loads[0];
    const rest = next.bytes.length > 32 ? next.bytes.subarray(32) : undefined;
    const bytes = rest ? next.bytes.subarray(0, 32) : next.bytes; // the engine's subarray runs over the end
    const x = limbsOf(bytes);
    const register = file[next.register++];
    settle(x);
    register.x.set(x);
    register.r = register.e = 0;
    x.fill(0);
    bytes.fill(0);
    if (rest) next.bytes = rest;
    else loads.shift();
  }

  /** Makes some registers, or loads one; false if there is nothing left to do. */
  function prepareNext(): boolean {
    if (file.length < registers) {
      const count = Math.min(8, registers - file.length);
      const limbs = new Int32Array(count * LIMBS);
      wiped.push(limbs);
      for (let i = 0; i < count; i++) file.push({ x: new Int32Array(limbs.buffer, i * 4 * LIMBS, LIMBS), r: 0, e: 0 });
      return true;
    }
    if (!loads.length) return false;
    loadNext();
    return true;
  }

  function reverse(a: Register): Int32Array {
    mapInPlace(REVERSE, (a.r = a.reversed || (a.reversed = toWipe(new Int32Array(LIMBS)))), a.x);
    return a.r;
  }

  /** wrap: [w x | x]. table: [0 | x | 0]. */
  function extend(a: Register): Int32Array {
    const e = (a.e = a.extended || (a.extended = toWipe(new Int32Array((w ? 2 : 3) * LIMBS))));
    e.set(a.x, LIMBS);
    if (w) mapInPlace(IN_ORDER, e, convolve.bind(E, factor, a.x));
    return e;
  }

  /** The columns of a * b, from 1 on. */
  function columns(a: Register, b: Register): Column {
    return convolve.bind(E, a.r || reverse(a), b.e || extend(b));
  }

  function multiply(d: Register, a: Register, b: Register): void {
    const f = columns(a, b);
    if (w) carryColumns(d.x, f, 0, w);
    else {
      const g = convolve.bind(E, a.r as Int32Array, (b.e as Int32Array).subarray(LIMBS));
      carryColumns(high, g, carryColumns(low, f, 0, 0), 0);
      // d = low + 2^260 high - q p, |d| < p, with q taken from the top limbs before anything is carried.
      high[13] = 0;
      high[13] = Math.round(convolve(high, quotients, 0) + low[12] / top);
      for (let k = 0; k < LIMBS; k++) wide[k] = convolve(high, rows[k], 0) + low[k];
      settle(wide);
      d.x.set(wide);
    }
    d.r = d.e = 0;
  }

  function multiplyAdd(d: Register, a: Register, b: Register, c: Register): void {
    carryColumnsPlus(d.x, columns(a, b), c.x, w);
    d.r = d.e = 0;
  }

  /** d = a b + g h, e = a b - g h. */
  function multiplyPairs(d: Register, a: Register, b: Register, e: Register, g: Register, h: Register): void {
    carryPairs(pair, columns(a, b), columns(g, h), w);
    mapInPlace(EVEN, d.x, pair);
    mapInPlace(ODD, e.x, pair);
    d.r = d.e = e.r = e.e = 0;
  }

  function add(d: Register, a: Register, b: Register): void {
    addLimbs(d.x, a.x, b.x, 1);
    d.r = d.e = 0;
  }

  function subtract(d: Register, a: Register, b: Register): void {
    addLimbs(d.x, a.x, b.x, -1);
    d.r = d.e = 0;
  }

  /** x += times * p, then limbs 0 .. 11 into 0 .. 2^20 - 1; the sign of limb 12 is then the sign of the value. */
  function addTimes(x: Float64Array, times: number): void {
    let carry = 0;
    for (let i = 0; i < LIMBS; i++) {
      const b = x[i] + prime[i] * times + carry;
      carry = Math.floor(b / LIMB);
      x[i] = i < 12 ? b - carry * LIMB : b;
    }
  }

  function give(register: Register): void {
    const x = new Float64Array(register.x);
    // Off by one at most, next to a multiple of p: the limbs below the two highest are worth 2^-35 of it.
    addTimes(x, -Math.floor((x[12] + x[11] / LIMB) / top));
    if (x[12] < 0) addTimes(x, 1);
    if (x[12] + x[11] / LIMB >= top) {
      const less = new Float64Array(x);
      addTimes(less, -1);
      if (less[12] >= 0) x.set(less);
      less.fill(0);
    }
    const out = new Uint8Array(35);
    for (let i = 0; i < 7; i++) {
      const a = x[2 * i];
      const b = i < 6 ? x[2 * i + 1] : 0;
      out.set([a, a >> 8, (a >> 16) | (b << 4), b >> 4, b >> 12], 5 * i);
    }
    x.fill(0);
    const bytes = (register.bytes = new Uint8Array(out.subarray(0, 32)).reverse());
    wiped.push(bytes);
    out.fill(0);
  }

  function copy(d: Register, a: Register): void {
    d.x.set(a.x);
    d.r = d.e = 0;
  }

  function run(program: Program, scalar?: Bytes): Job {
    const code: (() => void)[] = [];
    const loops: number[][] = []; // innermost last: [start, operation, rounds left, digit, count]
    let at = 0; // the next instruction
    let digit = 0;
    let swap = 0;
    let squares = 0; // squarings still to do of the present instruction

    /** Sets `digit`, and `swap` for bits, for a round of a loop. */
    function look(loop: number[]): void {
      const op = loop[1];
      const left = loop[2];
      const last = scalar ? scalar.length - 1 : 0;
      if (op === Field.OP_BITS) digit = (scalar![last - (left >> 3)] >> (left & 7)) & 1;
      else if (op === Field.OP_DIGITS) digit = (scalar![last - (left >> 1)] >> ((left & 1) * 4)) & 15;
      else if (op === Field.OP_TIMES) digit = loop[4]++;
      else {
        let bits = 0;
        for (let bit = left + 4 * Field.COMB_COLUMNS; bit >= 0; bit -= Field.COMB_COLUMNS)
          bits += bits + (bit < 256 ? (scalar![last - (bit >> 3)] >> (bit & 7)) & 1 : 0);
        loop[3] = digit = bits & 16 ? bits & 15 : 15 - bits;
        swap = 16 - (bits & 16);
        return;
      }
      swap = digit ^ loop[3];
      loop[3] = digit;
    }

    function begin(op: number, rounds: number): void {
      const loop = [at, op, rounds - 1, 0, 0];
      loops.push(loop);
      look(loop);
    }

    function end(): void {
      const loop = loops[loops.length - 1];
      if (loop[2]--) {
        at = loop[0];
        look(loop);
      } else {
        swap = loop[3];
        loops.pop();
        if (loops.length) digit = loops[loops.length - 1][3];
      }
    }

    function square(d: Register, a: Register, count: number): void {
      if (!squares) {
        squares = count;
        copy(d, a);
      }
      multiply(d, d, d);
      if (--squares) at--;
    }

    function exchange(a: Register, b: Register): void {
      const x = a.x;
      if (swap) {
        a.x = b.x;
        b.x = x;
        a.r = a.e = b.r = b.e = 0;
      }
    }

    function pick(to: number, table: number, each: number): void {
      for (let n = 0; n < each; n++) copy(file[to + n], file[table + digit * each + n]);
    }

    function put(from: number, table: number, each: number): void {
      for (let n = 0; n < each; n++) copy(file[table + digit * each + n], file[from + n]);
    }

    const text = E.toUint8Array(program);
    let compiled = 0; // bytes of it
    let isCompiled = false;

    /** The next instruction becomes a function with its operands bound. */
    function compile(): void {
      const n = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => text[compiled + k] - 48);
      const f = (k: number) => file[n[k]];
      const op = n[0];
      if (op === Field.OP_MUL) code.push(multiply.bind(0, f(1), f(2), f(3)));
      else if (op === Field.OP_ADD) code.push(add.bind(0, f(1), f(2), f(3)));
      else if (op === Field.OP_SUB) code.push(subtract.bind(0, f(1), f(2), f(3)));
      else if (op === Field.OP_COPY) code.push(copy.bind(0, f(1), f(2)));
      else if (op === Field.OP_SQUARES) code.push(square.bind(0, f(1), f(2), n[3]));
      else if (op === Field.OP_SWAP) code.push(exchange.bind(0, f(1), f(2)));
      else if (op === Field.OP_PICK) code.push(pick.bind(0, n[1], n[2], n[3]));
      else if (op === Field.OP_PUT) code.push(put.bind(0, n[1], n[2], n[3]));
      else if (op === Field.OP_END) code.push(end);
      else if (op === Field.OP_GIVE) code.push(give.bind(0, f(1)));
      else if (op === Field.OP_MULADD) code.push(multiplyAdd.bind(0, f(1), f(2), f(3), f(5)));
      else if (op === Field.OP_PAIRS) code.push(multiplyPairs.bind(0, f(1), f(2), f(3), f(5), f(6), f(7)));
      else code.push(begin.bind(0, op, op > Field.OP_DIGITS ? n[1] : scalar!.length * (op === Field.OP_BITS ? 8 : 2)));
      compiled += op === Field.OP_MULADD || op === Field.OP_PAIRS ? 8 : 4;
    }

    return {
      step: function () {
        if (isCompiled) {
          code[at++]();
          return at < code.length;
        }
        if (prepareNext()) return true;
        if (columnsMade < LIMBS) makeColumn();
        else if (compiled < text.length) compile();
        else isCompiled = true;
        return true;
      },
    };
  }

  return {
    load: function (register, bytes) {
      loads.push({ register: register, bytes: new Uint8Array(bytes) });
    },
    constants: function (register, data) {
      loads.push({ register: register, bytes: E.toUint8Array(data) });
    },
    store: function (register, count) {
      const out = new Uint8Array(32 * (count || 1));
      for (let i = 0; 32 * i < out.length; i++) out.set(file[register + i].bytes!, 32 * i);
      return out;
    },
    run: run,
    wipe: function () {
      while (loads.length) loads.pop()!.bytes.fill(0);
      file.splice(0, file.length);
      for (let i = 0; i < wiped.length; i++) wiped[i].fill(0);
    },
  };
}
