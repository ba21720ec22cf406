// The 32-bit forms of data processing (ARMv7-M ARM A5.3.1, .3, .11, .12). Left out, and so refused: PKH, SXTB16, UXTB16 and
// their accumulating kin, SSAT16, USAT16 and the rest of the DSP extension.
import { immediateShift } from "./alu.ts";
import { COMPARE, compute, shiftByRegister, withImmediate, withModifiedImmediate, withRegister } from "./data.ts";
import type { DataOp, Target } from "./data.ts";
import { isSpOrPc } from "./form.ts";
import type { Fields, Form } from "./form.ts";
import { Q } from "./state.ts";

type Refuse = (f: Fields) => boolean;

const target = (op: DataOp, f: Fields): Target => ({ op, flags: f.S === 1, d: f.d, n: f.n ?? 0 });

/** Bytes of 0 cannot be repeated. */
function isBadImmediate(imm12: number): boolean {
  return imm12 >>> 8 >= 1 && imm12 >>> 8 <= 3 && (imm12 & 255) === 0;
}

function modified(name: string, encoding: string, bits: string, op: DataOp, refuse: Refuse): Form {
  return {
    name: `${name} (immediate) ${encoding}`,
    bits: `11110i0${bits} 0iii${isCompare(name) ? "1111" : "dddd"}iiiiiiii`,
    refuse: (f) => isBadImmediate(f.i) || refuse(f),
    build: (f, site) =>
      withModifiedImmediate(site, isCompare(name) ? { op, flags: true, d: COMPARE, n: f.n } : target(op, f), f.i),
  };
}

function isCompare(name: string): boolean {
  return ["TST", "TEQ", "CMN", "CMP"].includes(name);
}

function shifted(name: string, encoding: string, bits: string, op: DataOp, refuse: Refuse): Form {
  return {
    name: `${name} (register) ${encoding}`,
    bits: `1110101${bits} 0iii${isCompare(name) ? "1111" : "dddd"}iittmmmm`,
    refuse,
    build: (f, site) =>
      withRegister(site, isCompare(name) ? { op, flags: true, d: COMPARE, n: f.n } : target(op, f), f.m, f.t, f.i),
  };
}

const noSpOrPc: Refuse = (f) => isSpOrPc(f.d ?? 0, f.n ?? 0, f.m ?? 0);
const compareWithSp: Refuse = (f) => f.n === 15 || isSpOrPc(f.m ?? 0);
/** Only r13 may be made of r13, and shifted by 3 at most. */
const addWithSp: Refuse = (f) =>
  f.n === 15 ||
  f.d === 15 ||
  isSpOrPc(f.m ?? 0) ||
  (f.d === 13 && (f.n !== 13 || (f.t ?? 0) !== 0 || (f.m === undefined ? 0 : f.i) > 3));
/** A plain move without flags may move r13. */
const moveWithSp: Refuse = (f) =>
  f.S === 0 && f.i === 0 && f.t === 0 ? f.d === 15 || f.m === 15 || (f.d === 13 && f.m === 13) : isSpOrPc(f.d, f.m);

/** An extension of a byte or halfword x, turned right by 0, 8, 16 or 24 bits first, alone or added to n. */
function extend(name: string, opcode: string, of: string): Form[] {
  const turned = (f: Fields) => `const x = shift(3, r[${f.m}], ${8 * f.r});`;
  return [
    {
      name: `${name} T2`,
      bits: `11111010 0${opcode}1111 1111dddd10rrmmmm`,
      refuse: noSpOrPc,
      build: (f) => `${turned(f)} ${compute(f.d, of)}`,
    },
    {
      name: `${name.slice(0, 3)}A${name.slice(3)} T1`,
      bits: `11111010 0${opcode}nnnn 1111dddd10rrmmmm`,
      refuse: noSpOrPc,
      build: (f) => `${turned(f)} ${compute(f.d, `r[${f.n}] + (${of})`)}`,
    },
  ];
}

/** The register stands in both halfwords; the two must agree. */
function unary(name: string, encoding: string, first: string, second: string, of: string): Form {
  return {
    name: `${name} ${encoding}`,
    bits: `11111010 10${first}kkkk 1111dddd10${second}mmmm`,
    refuse: (f) => f.k !== f.m || isSpOrPc(f.d, f.m),
    build: (f) => `const x = r[${f.m}]; ${compute(f.d, of)}`,
  };
}

