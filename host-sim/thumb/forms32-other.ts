// The 32-bit forms that multiply, divide and branch (ARMv7-M ARM A5.3.4, .15, .16).
import { compute } from "./data.ts";
import { isSpOrPc, signExtend } from "./form.ts";
import type { Fields, Form } from "./form.ts";
import { branch } from "./forms16.ts";
import { LR, PC } from "./state.ts";

/** The product's halves as `low` and `high`; r[h]:r[l] is what comes in, and takes them. */
function long(name: string, opcode: string, kind: string, upper: string, add: (l: string, h: string) => string): Form {
  return {
    name: `${name} T1`,
    bits: `111110111${opcode}nnnn llllhhhh${kind}mmmm`,
    refuse: (f) => f.l === f.h || isSpOrPc(f.n, f.m, f.l, f.h),
    build: ({ n, m, l, h }) =>
      `let low = Math.imul(r[${n}], r[${m}]), high = ${upper}(r[${n}], r[${m}]); ` +
      `${add(`r[${l}]`, `r[${h}]`)} r[${l}] = low; r[${h}] = high;`,
  };
}

const none = (): string => "";
/** `low` takes up another word, and `high` the carry. */
const addWord = (word: string): string => `low = (low + ${word}) | 0; high += carryOf(low, ${word});`;
const accumulate = (l: string, h: string): string => `${addWord(l)} high += ${h};`;

/** By zero gives zero: the trap of CCR.DIV_0_TRP is off after reset. */
function divide(name: string, opcode: string, unsigned: string): Form {
  return {
    name: `${name} T1`,
    bits: `111110111${opcode}nnnn 1111dddd1111mmmm`,
    refuse: (f) => isSpOrPc(f.d, f.n, f.m),
    build: ({ d, n, m }) => compute(d, `r[${m}] === 0 ? 0 : (r[${n}]${unsigned}) / (r[${m}]${unsigned})`),
  };
}

/** S:I1:I2:imm10:imm11:0, where I = NOT (J EOR S). */
function farOffset(f: Fields): number {
  const i1 = 1 ^ f.j ^ f.S;
  const i2 = 1 ^ f.k ^ f.S;
  return signExtend((f.S << 24) | (i1 << 23) | (i2 << 22) | (f.i << 12) | (f.l << 1), 25);
}

export const FORMS_32_OTHER: readonly Form[] = [
  {
    name: "MUL T2",
    bits: "111110110000nnnn 1111dddd0000mmmm",
    refuse: (f) => isSpOrPc(f.d, f.n, f.m),
    build: ({ d, n, m }) => compute(d, `Math.imul(r[${n}], r[${m}])`),
  },
  {
    name: "MLA T1",
    bits: "111110110000nnnn aaaadddd0000mmmm",
    refuse: (f) => isSpOrPc(f.d, f.n, f.m, f.a),
    build: ({ d, n, m, a }) => compute(d, `r[${a}] + Math.imul(r[${n}], r[${m}])`),
  },
  {
    name: "MLS T1",
    bits: "111110110000nnnn aaaadddd0001mmmm",
    refuse: (f) => isSpOrPc(f.d, f.n, f.m, f.a),
    build: ({ d, n, m, a }) => compute(d, `r[${a}] - Math.imul(r[${n}], r[${m}])`),
  },
  long("SMULL", "000", "0000", "multiplyHighSigned", none),
  long("UMULL", "010", "0000", "multiplyHigh", none),
  long("SMLAL", "100", "0000", "multiplyHighSigned", accumulate),
  long("UMLAL", "110", "0000", "multiplyHigh", accumulate),
  long("UMAAL", "110", "0110", "multiplyHigh", (l, h) => `${addWord(l)} ${addWord(h)}`),
  divide("SDIV", "001", ""),
  divide("UDIV", "011", " >>> 0"),
  { name: "NOP T2", bits: "1111001110101111 1000000000000000", build: () => "" },
  {
    name: "B T3",
    bits: "11110Scccciiiiii 10j0klllllllllll",
    refuse: (f) => f.c >= 14,
    outsideItOnly: true,
    build: (f, site) =>
      branch(site, f.c, signExtend((f.S << 20) | (f.k << 19) | (f.j << 18) | (f.i << 12) | (f.l << 1), 21)),
  },
  {
    name: "B T4",
    bits: "11110Siiiiiiiiii 10j1klllllllllll",
    build: (f, site) => branch(site, 14, farOffset(f)),
  },
  {
    name: "BL T1",
    bits: "11110Siiiiiiiiii 11j1klllllllllll",
    build: (f, site) => {
      site.ends = true;
      return `r[${LR}] = ${(site.pc + 4) | 1}; r[${PC}] = ${site.pc + 4 + farOffset(f)};`;
    },
  },
];
