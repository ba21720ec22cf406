// The primitives refuse an engine that lacks one or answers wrongly, and give what @noble gives.
import { ecb } from "@noble/ciphers/aes.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPrimitives, hex as engineHex } from "../../../firmware/crypto/primitives.ts";
import type { EngineAes, EngineCrypto, Hal } from "../../../firmware/hal/engine.ts";
import { hal, hex, primitives } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const { SHA256, SHA512, AES } = hal.crypto;
const right = { SHA256, SHA512, AES };

function withCrypto(changes: Partial<EngineCrypto>): Hal {
  return { ...hal, crypto: { ...right, ...changes } };
}

const encrypt = (change: (result: Uint8Array) => ArrayBuffer | undefined): EngineAes => ({
  encrypt: (data, key, options) => change(new Uint8Array(AES!.encrypt(data, key, options))) as ArrayBuffer,
});

test("an engine that gives the right answers is accepted", () => {
  assert.ok(createPrimitives(withCrypto({})));
});

test("a primitive that is missing is named", () => {
  assert.throws(() => createPrimitives(withCrypto({ SHA256: undefined })), /^SHA-256 missing or wrong$/);
  assert.throws(() => createPrimitives(withCrypto({ SHA512: undefined })), /^SHA-512 missing or wrong$/);
  assert.throws(() => createPrimitives(withCrypto({ AES: undefined })), /^AES-256 missing or wrong$/);
});

test("a lying engine is noticed: another function, one bit, an empty answer, none", () => {
  assert.throws(() => createPrimitives(withCrypto({ SHA256: SHA512 })), /SHA-256/);
  assert.throws(() => createPrimitives(withCrypto({ SHA512: SHA256 })), /SHA-512/);
  const oneBit = (buffer: ArrayBuffer, at: number) => {
    const bytes = new Uint8Array(buffer);
    bytes[at] ^= 1;
    return bytes.buffer;
  };
  for (const at of [0, 1, 2, 3]) {
    assert.throws(() => createPrimitives(withCrypto({ SHA256: (d) => oneBit(SHA256!(d), at) })), /SHA-256/);
    assert.throws(() => createPrimitives(withCrypto({ SHA512: (d) => oneBit(SHA512!(d), at) })), /SHA-512/);
    const AES = encrypt((bytes) => oneBit(bytes.buffer as ArrayBuffer, at));
    assert.throws(() => createPrimitives(withCrypto({ AES })), /AES-256/);
  }
  assert.throws(() => createPrimitives(withCrypto({ SHA512: () => new ArrayBuffer(0) })), /SHA-512/);
  // The engine prints an error and gives undefined where it cannot.
  assert.throws(() => createPrimitives(withCrypto({ AES: encrypt(() => undefined) })), /AES-256/);
  assert.throws(() => createPrimitives(withCrypto({ AES: { encrypt: (data) => data.buffer as ArrayBuffer } })), /AES/);
});

test("AES is asked for in ECB mode only: the engine's CTR ignores its counter block", () => {
  const modes: string[] = [];
  const AES: EngineAes = {
    encrypt: (data, key, options) => {
      modes.push(options.mode);
      return right.AES!.encrypt(data, key, options);
    },
  };
  createPrimitives(withCrypto({ AES })).aes256Blocks(new Uint8Array(32), new Uint8Array(32));
  assert.equal(modes, ["ECB", "ECB"]);
});

test("hashes and blocks are what @noble gives", () => {
  forAll(200, (random) => {
    const data = random.bytes(random.below(400));
    assert.is(hex(primitives.sha256(data)), hex(sha256(data)));
    assert.is(hex(primitives.sha512(data)), hex(sha512(data)));
    const [key, blocks] = [random.bytes(32), random.bytes(16 * (1 + random.below(40)))];
    const expected = hex(ecb(key, { disablePadding: true }).encrypt(blocks));
    assert.is(hex(primitives.aes256Blocks(key, blocks)), expected);
  });
});

test("hashes at every length around the block and its padding", () => {
  for (let length = 0; length < 260; length++) {
    const data = new Uint8Array(length).fill(length);
    assert.is(hex(primitives.sha256(data)), hex(sha256(data)));
    assert.is(hex(primitives.sha512(data)), hex(sha512(data)));
  }
});

test("join takes arrays, numbers and strings of bytes, and gives a new array", () => {
  const one = new Uint8Array([1, 2]);
  const joined = primitives.join(one, [3, 255], "A\xff", [[4], "B"], 5);
  assert.equal([...joined], [1, 2, 3, 255, 65, 255, 4, 66, 5]);
  joined.fill(0);
  assert.equal([...one], [1, 2]);
});

test("hex writes two lower-case digits a byte", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.is(engineHex(hal, all), hex(all));
  assert.is(engineHex(hal, new Uint8Array(0)), "");
});

test.run();
