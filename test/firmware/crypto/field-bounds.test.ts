// The bounds in the header of field-es5.ts: what the formulas can reach stays within them, a product at the bound is
// exact in every limb, and beyond it is not. The last shows that this test can fail.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../../../firmware/crypto/assemble.ts";
import { OP_MULADD, OP_PAIRS } from "../../../firmware/crypto/field.ts";
import * as F from "../../../firmware/crypto/formulas.build.ts";
import { arraysMadeBy } from "../../support/allocations.ts";
import { toBigInt } from "../../support/field-bigint.ts";
import { FIELDS, P256, P256_COMB, P256_MULTIPLY, valueIn } from "../../support/fields.ts";
import type { TestField } from "../../support/fields.ts";
import { runJob } from "../../support/jobs.ts";
import { extremesOf } from "../../support/operand-bounds.ts";
import type { Bound, Extremes } from "../../support/operand-bounds.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";

const WRAP_BOUND = 4;
const TABLE_BOUND = 2500;
const TABLE_TOP_BOUND = 500;
const L = 2 ** 19;
const LIMBS = 13;

const [wrapField, ...tableFields] = FIELDS;
const loaded = (...registers: number[]): Record<number, Bound> =>
  Object.fromEntries(registers.map((register) => [register, { s: 1, v: 2 }]));

test("the ladder keeps to the bound of a wrap field, and uses all of it", () => {
  const registers = loaded(0, 1, 2); // (A - 2) / 4, 1 and x1
  // The bounds only know whether a bit differs from the one before; each round's results are products again.
  for (const pattern of [0x00, 0xff, 0x55, 0xaa, 0x33]) {
    const extremes = extremesOf(F.X25519_PROGRAM + F.X25519_GIVE, registers, new Uint8Array(32).fill(pattern));
    assert.is(Math.floor(extremes.s), WRAP_BOUND);
    // y of `muladd` is a limb beside a product of two: nothing next to what the bound leaves free.
    assert.ok(extremes.s < WRAP_BOUND + 0.001);
  }
});

test("so does Elligator 2", () => {
  const { s } = extremesOf(F.ELLIGATOR_PROGRAM + F.ELLIGATOR_GIVE, loaded(0, 1, 2, F.ELLIGATOR_R));
  assert.ok(s < WRAP_BOUND + 0.001, String(s));
});

test("every P-256 formula keeps to the bounds of a table field, and has no instruction that it lacks", () => {
  const at = (from: number, count: number) => loaded(...Array.from({ length: count }, (_, i) => from + i));
  const own = at(F.P256_B, 2); // and 1
  const constants = { ...own, ...at(F.P256_P, 34) }; // P and Q, the comb's table
  const zero = loaded(F.P256_T, F.P256_T + 2);
  const [r, t0] = [F.POWER_R, F.POWER_T];
  const all: [string, Extremes][] = [
    ["multiply", extremesOf(P256_MULTIPLY, { ...own, ...at(F.P256_P, 2), ...zero })],
    ...[0x00, 0xff, 0x55, 0xf0].map((pattern): [string, Extremes] => {
      const sum = P256_COMB + F.P256_KEPT + F.P256_ADD + F.P256_AFFINE;
      const kept = Object.fromEntries([32, 33, 34].map((i) => [F.P256_T + i, { s: 12, v: 12 }]));
      return ["comb", extremesOf(sum, { ...constants, ...kept }, new Uint8Array(32).fill(pattern))];
    }),
    ["curve", extremesOf(F.P256_CURVE, { ...own, ...at(F.P256_P, 2) })],
    ["power", extremesOf(F.POWER_PROGRAM, loaded(r, t0, t0 + 1))],
    ["sign", extremesOf(F.ECDSA_INVERSE + F.ECDSA_SIGN, at(0, 5))],
    ["verify", extremesOf(F.ECDSA_INVERSE + F.ECDSA_VERIFY, at(0, 4))],
  ];
  for (const [name, { s, v, sum, operations }] of all) {
    assert.ok(s <= TABLE_BOUND, `${name}: s1 s2 = ${s}`);
    assert.ok(v <= TABLE_TOP_BOUND, `${name}: v1 v2 = ${v}`);
    // Limbs are kept as 32-bit integers.
    assert.ok(sum * (L + 2) < 2 ** 31, `${name}: s = ${sum}`);
    assert.not(operations.has(OP_MULADD) || operations.has(OP_PAIRS), name);
  }
  // Sums of 13 meet in the complete addition: without a bound above this, the formulas would need carries.
  assert.is(Math.max(...all.map(([, { s }]) => s)), 169);
});

