// The curves and ECDSA on native code: what takes another way there than in plain ES5, against @noble/curves, and what is
// left in memory.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../../firmware/crypto/curves.ts";
import { createEcdsa } from "../../../../firmware/crypto/ecdsa.ts";
import { arraysMadeBy, notWiped, withJoinsSeen } from "../../../support/allocations.ts";
import { fromBigInt } from "../../../support/field-bigint.ts";
import { N256, P25519, P256 } from "../../../support/fields.ts";
import { hal, hex, primitives } from "../../../support/hal.ts";
import { finishJob } from "../../../support/jobs.ts";
import { nativeBench } from "../../../support/native.ts";
import { forAll, testRandom } from "../../../support/random.ts";

const bench = nativeBench();
const curves = createCurves(bench.hal, bench.native);
const plain = createCurves(hal);
const ecdsa = createEcdsa({ ...primitives, native: bench.native }, curves);
const littleEndian = (value: bigint): Uint8Array => fromBigInt(value).reverse();

test("X25519: random scalars and values of u, at and above p, bit 255 set or not", () => {
  forAll(6, (random) => {
    const us = [
      random.bytes(32),
      littleEndian(P25519 + 9n),
      littleEndian(2n ** 255n - 1n),
      littleEndian(2n ** 255n + 5n),
    ];
    for (const u of us) {
      const scalar = random.bytes(32);
      const [before, point] = [hex(scalar), hex(u)];
      assert.is(hex(finishJob(curves.x25519Begin(scalar, u))!), hex(x25519.scalarMult(scalar, u)));
      assert.is(hex(scalar) + hex(u), before + point);
    }
  });
  for (const u of [0n, 1n, P25519 - 1n, P25519, P25519 + 1n])
    assert.is(finishJob(curves.x25519Begin(new Uint8Array(32).fill(0x77), littleEndian(u))), undefined);
});

test("Elligator 2 gives what plain ES5 gives, at 0 too", () => {
  forAll(2, (random) => {
    for (const r of [random.bytes(32), new Uint8Array(32), new Uint8Array(32).fill(255)])
      assert.equal(finishJob(curves.elligator2Begin(r)), finishJob(plain.elligator2Begin(r)));
  });
});

test("a point off the curve or with a coordinate of p or more is no point", () => {
  const point = p256.Point.BASE.multiply(7n).toBytes(false).slice(1);
  assert.ok(curves.p256IsPoint(point));
  const y = p256.Point.fromHex("02" + "0".repeat(64)).toAffine().y; // that of x = 0
  const join = (a: bigint, b: bigint) => new Uint8Array([...fromBigInt(a), ...fromBigInt(b)]);
  assert.ok(curves.p256IsPoint(join(0n, y)));
  for (const bad of [join(P256, y), join(0n, y + 1n), join(y, 0n), new Uint8Array(64), new Uint8Array(64).fill(255)])
    assert.not(curves.p256IsPoint(bad));
});

test("a point's multiples, and signatures, are noble's; a bit flipped in one does not verify", () => {
  forAll(3, (random) => {
    const key = p256.utils.randomSecretKey(random.bytes(48));
    const own = p256.getPublicKey(key, false).slice(1);
    assert.equal(finishJob(curves.p256Begin(key)), own);
    const shared = p256.getSharedSecret(key, new Uint8Array([4, ...own]), false).slice(1);
    assert.equal(finishJob(curves.p256Begin(key, own)), shared);
    for (const digest of [random.bytes(32), fromBigInt(N256), new Uint8Array(32).fill(255), new Uint8Array(32)]) {
      const signature = finishJob(ecdsa.signBegin(key, digest))!;
      assert.equal(signature, p256.sign(digest, key, { prehash: false, lowS: false }));
      assert.ok(finishJob(ecdsa.verifyBegin(own, digest, signature)));
      signature[random.below(64)] ^= 1 << random.below(8);
      assert.is(finishJob(ecdsa.verifyBegin(own, digest, signature)), undefined);
    }
  });
});

test("modulo n: what is below stays, what is not loses n once", () => {
  for (const curve of [curves, plain])
    for (const value of [0n, 1n, N256 - 1n, N256, N256 + 1n, N256 + 2n ** 200n, P256, 2n ** 256n - 1n])
      assert.is(hex(curve.p256ModOrder(fromBigInt(value))), hex(fromBigInt(value % N256)), String(value));
});

test("nothing is left in a machine, nor in what was made on the way, whether it ends or is given up", () => {
  const random = testRandom();
  const lent: Uint32Array[] = [];
  const native = { ...bench.native };
  native.lend = (words) => {
    lent.push(bench.native.lend(words));
    return lent[lent.length - 1];
  };
  const joined: Uint8Array[] = [];
  const spied = createCurves(withJoinsSeen(bench.hal, joined), native);
  const [scalar, u] = [random.bytes(32), random.bytes(32)];
  const own = finishJob(spied.p256Begin(scalar))!;
  for (const begin of [
    () => spied.x25519Begin(scalar, u),
    () => spied.elligator2Begin(u),
    () => spied.p256Begin(scalar),
    () => spied.p256Begin(scalar, own),
  ])
    for (const isGivenUp of [false, true]) {
      let out: Uint8Array | undefined;
      const made = arraysMadeBy(() => {
        const job = begin();
        job.step();
        if (isGivenUp) job.wipe!();
        else out = job.finish();
      });
      const secret = [scalar, out].filter((each) => each).map((each) => hex(each!).slice(2, -2));
      for (const array of notWiped([...made, ...joined], out)) {
        const text = hex(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
        for (const each of secret) assert.not(text.includes(each));
      }
    }
  assert.ok(lent.length > 8);
  for (const memory of lent) assert.ok(memory.every((word) => word === 0));
});

test.run();
