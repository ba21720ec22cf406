// Poly1305 and GHASH as TLS's ciphers use them, in plain ES5: against the AEADs of @noble/ciphers, RFC 8439 and the largest and
// smallest keys. What native code does is in aead.test.ts and native/.
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { ghash } from "@noble/ciphers/_polyval.js";
import { ecb, gcm } from "@noble/ciphers/aes.js";
import { chacha20, chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createMacs } from "../../../firmware/crypto/macs.ts";
import { createPoly1305Es5 } from "../../../firmware/crypto/poly1305-es5.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { hal, hex, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const macs = createMacs(hal);
const LENGTHS = [0, 1, 12, 15, 16, 17, 31, 32, 33, 64, 100];

/** Both padded, and the lengths in 8 bytes each. */
function laidOut(associated: Uint8Array, text: Uint8Array, isGhash: boolean): Uint8Array {
  const pad = (bytes: Uint8Array) => [...bytes, ...new Uint8Array(-bytes.length & 15)];
  const lengths = Buffer.alloc(16);
  [associated, text].forEach((bytes, i) => {
    if (isGhash) lengths.writeBigUInt64BE(BigInt(bytes.length * 8), 8 * i);
    else lengths.writeBigUInt64LE(BigInt(bytes.length), 8 * i);
  });
  return new Uint8Array([...pad(associated), ...pad(text), ...lengths]);
}

test("the tags of ChaCha20-Poly1305", () => {
  forAll(10, (random) => {
    for (const length of LENGTHS) {
      const [key, nonce] = [random.bytes(32), random.bytes(12)];
      const [associated, plain] = [random.bytes(random.pick(LENGTHS)), random.bytes(length)];
      const sealed = chacha20poly1305(key, nonce, associated).encrypt(plain);
      const once = chacha20(key, nonce, new Uint8Array(32));
      const tag = macs.poly1305(once, associated, sealed.subarray(0, length));
      assert.is(hex(tag), hex(sealed.subarray(length)));
    }
  });
});

test("the tags of AES-128-GCM", () => {
  forAll(10, (random) => {
    for (const length of LENGTHS) {
      const [key, nonce] = [random.bytes(16), random.bytes(12)];
      const [associated, plain] = [random.bytes(random.pick(LENGTHS)), random.bytes(length)];
      const sealed = gcm(key, nonce, associated).encrypt(plain);
      const block = (bytes: number[]) => ecb(key, { disablePadding: true }).encrypt(new Uint8Array(bytes));
      const h = block(Array<number>(16).fill(0));
      const mask = block([...nonce, 0, 0, 0, 1]);
      const tag = macs.ghash(h, associated, sealed.subarray(0, length)).map((byte, i) => byte ^ mask[i]);
      assert.is(hex(tag), hex(sealed.subarray(length)));
    }
  });
});

test("keys and texts of all ones and all zeros", () => {
  for (const keyByte of [0, 1, 255])
    for (const byte of [0, 1, 128, 255])
      for (const length of LENGTHS) {
        const key = new Uint8Array(32).fill(keyByte);
        const data = new Uint8Array(length).fill(byte);
        const poly = macs.poly1305(key, data, data);
        assert.is(hex(poly), hex(poly1305(laidOut(data, data, false), key)), `${keyByte} ${byte} ${length}`);
        const h = key.slice(16);
        assert.is(hex(macs.ghash(h, data, data)), hex(ghash(laidOut(data, data, true), h)));
      }
});

test("Poly1305 near the prime, RFC 8439 A.3, vectors 7 to 11", () => {
  const ones = "ff".repeat(16);
  const cases = [
    ["02", "", ones, "03"],
    ["02", ones, "02".padEnd(32, "0"), "03"],
    ["01", "", `${ones}f0${"ff".repeat(15)}11${"00".repeat(15)}`, "05"],
    ["01", "", `${ones}fb${"fe".repeat(15)}${"01".repeat(16)}`, ""],
    ["02", "", `fd${"ff".repeat(15)}`, `fa${"ff".repeat(15)}`],
  ];
  for (const [r, s, data, tag] of cases) {
    const mac = createPoly1305Es5(hal, unhex(r.padEnd(32, "0") + s.padEnd(32, "0")));
    mac.update(unhex(data));
    assert.is(hex(mac.finish()), tag.padEnd(32, "0"));
  }
});

test("no key is left in memory", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);
  {
    const made = arraysMadeBy(() => {
      macs.poly1305(key, new Uint8Array(3), new Uint8Array(33));
      macs.ghash(key.subarray(0, 16), new Uint8Array(3), new Uint8Array(33));
    });
    assert.ok(made.length > 2);
    assert.not(holds(made, key.subarray(0, 8)));
    assert.not(holds(made, key.subarray(16, 24)));
  }
});

test.run();
