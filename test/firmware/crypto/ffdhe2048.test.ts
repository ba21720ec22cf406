// ffdhe2048, plain ES5, against BigInt.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FFDHE2048_P, ffdhe2048Public, ffdhe2048Shared } from "../../../client/ffdhe2048.ts";
import type { PointJob } from "../../../firmware/crypto/curves.ts";
import { createFfdhe2048 } from "../../../firmware/crypto/ffdhe2048.ts";
import { createPowerEs5 } from "../../../firmware/crypto/power-es5.ts";
import { hal, hex, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const group = createFfdhe2048(hal);
const bytes = (n: bigint, length = 256) => unhex(n.toString(16).padStart(2 * length, "0"));

function finish(job: PointJob): Uint8Array {
  while (job.step());
  return job.finish()!;
}

test("the prime is RFC 7919's", () => assert.equal(group.prime(), bytes(FFDHE2048_P)));

test("public values and shared secrets are the client's", () => {
  forAll(2, (random) => {
    const [a, b] = [random.bytes(32), random.bytes(32)];
    const ours = finish(group.powerBegin(a));
    assert.equal(ours, bytes(ffdhe2048Public(a)));
    const theirs = ffdhe2048Public(b);
    assert.equal(finish(group.powerBegin(a, bytes(theirs))), ffdhe2048Shared(a, theirs));
  });
});

test("extremes: bases 2 and p - 2, exponents of no bit, one bit and all bits", () => {
  for (const y of [2n, FFDHE2048_P - 2n])
    for (const secret of [
      new Uint8Array(2),
      Uint8Array.of(0, 1),
      Uint8Array.of(0x80, 0),
      new Uint8Array(4).fill(255),
    ]) {
      const x = BigInt(`0x${hex(secret)}`);
      let expected = 1n;
      for (let i = 0n; i < 32n; i++) expected = (expected * expected * ((x >> (31n - i)) & 1n ? y : 1n)) % FFDHE2048_P;
      assert.equal(finish(group.powerBegin(secret, bytes(y))), bytes(expected), `${hex(secret)}`);
    }
});

test("another modulus: the smallest and the largest of 64 bits that are odd", () => {
  for (const m of [(1n << 63n) + 1n, (1n << 64n) - 1n]) {
    let inverse = 1n;
    while ((inverse * m + 1n) % (1n << 20n)) inverse += 2n;
    const r = (1n << 80n) % m; // four limbs hold 66 bits
    const modulus = { bytes: bytes(m, 8), inverse: Number(inverse), r: bytes(r, 8), r2: bytes((r * r) % m, 8) };
    const power = createPowerEs5(hal, modulus);
    for (const base of [1n, 2n, m - 1n])
      assert.equal(finish(power(bytes(base, 8), Uint8Array.of(5))), bytes(base ** 5n % m, 8), String(m));
  }
});

test("values out of 2 .. p - 2 are not usable, those at the ends are", () => {
  const cases: [bigint, boolean][] = [
    [0n, false],
    [1n, false],
    [2n, true],
    [255n, true],
    [256n, true],
  ];
  const high: [bigint, boolean][] = [
    [-2n, true],
    [-1n, false],
    [0n, false],
    [1n, false],
  ];
  for (const [d, usable] of high) cases.push([FFDHE2048_P + d, usable]);
  cases.push([(1n << 2048n) - 1n, false]);
  for (const [y, usable] of cases) assert.is(group.isUsable(bytes(y)), usable, String(y));
});

test.run();
