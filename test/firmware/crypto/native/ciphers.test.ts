// Native AES, ChaCha20, Poly1305, GHASH and xor against NIST, RFC 8439 and @noble/ciphers.
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { ghash } from "@noble/ciphers/_polyval.js";
import { ctr, ecb } from "@noble/ciphers/aes.js";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nativePrimitives } from "../../../../firmware/crypto/native/primitives-native.ts";
import { hex, unhex } from "../../../support/hal.ts";
import { nativeBench } from "../../../support/native.ts";
import { forAll } from "../../../support/random.ts";
import type { TestRandom } from "../../../support/random.ts";

const bench = nativeBench();
const { native } = bench;
const p = nativePrimitives(bench.hal, native);
const LENGTHS = [...Array.from({ length: 70 }, (_, i) => i), 127, 128, 129, 255, 256, 257, 1000];
const LONG = 16384;

/** AES of either size; mode 256: blocks, else counter mode. */
function aes(key: Uint8Array, counter: Uint8Array, data: Uint8Array, mode: number): Uint8Array {
  const context = new Uint8Array(48);
  context.set(key);
  context.set(counter, 32);
  const copy = new Uint8Array(data.length + 40);
  copy.set(data, 3);
  native.aes(native.at(context), native.at(copy) + 3, data.length, key.length + mode);
  assert.ok(copy.subarray(0, 3).every((b) => !b) && copy.subarray(3 + data.length).every((b) => !b), "only the data");
  assert.is(hex(context), hex(new Uint8Array([...key, ...new Uint8Array(32 - key.length), ...counter])));
  return copy.slice(3, 3 + data.length);
}

function mac(routine: "poly" | "ghash", context: Uint8Array, data: Uint8Array, last: number): string {
  const whole = new Uint8Array(64);
  whole.set(context);
  const buffer = new Uint8Array(data.length + 40);
  buffer.set(data, 5);
  native[routine](native.at(whole), native.at(buffer) + 5, data.length, last);
  return hex(whole.subarray(16, 32));
}

