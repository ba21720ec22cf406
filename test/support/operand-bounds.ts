// How large the operands of the curve formulas can become, by abstract interpretation of the assembled programs.
// Every register carries the largest that it can be, whatever the numbers are:
//   s  limbs fresh out of a carry (2^19 + 2 at most) that are added up in each of its limbs
//   v  its value in halves of p: a product of a table field is 1 (its quotient is rounded), a number below p is 2
import * as Field from "../../firmware/crypto/field.ts";
import { disassemble, execute } from "./field-bigint.ts";

export interface Bound {
  s: number;
  v: number;
}

export interface Extremes {
  /** Largest s1 s2 of one column; for `pairs` that of both its products together. */
  s: number;
  v: number;
  /** Largest s anywhere. */
  sum: number;
  /** Instructions used. */
  operations: Set<number>;
}

/**
 * Swaps follow the scalar given, because what is swapped together has to stay together; picks take any entry.
 * @param loaded what is in the registers at the start. @throws Error if a register is read that nothing has set.
 */
export function extremesOf(
  program: string,
  loaded: Record<number, Bound>,
  scalar: Uint8Array = new Uint8Array(32),
): Extremes {
  const file = new Map<number, Bound>(Object.entries(loaded).map(([register, bound]) => [Number(register), bound]));
  const extremes: Extremes = { s: 0, v: 0, sum: 0, operations: new Set(disassemble(program).map(({ op }) => op)) };
  const product: Bound = { s: 1, v: 1 };
  const get = (register: number): Bound => {
    const bound = file.get(register);
    if (!bound) throw new Error(`register ${register} is read before it is set`);
    return bound;
  };
  const times = (...factors: [number, number][]): void => {
    const sum = (key: "s" | "v") => factors.reduce((n, [a, b]) => n + get(a)[key] * get(b)[key], 0);
    extremes.s = Math.max(extremes.s, sum("s"));
    extremes.v = Math.max(extremes.v, sum("v"));
  };
  const join = (...bounds: Bound[]): Bound => ({
    s: Math.max(...bounds.map(({ s }) => s)),
    v: Math.max(...bounds.map(({ v }) => v)),
  });

  execute(program, scalar, ({ op, n }, { digit, before }) => {
    const [d, a, b, , e, g, h] = n;
    if (op === Field.OP_GIVE) return void get(d);
    if (op === Field.OP_MUL) times([a, b]);
    else if (op === Field.OP_MULADD) {
      times([a, b]);
      extremes.s = Math.max(extremes.s, get(a).s * get(b).s + get(e).s / 2 ** 19); // its limbs, not squares of limbs
    } else if (op === Field.OP_PAIRS) {
      times([a, b], [g, h]);
      file.set(e, product);
    } else if (op === Field.OP_SQUARES) times([a, a]);
    if (op <= Field.OP_PAIRS || op === Field.OP_SQUARES) return void file.set(d, product);

    if (op === Field.OP_COPY) file.set(d, get(a));
    else if (op === Field.OP_SWAP) {
      const [x, y] = [get(d), get(a)];
      if (digit !== before) file.set(d, y).set(a, x);
    } else if (op === Field.OP_PICK) {
      // Any of the 16 entries may be meant.
      for (let i = 0; i < b; i++)
        file.set(d + i, join(...Array.from({ length: 16 }, (_, entry) => get(a + entry * b + i))));
    } else if (op === Field.OP_PUT) for (let i = 0; i < b; i++) file.set(a + digit * b + i, get(d + i));
    else {
      const [x, y] = [get(a), get(b)];
      file.set(d, { s: x.s + y.s, v: x.v + y.v });
      extremes.sum = Math.max(extremes.sum, x.s + y.s);
    }
  });
  return extremes;
}
