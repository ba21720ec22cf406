// One Thumb-2 instruction to halfwords: what the native routines use of ARMv7E-M (ARM DDI 0403, chapter A7), and
// nothing else. An operand that has no encoding throws.

import { loadStore, loadStoreDouble, LOADS, multiple } from "./encode-memory.ts";
import { low, number, PC, register, SP, within } from "./operands.ts";

export const CONDITIONS = "eq ne cs cc mi pl vs vc hi ls ge lt gt le".split(" ");

const SHIFTS = ["lsl", "lsr", "asr", "ror"];
/** Data processing with a shifted register or an immediate: the operation's number in the wide encodings. */
const WIDE: Record<string, number> = {
  ...{ and: 0, bic: 1, orr: 2, mov: 2, orn: 3, mvn: 3, eor: 4, teq: 4, tst: 0 },
  ...{ add: 8, cmn: 8, adc: 10, sbc: 11, sub: 13, cmp: 13, rsb: 14 },
};
/** The same with two low registers and flags set, as d = d op m. */
const NARROW: Record<string, number> = {
  ...{ and: 0, eor: 1, adc: 5, sbc: 6, tst: 8, cmp: 10, cmn: 11, orr: 12, bic: 14, mvn: 15 },
  ...{ lsl: 2, lsr: 3, asr: 4, ror: 7, rsb: 9 },
};
const COMMUTES = ["and", "eor", "orr", "adc", "add"];
const COMPARES = ["tst", "teq", "cmp", "cmn"];
/** The 12 bits i:imm3:imm8 that stand for a constant, or -1 (A5.3.2). */
function modified(value: number): number {
  const v = value >>> 0;
  const byte = v & 255;
  if (v === byte) return byte;
  if (v === byte * 0x10001) return 0x100 | byte;
  if (v === byte * 0x1010101) return 0x300 | byte;
  if (v === ((v >>> 8) & 255) * 0x1000100) return 0x200 | ((v >>> 8) & 255);
  for (let rotation = 8; rotation < 32; rotation++) {
    const turned = ((v << rotation) | (v >>> (32 - rotation))) >>> 0;
    if (turned >= 128 && turned < 256) return (rotation << 7) | (turned & 127);
  }
  return -1;
}

function immediate(first: number, d: number, bits: number): number[] {
  return [first | ((bits >> 11) << 10), (((bits >> 8) & 7) << 12) | (d << 8) | (bits & 255)];
}

function shifted(text: string | undefined): { type: number; amount: number } {
  if (!text) return { type: 0, amount: 0 };
  const parts = text.split(" ");
  const type = SHIFTS.indexOf(parts[0]);
  if (type < 0) throw new Error(`"${text}" is no shift`);
  return { type, amount: within(number(parts[1]), 1, 31) };
}

/** d = n op (m shifted). */
function wideRegister(op: number, s: number, d: number, n: number, m: number, type: number, amount: number): number[] {
  const low12 = ((amount >> 2) << 12) | (d << 8) | ((amount & 3) << 6) | (type << 4) | m;
  return [0xea00 | (op << 5) | (s << 4) | n, low12];
}