test("a formula beyond the bound would be noticed, and so would one that reads what nothing has set", () => {
  const { code } = assemble("a b c", "c = a + b\nc = c + c\nc = c + a\nb = c * a\nb = b * b");
  assert.is(extremesOf(code, loaded(0, 1)).s, 5);
  const loop = assemble("a b c", "c = a\ntimes 60\nc = c + a\nend\nb = c * c").code;
  assert.is(extremesOf(loop, loaded(0)).s, 61 * 61);
  assert.is(extremesOf(loop, loaded(0)).v, 122 * 122);
  assert.throws(() => extremesOf(code, loaded(0)), /register 1 is read before it is set/);
});

/** The number that limbs stand for. */
function valueOf(limbs: number[]): bigint {
  return limbs.reduce((sum, limb, i) => sum + BigInt(limb) * 2n ** BigInt(20 * i), 0n);
}

/** The product (and the other results) of two operands whose limbs are given, by poking them into the registers. */
function product(field: TestField, text: string, operands: number[][]): bigint {
  let machine = field.fast(1);
  const arrays = arraysMadeBy(() => {
    machine = field.fast(4);
    runJob(machine.run("5000")); // registers are made when they are needed
  });
  for (const [i, limbs] of operands.entries()) {
    machine.load(i, new Uint8Array([77]));
    runJob(machine.run("5000")); // until then it is not in the register
    arrays.find((array) => array instanceof Int32Array && array.length === LIMBS && array[0] === 77)!.set(limbs);
  }
  runJob(machine.run(assemble("a b c d", text).code));
  return toBigInt(valueIn(machine, 2));
}

/** Limbs of s values added up, at or near their extreme, in one sign or mixed. */
function extremeLimbs(random: TestRandom, s: number, sign: number, slack: number): number[] {
  return Array.from({ length: LIMBS }, () => {
    const size = (L + 2) * s - (slack && random.below(slack));
    return size * (sign || (random.below(2) ? 1 : -1));
  });
}

/** How many of the products come out wrong. */
function wrongProducts(random: TestRandom, field: TestField, s1: number, s2: number, tops?: [number, number]): number {
  let wrong = 0;
  for (const slack of [0, 3, 1000])
    for (const signs of [
      [1, 1],
      [1, -1],
      [-1, -1],
      [1, 0],
      [0, 0],
    ]) {
      const operands = [s1, s2].map((s, i) => {
        const limbs = extremeLimbs(random, s, signs[i], slack);
        if (tops) limbs[12] = Math.trunc(Math.sign(limbs[12]) * tops[i]);
        return limbs;
      });
      const { p } = field;
      const expected = (((valueOf(operands[0]) * valueOf(operands[1])) % p) + p) % p;
      if (product(field, "c = a * b", operands) !== expected) wrong++;
    }
  return wrong;
}

test("a wrap field's product is exact for every limb at the bound, and beyond it is not", () => {
  let beyond = 0;
  forAll(20, (random) => {
    for (const [s1, s2] of [
      [1, 4],
      [2, 2],
      [4, 1],
      [1, 3],
      [1, 1],
    ])
      assert.is(wrongProducts(random, wrapField, s1, s2), 0, `s1 = ${s1}, s2 = ${s2}`);
    for (const [s1, s2] of [
      [1, 5],
      [5, 1],
      [3, 2],
    ])
      beyond += wrongProducts(random, wrapField, s1, s2);
  });
  assert.ok(beyond > 10, `${beyond} wrong beyond the bound`);
});

