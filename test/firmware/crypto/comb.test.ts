// Multiples of P-256's base point by the comb, on both back ends, against @noble/curves: the table, every digit in every
// column, additions of equal and of opposite points, scalars at the ends of their range, and random ones.
import { p256 } from "@noble/curves/nist.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as Comb from "../../../firmware/crypto/comb.build.ts";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { COMB_COLUMNS } from "../../../firmware/crypto/field.ts";
import * as F from "../../../firmware/crypto/formulas.build.ts";
import { createField } from "../../../firmware/crypto/fields.ts";
import { P256_P_ES5, P256_P_NATIVE } from "../../../firmware/crypto/primes.build.ts";
import { createFieldBigInt, fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { dataOf, inverse, N256, P256, P256_COMB } from "../../support/fields.ts";
import { hal, hex } from "../../support/hal.ts";
import { finishJob, runJob } from "../../support/jobs.ts";
import { nativeBench } from "../../support/native.ts";
import { forAll } from "../../support/random.ts";

const bench = nativeBench();
const BACK_ENDS = { "plain ES5": createCurves(hal), "native": createCurves(bench.hal, bench.native) };
const HALF = (N256 + 1n) / 2n;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const mod = (x: bigint) => ((x % N256) + N256) % N256;

/** x and y of scalar G. */
function noble(scalar: bigint): string {
  const k = mod(scalar);
  return k ? hex(p256.Point.BASE.multiply(k).toBytes(false).slice(1)) : "infinity";
}

function ours(name: keyof typeof BACK_ENDS, scalar: bigint): string {
  const out = finishJob(BACK_ENDS[name].p256Begin(fromBigInt(scalar)));
  return out ? hex(out) : "infinity";
}

/** What the entry that a column's five bits mean is of G / 2. */
function entry(column: number): bigint {
  return [0, 1, 2, 3, 4].reduce((sum, i) => sum + ((column >> i) & 1 ? 1n : -1n) * 2n ** BigInt(COMB_COLUMNS * i), 0n);
}

/** The column's five bits in a scalar. */
function columnOf(scalar: bigint, j: number): number {
  return [0, 1, 2, 3, 4].reduce((bits, i) => bits | (Number((scalar >> BigInt(52 * i + j)) & 1n) << i), 0);
}

test("the table: where it starts, and 16 sums, as each back end has them", () => {
  const start = mod((2n ** 260n - 1n) * HALF * inverse(2n ** 52n, N256));
  const points = [start, ...Array.from({ length: 16 }, (_, e) => entry(16 + e) * HALF)].map(noble);
  const text = points.join("");
  assert.is(hex(bytesOf(Comb.P256_COMB_ES5)), text);
  const native = bytesOf(Comb.P256_COMB_NATIVE);
  assert.is(native.length, 34 * 32);
  for (let at = 0; at < native.length; at += 32) {
    const value = (BigInt(`0x${text.slice(2 * at, 2 * at + 64)}`) * 2n ** 256n) % P256;
    assert.is(toBigInt(native.slice(at, at + 32).reverse()), value, `constant ${at / 32}`);
  }
});

const EDGES = [
  ...[0n, 1n, 2n, 3n, N256 - 3n, N256 - 2n, N256 - 1n, N256, N256 + 1n, HALF - 1n, HALF, HALF + 1n],
  ...[2n ** 256n - 1n, 2n ** 256n - 2n, 2n ** 255n, 2n ** 208n, 2n ** 208n - 1n, 2n ** 52n, 2n ** 51n, 2n ** 51n - 1n],
];

for (const name of ["plain ES5", "native"] as const) {
  test(`${name}: 0, infinity's neighbours, n and all bits; each of the 32 digits in all columns`, () => {
    for (const scalar of EDGES) assert.is(ours(name, scalar), noble(scalar), `scalar ${scalar}`);
    const row = 2n ** 52n - 1n;
    for (let digit = name === "native" ? 0 : 1; digit < 32; digit += name === "native" ? 1 : 6) {
      const all = [0, 1, 2, 3, 4].reduce((sum, i) => sum + ((digit >> i) & 1 ? row << BigInt(52 * i) : 0n), 0n);
      const scalar = all % 2n ** 256n; // the last tooth has four bits less
      assert.is(ours(name, scalar), noble(scalar), `digit ${digit}`);
    }
  });

  test(`${name}: random scalars`, () => {
    forAll(name === "native" ? 25 : 12, (random) => {
      const scalar = toBigInt(random.bytes(32));
      assert.is(ours(name, scalar), noble(scalar));
    });
  });
}

test("a column that adds a point to itself, or to its negative, is no special case", () => {
  const big = dataOf(P256_P_ES5.slice(32, 96));
  const machines = [
    () => createField(bench.hal, bench.native, P256_P_NATIVE, F.P256_COMB_REGISTERS),
    () => createField(hal, undefined, P256_P_ES5, F.P256_COMB_REGISTERS),
    () => {
      const machine = createFieldBigInt(P256, F.P256_COMB_REGISTERS);
      machine.constants(F.P256_B, big);
      return machine;
    },
  ];
  forAll(1, (random) => {
    for (const [i, create] of machines.entries())
      for (const j of [COMB_COLUMNS - 1, random.below(COMB_COLUMNS), 0])
        for (const sign of [1n, -1n]) {
          const scalar = toBigInt(random.bytes(32));
          // Started elsewhere, so that twice what has come together before column j is that column's entry, up to sign.
          let before = 0n;
          for (let k = COMB_COLUMNS - 1; k > j; k--) before = 2n * before + entry(columnOf(scalar, k));
          const missing = sign * entry(columnOf(scalar, j)) - 2n * before;
          const start = mod(missing * HALF * inverse(2n ** BigInt(COMB_COLUMNS - j), N256));
          const machine = create();
          machine.constants(F.P256_P, dataOf(i ? Comb.P256_COMB_ES5 : Comb.P256_COMB_NATIVE));
          const xy = p256.Point.BASE.multiply(start).toBytes(false).slice(1);
          machine.load(F.P256_P, xy);
          runJob(machine.run(P256_COMB, fromBigInt(scalar)));
          const out = hex(machine.store(F.P256_X, 2));
          const sum = 2n ** 52n * start + (2n * scalar - (2n ** 260n - 1n)) * HALF;
          assert.is(
            out,
            mod(sum) ? noble(sum) : "0".repeat(128),
            `machine ${i}, column ${j}, ${sign} [WIB_SEED=${random.seed}]`,
          );
        }
  });
});

test("sums of a multiple of G and one of a point: either may be infinity, both equal, or opposite", () => {
  for (const [name, curves] of Object.entries(BACK_ENDS))
    forAll(1, (random) => {
      const d = mod(toBigInt(random.bytes(32))) || 1n;
      const point = p256.Point.BASE.multiply(d).toBytes(false).slice(1);
      const k = mod(toBigInt(random.bytes(32)));
      for (const [a, b] of [
        [k, 5n],
        [0n, k],
        [k, 0n],
        [0n, 0n],
        [mod(k * d), k],
        [mod(-k * d), k],
      ]) {
        const out = finishJob(curves.p256SumBegin(fromBigInt(a), fromBigInt(b), point));
        assert.is(out ? hex(out) : "infinity", noble(a + b * d), `${name}: ${a} G + ${b} ${d} G`);
      }
    });
});

test.run();
