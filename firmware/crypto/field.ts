// The field machine: registers that hold elements of one prime field, and a tiny instruction set that the
// curve formulas are written in (formulas.build.ts). The same program runs on every back end.
//
// A program is a string of four-character instructions: operation, then three operands, each the character
// of code 48 + register (or count). `pairs` takes a second group of four for its other operands.
import type { Bytes } from "../hal/engine.ts";

export const OP_MUL = 0; // d = a * b
export const OP_MULADD = 1; // d = a * b + c, c in the next group; 2^255 - 19 only
export const OP_PAIRS = 2; // d = a * b + c * e, next group: f = a * b - c * e; 2^255 - 19 only
export const OP_ADD = 3; // d = a + b
export const OP_SUB = 4; // d = a - b
export const OP_COPY = 5; // d = a
export const OP_SQUARES = 6; // d = a^(2^count)
export const OP_BITS = 7; // for each bit of the scalar, from the top ...
export const OP_DIGITS = 8; // for each 4-bit digit of the scalar, from the top ...
export const OP_TIMES = 9; // count times, `digit` counting up from 0 ...
export const OP_END = 10; // ... to here; loops may stand inside each other
export const OP_SWAP = 11; // d <-> a, if this bit differs from the one before; after the loop: if the last bit is 1
export const OP_PICK = 12; // d, d+1, .. = entry number `digit` of the table that starts at a, b registers an entry
export const OP_PUT = 13; // the same the other way round
// 14 and 15 are the native back end's own.
export const OP_GIVE = 16; // d as bytes, for `store`; until it is set again it is no number
export const OP_COMB = 17; // for each column of a comb, from the last ...

/**
 * A comb's columns: bits j, j + 52, .. j + 208 of a scalar of 32 bytes, those above it being 0. The highest bit is a
 * column's sign, for `swap`: it swaps where that is 0. `digit` is the four others, and their complement where it swaps.
 */
export const COMB_COLUMNS = 52;

/** As assembled, or in pieces. */
export type Program = string | Program[];

/** A computation in slices: call `step` until it says false. */
export interface Job {
  /** Does one slice of work; false when there is nothing left to do. */
  step(): boolean;
  /** It is given up: wipes its working. A job that ends is wiped by its `finish`. */
  wipe?(): void;
}

export interface Machine {
  /**
   * Loads big-endian numbers, reduced or not, one after another: each of as many bytes as a register has, or a single one
   * that may be shorter. They are numbers when the next program runs.
   */
  load(register: number, bytes: Bytes): void;
  /** Sets registers in this back end's own form, one after another (primes.build.ts, comb.build.ts). The data are copied. */
  constants(register: number, data: ArrayBuffer): void;
  /** Fully reduced values, big-endian, of registers that the last program has given; one unless `count` says more. */
  store(register: number, count?: number): Bytes;
  /** Runs a program. scalar: big-endian, for `bits`, `digits` and `comb`. After it, `scalar` is no longer looked at. */
  run(program: Program, scalar?: Bytes): Job;
  /** Wipes every register. The machine is of no use any more. */
  wipe(): void;
}
