// Arithmetic of the ARMv7-M architecture (ARMv7-M ARM A2.2.1, A5.3.2, A7.4) on 32-bit integers.
import { C, N, V, Z } from "./state.ts";
import type { State } from "./state.ts";

export function setNz(r: State, value: number): number {
  r[N] = value;
  r[Z] = value;
  return value;
}

/** The numbers are those of the two type bits; RRX is spelt ROR #0. */
export const LSL = 0;
export const LSR = 1;
export const ASR = 2;
export const ROR = 3;
/** One bit through the carry. Never by a register. */
export const RRX = 4;

/** DecodeImmShift: a right shift by 0 means 32. */
export function immediateShift(type: number, amount: number): [type: number, amount: number] {
  if (type === ROR && amount === 0) return [RRX, 1];
  return [type, amount === 0 && type !== LSL ? 32 : amount];
}

/** @param amount 0 .. 255, as a register shift takes it. */
export function shift(type: number, x: number, amount: number): number {
  switch (type) {
    case LSL:
      return amount < 32 ? x << amount : 0;
    case LSR:
      return amount < 32 ? (x >>> amount) | 0 : 0;
    case ASR:
      return amount < 32 ? x >> amount : x >> 31;
    default:
      return (x >>> (amount & 31)) | (x << (-amount & 31));
  }
}

/** The carry a shift leaves; a shift by 0 leaves the old one. */
export function shiftCarry(type: number, x: number, amount: number, carry: number): number {
  if (amount === 0) return carry;
  switch (type) {
    case LSL:
      return amount <= 32 ? (amount === 32 ? x : x >>> (32 - amount)) & 1 : 0;
    case LSR:
      return amount <= 32 ? (x >>> (amount - 1)) & 1 : 0;
    case ASR:
      return (x >> Math.min(amount - 1, 31)) & 1;
    default:
      return (x >>> ((amount - 1) & 31)) & 1;
  }
}

/** ThumbExpandImm_C: the value, and the carry it sets, -1 where it leaves the old one. */
export function expandImmediate(imm12: number): { value: number; carry: 0 | 1 | -1 } {
  const byte = imm12 & 255;
  if (imm12 >>> 10) {
    const unrotated = (imm12 & 0x7f) | 0x80;
    const value = shift(ROR, unrotated, imm12 >>> 7);
    return { value, carry: value < 0 ? 1 : 0 };
  }
  const repeated = [byte, byte * 0x00010001, byte * 0x01000100, byte * 0x01010101][imm12 >>> 8];
  return { value: repeated | 0, carry: -1 };
}

/** Upper half of the unsigned 64-bit product, from 16-bit parts: every sum below stays under 2^32. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

export function multiplyHighSigned(a: number, b: number): number {
  return (multiplyHigh(a, b) - ((a >> 31) & b) - ((b >> 31) & a)) | 0;
}

/** 1 if sum = one summand + something wrapped round. */
export function carryOf(sum: number, summand: number): number {
  return sum >>> 0 < summand >>> 0 ? 1 : 0;
}

export function reverseBits(x: number): number {
  let v = x;
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  return reverseBytes(v);
}

export function reverseBytes(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
}

export function reverseHalfwords(x: number): number {
  return ((x & 0x00ff00ff) << 8) | ((x >>> 8) & 0x00ff00ff);
}

/** ConditionPassed (A7.3). */
export function passes(r: State, condition: number): boolean {
  switch (condition) {
    case 0:
      return r[Z] === 0;
    case 1:
      return r[Z] !== 0;
    case 2:
      return r[C] !== 0;
    case 3:
      return r[C] === 0;
    case 4:
      return r[N] < 0;
    case 5:
      return r[N] >= 0;
    case 6:
      return r[V] < 0;
    case 7:
      return r[V] >= 0;
    case 8:
      return r[C] !== 0 && r[Z] !== 0;
    case 9:
      return r[C] === 0 || r[Z] === 0;
    case 10:
      return (r[N] ^ r[V]) >= 0;
    case 11:
      return (r[N] ^ r[V]) < 0;
    case 12:
      return r[Z] !== 0 && (r[N] ^ r[V]) >= 0;
    case 13:
      return r[Z] === 0 || (r[N] ^ r[V]) < 0;
    default:
      return true;
  }
}
