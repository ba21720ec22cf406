// The assembler of field machine programs: what it writes, and that it refuses what the machine would misread.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../../../firmware/crypto/assemble.ts";
import * as Field from "../../../firmware/crypto/field.ts";
import { disassemble } from "../../support/field-bigint.ts";

const NAMES = "a b c d e t[4]";

test("registers are numbered in order, arrays by element", () => {
  const { register } = assemble(NAMES, "a = b");
  assert.equal(register, { a: 0, b: 1, c: 2, d: 3, e: 4, t0: 5, t1: 6, t2: 7, t3: 8 });
});

test("every instruction, operands in the order of field.ts", () => {
  const cases: [string, number, number[]][] = [
    ["a = b * c", Field.OP_MUL, [0, 1, 2]],
    ["a = b * c + d", Field.OP_MULADD, [0, 1, 2, 0, 3, 0, 0]],
    ["a, b = c * d +- e * t0", Field.OP_PAIRS, [0, 2, 3, 0, 1, 4, 5]],
    ["b = c + d", Field.OP_ADD, [1, 2, 3]],
    ["b = c - d", Field.OP_SUB, [1, 2, 3]],
    ["c = t3", Field.OP_COPY, [2, 8, 0]],
    ["c = d ^ 2^128", Field.OP_SQUARES, [2, 3, 128]],
    ["swap d e", Field.OP_SWAP, [3, 4, 0]],
    ["pick a from t1 by 3", Field.OP_PICK, [0, 6, 3]],
    ["put e to t2 by 2", Field.OP_PUT, [4, 7, 2]],
  ];
  for (const [line, op, n] of cases) assert.equal(disassemble(assemble(NAMES, line).code), [{ op, n }], line);
});

test("loops are bracketed by their own instruction and end", () => {
  const { code } = assemble(NAMES, "comb\nend\nbits\n digits\n times 14\n a = b\n end\n end\nend");
  const { OP_COMB, OP_BITS, OP_DIGITS, OP_TIMES, OP_COPY, OP_END } = Field;
  assert.equal(
    disassemble(code).map(({ op }) => op),
    [OP_COMB, OP_END, OP_BITS, OP_DIGITS, OP_TIMES, OP_COPY, OP_END, OP_END, OP_END],
  );
  assert.is(disassemble(code)[0].n[0], Field.COMB_COLUMNS);
  assert.is(disassemble(code)[4].n[0], 14);
});

test("comments, indentation and empty lines give nothing", () => {
  assert.is(assemble(NAMES, "\n  # a = b\n   a = b  # copy\n\n").code, assemble(NAMES, "a = b").code);
  assert.is(assemble(NAMES, "# nothing").code, "");
});

function refused(text: string, message: RegExp, names = NAMES): void {
  assert.throws(() => assemble(names, text), message, text);
}

test("a line of no known shape is refused", () => {
  for (const line of ["a = b * c * d", "a = b / c", "a = b ^ 3", "a =", "swap a", "loop", "times", "a = -b", "A = 2 b"])
    refused(line, /no such instruction/);
});

test("a register that nobody declared is refused, and one declared twice", () => {
  for (const line of ["x = a", "a = x", "a = b * x", "a = t4", "a = t", "swap a x", "pick a from x by 1"])
    refused(line, /undeclared register/);
  refused("a = b", /"a" twice/, "a b a");
  refused("a = b", /"t1" twice/, "a b t1 t[2]");
});

test("an operand that does not fit into its character is refused, the largest is taken", () => {
  assert.is(disassemble(assemble(NAMES, "times 199\na = b\nend").code)[0].n[0], 199);
  refused("times 200\na = b\nend", /operand 200/);
  assert.is(disassemble(assemble("t[200]", "t199 = t0").code)[0].n[0], 199);
  refused("t200 = t0", /operand 200/, "t[201]");
});

test("a count of 0 is refused: the machine looks at it after the first round", () => {
  for (const line of ["a = b ^ 2^0", "times 0\na = b\nend", "pick a from t0 by 0", "put a to t0 by 0"])
    refused(line, /a count of 0/);
});

test("loops that do not fit together are refused", () => {
  refused("bits\na = b", /does not end/);
  refused("digits\ntimes 2\na = b\nend", /does not end/);
  refused("a = b\nend", /end without a loop/);
  refused("end\nbits", /end without a loop/);
});

test.run();
