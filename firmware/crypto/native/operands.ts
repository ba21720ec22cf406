// Operands of Thumb instructions, as text to numbers. What is none throws.

export const SP = 13;
export const PC = 15;
const NAMES: Record<string, number> = { sp: SP, lr: 14, pc: PC, ip: 12 };

export function register(text: string): number {
  const n = /^r(\d|1[0-2])$/.exec(text);
  const value = n ? Number(n[1]) : NAMES[text];
  if (value === undefined) throw new Error(`"${text}" is no register`);
  return value;
}

export function number(text: string): number {
  const value = text.charAt(0) === "#" ? Number(text.substr(1)) : NaN;
  if (!(Math.floor(value) === value)) throw new Error(`"${text}" is no immediate`);
  return value;
}

export function within(value: number, low: number, high: number): number {
  if (value < low || value > high) throw new Error(`${value} is not in ${low} .. ${high}`);
  return value;
}

export function low(...registers: number[]): boolean {
  for (let i = 0; i < registers.length; i++) if (registers[i] > 7) return false;
  return true;
}
