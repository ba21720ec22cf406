// ChaCha20 against RFC 8439 and @noble/ciphers.
import { chacha20 as noble } from "@noble/ciphers/chacha.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { chacha20 } from "../../../firmware/crypto/chacha20.ts";
import { arraysMadeBy, notWiped } from "../../support/allocations.ts";
import { hex, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const COUNTING = Uint8Array.from({ length: 32 }, (_, i) => i);

function stream(key: Uint8Array, counter: number, nonce: number[], length = 64): string {
  const out = new Uint8Array(length).fill(0xee);
  chacha20(out, key, counter, nonce);
  return hex(out);
}

test("RFC 8439 section 2.3.2", () => {
  assert.is(
    stream(COUNTING, 1, [0x09000000, 0x4a000000, 0]),
    "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  );
});

test("RFC 8439 appendix A.1, vectors 1 and 2, as two blocks of one call", () => {
  const first =
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";
  const second =
    "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";
  assert.is(stream(new Uint8Array(32), 0, [0, 0, 0], 128), first + second);
  assert.is(stream(new Uint8Array(32), 1, [0, 0, 0]), second);
});

test("random keys, nonces, counters and lengths", () => {
  forAll(300, (random) => {
    const [key, nonce] = [random.bytes(32), random.bytes(12)];
    const counter = random.pick([0, 1, 255, 2 ** 16 - 1, 2 ** 31 - 2, random.below(2 ** 31)]);
    const length = 64 * (1 + random.below(4));
    const words = [0, 4, 8].map((at) => Buffer.from(nonce).readInt32LE(at));
    assert.is(stream(key, counter, words, length), hex(noble(key, nonce, new Uint8Array(length), undefined, counter)));
  });
});

test("the counter runs on through 2^31 and up to 2^32 - 1", () => {
  for (const counter of [2 ** 31 - 1, 2 ** 32 - 3]) {
    const expected = hex(noble(COUNTING, new Uint8Array(12), new Uint8Array(128), undefined, counter));
    assert.is(stream(COUNTING, counter, [0, 0, 0], 128), expected);
  }
});

test("a key inside a larger buffer, nothing of which is written to", () => {
  const buffer = new Uint8Array(64).fill(7);
  buffer.set(COUNTING, 16);
  const before = hex(buffer);
  assert.is(stream(buffer.subarray(16, 48), 5, [1, 2, 3]), stream(COUNTING, 5, [1, 2, 3]));
  assert.is(hex(buffer), before);
});

test("no key and no state is left in memory", () => {
  const out = new Uint8Array(64);
  const key = unhex("ff".repeat(32));
  const made = arraysMadeBy(() => chacha20(out, key, 0, [0, 0, 0]));
  assert.ok(made.length >= 3);
  assert.is(notWiped(made, key).length, 0);
});

test.run();
