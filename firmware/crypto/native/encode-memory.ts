// Loads and stores as halfwords: single ones, pairs, lists of registers.
import { low, number, PC, register, SP, within } from "./operands.ts";

export const LOADS: Record<string, { wide: number; imm5: number; register: number; size: number }> = {
  str: { wide: 0xf840, imm5: 0x6000, register: 0x5000, size: 4 },
  ldr: { wide: 0xf850, imm5: 0x6800, register: 0x5800, size: 4 },
  strb: { wide: 0xf800, imm5: 0x7000, register: 0x5400, size: 1 },
  ldrb: { wide: 0xf810, imm5: 0x7800, register: 0x5c00, size: 1 },
};

interface Memory {
  base: number;
  offset: number;
  index?: number;
  shift: number;
  /** Is the base written back, and is the offset added before? */
  writes: boolean;
  before: boolean;
}

function memory(operands: string[]): Memory {
  const match = /^\[(\w+)(?:, (#-?\w+|\w+)(?:, lsl #(\d))?)?\](!?)$/.exec(operands[0]);
  if (!match) throw new Error(`"${operands[0]}" is no address`);
  const after = operands[1];
  const second = after || match[2] || "#0";
  const isNumber = second.charAt(0) === "#";
  return {
    base: register(match[1]),
    offset: isNumber ? number(second) : 0,
    index: isNumber ? undefined : register(second),
    shift: Number(match[3] || 0),
    writes: !!match[4] || !!after,
    before: !after,
  };
}

export function loadStore(name: string, operands: string[]): number[] {
  const { wide, imm5, register: byRegister, size } = LOADS[name];
  const t = register(operands[0]);
  const at = memory(operands.slice(1));
  const scaled = at.offset / size;
  if (at.index !== undefined) {
    if (low(t, at.base, at.index) && !at.shift) return [byRegister | (at.index << 6) | (at.base << 3) | t];
    return [wide | at.base, (t << 12) | (at.shift << 4) | at.index];
  }
  if (!at.writes && at.offset >= 0) {
    const whole = Math.floor(scaled) === scaled;
    if (low(t, at.base) && whole && scaled < 32) return [imm5 | (scaled << 6) | (at.base << 3) | t];
    if (low(t) && at.base === SP && size === 4 && whole && scaled < 256)
      return [(name === "ldr" ? 0x9800 : 0x9000) | (t << 8) | scaled];
    return [wide | 0x80 | at.base, (t << 12) | within(at.offset, 0, 4095)];
  }
  const mode = 0x800 | (at.before ? 0x400 : 0) | (at.offset < 0 ? 0 : 0x200) | (at.writes ? 0x100 : 0);
  return [wide | at.base, (t << 12) | mode | within(Math.abs(at.offset), 0, 255)];
}

export function loadStoreDouble(name: string, operands: string[]): number[] {
  const at = memory(operands.slice(2));
  if (at.offset % 4) throw new Error(`${at.offset} is not a multiple of 4`);
  const mode = (at.before ? 0x100 : 0) | (at.offset < 0 ? 0 : 0x80) | (at.writes ? 0x20 : 0);
  const first = 0xe840 | mode | (name === "ldrd" ? 0x10 : 0) | at.base;
  return [
    first,
    (register(operands[0]) << 12) | (register(operands[1]) << 8) | within(Math.abs(at.offset) / 4, 0, 255),
  ];
}

/** Bits of a register list such as `{r4-r7, lr}`. */
function registerList(text: string): number {
  const parts = text.replace(/[{}]/g, "").split(", ");
  let bits = 0;
  for (let i = 0; i < parts.length; i++) {
    const range = parts[i].split("-");
    const last = register(range[range.length - 1]);
    for (let r = register(range[0]); r <= last; r++) bits |= 1 << r;
  }
  return bits;
}

export function multiple(name: string, operands: string[]): number[] {
  if (name === "push" || name === "pop") {
    const bits = registerList(operands[0]);
    const extra = name === "push" ? 14 : PC;
    if (!(bits & ~(255 | (1 << extra))))
      return [(name === "push" ? 0xb400 : 0xbc00) | ((bits >> extra) << 8) | (bits & 255)];
    if (!(bits & (bits - 1))) throw new Error("fewer than two registers");
    return [name === "push" ? 0xe92d : 0xe8bd, bits];
  }
  const writes = /!$/.test(operands[0]);
  const base = register(operands[0].replace("!", ""));
  const bits = registerList(operands[1]);
  const isLoad = name === "ldmia";
  if (low(base) && bits < 256 && (writes ? !(bits & (1 << base)) : isLoad && bits & (1 << base)))
    return [(isLoad ? 0xc800 : 0xc000) | (base << 8) | bits];
  if (!(bits & (bits - 1))) throw new Error("fewer than two registers");
  return [(isLoad ? 0xe890 : 0xe880) | (writes ? 0x20 : 0) | base, bits];
}
