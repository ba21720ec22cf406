// The 16-bit forms (ARMv7-M ARM A5.2, A7.7). Left out, and so refused: CPS, BKPT, SVC, UDF and the hints but NOP.
import { ASR, LSL, LSR, ROR } from "./alu.ts";
import { COMPARE, compute, interworking, shiftByRegister, withImmediate, withRegister } from "./data.ts";
import type { DataOp } from "./data.ts";
import { signExtend } from "./form.ts";
import type { Fields, Form, Site } from "./form.ts";
import { LR, PC, SP } from "./state.ts";
import { load, loadMany, registersOf, store, storeMany } from "./transfer.ts";
import type { Width } from "./transfer.ts";

const data = (op: DataOp, flags: boolean, d: number, n: number) => ({ op, flags, d, n });

function register(name: string, opcode: string, op: DataOp): Form {
  const compares = ["TST", "CMP", "CMN"].includes(name);
  return {
    name: `${name} (register) T1`,
    bits: `010000${opcode}mmmddd`,
    build: (f, site) => withRegister(site, data(op, compares || !site.inIt, compares ? COMPARE : f.d, f.d), f.m),
  };
}

function shiftImmediate(name: string, opcode: string, type: number): Form {
  return {
    name: `${name} (immediate) T1`,
    bits: `000${opcode}iiiiimmmddd`,
    build: (f, site) => withRegister(site, data("MOV", !site.inIt, f.d, f.d), f.m, type, f.i),
  };
}

function shiftRegister(name: string, opcode: string, type: number): Form {
  return {
    name: `${name} (register) T1`,
    bits: `010000${opcode}mmmddd`,
    build: (f, site) => shiftByRegister(type, { d: f.d, n: f.d, m: f.m }, !site.inIt),
  };
}

function transferImmediate(name: string, opcode: string, width: Width): Form {
  const transfer = name.startsWith("LDR") ? load : store;
  return {
    name: `${name} (immediate) T1`,
    bits: `${opcode}iiiiinnnttt`,
    build: (f, site) => transfer(site, f.t, width, { n: f.n, offset: f.i * width.bytes }),
  };
}

function transferRegister(name: string, opcode: string, width: Width): Form {
  const transfer = name.startsWith("LDR") ? load : store;
  return {
    name: `${name} (register) T1`,
    bits: `0101${opcode}mmmnnnttt`,
    build: (f, site) => transfer(site, f.t, width, { n: f.n, m: f.m }),
  };
}

/** @param value of x */
function unary(name: string, opcode: string, value: string): Form {
  return {
    name: `${name} T1`,
    bits: `1011${opcode}mmmddd`,
    build: (f) => `const x = r[${f.m}]; ${compute(f.d, value)}`,
  };
}

function compareBranch(name: string, bit: string): Form {
  return {
    name: `${name} T1`,
    bits: `1011${bit}0i1iiiiinnn`,
    outsideItOnly: true,
    build: (f, site) => {
      site.ends = true;
      return `if (r[${f.n}] ${name === "CBZ" ? "===" : "!=="} 0) r[${PC}] = ${site.pc + 4 + 2 * f.i};`;
    },
  };
}

/** BLX writes LR after it has read its register. */
function branchRegister(f: Fields, site: Site, links: boolean): string {
  const link = links ? ` r[${LR}] = ${(site.pc + 2) | 1};` : "";
  return interworking(site, `r[${PC}] = r[${f.m}];${link}`);
}

export function branch(site: Site, condition: number, offset: number): string {
  site.ends = true;
  return `if (passes(r, ${condition})) r[${PC}] = ${site.pc + 4 + offset};`;
}

