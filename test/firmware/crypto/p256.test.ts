// P-256 against NIST's vectors and @noble/curves, at the scalars and points where addition formulas differ.
import { p256 } from "@noble/curves/nist.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import * as F from "../../../firmware/crypto/formulas.build.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { FIELDS, N256, P256 } from "../../support/fields.ts";
import { hal, hex, unhex } from "../../support/hal.ts";
import { finishJob, runJob } from "../../support/jobs.ts";
import { NIST_ECDH_P256 } from "../../support/nist-ecdh.ts";
import { forAll } from "../../support/random.ts";

const curves = createCurves(hal);
const BASE = p256.Point.BASE;

type Point = typeof BASE;

function multiply(scalar: bigint, point?: Uint8Array): string {
  const out = finishJob(curves.p256Begin(fromBigInt(scalar), point));
  return out ? hex(out) : "infinity";
}

function encode(point: Point): Uint8Array {
  return point.toBytes(false).slice(1);
}

function noble(scalar: bigint, point: Point = BASE): string {
  const product = scalar % N256 === 0n ? p256.Point.ZERO : point.multiplyUnsafe(scalar % N256);
  return product.is0() ? "infinity" : hex(encode(product));
}

/** x^3 - 3 x + b */
function rightSide(x: bigint): bigint {
  return (((x * x * x - 3n * x + p256.Point.CURVE().b) % P256) + P256) % P256;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let e = exponent; e > 0n; e >>= 1n, base = (base * base) % P256) if (e & 1n) result = (result * base) % P256;
  return result;
}

/** The point with the next x from here on that has one. p is 3 mod 4. */
function pointFrom(x: bigint): Point {
  for (; ; x++) {
    const y = power(rightSide(x), (P256 + 1n) / 4n);
    if ((y * y) % P256 === rightSide(x)) return p256.Point.fromAffine({ x, y });
  }
}

test("NIST's ECDH vectors: own point, shared point, and the peer's point is on the curve", () => {
  for (const { peer, scalar, own, shared } of NIST_ECDH_P256) {
    assert.ok(curves.p256IsPoint(unhex(peer)));
    assert.is(multiply(toBigInt(unhex(scalar))), own);
    assert.is(multiply(toBigInt(unhex(scalar)), unhex(peer)).slice(0, 64), shared);
    assert.is(hex(p256.getSharedSecret(unhex(scalar), unhex(`04${peer}`)).slice(1)), shared);
  }
});

test("small scalars, and those around the order, for the base point and another one", () => {
  const other = pointFrom(5n);
  const small = Array.from({ length: 18 }, (_, i) => BigInt(i));
  const large = [1n, 2n, 3n, 16n, 17n].map((i) => N256 - i);
  for (const scalar of [...small, ...large, N256, N256 + 1n, N256 / 2n, N256 / 2n + 1n, 2n ** 256n - 1n, 2n ** 255n]) {
    const point = scalar % 2n ? BASE : other;
    assert.is(multiply(scalar, encode(point)), noble(scalar, point), `scalar ${scalar}`);
  }
});

test("scalars whose windows are all alike meet every entry of the table, entry 0 too", () => {
  for (let digit = 0; digit < 16; digit++) {
    const scalar = BigInt(`0x${digit.toString(16).repeat(64)}`);
    const sparse = BigInt(`0x${`${digit.toString(16)}0`.repeat(32)}`);
    const each = digit % 2 ? scalar : sparse;
    assert.is(multiply(each), noble(each));
  }
});

test("random scalars and points give what @noble gives", () => {
  forAll(15, (random) => {
    const scalar = toBigInt(random.bytes(32));
    const point = BASE.multiply((toBigInt(random.bytes(32)) % (N256 - 1n)) + 1n);
    assert.is(multiply(scalar, encode(point)), noble(scalar, point));
  });
  forAll(10, (random) => {
    const scalar = toBigInt(random.bytes(32));
    assert.is(multiply(scalar), noble(scalar));
  });
});

