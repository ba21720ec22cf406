// X25519 against RFC 7748 and @noble/curves, with every value of u that has broken somebody's ladder.
import { x25519 } from "@noble/curves/ed25519.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { arraysMadeBy, holds, withJoinsSeen } from "../../support/allocations.ts";
import { fromBigInt } from "../../support/field-bigint.ts";
import { P25519 } from "../../support/fields.ts";
import { hal, hex, unhex } from "../../support/hal.ts";
import { finishJob } from "../../support/jobs.ts";
import { IS_FULL, forAll } from "../../support/random.ts";

const curves = createCurves(hal);
const NINE = Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : 9));

function multiply(scalar: Uint8Array, u: Uint8Array): string {
  const out = finishJob(curves.x25519Begin(scalar, u));
  return out ? hex(out) : "none";
}

function noble(scalar: Uint8Array, u: Uint8Array): string {
  try {
    return hex(x25519.scalarMult(scalar, u));
  } catch {
    return "none"; // it throws at a result of zero
  }
}

const littleEndian = (value: bigint): Uint8Array => fromBigInt(value).reverse();

test("RFC 7748 section 5.2, both vectors", () => {
  assert.is(
    multiply(
      unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
      unhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
    ),
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  );
  assert.is(
    multiply(
      unhex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
      unhex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
    ),
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  );
});

test("RFC 7748 section 5.2, iterated once, and 1,000 times in the full run", () => {
  let k: Uint8Array = NINE;
  let u: Uint8Array = NINE;
  const rounds = IS_FULL ? 1000 : 1;
  for (let i = 0; i < rounds; i++) [k, u] = [unhex(multiply(k, u)), k];
  assert.is(
    hex(k),
    rounds === 1
      ? "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
      : "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
  );
});

test("RFC 7748 section 6.1: both public keys, and the same secret on both sides", () => {
  const alice = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  const alicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
  const bobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
  const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  assert.is(multiply(alice, NINE), alicePublic);
  assert.is(multiply(bob, NINE), bobPublic);
  assert.is(multiply(alice, unhex(multiply(bob, NINE))), shared);
  assert.is(multiply(bob, unhex(alicePublic)), shared);
});

/** The points of order 1, 2, 4 and 8 on the curve and its twist, reduced and not. */
const LOW_ORDER = [
  ...[0n, 1n, P25519 - 1n, P25519, P25519 + 1n],
  325606250916557431795983626356110631294008115727848805560023387167927233504n, // order 8, cr.yp.to/ecdh.html
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

test("a point of low order gives nothing, with bit 255 set or not, whatever the scalar", () => {
  for (const u of LOW_ORDER)
    for (const high of [0n, 2n ** 255n])
      for (const fill of [0x00, 0x01, 0x77, 0xff])
        assert.is(multiply(new Uint8Array(32).fill(fill), littleEndian(u + high)), "none", `u = ${u}`);
});

test("every edge of u and of the scalar gives what @noble gives", () => {
  const us = [2n, 3n, 9n, P25519 - 2n, P25519 + 2n, P25519 + 9n, P25519 + 18n, 2n ** 254n, 2n ** 255n - 20n];
  const scalars = [new Uint8Array(32), new Uint8Array(32).fill(255), littleEndian(1n), littleEndian(2n ** 254n)];
  for (const u of us)
    for (const scalar of scalars)
      for (const high of [0n, 2n ** 255n]) {
        const bytes = littleEndian(u + high);
        assert.is(multiply(scalar, bytes), noble(scalar, bytes), `u = ${u}`);
      }
});

test("random scalars and values of u give what @noble gives", () => {
  forAll(100, (random) => {
    const [scalar, u] = [random.bytes(32), random.bytes(32)];
    assert.is(multiply(scalar, u), noble(scalar, u));
  });
});

test("clamping: bits 0 to 2 and 255 of the scalar do not matter, bit 254 is taken as set", () => {
  forAll(5, (random) => {
    const [scalar, u] = [random.bytes(32), random.bytes(32)];
    const other = scalar.slice();
    other[0] ^= random.below(8);
    other[31] ^= 0x80 | 0x40;
    assert.is(multiply(other, u), multiply(scalar, u));
  });
});

test("the work comes in hundreds of small steps, and leaves its inputs alone", () => {
  const [scalar, u] = [new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(0xfe)];
  const job = curves.x25519Begin(scalar, u);
  let steps = 1;
  while (job.step()) steps++;
  assert.ok(steps > 2000, String(steps));
  assert.ok(job.finish());
  assert.ok(scalar.every((byte) => byte === 0xff));
  assert.ok(u.every((byte) => byte === 0xfe));
});

test("nothing made on the way still holds the scalar or the result", () => {
  const scalar = unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
  let out: Uint8Array | undefined;
  const joined: Uint8Array[] = [];
  const watched = createCurves(withJoinsSeen(hal, joined));
  const made = arraysMadeBy(() => (out = finishJob(watched.x25519Begin(scalar, NINE))));
  const left = [...made, ...joined].filter((array) => array !== out);
  assert.ok(left.length > 20);
  // Inside the machine everything is big-endian; clamping changes the first and the last byte only.
  for (const secret of [scalar.slice(1, 31), out!]) {
    assert.ok(!holds(left, secret));
    assert.ok(!holds(left, secret.slice().reverse()));
  }
});

test.run();
