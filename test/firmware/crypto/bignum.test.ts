// Long products against BigInt.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { multiplyUnsigned } from "../../../firmware/crypto/bignum.ts";
import { arraysMadeBy, notWiped } from "../../support/allocations.ts";
import { toBigInt } from "../../support/field-bigint.ts";
import { hal, hex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

function check(a: Uint8Array, b: Uint8Array): void {
  const product = multiplyUnsigned(hal, a, b);
  const digits = (toBigInt(a) * toBigInt(b)).toString(16);
  const expected = digits.length % 2 ? `0${digits}` : digits;
  assert.is(hex(product), expected, `${hex(a)} * ${hex(b)}`);
}

const ones = (length: number) => new Uint8Array(length).fill(255);

test("all pairs of short lengths, odd and even, of ones and of random bytes", () => {
  for (let m = 1; m <= 9; m++) for (let n = 1; n <= 9; n++) check(ones(m), ones(n));
  forAll(300, (random) => check(random.bytes(1 + random.below(12)), random.bytes(1 + random.below(12))));
});

test("zeros: alone, in front, inside", () => {
  check(new Uint8Array(1), ones(3));
  check(ones(3), new Uint8Array(4));
  check(new Uint8Array([0, 0, 1]), new Uint8Array([0, 2]));
  check(new Uint8Array([1, 0, 0, 0, 0]), new Uint8Array([1, 0, 0]));
  check(new Uint8Array([128, 0]), new Uint8Array([2]));
});

test("the product of two primes of RSA-2048 and of RSA-4096, at their largest", () => {
  for (const length of [128, 256, 512]) {
    check(ones(length), ones(length));
    forAll(3, (random) => check(random.bytes(length), random.bytes(length)));
  }
});

test("its factors are left alone, and no limb of them stays in memory", () => {
  const [a, b] = [new Uint8Array([1, 2, 3, 4, 5]), new Uint8Array([6, 7, 8])];
  let out: Uint8Array | undefined;
  const made = arraysMadeBy(() => (out = multiplyUnsigned(hal, a, b)));
  assert.is(hex(a) + hex(b), "0102030405060708");
  assert.ok(made.length >= 4);
  assert.is(notWiped(made, out).length, 0);
});

test.run();
