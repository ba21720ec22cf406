// The field machine in plain ES5 against its BigInt twin: every instruction by itself at the values where carries and
// reductions are hardest, then random programs with loops inside loops.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../../../firmware/crypto/assemble.ts";
import { arraysMadeBy, notWiped } from "../../support/allocations.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { FIELDS, P25519, valueIn } from "../../support/fields.ts";
import type { TestField } from "../../support/fields.ts";
import { hex } from "../../support/hal.ts";
import { runJob } from "../../support/jobs.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";

const REGISTERS = "v0 v1 v2 v3 v4 s0 s1 t[48]";
const COUNT = 7 + 48;

/** All limbs 2^19, the largest a carry leaves, and all ones; every 20-bit limb alternating. */
const FULL_LIMBS = [0x80000n, 0xfffffn, 0x7ffffn, 1n].map((limb) => {
  let value = 0n;
  for (let i = 0n; i < 13n; i++) value |= limb << (20n * i);
  return value % 2n ** 256n;
});

function edges(p: bigint): bigint[] {
  const near = [0n, 1n, 2n, 3n, 19n, 608n, p / 2n, p / 2n + 1n, p - 2n, p - 1n, p, p + 1n, 2n ** 256n - 1n];
  const powers = [20n, 240n, 254n, 255n].flatMap((e) => [2n ** e - 1n, 2n ** e, 2n ** e + 1n]);
  return [...near, ...powers, ...FULL_LIMBS];
}

/** Runs a program on both machines over the same registers, and compares all of them. */
function compare(field: TestField, text: string, values: bigint[], scalar?: Uint8Array): void {
  const { code } = assemble(REGISTERS, text);
  const [fast, slow] = [field.fast(COUNT), field.slow(COUNT)];
  for (const machine of [fast, slow]) {
    for (let i = 0; i < COUNT; i++) machine.load(i, fromBigInt(values[i] ?? BigInt(i)));
    runJob(machine.run(code, scalar));
  }
  for (let i = 0; i < COUNT; i++)
    assert.is(
      hex(valueIn(fast, i)),
      hex(valueIn(slow, i)),
      `register ${i} of ${field.name} after\n${text}\nfrom ${values}`,
    );
}

for (const field of FIELDS) {
  test(`every pair of edge values, ${field.name}: mul, add, sub, copy, aliased operands`, () => {
    const list = edges(field.p);
    const text =
      "v2 = v0 * v1\nv3 = v0\ns0 = v0 + v1\ns1 = v0 - v1\nt0 = s0 * s1\nv4 = v4 * v4\nv1 = v0 * v1\nt1 = v1 * v1";
    for (const a of list) for (const b of list) compare(field, text, [a, b, 5n, 5n, a]);
  });

  test(`what is loaded is stored fully reduced, ${field.name}`, () => {
    const machine = field.fast(1);
    for (const value of edges(field.p)) {
      machine.load(0, fromBigInt(value));
      assert.is(toBigInt(valueIn(machine, 0)), value % field.p);
    }
    machine.load(0, new Uint8Array([1, 2, 3]));
    assert.is(toBigInt(valueIn(machine, 0)), 0x010203n);
    machine.load(0, new Uint8Array(0));
    assert.is(toBigInt(valueIn(machine, 0)), 0n);
  });

  test(`a negative and a large sum are stored reduced, ${field.name}`, () => {
    for (const value of [1n, field.p - 1n, field.p / 2n]) {
      compare(field, "s0 = v0 - v1\ns0 = s0 - v1\ns0 = s0 - v1\ns1 = v1 + v1\ns1 = s1 + v1\ns1 = s1 + v1", [0n, value]);
    }
  });

  test(`squares: as many as asked for, one a step, in place or not, ${field.name}`, () => {
    for (const count of [1, 2, 3, 20]) {
      for (const a of [0n, 1n, 2n, field.p - 1n, field.p / 3n])
        compare(field, `v1 = v0 ^ 2^${count}\nv0 = v0 ^ 2^${count}`, [a, 7n]);
      const steps = (n: number) => runJob(field.fast(COUNT).run(assemble(REGISTERS, `v1 = v0 ^ 2^${n}`).code));
      assert.is(steps(count) - steps(1), count - 1);
    }
  });

  test(`loops: counts, bits, digits and tables, one inside another, ${field.name}`, () => {
    const values = Array.from({ length: COUNT }, (_, i) => BigInt(i * i + 3));
    const count =
      "times 5\n put v0 to t0 by 2\n v0 = v0 * v2\n times 3\n pick v3 from t0 by 2\n v1 = v1 * v3\n end\n end";
    compare(field, count, values);
    const table = "digits\n v0 = v0 ^ 2^4\n pick v2 from t0 by 3\n v0 = v0 * v4\n times 2\n v1 = v1 * v2\n end\n end";
    compare(field, table, values, new Uint8Array([0x01, 0x9a, 0xf0]));
    // After an inner loop the digit is that of the outer one again.
    const after =
      "digits\n times 3\n v1 = v1 * v2\n end\n pick v3 from t0 by 2\n v0 = v0 * v3\n put v0 to t1 by 1\n end";
    compare(field, after, values, new Uint8Array([0x5b, 0x07]));
    const bits =
      "bits\n swap v0 v1\n v0 = v0 * v2\n digits\n pick v3 from t0 by 1\n v1 = v1 * v3\n end\n end\nswap v0 v1";
    for (const byte of [0x00, 0x01, 0x80, 0xa6, 0xff]) compare(field, bits, values, new Uint8Array([byte]));
    // What was made of a register for products is not used after a swap: of either, as first factor or as second.
    const prepared = "v2 = v0 * v1\nv2 = v1 * v0\n";
    const swapped = `${prepared}bits\n swap v0 v1\n v2 = v2 * v0\n v3 = v3 * v1\n v4 = v0 * v4\n v3 = v1 * v3\n end`;
    for (const byte of [0x80, 0xa6]) compare(field, swapped, values, new Uint8Array([byte]));
  });

  test(`random programs, ${field.name}`, () => {
    forAll(25, (random) => {
      const list = edges(field.p);
      const some = () => (random.below(2) ? random.pick(list) : toBigInt(random.bytes(32)));
      const values = Array.from({ length: COUNT }, some);
      // Sums are only read after they were written, so that no operand is more than two values added up.
      const text = ["s0 = v0 + v1", "s1 = v2 - v3", ...randomBlock(random, field, 2)].join("\n");
      compare(field, text, values, random.bytes(2));
    });
  });
}

