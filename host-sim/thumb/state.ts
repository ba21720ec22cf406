// The processor's registers and flags in one Int32Array, and the only kind of error the interpreter throws.
// The program status register is kept in pieces that cost nothing to set from a result: negative is the sign of
// r[N], zero is r[Z] === 0, overflow is the sign of r[V]; carry and saturation are 0 or 1.

export const SP = 13;
export const LR = 14;
/** Holds where to go on after a block; as an operand r15 is a constant, and never read from here. */
export const PC = 15;
export const N = 16;
export const Z = 17;
export const C = 18;
export const V = 19;
export const Q = 20;
/** Where results go that nobody wants, as those of CMP. */
export const SINK = 21;
export const STATE_WORDS = 22;

export type State = Int32Array;

/** APSR as MRS gives it (ARMv7-M ARM B1.4.2), without GE. */
export function packFlags(r: State): number {
  const n = r[N] < 0 ? 1 : 0;
  const z = r[Z] === 0 ? 1 : 0;
  return ((n << 31) | (z << 30) | (r[C] << 29) | ((r[V] >>> 31) << 28) | (r[Q] << 27)) >>> 0;
}

export function unpackFlags(r: State, apsr: number): void {
  r[N] = apsr;
  r[Z] = apsr & (1 << 30) ? 0 : 1;
  r[C] = (apsr >>> 29) & 1;
  r[V] = apsr << 3;
  r[Q] = (apsr >>> 27) & 1;
}

export const hex = (value: number, digits = 8): string => (value >>> 0).toString(16).padStart(digits, "0");

/** What a Cortex-M4 would fault at, what the architecture calls UNPREDICTABLE, and what is not modelled. */
export class ThumbFault extends Error {
  readonly pc: number;

  constructor(what: string, pc: number) {
    super(`host-sim: thumb: ${what} at ${hex(pc)}`);
    this.pc = pc >>> 0;
  }
}