export const FORMS_16: readonly Form[] = [
  {
    name: "MOV (register) T2",
    bits: "0000000000mmmddd",
    outsideItOnly: true,
    build: (f, site) => withRegister(site, data("MOV", true, f.d, f.d), f.m),
  },
  shiftImmediate("LSL", "00", LSL),
  shiftImmediate("LSR", "01", LSR),
  shiftImmediate("ASR", "10", ASR),
  {
    name: "ADD (register) T1",
    bits: "0001100mmmnnnddd",
    build: (f, site) => withRegister(site, data("ADD", !site.inIt, f.d, f.n), f.m),
  },
  {
    name: "SUB (register) T1",
    bits: "0001101mmmnnnddd",
    build: (f, site) => withRegister(site, data("SUB", !site.inIt, f.d, f.n), f.m),
  },
  {
    name: "ADD (immediate) T1",
    bits: "0001110iiinnnddd",
    build: (f, site) => withImmediate(site, data("ADD", !site.inIt, f.d, f.n), f.i),
  },
  {
    name: "SUB (immediate) T1",
    bits: "0001111iiinnnddd",
    build: (f, site) => withImmediate(site, data("SUB", !site.inIt, f.d, f.n), f.i),
  },
  {
    name: "MOV (immediate) T1",
    bits: "00100dddiiiiiiii",
    build: (f, site) => withImmediate(site, data("MOV", !site.inIt, f.d, f.d), f.i),
  },
  {
    name: "CMP (immediate) T1",
    bits: "00101nnniiiiiiii",
    build: (f, site) => withImmediate(site, data("SUB", true, COMPARE, f.n), f.i),
  },
  {
    name: "ADD (immediate) T2",
    bits: "00110dddiiiiiiii",
    build: (f, site) => withImmediate(site, data("ADD", !site.inIt, f.d, f.d), f.i),
  },
  {
    name: "SUB (immediate) T2",
    bits: "00111dddiiiiiiii",
    build: (f, site) => withImmediate(site, data("SUB", !site.inIt, f.d, f.d), f.i),
  },
  register("AND", "0000", "AND"),
  register("EOR", "0001", "EOR"),
  shiftRegister("LSL", "0010", LSL),
  shiftRegister("LSR", "0011", LSR),
  shiftRegister("ASR", "0100", ASR),
  register("ADC", "0101", "ADC"),
  register("SBC", "0110", "SBC"),
  shiftRegister("ROR", "0111", ROR),
  register("TST", "1000", "AND"),
  {
    name: "RSB (immediate) T1",
    bits: "0100001001nnnddd",
    build: (f, site) => withImmediate(site, data("RSB", !site.inIt, f.d, f.n), 0),
  },
  register("CMP", "1010", "SUB"),
  register("CMN", "1011", "ADD"),
  register("ORR", "1100", "ORR"),
  {
    name: "MUL T1",
    bits: "0100001101nnnddd",
    build: ({ d, n }, site) => compute(d, `Math.imul(r[${n}], r[${d}])`, !site.inIt),
  },
  register("BIC", "1110", "BIC"),
  register("MVN", "1111", "MVN"),
  {
    name: "ADD (register) T2",
    bits: "01000100dmmmmddd",
    refuse: (f) => f.d === 15 && f.m === 15,
    build: (f, site) => withRegister(site, data("ADD", false, f.d, f.d), f.m),
  },
  {
    name: "CMP (register) T2",
    bits: "01000101nmmmmnnn",
    refuse: (f) => (f.n < 8 && f.m < 8) || f.n === 15 || f.m === 15,
    build: (f, site) => withRegister(site, data("SUB", true, COMPARE, f.n), f.m),
  },
  {
    name: "MOV (register) T1",
    bits: "01000110dmmmmddd",
    build: (f, site) => withRegister(site, data("MOV", false, f.d, 0), f.m),
  },
  {
    name: "BX T1",
    bits: "010001110mmmm000",
    refuse: (f) => f.m === 15,
    build: (f, site) => branchRegister(f, site, false),
  },
  {
    name: "BLX (register) T1",
    bits: "010001111mmmm000",
    refuse: (f) => f.m === 15,
    build: (f, site) => branchRegister(f, site, true),
  },
  {
    name: "LDR (literal) T1",
    bits: "01001tttiiiiiiii",
    build: (f, site) => load(site, f.t, { bytes: 4 }, { n: PC, offset: 4 * f.i }),
  },
  transferRegister("STR", "000", { bytes: 4 }),
  transferRegister("STRH", "001", { bytes: 2 }),
  transferRegister("STRB", "010", { bytes: 1 }),
  transferRegister("LDRSB", "011", { bytes: 1, signed: true }),
  transferRegister("LDR", "100", { bytes: 4 }),
  transferRegister("LDRH", "101", { bytes: 2 }),
  transferRegister("LDRB", "110", { bytes: 1 }),
  transferRegister("LDRSH", "111", { bytes: 2, signed: true }),
  transferImmediate("STR", "01100", { bytes: 4 }),
  transferImmediate("LDR", "01101", { bytes: 4 }),
  transferImmediate("STRB", "01110", { bytes: 1 }),
  transferImmediate("LDRB", "01111", { bytes: 1 }),
  transferImmediate("STRH", "10000", { bytes: 2 }),
  transferImmediate("LDRH", "10001", { bytes: 2 }),
  {
    name: "STR (immediate) T2",
    bits: "10010tttiiiiiiii",
    build: (f, site) => store(site, f.t, { bytes: 4 }, { n: SP, offset: 4 * f.i }),
  },
  {
    name: "LDR (immediate) T2",
    bits: "10011tttiiiiiiii",
    build: (f, site) => load(site, f.t, { bytes: 4 }, { n: SP, offset: 4 * f.i }),
  },
  {
    name: "ADR T1",
    bits: "10100dddiiiiiiii",
    build: (f, site) => withImmediate(site, data("MOV", false, f.d, 0), ((site.pc + 4) & ~3) + 4 * f.i),
  },
  {
    name: "ADD (SP plus immediate) T1",
    bits: "10101dddiiiiiiii",
    build: (f, site) => withImmediate(site, data("ADD", false, f.d, SP), 4 * f.i),
  },
  {
    name: "ADD (SP plus immediate) T2",
    bits: "101100000iiiiiii",
    build: (f, site) => withImmediate(site, data("ADD", false, SP, SP), 4 * f.i),
  },
  {
    name: "SUB (SP minus immediate) T1",
    bits: "101100001iiiiiii",
    build: (f, site) => withImmediate(site, data("SUB", false, SP, SP), 4 * f.i),
  },
  compareBranch("CBZ", "0"),
  compareBranch("CBNZ", "1"),
  unary("SXTH", "001000", "(x << 16) >> 16"),
  unary("SXTB", "001001", "(x << 24) >> 24"),
  unary("UXTH", "001010", "x & 0xffff"),
  unary("UXTB", "001011", "x & 255"),
  {
    name: "PUSH T1",
    bits: "1011010prrrrrrrr",
    refuse: (f) => f.p === 0 && f.r === 0,
    build: (f, site) => storeMany(site, { n: SP, list: f.r | (f.p << LR), before: true, writeBack: true }),
  },
  {
    name: "POP T1",
    bits: "1011110prrrrrrrr",
    refuse: (f) => f.p === 0 && f.r === 0,
    build: (f, site) => loadMany(site, { n: SP, list: f.r | (f.p << PC), before: false, writeBack: true }),
  },
  unary("REV", "101000", "reverseBytes(x)"),
  unary("REV16", "101001", "reverseHalfwords(x)"),
  unary("REVSH", "101011", "(reverseHalfwords(x) << 16) >> 16"),
  { name: "NOP T1", bits: "1011111100000000", build: () => "" },
  {
    // What it does to the instructions after it is the block builder's (cpu.ts).
    name: "IT T1",
    bits: "10111111ccccxxxx",
    refuse: (f) => f.x === 0 || f.c === 15 || (f.c === 14 && (f.x & (f.x - 1)) !== 0),
    outsideItOnly: true,
    build: () => "",
  },
  {
    // The lowest register of the list may be the base; another one would store an unknown value.
    name: "STM T1",
    bits: "11000nnnrrrrrrrr",
    refuse: (f) => f.r === 0 || (((f.r >> f.n) & 1) === 1 && registersOf(f.r)[0] !== f.n),
    build: (f, site) => storeMany(site, { n: f.n, list: f.r, before: false, writeBack: true }),
  },
  {
    name: "LDM T1",
    bits: "11001nnnrrrrrrrr",
    refuse: (f) => f.r === 0,
    build: (f, site) => loadMany(site, { n: f.n, list: f.r, before: false, writeBack: ((f.r >> f.n) & 1) === 0 }),
  },
  {
    name: "B T1",
    bits: "1101cccciiiiiiii",
    refuse: (f) => f.c >= 14, // UDF, SVC
    outsideItOnly: true,
    build: (f, site) => branch(site, f.c, 2 * signExtend(f.i, 8)),
  },
  {
    name: "B T2",
    bits: "11100iiiiiiiiiii",
    build: (f, site) => branch(site, 14, 2 * signExtend(f.i, 11)),
  },
];
