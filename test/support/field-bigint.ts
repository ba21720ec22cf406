// The field machine again, slow and readable: every instruction as field.ts describes it, in BigInt. The oracle of the
// optimised back ends.
import * as Field from "../../firmware/crypto/field.ts";
import type { Machine } from "../../firmware/crypto/field.ts";
import type { Bytes } from "../../firmware/hal/engine.ts";

export function toBigInt(bytes: Bytes): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

/** Big-endian. */
export function fromBigInt(value: bigint, length = 32): Bytes {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex"));
}

export interface Instruction {
  op: number;
  /** The operands of this group, and of the second one where there is one. */
  n: number[];
}

export function disassemble(program: string): Instruction[] {
  const list: Instruction[] = [];
  for (let i = 0; i < program.length; i += 4) {
    const isLong = [Field.OP_MULADD, Field.OP_PAIRS].includes(program.charCodeAt(i) - 48);
    const [op, ...n] = [...program.slice(i, i + (isLong ? 8 : 4))].map((c) => c.charCodeAt(0) - 48);
    list.push({ op, n });
    if (isLong) i += 4;
  }
  return list;
}

export interface Loop {
  /** The bit, digit or count of this round, and of the round before. */
  digit: number;
  before: number;
}

/**
 * Calls `visit` for every instruction in the order of execution, loops unrolled.
 * @param loop the innermost loop; after a loop of bits, its last bit against nothing.
 */
export function execute(program: string, scalar: Bytes, visit: (i: Instruction, loop: Loop) => void): void {
  const list = disassemble(program);
  const bits = [...scalar].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((at) => (byte >> at) & 1));
  const digits = [...scalar].flatMap((byte) => [byte >> 4, byte & 15]);
  const combs = (whole: bigint) =>
    Array.from({ length: Field.COMB_COLUMNS }, (_, j) => {
      const column = [4, 3, 2, 1, 0].map((tooth) => 52 * tooth + 51 - j);
      const [sign, ...rest] = column.map((bit) => Number((whole >> BigInt(bit)) & 1n));
      const digit = rest.reduce((n, bit) => 2 * n + (bit ^ sign ^ 1), 0);
      return { digit, before: sign ? digit : -1 };
    });
  const run = (from: number, outer: Loop): number => {
    let loop = outer;
    let at = from;
    for (; at < list.length && list[at].op !== Field.OP_END; at++) {
      const { op, n } = list[at];
      const rounds: (number | Loop)[] | undefined =
        op === Field.OP_COMB
          ? combs(toBigInt(scalar))
          : op === Field.OP_BITS
            ? bits
            : op === Field.OP_DIGITS
              ? digits
              : op === Field.OP_TIMES
                ? Array.from({ length: n[0] }, (_, i) => i)
                : undefined;
      if (!rounds) {
        visit(list[at], loop);
        continue;
      }
      let end = at;
      const loops = rounds.map((round, i) =>
        typeof round === "number" ? { digit: round, before: i ? (rounds[i - 1] as number) : 0 } : round,
      );
      for (const each of loops) end = run(at + 1, each);
      at = end;
      loop = from === 0 ? { digit: loops[loops.length - 1].digit, before: 0 } : outer;
    }
    return at;
  };
  run(0, { digit: 0, before: 0 });
}

/** Registers that an instruction of these operands reads as numbers; `pick` and `put` have checks of their own. */
function readBy(op: number, [d, a, b, , e, g, h]: number[]): number[] {
  if ([Field.OP_COPY, Field.OP_SQUARES, Field.OP_GIVE].includes(op)) return [a];
  if (op === Field.OP_SWAP) return [d, a];
  if (op === Field.OP_MULADD) return [a, b, e];
  if (op === Field.OP_PAIRS) return [a, b, g, h];
  return [Field.OP_MUL, Field.OP_ADD, Field.OP_SUB].includes(op) ? [a, b] : [];
}

/** @param size bytes of a number. */
export function createFieldBigInt(p: bigint, registers: number, size = 32): Machine {
  const file: bigint[] = Array.from({ length: registers }, () => 0n);
  const given = new Map<number, Bytes>(); // no numbers until they are set again
  const mod = (x: bigint) => ((x % p) + p) % p;
  const step = ({ op, n }: Instruction, { digit, before }: Loop): void => {
    const [d, a, b, , e, g, h] = n;
    for (const register of readBy(op, n)) if (given.has(register)) throw new Error(`register ${register} was given`);
    if (op === Field.OP_GIVE) return void given.set(d, fromBigInt(file[d], size));
    given.delete(d);
    if (op === Field.OP_MUL) file[d] = mod(file[a] * file[b]);
    else if (op === Field.OP_MULADD) file[d] = mod(file[a] * file[b] + file[e]);
    else if (op === Field.OP_PAIRS) {
      const [f, k] = [file[a] * file[b], file[g] * file[h]];
      file[d] = mod(f + k);
      file[e] = mod(f - k);
    } else if (op === Field.OP_ADD) file[d] = mod(file[a] + file[b]);
    else if (op === Field.OP_SUB) file[d] = mod(file[a] - file[b]);
    else if (op === Field.OP_COPY) file[d] = file[a];
    else if (op === Field.OP_SQUARES) {
      let x = file[a];
      for (let i = 0; i < b; i++) x = mod(x * x);
      file[d] = x;
    } else if (op === Field.OP_SWAP) {
      if (digit !== before) [file[d], file[a]] = [file[a], file[d]];
    } else if (op === Field.OP_PICK) for (let i = 0; i < b; i++) file[d + i] = file[a + digit * b + i];
    else if (op === Field.OP_PUT) for (let i = 0; i < b; i++) file[a + digit * b + i] = file[d + i];
    else throw new Error(`no such operation: ${op}`);
  };
  const load = (register: number, bytes: Bytes): void => {
    for (let at = 0; at < bytes.length; at += size) {
      given.delete(register);
      file[register++] = mod(toBigInt(bytes.subarray(at, at + size)));
    }
  };
  return {
    load,
    constants: (register, data) => load(register, new Uint8Array(data)),
    store: (register, count = 1) => {
      const all = Array.from({ length: count }, (_, i) => given.get(register + i)!);
      return new Uint8Array(Buffer.concat(all));
    },
    run: (program, scalar = new Uint8Array(0)) => ({
      step() {
        execute([program].flat(9).join(""), scalar, step);
        return false;
      },
    }),
    wipe: () => void file.fill(0n),
  };
}