function randomBlock(random: TestRandom, field: TestField, depth: number): string[] {
  const v = () => `v${random.below(5)}`;
  const s = () => `s${random.below(2)}`;
  const any = () => (random.below(3) ? v() : s());
  const kinds: (() => string[])[] = [
    () => [`${v()} = ${any()} * ${any()}`],
    () => [`${s()} = ${v()} + ${v()}`],
    () => [`${s()} = ${v()} - ${v()}`],
    () => [`${v()} = ${v()}`],
    () => [`${v()} = ${v()} ^ 2^${1 + random.below(4)}`],
  ];
  if (field.isWrap) {
    kinds.push(() => [`${v()} = ${any()} * ${v()} + ${any()}`]);
    kinds.push(() => {
      const d = random.below(5);
      return [`v${d}, v${(d + 1) % 5} = ${any()} * ${v()} +- ${v()} * ${s()}`];
    });
  }
  if (depth) {
    const table = () => random.pick([`pick v0 from t0 by 3`, `put v1 to t3 by 2`, `pick v4 from t8 by 1`]);
    const loop = (head: string, more: () => string) => () => [
      ...[head, more()],
      ...randomBlock(random, field, depth - 1),
      ...(more === table ? [table()] : []),
      "end",
    ];
    kinds.push(loop(`times ${1 + random.below(4)}`, table), loop("digits", table));
    if (depth === 2) kinds.push(() => [...loop("bits", () => `swap ${v()} ${v()}`)(), `swap ${v()} ${v()}`]);
  }
  return Array.from({ length: 1 + random.below(6) }, () => random.pick(kinds)()).flat();
}

test("muladd and pairs in a wrap field, at every pair of edge values", () => {
  const [field] = FIELDS;
  const text =
    "v2 = v0 * v1 + v1\nv3, v4 = v0 * v1 +- v1 * v1\ns0 = v0 - v1\nt0 = s0 * v0 + s0\nt1, t2 = s0 * v0 +- v1 * s0\nv0 = v0 * v0 + v0\nv1, t3 = v1 * t3 +- t3 * v1";
  const list = edges(field.p);
  for (const a of list) for (const b of list) compare(field, text, [a, b]);
});

test("a scalar is looked at as bits from the top, whatever its length", () => {
  // r = m^scalar by square and multiply, with the bit as table index.
  const text = "bits\n v0 = v0 * v0\n pick v1 from t0 by 1\n v0 = v0 * v1\n end";
  const { code } = assemble(REGISTERS, text);
  for (const scalar of [[0], [1], [0x80, 0], [0, 0, 3], [0xff, 0xfe]]) {
    const machine = FIELDS[0].fast(COUNT);
    machine.load(0, fromBigInt(1n));
    machine.load(7, fromBigInt(1n));
    machine.load(8, fromBigInt(3n));
    runJob(machine.run(code, new Uint8Array(scalar)));
    let power = 1n;
    for (let n = toBigInt(new Uint8Array(scalar)); n > 0n; n--) power = (power * 3n) % P25519;
    assert.is(toBigInt(valueIn(machine, 0)), power);
  }
});

test("wipe leaves nothing of any register", () => {
  for (const field of FIELDS) {
    let secrets: ReturnType<typeof arraysMadeBy> = [];
    const constants = arraysMadeBy(() => {
      const machine = field.fast(COUNT);
      secrets = arraysMadeBy(() => {
        for (let i = 0; i < COUNT; i++) machine.load(i, fromBigInt(field.p - BigInt(i + 2)));
        runJob(machine.run(assemble(REGISTERS, "v0 = v1 * v2\ns0 = v0 + v1\nv3 = s0 * v1").code));
        valueIn(machine, 3);
        machine.wipe();
      });
    });
    // What is left are the results of store (32 bytes), the moduli and index tables made at the start.
    assert.is(notWiped(secrets).filter((array) => array.length !== 32).length, 0, field.name);
    const registers = constants.filter((array) => array instanceof Int32Array && array.length === 13);
    assert.ok(registers.length > COUNT);
    const left = notWiped(registers).length;
    assert.is(left, 0, field.name);
  }
});

test.run();
