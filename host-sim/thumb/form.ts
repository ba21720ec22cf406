// A form is one encoding of one instruction: its bits, what it leaves UNPREDICTABLE, and how it is carried out.
//
// `bits` reads like the encoding diagrams of the ARMv7-M ARM: 0 and 1 are fixed, a letter is a bit of the field of that
// name, and bits of a field that lie apart are joined in the order in which they stand ("i" of a modified immediate is
// i:imm3:imm8). Blanks are for the reader. Bits the manual prints as (0) or (1) are fixed here. The first form of the list that matches is taken.
export type Fields = Record<string, number>;

/** Where an instruction stands, and what its builder tells about it. */
export interface Site {
  pc: number;
  /** Inside an IT block 16-bit data processing leaves the flags alone. */
  inIt: boolean;
  isTraced: boolean;
  /** Set by a builder whose instruction may write r[PC]. */
  ends: boolean;
  /** Makes a way to memory for this instruction and names it. */
  port: () => string;
}

export interface Form {
  name: string;
  bits: string;
  /** UNPREDICTABLE, or UNDEFINED inside the bits of this form. */
  refuse?: (f: Fields) => boolean;
  outsideItOnly?: boolean;
  /** JavaScript statements (data.ts). */
  build: (f: Fields, site: Site) => string;
}

export interface Pattern {
  size: 2 | 4;
  mask: number;
  value: number;
  fields: [name: string, shifts: number[]][];
}

export function patternOf(diagram: string): Pattern {
  const bits = diagram.replaceAll(" ", "");
  const size = bits.length / 8;
  if (size !== 2 && size !== 4) throw new Error(`${bits.length} bits in ${bits}`);
  const fields = new Map<string, number[]>();
  let mask = 0;
  let value = 0;
  [...bits].forEach((bit, i) => {
    const shift = bits.length - 1 - i;
    if (bit === "0" || bit === "1") {
      mask |= 1 << shift;
      value |= Number(bit) << shift;
    } else fields.set(bit, [...(fields.get(bit) ?? []), shift]);
  });
  return { size, mask, value, fields: [...fields] };
}

export function matches(pattern: Pattern, word: number): boolean {
  return (word & pattern.mask) === pattern.value;
}

export function fieldsOf(pattern: Pattern, word: number): Fields {
  const fields: Fields = {};
  for (const [name, shifts] of pattern.fields)
    fields[name] = shifts.reduce((value, shift) => (value << 1) | ((word >>> shift) & 1), 0);
  return fields;
}

/** SP and PC, which most 32-bit forms do not take. */
export function isSpOrPc(...registers: number[]): boolean {
  return registers.some((register) => register === 13 || register === 15);
}

export function signExtend(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}