function saturate(name: string, bit: string): Form {
  return {
    name: `${name} T1`,
    bits: `11110011 ${bit}0h0nnnn 0iiiddddii0sssss`,
    // With h and no amount these are SSAT16 and USAT16.
    refuse: (f) => isSpOrPc(f.d, f.n) || (f.h === 1 && f.i === 0),
    build: (f) => {
      const [low, high] = name === "SSAT" ? [-(2 ** f.s), 2 ** f.s - 1] : [0, 2 ** f.s - 1];
      const [type, amount] = immediateShift(2 * f.h, f.i);
      const value = `const x = shift(${type}, r[${f.n}], ${amount}), kept = Math.min(${high}, Math.max(${low}, x));`;
      return `${value} r[${f.d}] = kept; if (kept !== x) r[${Q}] = 1;`;
    },
  };
}

const mask = (bits: number): number => (bits >= 32 ? -1 : (1 << bits) - 1);

export const FORMS_32_DATA: readonly Form[] = [
  modified("TST", "T1", "00001nnnn", "AND", noSpOrPc),
  modified("AND", "T1", "0000Snnnn", "AND", noSpOrPc),
  modified("BIC", "T1", "0001Snnnn", "BIC", noSpOrPc),
  modified("MOV", "T2", "0010S1111", "MOV", noSpOrPc),
  modified("ORR", "T1", "0010Snnnn", "ORR", noSpOrPc),
  modified("MVN", "T1", "0011S1111", "MVN", noSpOrPc),
  modified("ORN", "T1", "0011Snnnn", "ORN", noSpOrPc),
  modified("TEQ", "T1", "01001nnnn", "EOR", noSpOrPc),
  modified("EOR", "T1", "0100Snnnn", "EOR", noSpOrPc),
  modified("CMN", "T1", "10001nnnn", "ADD", compareWithSp),
  modified("ADD", "T3", "1000Snnnn", "ADD", addWithSp),
  modified("ADC", "T1", "1010Snnnn", "ADC", noSpOrPc),
  modified("SBC", "T1", "1011Snnnn", "SBC", noSpOrPc),
  modified("CMP", "T2", "11011nnnn", "SUB", compareWithSp),
  modified("SUB", "T3", "1101Snnnn", "SUB", addWithSp),
  modified("RSB", "T2", "1110Snnnn", "RSB", noSpOrPc),

  {
    name: "ADR T3",
    bits: "11110i1000001111 0iiiddddiiiiiiii",
    refuse: noSpOrPc,
    build: (f, site) => withImmediate(site, target("MOV", f), ((site.pc + 4) & ~3) + f.i),
  },
  {
    name: "ADR T2",
    bits: "11110i1010101111 0iiiddddiiiiiiii",
    refuse: noSpOrPc,
    build: (f, site) => withImmediate(site, target("MOV", f), ((site.pc + 4) & ~3) - f.i),
  },
  {
    name: "ADD (immediate) T4",
    bits: "11110i100000nnnn 0iiiddddiiiiiiii",
    refuse: addWithSp,
    build: (f, site) => withImmediate(site, target("ADD", f), f.i),
  },
  {
    name: "SUB (immediate) T4",
    bits: "11110i101010nnnn 0iiiddddiiiiiiii",
    refuse: addWithSp,
    build: (f, site) => withImmediate(site, target("SUB", f), f.i),
  },
  {
    name: "MOV (immediate) T3",
    bits: "11110j100100iiii 0kkkddddbbbbbbbb",
    refuse: noSpOrPc,
    build: (f, site) => withImmediate(site, target("MOV", f), (f.i << 12) | (f.j << 11) | (f.k << 8) | f.b),
  },
  {
    name: "MOVT T1",
    bits: "11110j101100iiii 0kkkddddbbbbbbbb",
    refuse: noSpOrPc,
    build: (f) => {
      const upper = ((f.i << 12) | (f.j << 11) | (f.k << 8) | f.b) << 16;
      return compute(f.d, `(r[${f.d}] & 0xffff) | ${upper}`);
    },
  },
  saturate("SSAT", "0"),
  saturate("USAT", "1"),
  {
    name: "SBFX T1",
    bits: "111100110100nnnn 0iiiddddii0wwwww",
    refuse: (f) => isSpOrPc(f.d, f.n) || f.i + f.w > 31,
    build: (f) => compute(f.d, `(r[${f.n}] << ${31 - f.i - f.w}) >> ${31 - f.w}`),
  },
  {
    name: "UBFX T1",
    bits: "111100111100nnnn 0iiiddddii0wwwww",
    refuse: (f) => isSpOrPc(f.d, f.n) || f.i + f.w > 31,
    build: (f) => compute(f.d, `(r[${f.n}] >>> ${f.i}) & ${mask(f.w + 1)}`),
  },
  {
    name: "BFC T1",
    bits: "1111001101101111 0iiiddddii0mmmmm",
    refuse: (f) => isSpOrPc(f.d) || f.m < f.i,
    build: (f) => compute(f.d, `r[${f.d}] & ${~(mask(f.m - f.i + 1) << f.i)}`),
  },
  {
    name: "BFI T1",
    bits: "111100110110nnnn 0iiiddddii0mmmmm",
    refuse: (f) => isSpOrPc(f.d, f.n) || f.m < f.i,
    build: (f) => {
      const bits = mask(f.m - f.i + 1) << f.i;
      return compute(f.d, `(r[${f.d}] & ${~bits}) | ((r[${f.n}] << ${f.i}) & ${bits})`);
    },
  },

  shifted("TST", "T2", "00001nnnn", "AND", noSpOrPc),
  shifted("AND", "T2", "0000Snnnn", "AND", noSpOrPc),
  shifted("BIC", "T2", "0001Snnnn", "BIC", noSpOrPc),
  shifted("MOV", "T3", "0010S1111", "MOV", moveWithSp), // with a shift: LSL, LSR, ASR, ROR (immediate) T2, RRX
  shifted("ORR", "T2", "0010Snnnn", "ORR", noSpOrPc),
  shifted("MVN", "T2", "0011S1111", "MVN", noSpOrPc),
  shifted("ORN", "T1", "0011Snnnn", "ORN", noSpOrPc),
  shifted("TEQ", "T1", "01001nnnn", "EOR", noSpOrPc),
  shifted("EOR", "T2", "0100Snnnn", "EOR", noSpOrPc),
  shifted("CMN", "T2", "10001nnnn", "ADD", compareWithSp),
  shifted("ADD", "T3", "1000Snnnn", "ADD", addWithSp),
  shifted("ADC", "T2", "1010Snnnn", "ADC", noSpOrPc),
  shifted("SBC", "T2", "1011Snnnn", "SBC", noSpOrPc),
  shifted("CMP", "T3", "11011nnnn", "SUB", compareWithSp),
  shifted("SUB", "T2", "1101Snnnn", "SUB", addWithSp),
  shifted("RSB", "T1", "1110Snnnn", "RSB", noSpOrPc),

  ...["LSL", "LSR", "ASR", "ROR"].map((name, type): Form => {
    const bits = type.toString(2).padStart(2, "0");
    return {
      name: `${name} (register) T2`,
      bits: `111110100${bits}Snnnn 1111dddd0000mmmm`,
      refuse: noSpOrPc,
      build: ({ d, n, m, S }) => shiftByRegister(type, { d, n, m }, S === 1),
    };
  }),
  ...extend("SXTH", "000", "(x << 16) >> 16"),
  ...extend("UXTH", "001", "x & 0xffff"),
  ...extend("SXTB", "100", "(x << 24) >> 24"),
  ...extend("UXTB", "101", "x & 255"),
  unary("REV", "T2", "01", "00", "reverseBytes(x)"),
  unary("REV16", "T2", "01", "01", "reverseHalfwords(x)"),
  unary("RBIT", "T1", "01", "10", "reverseBits(x)"),
  unary("REVSH", "T2", "01", "11", "(reverseHalfwords(x) << 16) >> 16"),
  unary("CLZ", "T1", "11", "00", "Math.clz32(x)"),
];
