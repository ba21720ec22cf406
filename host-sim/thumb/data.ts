// Builders of data processing. A builder gives JavaScript statements over `r` (state.ts) and the functions of HELPERS
// (emit.ts); the registers and constants of the instruction stand in them as numbers.
import { ASR, LSL, LSR, ROR, expandImmediate, immediateShift } from "./alu.ts";
import type { Site } from "./form.ts";
import { C, N, PC, SINK, SP, V, Z } from "./state.ts";

type Expression = (a: string, b: string) => string;

const LOGICAL: Record<string, Expression> = {
  AND: (a, b) => `${a} & ${b}`,
  BIC: (a, b) => `${a} & ~${b}`,
  ORR: (a, b) => `${a} | ${b}`,
  ORN: (a, b) => `${a} | ~${b}`,
  EOR: (a, b) => `${a} ^ ${b}`,
  MOV: (_, b) => b,
  MVN: (_, b) => `~${b}`,
};

const ARITHMETIC: Record<string, Expression> = {
  ADD: (a, b) => `${a} + ${b}`,
  ADC: (a, b) => `${a} + ${b} + r[${C}]`,
  SUB: (a, b) => `${a} - ${b}`,
  SBC: (a, b) => `${a} - ${b} - 1 + r[${C}]`,
  RSB: (a, b) => `${b} - ${a}`,
};

/** The same as AddWithCarry: a - b is a + ~b + 1. */
const SUMMANDS: Record<string, (a: string, b: string) => [x: string, y: string, carry: string]> = {
  ADD: (a, b) => [a, b, "0"],
  ADC: (a, b) => [a, b, `r[${C}]`],
  SUB: (a, b) => [a, `~${b}`, "1"],
  SBC: (a, b) => [a, `~${b}`, `r[${C}]`],
  RSB: (a, b) => [`~${a}`, b, "1"],
};

/** Written out, not called: it is what most native code spends its time on. */
function addWithCarry(d: number, [x, y, carry]: [string, string, string]): string {
  return (
    `const x = ${x}, y = ${y}, sum = (x + y + ${carry}) | 0; r[${d}] = r[${N}] = r[${Z}] = sum; ` +
    `r[${C}] = ((x & y) | ((x | y) & ~sum)) >>> 31; r[${V}] = ~(x ^ y) & (x ^ sum);`
  );
}

/** Named by what they do to a register; TST, TEQ, CMP and CMN are AND, EOR, SUB and ADD into SINK. */
export type DataOp = "AND" | "BIC" | "ORR" | "ORN" | "EOR" | "MOV" | "MVN" | "ADD" | "ADC" | "SUB" | "SBC" | "RSB";

export interface Target {
  op: DataOp;
  flags: boolean;
  d: number;
  n: number;
}

/** @param carry what the second operand sets the carry to, if the operation leaves that to it */
function assign(site: Site, { op, flags, d, n }: Target, b: string, carry = ""): string {
  const a = operand(site, n);
  if (!(op in LOGICAL))
    return settled(site, d, flags ? addWithCarry(d, SUMMANDS[op](a, b)) : `r[${d}] = ${ARITHMETIC[op](a, b)};`);
  const value = LOGICAL[op](a, b);
  if (!flags) return settled(site, d, `r[${d}] = ${value};`);
  if (!carry) return `r[${d}] = setNz(r, ${value});`;
  return `const carry = ${carry}; r[${d}] = setNz(r, ${value}); r[${C}] = carry;`;
}

/** As an operand, r15 is the address of the instruction + 4. */
export function operand(site: Site, register: number): string {
  return register === PC ? `(${site.pc + 4})` : `r[${register}]`;
}

/** What else happens when the result is in r13, whose low bits stay 0, or r15, whose bit 0 is ignored (A5.1.2, A5.1.3). */
function settled(site: Site, d: number, code: string): string {
  if (d === SP) return `${code} r[${SP}] &= ~3;`;
  if (d !== PC) return code;
  site.ends = true;
  return `${code} r[${PC}] &= ~1;`;
}

/** For what loads r15, or branches to a register: bit 0 says Thumb, and Cortex-M knows nothing else. */
export function interworking(site: Site, code: string): string {
  site.ends = true;
  return `${code} if (!(r[${PC}] & 1)) fault("branch to an even address", ${site.pc}); r[${PC}] &= ~1;`;
}

export function withImmediate(site: Site, target: Target, value: number, carry = ""): string {
  return assign(site, target, `(${value | 0})`, carry);
}

export function withModifiedImmediate(site: Site, target: Target, imm12: number): string {
  const { value, carry } = expandImmediate(imm12);
  return withImmediate(site, target, value, carry < 0 ? "" : String(carry));
}

/** The second operand is a register, shifted by a constant. */
export function withRegister(site: Site, target: Target, register: number, typeBits = 0, imm5 = 0): string {
  const x = operand(site, register);
  const [type, amount] = immediateShift(typeBits, imm5);
  if (amount === 0) return assign(site, target, x);
  const left = 32 - amount;
  if (type === LSL) return assign(site, target, `(${x} << ${amount})`, `(${x} >>> ${left}) & 1`);
  const carry = `(${x} >>> ${amount - 1}) & 1`;
  if (type === LSR) return assign(site, target, amount === 32 ? "0" : `(${x} >>> ${amount})`, carry);
  if (type === ASR) return assign(site, target, `(${x} >> ${Math.min(amount, 31)})`, carry);
  if (type === ROR) return assign(site, target, `((${x} >>> ${amount}) | (${x} << ${left}))`, carry);
  return assign(site, target, `((${x} >>> 1) | (r[${C}] << 31))`, carry);
}

/** LSL, LSR, ASR, ROR by the low byte of a register. */
export function shiftByRegister(type: number, f: { d: number; n: number; m: number }, flags: boolean): string {
  const value = `shift(${type}, x, amount)`;
  const code = `const x = r[${f.n}], amount = r[${f.m}] & 255;`;
  if (!flags) return `${code} r[${f.d}] = ${value};`;
  return `${code} r[${C}] = shiftCarry(${type}, x, amount, r[${C}]); r[${f.d}] = setNz(r, ${value});`;
}

/** Any other value; of the flags it sets N and Z at most. */
export function compute(d: number, value: string, flags = false): string {
  return `r[${d}] = ${flags ? `setNz(r, ${value})` : value};`;
}

export const COMPARE = SINK;
