// AES-256 blocks against NIST, and the counter mode of sealed bodies against @noble/ciphers.
import { ctr } from "@noble/ciphers/aes.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { aesCtrXor } from "../../../firmware/crypto/aes-ctr.ts";
import { arraysMadeBy, notWiped } from "../../support/allocations.ts";
import { hex, primitives, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

/** The initial counter block of a step: step * 2^120. */
function initial(step: number): Uint8Array {
  const block = new Uint8Array(16);
  block[0] = step;
  return block;
}

function sealed(key: Uint8Array, step: number, data: Uint8Array): string {
  const copy = data.slice();
  aesCtrXor(primitives, key, step, copy);
  return hex(copy);
}

test("NIST SP 800-38A F.1.5, the four blocks of ECB-AES256", () => {
  const key = unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const plain = `6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`;
  const expected = `f3eed1bdb5d2a03c064b5a7e3db181f8 591ccb10d410ed26dc5ba74a31362870
    b6ed21b99ca6f4f9f153e7b1beafed1d 23304b7a39f9f3ff067d8d8f9e24ecc7`;
  assert.is(hex(primitives.aes256Blocks(key, unhex(plain))), expected.replace(/\s/g, ""));
});

test("NIST SP 800-38A F.5.5: the output blocks of CTR-AES256 are those of its counter blocks", () => {
  const key = unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const counters = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff f0f1f2f3f4f5f6f7f8f9fafbfcfdff00";
  assert.is(
    hex(primitives.aes256Blocks(key, unhex(counters))),
    "0bdf7df1591716335e9a8b15c860c5025a6e699d536119065433863c8f657b94",
  );
});

test("the key stream of a step is CTR from step * 2^120", () => {
  for (const step of [1, 2, 3, 255]) {
    const key = new Uint8Array(32).fill(step);
    const zero = new Uint8Array(100);
    assert.is(sealed(key, step, zero), hex(ctr(key, initial(step)).encrypt(zero)));
    assert.is(sealed(key, step, zero).slice(0, 32), hex(primitives.aes256Blocks(key, initial(step))));
  }
});

test("every length from none to more than two chunks, and twice is nothing", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
  const lengths = [...Array.from({ length: 66 }, (_, i) => i), 496, 511, 512, 513, 515, 516, 1023, 1024, 1025, 1090];
  for (const length of lengths) {
    const data = Uint8Array.from({ length }, (_, i) => i * 13);
    const once = sealed(key, 2, data);
    assert.is(once, hex(ctr(key, initial(2)).encrypt(data)), `${length} bytes`);
    assert.is(sealed(key, 2, unhex(once)), hex(data));
  }
});

test("the counter carries from its last byte into the one before", () => {
  const key = new Uint8Array(32).fill(9);
  // Block 256 starts at 4,096 bytes; the last block that is allowed is number 65,535.
  for (const length of [4095, 4096, 4097, 4128, 8192 + 5, 2 ** 20 - 1]) {
    const data = new Uint8Array(length).fill(0xa5);
    assert.ok(sealed(key, 3, data) === hex(ctr(key, initial(3)).encrypt(data)), `${length} bytes`);
  }
});

test("random keys, steps and texts", () => {
  forAll(200, (random) => {
    const [key, step] = [random.bytes(32), 1 + random.below(3)];
    const data = random.bytes(random.below(1400));
    assert.is(sealed(key, step, data), hex(ctr(key, initial(step)).encrypt(data)));
  });
});

test("a text inside a larger buffer: nothing around it changes", () => {
  const buffer = new Uint8Array(100).fill(1);
  const key = new Uint8Array(32).fill(3);
  aesCtrXor(primitives, key, 1, buffer.subarray(8, 8 + 33));
  assert.is(hex(buffer.slice(8, 41)), hex(ctr(key, initial(1)).encrypt(new Uint8Array(33).fill(1))));
  assert.ok(buffer.slice(0, 8).every((byte) => byte === 1));
  assert.ok(buffer.slice(41).every((byte) => byte === 1));
});

test("no key stream is left in memory", () => {
  const key = new Uint8Array(32).fill(3);
  const data = new Uint8Array(700);
  const made = arraysMadeBy(() => aesCtrXor(primitives, key, 1, data));
  const left = notWiped(made, data).filter((array) => array.length !== 512); // the counters, which are public
  assert.ok(made.length > 4);
  assert.is(left.length, 0);
});

test.run();