test("FIPS 197 appendix C and SP 800-38A F.5", () => {
  const plain = unhex("00112233445566778899aabbccddeeff");
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const none = new Uint8Array(16);
  assert.is(hex(aes(key.subarray(0, 16), none, plain, 256)), "69c4e0d86a7b0430d8cdb78070b4c55a");
  assert.is(hex(aes(key, none, plain, 256)), "8ea2b7ca516745bfeafc49904b496089");
  const counter = unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const text = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const k128 = unhex("2b7e151628aed2a6abf7158809cf4f3c");
  const k256 = unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  assert.is(hex(aes(k128, counter, text, 0)), "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
  assert.is(hex(aes(k256, counter, text, 0)), "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5");
});

test("AES-128 and AES-256 at every length, the counter through all its carries", () => {
  const counters = ["00".repeat(16), "ff".repeat(16), "00" + "ff".repeat(15), "0000000000000000ffffffffffffffff"];
  for (const size of [16, 32])
    for (const length of LENGTHS) {
      const key = Uint8Array.from({ length: size }, (_, i) => i * 31 + length);
      const data = Uint8Array.from({ length }, (_, i) => i * 5);
      const counter = unhex(counters[length % counters.length]);
      assert.is(hex(aes(key, counter, data, 0)), hex(ctr(key, counter).encrypt(data)), `${length} bytes`);
      if (length % 16 || !length) continue;
      assert.is(hex(aes(key, counter, data, 256)), hex(ecb(key, { disablePadding: true }).encrypt(data)));
    }
});

test("the S-box at all 256 inputs: random keys and texts see every byte in every place", () => {
  forAll(60, (random) => {
    const [key, data] = [random.bytes(random.pick([16, 32])), random.bytes(16 * (1 + random.below(8)))];
    assert.is(hex(aes(key, new Uint8Array(16), data, 256)), hex(ecb(key, { disablePadding: true }).encrypt(data)));
  });
});

test("ChaCha20 at every length, and RFC 8439 A.1", () => {
  const context = new Uint8Array(48);
  for (const length of LENGTHS) {
    const key = Uint8Array.from({ length: 32 }, (_, i) => i + length);
    const nonce = Uint8Array.from({ length: 12 }, (_, i) => i * 17);
    context.set([...key, 0xff, 0xff, 0xff, 0x7f, ...nonce]);
    const data = Uint8Array.from({ length: length + 40 }, (_, i) => i * 3);
    const expected = hex(chacha20(key, nonce, data.slice(1, 1 + length), undefined, 0x7fffffff));
    native.chacha(native.at(data) + 1, length, native.at(context), 0);
    assert.is(hex(data.subarray(1, 1 + length)), expected, `${length} bytes`);
  }
  const out = new Uint8Array(64).fill(7);
  p.chacha20!(out, new Uint8Array(32), 0, [0, 0, 0]);
  assert.is(hex(out).slice(0, 32), "76b8e0ada0f13d90405d6ae55386bd28");
});

test("Poly1305 and GHASH at every length, with the largest and the smallest numbers", () => {
  const keys = (random: TestRandom) => [random.bytes(32), new Uint8Array(32).fill(255), new Uint8Array(32)];
  forAll(1, (random) => {
    for (const length of LENGTHS)
      for (const key of keys(random))
        for (const data of [random.bytes(length), new Uint8Array(length).fill(255)]) {
          assert.is(mac("poly", key, data, 1), hex(poly1305(data, key)), `Poly1305, ${length} bytes`);
          if (!length) continue;
          const padded = new Uint8Array((length + 15) & ~15);
          padded.set(data);
          const h = key.slice(0, 16);
          assert.is(mac("ghash", h, data, 0), hex(ghash(padded, h)), `GHASH, ${length} bytes`);
        }
  });
});

test("Poly1305 near the prime: RFC 8439 A.3, vectors 7 to 11", () => {
  const ones = "ff".repeat(16);
  const cases = [
    ["02", "", ones, "03"],
    ["02", ones, "02".padEnd(32, "0"), "03"],
    ["01", "", `${ones}f0${"ff".repeat(15)}11${"00".repeat(15)}`, "05"],
    ["01", "", `${ones}fb${"fe".repeat(15)}${"01".repeat(16)}`, ""],
    ["02", "", `fd${"ff".repeat(15)}`, `fa${"ff".repeat(15)}`],
  ];
  for (const [r, s, data, tag] of cases) {
    const key = new Uint8Array(32);
    key.set(unhex(r));
    key.set(unhex(s), 16);
    assert.is(mac("poly", key, unhex(data), 1), tag.padEnd(32, "0"));
  }
});

test("xor at every length", () => {
  for (const length of LENGTHS) {
    const a = Uint8Array.from({ length: length + 40 }, (_, i) => i * 7);
    const b = Uint8Array.from({ length: length + 40 }, (_, i) => i * 11 + 1);
    const expected = a.map((byte, i) => (i >= 2 && i < 2 + length ? byte ^ b[i + 1] : byte));
    native.xor(native.at(a) + 2, native.at(b) + 3, length, 0);
    assert.is(hex(a), hex(expected));
  }
});

test("at most 200 instructions a byte", () => {
  const data = new Uint8Array(LONG);
  const context = new Uint8Array(64);
  const [at, d] = [native.at(context), native.at(data)];
  const counts = {
    aes256: bench.count(() => native.aes(at, d, LONG, 32)),
    aes128: bench.count(() => native.aes(at, d, LONG, 16)),
    chacha: bench.count(() => native.chacha(d, LONG, at, 0)),
    poly: bench.count(() => native.poly(at, d, LONG, 0)),
    ghash: bench.count(() => native.ghash(at, d, LONG, 0)),
  };
  for (const [name, count] of Object.entries(counts)) assert.ok(count / LONG <= 200, `${name}: ${count / LONG} a byte`);
});

test.run();