test("points with x = 0 and with the smallest and largest coordinates", () => {
  const points = [pointFrom(0n), pointFrom(1n), pointFrom(P256 - 30n), pointFrom(2n ** 255n)];
  for (const point of points) {
    assert.ok(curves.p256IsPoint(encode(point)));
    assert.is(multiply(N256 - 2n, encode(point)), noble(N256 - 2n, point));
  }
});

test("a point off the curve, on its twist or with a coordinate of p or more is no point", () => {
  const small = pointFrom(0n);
  const { x, y } = small.toAffine();
  const join = (a: bigint, b: bigint) => unhex(hex(fromBigInt(a)) + hex(fromBigInt(b)));
  assert.ok(curves.p256IsPoint(join(x, y)));
  assert.ok(curves.p256IsPoint(join(x, P256 - y)));
  // The same point for who reduces first.
  assert.not(curves.p256IsPoint(join(x + P256, y)));
  assert.not(curves.p256IsPoint(join(x, P256)));
  assert.not(curves.p256IsPoint(join(P256, y)));
  for (const [a, b] of [
    [0n, 0n],
    [x, y + 1n],
    [x + 1n, y],
    [y, x],
    [P256 - 1n, P256 - 1n],
    [2n ** 256n - 1n, y],
  ])
    assert.not(curves.p256IsPoint(join(a, b)), `${a}, ${b}`);
  assert.not(curves.p256IsPoint(new Uint8Array(64)));
  assert.not(curves.p256IsPoint(new Uint8Array(64).fill(255)));
});

test("one bit changed anywhere takes a point off the curve", () => {
  forAll(15, (random) => {
    const point = encode(BASE.multiply(BigInt(1 + random.below(1e9))));
    assert.ok(curves.p256IsPoint(point));
    point[random.below(64)] ^= 1 << random.below(8);
    assert.not(curves.p256IsPoint(point));
  });
});

test("a scalar is between 0 and n, both left out", () => {
  const valid = [1n, 2n, N256 - 1n, N256 - 2n, N256 - 2n ** 128n, 2n ** 255n];
  const invalid = [0n, N256, N256 + 1n, N256 + 256n, 2n ** 256n - 1n];
  for (const scalar of valid) assert.ok(curves.p256IsScalar(fromBigInt(scalar)), String(scalar));
  for (const scalar of invalid) assert.not(curves.p256IsScalar(fromBigInt(scalar)), String(scalar));
});

test("the formula for the sum of two points, on the ES5 machine and on its twin", () => {
  const [field] = FIELDS.slice(1);
  const { b } = p256.Point.CURVE();
  forAll(10, (random) => {
    const [p, q] = [0, 1].map(() => BASE.multiply((toBigInt(random.bytes(32)) % (N256 - 1n)) + 1n));
    const second = random.pick([q, p]); // a doubling is no special case
    for (const machine of [field.fast(F.P256_REGISTERS), field.slow(F.P256_REGISTERS)]) {
      machine.load(F.P256_B, fromBigInt(b));
      machine.load(F.P256_B + 1, fromBigInt(1n));
      for (const [i, point] of [p, second].entries()) {
        machine.load(F.P256_X + 3 * i, encode(point).slice(0, 32));
        machine.load(F.P256_X + 3 * i + 1, encode(point).slice(32));
        machine.load(F.P256_X + 3 * i + 2, fromBigInt(1n));
      }
      runJob(machine.run(F.P256_ADD + F.P256_AFFINE));
      assert.is(hex(machine.store(F.P256_X, 2)), hex(encode(p.add(second))));
    }
  });
});

test("nothing made on the way still holds the scalar or the shared point", () => {
  const { scalar, peer, shared } = NIST_ECDH_P256[0];
  let out: Uint8Array | undefined;
  const input = unhex(scalar);
  const made = arraysMadeBy(() => (out = finishJob(curves.p256Begin(input, unhex(peer)))));
  const left = made.filter((array) => array.buffer !== out!.buffer);
  assert.is(hex(out!).slice(0, 64), shared);
  assert.ok(left.length > 60);
  for (const secret of [input, out!.slice(0, 32), out!.slice(32)]) assert.ok(!holds(left, secret));
});

test.run();