/** add, sub, cmp, mov: the narrow forms that are not in NARROW. */
function narrowArithmetic(
  name: string,
  s: boolean,
  d: number,
  n: number,
  m: string,
  isShort: boolean,
): number[] | undefined {
  const isNumber = m.charAt(0) === "#";
  const value = isNumber ? number(m) : 0;
  if (isNumber) {
    if (name === "mov" && s && low(d) && value >= 0 && value < 256) return [0x2000 | (d << 8) | value];
    if (name === "cmp" && low(n) && value >= 0 && value < 256) return [0x2800 | (n << 8) | value];
    const isAdd = name === "add";
    if (!isAdd && name !== "sub") return undefined;
    if (!s && n === SP && value >= 0 && value % 4 === 0) {
      if (d === SP && value < 512) return [(isAdd ? 0xb000 : 0xb080) | (value >> 2)];
      if (isAdd && low(d) && value < 1024) return [0xa800 | (d << 8) | (value >> 2)];
    }
    if (s && low(d, n) && value >= 0 && value < 8 && !isShort)
      return [(isAdd ? 0x1c00 : 0x1e00) | (value << 6) | (n << 3) | d];
    if (s && low(d) && d === n && value >= 0 && value < 256) return [(isAdd ? 0x3000 : 0x3800) | (d << 8) | value];
    return undefined;
  }
  const r = register(m);
  const high = (to: number) => ((to & 8) << 4) | (r << 3) | (to & 7);
  if (name === "mov" && !s) return [0x4600 | high(d)];
  if (name === "mov" && low(d, r)) return [(r << 3) | d];
  if (name === "cmp" && !low(n, r)) return [0x4500 | high(n)];
  if (s && (name === "add" || name === "sub") && low(d, n, r))
    return [(name === "add" ? 0x1800 : 0x1a00) | (r << 6) | (n << 3) | d];
  if (!s && name === "add" && d === n) return [0x4400 | high(d)];
  if (!s && name === "add" && d === r) return [0x4400 | ((d & 8) << 4) | (n << 3) | (d & 7)];
  return undefined;
}

function dataProcessing(name: string, s: boolean, operands: string[]): number[] {
  const isCompare = COMPARES.indexOf(name) >= 0;
  const isUnary = name === "mov" || name === "mvn";
  const isShort = operands.length === 2; // add d, m
  const list = isCompare ? ["pc", ...operands] : isUnary ? [operands[0], "pc", ...operands.slice(1)] : operands.slice();
  if (!isCompare && !isUnary && (list.length === 2 || SHIFTS.indexOf((list[2] || "").split(" ")[0]) >= 0))
    list.splice(0, 0, list[0]);
  const d = register(list[0]);
  const n = register(list[1]);
  const setsFlags = s || isCompare ? 1 : 0;
  const narrow = list[3] ? undefined : narrowArithmetic(name, s, d, n, list[2], isShort);
  if (narrow) return narrow;
  if (list[2].charAt(0) === "#") {
    const value = number(list[2]);
    if (name === "rsb" && value === 0 && s && low(d, n)) return [0x4240 | (n << 3) | d];
    const bits = modified(value);
    if (bits >= 0) return immediate(0xf000 | (WIDE[name] << 5) | (setsFlags << 4) | n, d, bits);
    if (!s && name === "mov") return wide16(0xf240, d, value);
    if (!s && (name === "add" || name === "sub")) return wide12(name, d, n, value);
    throw new Error(`no encoding for ${value}`);
  }
  const m = register(list[2]);
  const isNarrow = (s || isCompare) && !list[3] && name in NARROW;
  if (isNarrow && isCompare && low(n, m)) return [0x4000 | (NARROW[name] << 6) | (m << 3) | n];
  if (isNarrow && name === "mvn" && low(d, m)) return [0x4000 | (NARROW[name] << 6) | (m << 3) | d];
  if (isNarrow && low(d, n, m) && name !== "rsb") {
    if (d === n) return [0x4000 | (NARROW[name] << 6) | (m << 3) | d];
    if (d === m && COMMUTES.indexOf(name) >= 0) return [0x4000 | (NARROW[name] << 6) | (n << 3) | d];
  }
  const shift = shifted(list[3]);
  return wideRegister(WIDE[name], setsFlags, d, n, m, shift.type, shift.amount);
}

function wide16(op: number, d: number, value: number): number[] {
  within(value, 0, 65535);
  return immediate(op | (value >> 12), d, value & 0xfff);
}

function wide12(name: string, d: number, n: number, value: number): number[] {
  return immediate((name === "add" ? 0xf200 : 0xf2a0) | n, d, within(value, 0, 4095));
}

function shiftInstruction(name: string, s: boolean, operands: string[]): number[] {
  const list = operands.length === 2 ? [operands[0], ...operands] : operands;
  const d = register(list[0]);
  const n = register(list[1]);
  const type = SHIFTS.indexOf(name);
  if (list[2].charAt(0) === "#") {
    const amount = within(number(list[2]), 1, 31);
    if (s && name !== "ror" && low(d, n)) return [(type << 11) | (amount << 6) | (n << 3) | d];
    return wideRegister(WIDE.mov, s ? 1 : 0, d, PC, n, type, amount);
  }
  const m = register(list[2]);
  if (s && d === n && low(d, m)) return [0x4000 | (NARROW[name] << 6) | (m << 3) | d];
  return [0xfa00 | (type << 5) | (s ? 16 : 0) | n, 0xf000 | (d << 8) | m];
}

