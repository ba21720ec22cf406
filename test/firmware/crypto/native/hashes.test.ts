// Native SHA-256 and SHA-512 against FIPS 180-4 and @noble/hashes, at every length around blocks and padding.
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nativePrimitives } from "../../../../firmware/crypto/native/primitives-native.ts";
import { es5Primitives } from "../../../../firmware/crypto/primitives-es5.ts";
import { createPrimitives } from "../../../../firmware/crypto/primitives.ts";
import type { Primitives } from "../../../../firmware/crypto/primitives.ts";
import type { Hal } from "../../../../firmware/hal/engine.ts";
import { hex } from "../../../support/hal.ts";
import { nativeBench } from "../../../support/native.ts";
import { forAll } from "../../../support/random.ts";

const bench = nativeBench();
const p = nativePrimitives(bench.hal, bench.native);
const HASHES = [
  { name: "SHA-256", ours: p.sha256!, noble: sha256, block: 64 },
  { name: "SHA-512", ours: p.sha512!, noble: sha512, block: 128 },
];

test("FIPS 180-4 examples", () => {
  const abc = new Uint8Array([97, 98, 99]);
  assert.is(hex(p.sha256!(abc)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.is(
    hex(p.sha512!(abc)),
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  );
});

for (const { name, ours, noble, block } of HASHES) {
  test(`${name}: every length up to two blocks and a half, and a long one`, () => {
    for (let length = 0; length <= 2.5 * block; length++) {
      const data = Uint8Array.from({ length }, (_, i) => i * 7 + length);
      assert.is(hex(ours(data)), hex(noble(data)), `${length} bytes`);
    }
    assert.is(hex(ours(new Uint8Array(70000).fill(0x61))), hex(noble(new Uint8Array(70000).fill(0x61))));
  });
  test(`${name}: random messages at odd addresses, which are not changed`, () => {
    forAll(50, (random) => {
      const buffer = random.bytes(40 + random.below(600));
      const before = hex(buffer);
      const data = buffer.subarray(random.below(9), buffer.length - random.below(20));
      assert.is(hex(ours(data)), hex(noble(data)));
      assert.is(hex(buffer), before);
    });
  });
  test(`${name}: at most 200 instructions a byte, and a clean stack`, () => {
    const data = new Uint8Array(16384).fill(0x5a);
    const count = bench.count(() => ours(data));
    assert.ok(count / data.length <= 200, `${count / data.length} a byte`);
    const { stack } = bench.thumb;
    assert.ok(!Buffer.from(stack).includes(Buffer.from([0x5a, 0x5a, 0x5a, 0x5a])));
  });
}

test("native code stands in for what the engine lacks, and plain ES5 for wrong native code", () => {
  const bare = { ...bench.hal, crypto: {} } as Hal;
  const wrong = nativePrimitives(bare, { ...bench.native, sha256: () => 0, aes: () => 0 });
  assert.throws(() => createPrimitives(bare, wrong), /^SHA-256 missing or wrong$/);
  assert.throws(() => createPrimitives(bare, wrong, es5Primitives(bare)), /^AES-256-CTR missing or wrong$/);
  const data = new Uint8Array(100).fill(1);
  const count = (native?: Partial<Primitives>) => {
    const primitives = createPrimitives(bare, native, es5Primitives(bare));
    return bench.count(() => assert.is(hex(primitives.sha256(data)), hex(sha256(data))));
  };
  assert.ok(count(nativePrimitives(bare, bench.native)) > 0);
  assert.is(count(nativePrimitives(bare, { ...bench.native, sha256: () => 0 })), 0);
});

test.run();
