// a b = r modulo m against BigInt, from two digits to RSA-4096, at the extremes of every bound.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { congruenceBegin } from "../../../firmware/crypto/congruence.ts";
import { arraysMadeBy, notWiped } from "../../support/allocations.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { hal } from "../../support/hal.ts";
import { runJob } from "../../support/jobs.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";

const big = (value: bigint) => {
  const digits = value.toString(16);
  return fromBigInt(value, (digits.length + 1) >> 1);
};
const ones = (length: number) => new Uint8Array(length).fill(255);

function holds(a: Uint8Array, b: Uint8Array, m: Uint8Array, r: number): boolean {
  const check = congruenceBegin(hal, a, b, m, r);
  runJob(check);
  return check.passes();
}

/** The right answer for what is given, and for numbers beside it. */
function compare(a: Uint8Array, b: Uint8Array, m: Uint8Array): void {
  const [x, y, n] = [a, b, m].map(toBigInt);
  for (const r of [0, 1]) assert.is(holds(a, b, m, r), (x * y) % n === BigInt(r), `${x} * ${y} = ${r} mod ${n}`);
}

/** Bytes whose top bit is set. */
function modulus(random: TestRandom, length: number): Uint8Array {
  const bytes = random.bytes(length);
  bytes[0] |= 128;
  return bytes;
}

function inverse(a: bigint, n: bigint): bigint | undefined {
  let [r, s, t, u] = [n, a % n, 0n, 1n];
  while (s) [r, s, t, u] = [s, r % s, u, t - (r / s) * u];
  return r === 1n ? ((t % n) + n) % n : undefined;
}

test("small and odd lengths, zeros, ones and products of the modulus", () => {
  for (let i = 1; i <= 7; i++)
    for (let k = 1; k <= 7; k++)
      for (const m of [ones(4), ones(6), new Uint8Array([128, 0, 0, 0]), new Uint8Array([128, 0, 0, 0, 0, 1]), ones(8)])
        for (const a of [
          ones(i),
          new Uint8Array(i),
          new Uint8Array(i).fill(1, i - 1),
          new Uint8Array(i).fill(128, 0, 1),
        ])
          compare(a, ones(k), m);
  forAll(300, (random) => {
    const m = modulus(random, 4 + 2 * random.below(6));
    const a = random.bytes(1 + random.below(12));
    compare(a, random.bytes(1 + random.below(12)), m);
    compare(a, big(toBigInt(m) * BigInt(random.below(1 << 20))), m);
    const back = inverse(toBigInt(a), toBigInt(m));
    if (back === undefined) return;
    for (const b of [back, back + 1n, back + toBigInt(m), back + 65536n]) compare(a, big(b), m);
    assert.ok(holds(a, big(back), m, 1));
  });
});

test("the numbers of RSA keys: every bit of each counts", () => {
  forAll(6, (random) => {
    for (const length of [128, 192, 256]) {
      const m = modulus(random, length);
      for (const a of [new Uint8Array([1, 0, 1]), new Uint8Array([3]), random.bytes(length), ones(length)]) {
        const back = inverse(toBigInt(a), toBigInt(m));
        if (back === undefined) continue;
        const b = fromBigInt(back, length);
        assert.ok(holds(a, b, m, 1));
        b[random.below(length)] ^= 1 << random.below(8);
        compare(a, b, m);
        compare(a, big(back + toBigInt(m)), m); // as d may be larger
      }
    }
  });
});

test("at their largest and with digits of zeros: p q = n of RSA-4096, and one more or less of each", () => {
  forAll(4, (random) => {
    const sparse = (length: number) => {
      const bytes = new Uint8Array(length);
      bytes[0] = 192 + random.below(64);
      bytes[random.below(length)] |= random.below(256);
      return bytes;
    };
    for (const [p, q] of [
      [ones(256), ones(256)],
      [sparse(256), sparse(256)],
      [sparse(128), ones(128)],
    ]) {
      const n = big(toBigInt(p) * toBigInt(q));
      assert.ok(holds(p, q, n, 0));
      assert.not(holds(p, q, n, 1));
      for (const change of [1n, -1n, 1n << 16n, -1n << 32n, 1n << 1000n]) {
        compare(p, q, big(toBigInt(n) + change));
        compare(p, big(toBigInt(q) - change), n);
      }
    }
  });
});

test("what it is given is left alone, and no digit stays in memory", () => {
  const [a, b, m] = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6, 7]), new Uint8Array([200, 1, 2, 3])];
  for (const steps of [0, 1, 5, 99]) {
    const made = arraysMadeBy(() => {
      const check = congruenceBegin(hal, a, b, m, 1);
      for (let i = 0; i < steps && check.step(); i++);
      check.wipe();
    });
    assert.ok(made.length >= 4);
    assert.is(notWiped(made).length, 0);
  }
  assert.equal([...a, ...b, ...m], [1, 2, 3, 4, 5, 6, 7, 200, 1, 2, 3]);
});

test.run();
