// The plain ES5 hashes and AES against @noble, at every length around blocks; that they take over where the engine has
// nothing or is wrong; and that they wipe.
import { ecb } from "@noble/ciphers/aes.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { es5Primitives } from "../../../firmware/crypto/primitives-es5.ts";
import { createPrimitives } from "../../../firmware/crypto/primitives.ts";
import type { Hal } from "../../../firmware/hal/engine.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { hal, hex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const bare = { ...hal, crypto: {} } as Hal;
const p = createPrimitives(bare, undefined, es5Primitives(bare));

for (const [name, ours, noble, block] of [
  ["SHA-256", p.sha256, sha256, 64],
  ["SHA-512", p.sha512, sha512, 128],
] as const) {
  test(`${name}: every length up to two blocks and a half`, () => {
    for (let length = 0; length <= 2.5 * block; length++) {
      const data = Uint8Array.from({ length }, (_, i) => i * 7 + length);
      assert.is(hex(ours(data)), hex(noble(data)), `${length} bytes`);
    }
  });
  test(`${name}: random messages, all ones, one after another`, () => {
    forAll(30, (random) => {
      const data = random.bytes(random.below(700));
      assert.is(hex(ours(data)), hex(noble(data)));
      data.fill(255);
      assert.is(hex(ours(data)), hex(noble(data)));
    });
  });
}

test("AES-256: FIPS 197 C.3, and random keys and blocks", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const plain = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  assert.is(hex(p.aes256Blocks(key, plain)), "8ea2b7ca516745bfeafc49904b496089");
  forAll(30, (random) => {
    const [k, blocks] = [random.bytes(32), random.bytes(16 * random.below(9))];
    const before = hex(blocks);
    assert.is(hex(p.aes256Blocks(k, blocks)), hex(ecb(k, { disablePadding: true }).encrypt(blocks)));
    assert.is(hex(blocks), before);
  });
});

test("an engine's function that gives a wrong answer is not used, if there is another", () => {
  const wrong = { ...hal, crypto: { ...hal.crypto, SHA256: () => new ArrayBuffer(32) } } as Hal;
  assert.throws(() => createPrimitives(wrong), /^SHA-256 missing or wrong$/);
  const data = new Uint8Array([1, 2, 3]);
  assert.is(hex(createPrimitives(wrong, undefined, es5Primitives(wrong)).sha256(data)), hex(sha256(data)));
});

test("no message and no key is left in memory", () => {
  const secret = new Uint8Array(64).fill(0x5e);
  const made = arraysMadeBy(() => {
    const own = es5Primitives(bare);
    own.sha256!(secret);
    own.sha512!(secret);
    own.aes256Blocks!(secret.subarray(0, 32), new Uint8Array(16));
  });
  assert.ok(made.length > 10);
  assert.not(holds(made, secret.subarray(0, 8)));
});

test.run();
