// ECDSA against RFC 6979 A.2.5 and @noble/curves.
import { p256 } from "@noble/curves/nist.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import type { PointJob } from "../../../firmware/crypto/curves.ts";
import { createEcdsa } from "../../../firmware/crypto/ecdsa.ts";
import { hal, hex, primitives, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const curves = createCurves(hal);
const ecdsa = createEcdsa(primitives, curves);
const N = p256.Point.CURVE().n;

function finish(job: PointJob): Uint8Array | undefined {
  while (job.step());
  return job.finish();
}

const sign = (key: Uint8Array, digest: Uint8Array) => finish(ecdsa.signBegin(key, digest))!;
const verify = (q: Uint8Array, digest: Uint8Array, s: Uint8Array) => !!finish(ecdsa.verifyBegin(q, digest, s));
const bytes32 = (n: bigint) => unhex(n.toString(16).padStart(64, "0"));

test("RFC 6979 A.2.5: the deterministic signatures of 'sample' and 'test'", () => {
  const key = unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
  const cases = [
    [
      "sample",
      "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716" +
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    ],
    [
      "test",
      "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367" +
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    ],
  ];
  for (const [message, signature] of cases) {
    const digest = primitives.sha256(primitives.join(message));
    assert.is(hex(sign(key, digest)).toUpperCase(), signature);
  }
});

test("signatures are noble's, and verify; with one bit flipped anywhere they do not", () => {
  forAll(4, (random) => {
    const key = p256.utils.randomSecretKey(random.bytes(48));
    const point = p256.getPublicKey(key, false).slice(1);
    const digest = random.bytes(32);
    const signature = sign(key, digest);
    assert.equal(signature, p256.sign(digest, key, { prehash: false, lowS: false }));
    assert.ok(verify(point, digest, signature));
    const flipped = [new Uint8Array(signature), new Uint8Array(digest)] as const;
    flipped[0][random.below(64)] ^= 1 << random.below(8);
    flipped[1][random.below(32)] ^= 1 << random.below(8);
    assert.not(verify(point, digest, flipped[0]));
    assert.not(verify(point, flipped[1], signature));
  });
});

test("digests of 0, n and 2^256 - 1 are signed as noble signs them, and verify", () => {
  const key = bytes32(5n);
  const point = p256.getPublicKey(key, false).slice(1);
  for (const z of [0n, N, (1n << 256n) - 1n]) {
    const signature = sign(key, bytes32(z));
    assert.equal(signature, p256.sign(bytes32(z), key, { prehash: false, lowS: false }));
    assert.ok(verify(point, bytes32(z), signature), String(z));
  }
});

test("r and s of 0, n and more, and wrong lengths are refused before any work", () => {
  const key = bytes32(7n);
  const point = p256.getPublicKey(key, false).slice(1);
  const digest = bytes32(11n);
  const good = sign(key, digest);
  for (const bad of [0n, N, N + 1n, (1n << 256n) - 1n])
    for (const at of [0, 32]) {
      const signature = new Uint8Array(good);
      signature.set(bytes32(bad), at);
      assert.not(verify(point, digest, signature));
    }
  assert.not(verify(point, digest, good.subarray(0, 63)));
});

test("key 1 and key n - 1: points that meet their own negative in the sum", () => {
  for (const d of [1n, N - 1n]) {
    const key = bytes32(d);
    const point = p256.getPublicKey(key, false).slice(1);
    for (let i = 0; i < 2; i++) {
      const digest = primitives.sha256(Uint8Array.of(i));
      assert.ok(verify(point, digest, sign(key, digest)));
    }
  }
});

test.run();
