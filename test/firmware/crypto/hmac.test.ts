// HMAC against RFC 4231, HKDF against RFC 5869, both against @noble/hashes.
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createHmac } from "node:crypto";
import { hkdfSha256, hmac, hmacInPlace, hmacSha256Key } from "../../../firmware/crypto/hmac.ts";
import { hmacSha512Key, wipeHmacKey } from "../../../firmware/crypto/hmac.ts";
import type { Primitives } from "../../../firmware/crypto/primitives.ts";
import { arraysMadeBy, notWiped, unrecorded } from "../../support/allocations.ts";
import { hex, primitives, unhex } from "../../support/hal.ts";
import { nativeBench } from "../../support/native.ts";
import { forAll } from "../../support/random.ts";

const fill = (length: number, byte: number) => new Uint8Array(length).fill(byte);
const range = (from: number, to: number) => Uint8Array.from({ length: to - from }, (_, i) => from + i);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

function mac(key: Uint8Array, ...message: unknown[]): string {
  return hex(hmac(primitives, hmacSha512Key(primitives, key), message));
}

test("RFC 4231 section 4, HMAC-SHA-512 of cases 1 to 4, 6 and 7", () => {
  const cases: [Uint8Array, Uint8Array | string, string][] = [
    [
      ...([fill(20, 0x0b), "Hi There"] as const),
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
    ],
    [
      ...([unhex("4a656665"), "what do ya want for nothing?"] as const),
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ],
    [
      ...([fill(20, 0xaa), fill(50, 0xdd)] as const),
      "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
    ],
    [
      ...([range(1, 26), fill(50, 0xcd)] as const),
      "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
    ],
    [
      ...([fill(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First"] as const),
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
    ],
    [
      fill(131, 0xaa),
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
      "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
    ],
  ];
  for (const [key, data, expected] of cases) assert.is(mac(key, data), expected);
});

test("keys around the block size, messages in any pieces", () => {
  forAll(200, (random) => {
    const key = random.bytes(random.pick([0, 1, 32, 63, 64, 65, 127, 128, 129, 200]));
    const message = random.bytes(random.below(300));
    const cut = random.below(message.length + 1);
    const expected = hex(nobleHmac(sha512, key, message));
    assert.is(mac(key, message), expected);
    const pieces = [message.slice(0, cut), [...message.slice(cut)]];
    assert.is(mac(key, ...pieces), expected);
    assert.is(mac(key, latin1(message.slice(0, cut)), pieces[1]), expected);
  });
});

test("one key serves many messages, and a long one may be hashed where it lies", () => {
  const key = hmacSha512Key(primitives, fill(64, 5));
  const first = hex(hmac(primitives, key, "a"));
  assert.is.not(hex(hmac(primitives, key, "b")), first);
  assert.is(hex(hmac(primitives, key, "a")), first);
  const buffer = new Uint8Array(3 + 128 + 1).fill(7); // at an odd address, as the sealed body of a setup lies
  buffer.set(key.block, 3);
  buffer[131] = 97;
  assert.is(hex(hmacInPlace(primitives, key, buffer.subarray(3))), first);
  assert.equal([...buffer.subarray(0, 3), buffer[131]], [7, 7, 7, 97]);
});

test("RFC 5869 appendix A, the three cases of SHA-256", () => {
  const cases: [Uint8Array, Uint8Array, Uint8Array, string][] = [
    [
      ...([fill(22, 0x0b), range(0, 13), range(0xf0, 0xfa)] as const),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ],
    [
      ...([range(0, 0x50), range(0x60, 0xb0), range(0xb0, 0x100)] as const),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ],
    [
      ...([fill(22, 0x0b), fill(0, 0), fill(0, 0)] as const),
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ],
  ];
  for (const [ikm, salt, info, expected] of cases)
    assert.is(hex(hkdfSha256(primitives, ikm, salt, latin1(info), expected.length / 2)), expected);
});

test("HKDF of random inputs and every kind of length up to the last block", () => {
  forAll(100, (random) => {
    const [ikm, salt, info] = [random.bytes(random.below(90)), random.bytes(random.below(90)), random.bytes(9)];
    const length = random.pick([0, 1, 31, 32, 33, 63, 64, 65, 160, 255 * 32]);
    const expected = length ? hex(hkdf(sha256, ikm, salt, info, length)) : "";
    // No diff of 16,000 digits: it would take minutes.
    assert.ok(hex(hkdfSha256(primitives, ikm, salt, latin1(info), length)) === expected, `${length} bytes`);
  });
});

/** Primitives whose results are remembered too. */
function watched(results: Uint8Array[]): Primitives {
  const note = (native: () => Uint8Array) => {
    const bytes = unrecorded(native);
    results.push(bytes);
    return bytes;
  };
  return {
    ...primitives,
    join: (...parts) => note(() => primitives.join(...parts)),
    sha256: (data) => note(() => primitives.sha256(data)),
    sha512: (data) => note(() => primitives.sha512(data)),
  };
}

const bench = nativeBench();

test("HMAC-SHA256 in native code and out of it is Node's, for keys and messages of every length around a block", () => {
  const ends: Primitives[] = [primitives, { ...primitives, native: bench.native }];
  forAll(60, (random) => {
    const secret = random.bytes(random.pick([0, 1, 16, 32, 63, 64, 65, 130]));
    const message = random.bytes(random.pick([0, 1, 23, 32, 54, 55, 56, 63, 64, 65, 119, 300]));
    const expected = createHmac("sha256", secret).update(message).digest("hex");
    for (const p of ends) assert.is(hex(hmac(p, hmacSha256Key(p, secret), message)), expected);
    const expected512 = createHmac("sha512", secret).update(message).digest("hex");
    for (const p of ends) assert.is(hex(hmac(p, hmacSha512Key(p, secret), message)), expected512);
  });
});

test("native HMAC leaves its tag only, on the heap and on the stack", () => {
  const results: Uint8Array[] = [];
  const p = { ...watched(results), native: bench.native };
  const key = hmacSha256Key(p, fill(32, 0x5a));
  const longKey = hmacSha256Key(primitives, fill(64, 0x5a));
  const message = fill(40, 0x5b);
  let tag: Uint8Array | undefined;
  const made = arraysMadeBy(() => (tag = hmac(p, key, message)));
  assert.is(notWiped([...results, ...made], tag).length, 0);
  for (const other of [key, longKey])
    assert.ok(new Uint8Array(hmac(p, other, message).buffer).subarray(32).every((byte) => byte === 0));
  for (const byte of [0x5a, 0x5a ^ 0x36, 0x5a ^ 0x5c, 0x5b])
    assert.not(Buffer.from(bench.thumb.stack).includes(Buffer.alloc(4, byte)));
});

test("HKDF leaves none of its key blocks, pseudo-random keys and blocks behind", () => {
  const results: Uint8Array[] = [];
  let out: Uint8Array | undefined;
  const [ikm, salt] = [fill(32, 1), fill(70, 2)];
  const made = arraysMadeBy(() => (out = hkdfSha256(watched(results), ikm, salt, "info", 100)));
  assert.ok(results.length > 12);
  assert.is(notWiped([...results, ...made], out).length, 0);
});

test("HMAC leaves its tag only, and a wiped key is zeros", () => {
  const results: Uint8Array[] = [];
  const secret = range(1, 200);
  const key = hmacSha512Key(watched(results), secret);
  const tag = hmac(watched(results), key, "message");
  assert.is(notWiped(results, tag).length, 0);
  assert.is(notWiped([key.block]).length, 1);
  wipeHmacKey(key);
  assert.is(notWiped([key.block]).length, 0);
});

test.run();