/** Multiplications: the first halfword, the second one's fixed bits, and where the operands go in turn. */
const MULTIPLY: Record<string, { first: number; second: number; places: number[] }> = {
  mul: { first: 0xfb00, second: 0xf000, places: [8, 16, 0] },
  mla: { first: 0xfb00, second: 0, places: [8, 16, 0, 12] },
  mls: { first: 0xfb00, second: 0x10, places: [8, 16, 0, 12] },
  umull: { first: 0xfba0, second: 0, places: [12, 8, 16, 0] },
  umlal: { first: 0xfbe0, second: 0, places: [12, 8, 16, 0] },
  umaal: { first: 0xfbe0, second: 0x60, places: [12, 8, 16, 0] },
};

function special(name: string, operands: string[]): number[] | undefined {
  const r = (i: number) => register(operands[i]);
  const multiply = MULTIPLY[name];
  if (multiply) {
    const words = [multiply.first, multiply.second];
    multiply.places.forEach((place, i) => (words[place >> 4 ? 0 : 1] |= r(i) << (place & 15)));
    return words;
  }
  if (name === "movw") return wide16(0xf240, r(0), number(operands[1]));
  if (name === "movt") return wide16(0xf2c0, r(0), number(operands[1]));
  if (name === "addw" || name === "subw") return wide12(name.substr(0, 3), r(0), r(1), number(operands[2]));
  if (name === "bx") return [0x4700 | (r(0) << 3)];
  if (name === "rev" && low(r(0), r(1))) return [0xba00 | (r(1) << 3) | r(0)];
  if (name === "rev") return [0xfa90 | r(1), 0xf080 | (r(0) << 8) | r(1)];
  if (name === "uxtb" && low(r(0), r(1))) return [0xb2c0 | (r(1) << 3) | r(0)];
  if (name === "rrx" || name === "rrxs") return wideRegister(WIDE.mov, name === "rrxs" ? 1 : 0, r(0), PC, r(1), 3, 0);
  if (name === "ubfx") {
    const from = within(number(operands[2]), 0, 31);
    const width = within(number(operands[3]), 1, 32 - from);
    return [0xf3c0 | r(1), ((from >> 2) << 12) | (r(0) << 8) | ((from & 3) << 6) | (width - 1)];
  }
  if (name === "tbb") {
    const match = /^\[pc, (\w+)\]$/.exec(operands[0]);
    if (match) return [0xe8df, 0xf000 | register(match[1])];
  }
  if (name === "svc") return [0xdf00 | within(number(operands[0]), 0, 255)];
  return undefined;
}

/** Splits at commas outside of brackets and braces. */
function operandsOf(text: string): string[] {
  const matches = text.match(/(\[[^\]]*\]!?|\{[^}]*\}|[^,[{]+)/g) || [];
  return matches.map((part) => part.trim()).filter((part) => part !== "");
}

/** @throws Error naming the line. */
export function encode(line: string): number[] {
  const space = (line + " ").indexOf(" ");
  const name = line.substr(0, space);
  const operands = operandsOf(line.substr(space + 1));
  const plain = name.replace(/s$/, "");
  try {
    const words = special(name, operands);
    if (words) return words;
    if (name in LOADS) return loadStore(name, operands);
    if (name === "ldrd" || name === "strd") return loadStoreDouble(name, operands);
    if (/^(push|pop|ldmia|stmia)$/.test(name)) return multiple(name, operands);
    if (SHIFTS.indexOf(plain) >= 0) return shiftInstruction(plain, plain !== name, operands);
    if (plain in WIDE && name !== "teqs") return dataProcessing(plain, plain !== name, operands);
  } catch (error) {
    throw new Error(`"${line}": ${(error as Error).message}`);
  }
  throw new Error(`"${line}": no such instruction`);
}
