// Assembles the field machine's programs from text. Runs when the bundle is made, never on a device.
import * as Field from "./field.ts";

export interface Program {
  code: string;
  /** Register numbers by name. */
  register: Record<string, number>;
}

type Shape = (m: RegExpExecArray, r: (name: string) => string) => string;

const SHAPES: { pattern: RegExp; code: Shape }[] = [
  { pattern: /^(\w+) = (\w+) \* (\w+)$/, code: (m, r) => op(Field.OP_MUL, r(m[1]), r(m[2]), r(m[3])) },
  {
    pattern: /^(\w+) = (\w+) \* (\w+) \+ (\w+)$/,
    code: (m, r) => op(Field.OP_MULADD, r(m[1]), r(m[2]), r(m[3])) + op(0, r(m[4]), "0", "0"),
  },
  {
    pattern: /^(\w+), (\w+) = (\w+) \* (\w+) \+- (\w+) \* (\w+)$/,
    code: (m, r) => op(Field.OP_PAIRS, r(m[1]), r(m[3]), r(m[4])) + op(0, r(m[2]), r(m[5]), r(m[6])),
  },
  { pattern: /^(\w+) = (\w+) \+ (\w+)$/, code: (m, r) => op(Field.OP_ADD, r(m[1]), r(m[2]), r(m[3])) },
  { pattern: /^(\w+) = (\w+) - (\w+)$/, code: (m, r) => op(Field.OP_SUB, r(m[1]), r(m[2]), r(m[3])) },
  { pattern: /^(\w+) = (\w+)$/, code: (m, r) => op(Field.OP_COPY, r(m[1]), r(m[2]), "0") },
  {
    pattern: /^(\w+) = (\w+) \^ 2\^(\d+)$/,
    code: (m, r) => op(Field.OP_SQUARES, r(m[1]), r(m[2]), count(m[3])),
  },
  { pattern: /^bits$/, code: () => op(Field.OP_BITS, "0", "0", "0") },
  { pattern: /^digits$/, code: () => op(Field.OP_DIGITS, "0", "0", "0") },
  { pattern: /^comb$/, code: () => op(Field.OP_COMB, count(String(Field.COMB_COLUMNS)), "0", "0") },
  { pattern: /^times (\d+)$/, code: (m) => op(Field.OP_TIMES, count(m[1]), "0", "0") },
  { pattern: /^end$/, code: () => op(Field.OP_END, "0", "0", "0") },
  { pattern: /^swap (\w+) (\w+)$/, code: (m, r) => op(Field.OP_SWAP, r(m[1]), r(m[2]), "0") },
  {
    pattern: /^pick (\w+) from (\w+) by (\d+)$/,
    code: (m, r) => op(Field.OP_PICK, r(m[1]), r(m[2]), count(m[3])),
  },
  {
    pattern: /^put (\w+) to (\w+) by (\d+)$/,
    code: (m, r) => op(Field.OP_PUT, r(m[1]), r(m[2]), count(m[3])),
  },
  // As the native machine has it: register -3, which is the number 1, takes R out.
  { pattern: /^give (\w+)$/, code: (m, r) => op(Field.OP_GIVE, r(m[1]), r(m[1]), "-") },
];

function operand(n: number): string {
  if (!(n >= 0 && n < 200)) throw new Error(`operand ${n} does not fit`);
  return String.fromCharCode(48 + n);
}

/** The machine looks at a count after the first round. */
function count(text: string): string {
  if (Number(text) === 0) throw new Error("a count of 0");
  return operand(Number(text));
}

function op(code: number, d: string, a: string, b: string): string {
  return operand(code) + d + a + b;
}

/**
 * One instruction a line; `#` starts a comment.
 * @param registers names separated by blanks, in order; `t[48]` reserves 48 registers, named t0 .. t47.
 * @throws Error for a line of no known shape, an undeclared or doubled register, a loop that does not end.
 */
export function assemble(registers: string, text: string): Program {
  const register: Record<string, number> = {};
  let next = 0;
  const declare = (name: string) => {
    if (name in register) throw new Error(`register "${name}" twice`);
    register[name] = next++;
  };
  registers.split(" ").forEach((name) => {
    const array = /^(\w+)\[(\d+)\]$/.exec(name);
    if (!array) declare(name);
    else for (let i = 0; i < Number(array[2]); i++) declare(array[1] + i);
  });
  const resolve = (name: string) => {
    if (!(name in register)) throw new Error(`undeclared register "${name}"`);
    return operand(register[name]);
  };
  let open = 0; // loops
  const encode = (line: string) => {
    if (/^(bits|digits|comb|times .*)$/.test(line)) open++;
    if (line === "end" && --open < 0) throw new Error("end without a loop");
    for (let i = 0; i < SHAPES.length; i++) {
      const match = SHAPES[i].pattern.exec(line);
      if (match) return SHAPES[i].code(match, resolve);
    }
    throw new Error(`no such instruction: "${line}"`);
  };
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  const code = lines
    .filter((line) => line !== "")
    .map(encode)
    .join("");
  if (open) throw new Error("a loop that does not end");
  return { code, register };
}
