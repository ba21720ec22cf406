// The simulated require("crypto"): right where the engine is right, loud where the engine is wrong (PLATFORM section 2).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCryptoModule } from "../../host-sim/crypto-module.ts";
import { HOST_REALM } from "../../host-sim/natives.ts";
import { hex, unhex } from "../support/hal.ts";

type Hash = (data: unknown) => ArrayBuffer;
type Aes = { encrypt(data: unknown, key: unknown, options?: object): ArrayBuffer; decrypt?: unknown };
type Module = Record<"SHA1" | "SHA224" | "SHA256" | "SHA384" | "SHA512", Hash> & { AES: Aes; PBKDF2?: unknown };

const ALL = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "AES"];
const module = createCryptoModule(HOST_REALM, ALL) as Module;
const shown = (buffer: ArrayBuffer): string => hex(new Uint8Array(buffer));

test("hashes of abc are those of FIPS 180-4, as an ArrayBuffer", () => {
  assert.is(shown(module.SHA1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assert.is(shown(module.SHA224("abc")), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  assert.is(shown(module.SHA256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.match(shown(module.SHA384("abc")), /^cb00753f45a35e8bb5a03d699ac65007/);
  assert.match(shown(module.SHA512("abc")), /^ddaf35a193617abacc417349ae204131/);
  assert.ok(module.SHA256("abc") instanceof ArrayBuffer);
});

test("each element of what is hashed is one byte, whatever it was", () => {
  const wanted = shown(module.SHA256("abc"));
  const inputs = [
    [97, 98, 99],
    new Uint8Array([97, 98, 99]),
    [[97], "bc"],
    new Uint16Array([97, 98, 0x163]),
    [353, -158, 99],
  ];
  for (const data of [...inputs, new Uint8Array([97, 98, 99]).buffer]) assert.is(shown(module.SHA256(data)), wanted);
  assert.throws(() => module.SHA256({}), /not modelled/);
});

test("AES in ECB and CBC: FIPS 197 C.3 and SP 800-38A F.2.5", () => {
  const key = unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const text = unhex("00112233445566778899aabbccddeeff");
  assert.is(shown(module.AES.encrypt(text, key, { mode: "ECB" })), "8ea2b7ca516745bfeafc49904b496089");
  const cbc = module.AES.encrypt(
    unhex("6bc1bee22e409f96e93d7e117393172a"),
    unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
    { mode: "CBC", iv: key.slice(0, 16) },
  );
  assert.is(shown(cbc), "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
  // CBC is the default, with an IV of zeros; a short IV is filled up with them.
  const plain = shown(module.AES.encrypt(text, key));
  assert.is(plain, shown(module.AES.encrypt(text, key, { mode: "ECB" })));
  assert.is(shown(module.AES.encrypt(text, key, { iv: [0, 0] })), plain);
});

test("modes that the engine gets wrong, and lengths it drops, throw", () => {
  for (const mode of ["CTR", "CFB", "OFB", "GCM"])
    assert.throws(() => module.AES.encrypt(new Uint8Array(16), new Uint8Array(32), { mode }), /not modelled/);
  for (const length of [1, 15, 17])
    assert.throws(() => module.AES.encrypt(new Uint8Array(length), new Uint8Array(32)), /multiple of 16/);
  assert.throws(() => module.AES.decrypt, /AES\.decrypt is not modelled/);
  assert.throws(() => module.PBKDF2, /crypto\.PBKDF2 is not modelled/);
});

test("what a board was built without is undefined, as there", () => {
  const poor = createCryptoModule(HOST_REALM, ["SHA1", "SHA256"]) as Partial<Module>;
  assert.equal([typeof poor.SHA256, poor.SHA512, poor.AES], ["function", undefined, undefined]);
});

test.run();