test("muladd and pairs are exact for every limb at the bound, and beyond it are not", () => {
  const run = (text: string, s: number[], random: TestRandom, slack: number): boolean => {
    const limbs = s.map((n) => extremeLimbs(random, n, random.pick([1, -1, 0]), slack));
    const [a, b, c, d] = [limbs[0], limbs[1], limbs[2] ?? limbs[0], limbs[3] ?? limbs[1]].map(valueOf);
    const expected = text.includes("+-") ? a * b + c * d : a * b + c;
    const { p } = wrapField;
    return product(wrapField, text, limbs) === ((expected % p) + p) % p;
  };
  let beyond = 0;
  forAll(60, (random) => {
    for (const slack of [0, 3, 1000]) {
      assert.ok(run("c = a * b + c", [2, 2, 2], random, slack));
      assert.ok(run("c = a * b + c", [1, 4, 4], random, slack));
      for (const s of [
        [1, 1, 2, 1],
        [2, 1, 2, 1],
        [1, 3, 1, 1],
        [1, 1, 3, 1],
      ])
        assert.ok(run("c, d = a * b +- c * d", s, random, slack), `pairs ${s}`);
      for (const s of [
        [3, 1, 2, 1],
        [2, 2, 2, 1],
      ])
        if (!run("c, d = a * b +- c * d", s, random, slack)) beyond++;
    }
  });
  assert.ok(beyond > 5, `${beyond} wrong beyond the bound`);
});

test("a table field's product is exact for every limb at the bound, and beyond it is not", () => {
  for (const field of tableFields) {
    let beyond = 0;
    forAll(20, (random) => {
      for (const [s1, s2] of [
        [50, 50],
        [1, 2500],
        [2500, 1],
        [13, 13],
      ])
        assert.is(wrongProducts(random, field, s1, s2, [0, 0]), 0, `s1 = ${s1}, s2 = ${s2}`);
      // Where the top limbs are not 0, the 13th product of a column is theirs.
      for (const [s1, s2] of [
        [56, 56],
        [1, 3000],
      ])
        beyond += wrongProducts(random, field, s1, s2, [0, 0]);
    });
    assert.ok(beyond > 10, `${field.name}: ${beyond} wrong beyond the bound`);
  }
});

test("a table field's value may have grown to its own bound, and beyond it is wrong", () => {
  for (const field of tableFields) {
    // Half of p, and what rounding the quotient by its top limbs may add.
    const half = Math.ceil((Number(field.p >> 240n) / 2) * (1 + 2 ** -11));
    let beyond = 0;
    forAll(20, (random) => {
      for (const [v1, v2] of [
        [13, 13],
        [22, 22],
        [1, 500],
        [250, 2],
      ])
        assert.is(wrongProducts(random, field, v1, v2, [v1 * half, v2 * half]), 0, `v1 = ${v1}, v2 = ${v2}`);
      for (const [v1, v2] of [
        [23, 23],
        [1, 530],
        [2, 300],
      ])
        beyond += wrongProducts(random, field, v1, v2, [v1 * half, v2 * half]);
    });
    assert.ok(beyond > 10, `${field.name}: ${beyond} wrong beyond the bound`);
  }
});

test("a product of a table field stays below half of p, but for the rounding of its quotient", () => {
  for (const field of tableFields) {
    let largest = 0;
    forAll(300, (random) => {
      let machine = field.fast(1);
      const arrays = arraysMadeBy(() => {
        machine = field.fast(4);
        runJob(machine.run("5000"));
      });
      for (const i of [0, 1]) machine.load(i, random.bytes(32));
      runJob(machine.run(assemble("a b c d", "c = a * b").code));
      const result = arrays.filter((array) => array instanceof Int32Array && array.length === LIMBS).at(-2)!;
      const value = valueOf([...result]);
      const ratio = Number(((value < 0n ? -value : value) * 2n ** 30n) / field.p) / 2 ** 29;
      largest = Math.max(largest, ratio);
      assert.ok(ratio < 1 + 2 ** -11, `${ratio} halves of p`);
      for (const limb of result) assert.ok(Math.abs(limb) <= L + 2);
    });
    assert.ok(largest > 0.9);
  }
});

test("the moduli and residues are those of the standards", () => {
  for (const field of FIELDS) assert.is(toBigInt(field.modulus.bytes), field.p, field.name);
  assert.is(2n ** 260n % wrapField.p, BigInt(wrapField.modulus.wrap));
  for (const field of tableFields) {
    assert.is(field.modulus.residues!.length, LIMBS * 32);
    for (let j = 0; j < LIMBS; j++)
      assert.is(toBigInt(field.modulus.residues!.subarray(j * 32, j * 32 + 32)), 2n ** BigInt(260 + 20 * j) % field.p);
  }
  assert.is(tableFields[0].p, P256);
});

test.run();
