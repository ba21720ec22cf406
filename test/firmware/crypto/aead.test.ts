// The AEADs of TLS against Node's (OpenSSL's): on the engine's natives with plain ES5 MACs and ciphers, and in native code.
import { createCipheriv } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AEAD_OPEN, AEAD_SEAL, createAead, MAX_MESSAGES } from "../../../firmware/crypto/aead.ts";
import type { AeadKeys } from "../../../firmware/crypto/aead.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { hal, hex, primitives as p, unhex } from "../../support/hal.ts";
import { nativeBench } from "../../support/native.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";

const bench = nativeBench();
const BACK_ENDS = [
  { name: "plain ES5", aead: createAead(hal, p) },
  { name: "native", aead: createAead(bench.hal, { ...p, native: bench.native }) },
];

/** In one array, as a record has it: what comes before and behind it has to stay. */
interface Message {
  isAes: boolean;
  keys: AeadKeys;
  whole: Uint8Array;
  data: Uint8Array;
  associated: number;
}

function message(isAes: boolean, keys: AeadKeys, associated: Uint8Array, text: Uint8Array, at = 0): Message {
  const whole = new Uint8Array(at + associated.length + text.length + 16 + 32).fill(0xee);
  const data = whole.subarray(at, whole.length - 32);
  data.set(associated);
  data.set(text, associated.length);
  return { isAes, keys, whole, data, associated: associated.length };
}

function randomMessage(random: TestRandom, longest: number): Message {
  const isAes = random.below(2) === 1;
  const count = random.pick([0, 1, 255, 256, 65535, 65536, MAX_MESSAGES - 1]);
  const keys = { key: random.bytes(isAes ? 16 : 32), iv: random.bytes(12), count };
  const associated = random.bytes(random.below(40));
  return message(isAes, keys, associated, random.bytes(random.below(longest)), random.below(8));
}

/** OpenSSL's text and tag, the number of the message xored into the nonce as RFC 8446 section 5.3 has it. */
function expected({ isAes, keys, data, associated }: Message): string {
  const nonce = Buffer.from(keys.iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ keys.count) >>> 0, 8);
  const cipher = isAes
    ? createCipheriv("aes-128-gcm", keys.key, nonce)
    : createCipheriv("chacha20-poly1305", keys.key, nonce, { authTagLength: 16 });
  const text = data.subarray(associated, data.length - 16);
  cipher.setAAD(data.subarray(0, associated), { plaintextLength: text.length });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("hex");
}

for (const { name, aead } of BACK_ENDS) {
  test(`${name}: both give what OpenSSL gives, for any length and place, and open it again`, () => {
    forAll(80, (random) => {
      const m = randomMessage(random, random.pick([1, 40, 700]));
      const before = hex(m.whole);
      const answer = expected(m);
      assert.ok(aead(AEAD_SEAL, m.isAes, m.keys, m.data, m.associated));
      assert.is(hex(m.data.subarray(m.associated)), answer);
      assert.ok(aead(AEAD_OPEN, m.isAes, m.keys, m.data, m.associated));
      m.data.fill(0xee, m.data.length - 16); // the tag stays where it was
      assert.is(hex(m.whole), before, "nothing else has changed");
    });
  });

  test(`${name}: RFC 8439 section 2.8.2, and test case 4 of the GCM specification`, () => {
    const tagOf = (isAes: boolean, key: string, iv: string, associated: string, text: Uint8Array) => {
      const m = message(isAes, { key: unhex(key), iv: unhex(iv), count: 0 }, unhex(associated), text);
      aead(AEAD_SEAL, isAes, m.keys, m.data, m.associated);
      return hex(m.data.subarray(m.data.length - 16));
    };
    const lorem =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    const key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
    assert.is(
      tagOf(false, key, "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7", Buffer.from(lorem)),
      "1ae10b594f09e26a7e902ecbd0600691",
    );
    const plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    assert.is(
      tagOf(
        true,
        "feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plain,
      ),
      "5bc94fbc3221a5db94fae95ae7121a47",
    );
  });

  test(`${name}: one wrong bit anywhere is refused, and nothing is decrypted`, () => {
    forAll(40, (random) => {
      const m = randomMessage(random, 60);
      aead(AEAD_SEAL, m.isAes, m.keys, m.data, m.associated);
      const wrong = random.pick([m.keys.key, m.keys.iv, m.data, m.data.subarray(m.data.length - 16)]);
      wrong[random.below(wrong.length)] ^= 1 << random.below(8);
      const before = hex(m.whole);
      assert.not(aead(AEAD_OPEN, m.isAes, m.keys, m.data, m.associated));
      assert.is(hex(m.whole), before);
    });
  });

  test(`${name}: every bit of a tag counts, and every byte of associated data`, () => {
    for (const isAes of [false, true]) {
      const keys = { key: new Uint8Array(isAes ? 16 : 32).fill(9), iv: new Uint8Array(12), count: 3 };
      const m = message(isAes, keys, new Uint8Array(5).fill(1), new Uint8Array(20).fill(2));
      aead(AEAD_SEAL, isAes, keys, m.data, 5);
      for (let bit = 0; bit < 8 * m.data.length; bit++) {
        const changed = m.data.slice();
        changed[bit >> 3] ^= 1 << (bit & 7);
        assert.not(aead(AEAD_OPEN, isAes, keys, changed, 5), `bit ${bit}`);
      }
      for (const count of [0, 2, 0x103, 0x10003])
        assert.not(aead(AEAD_OPEN, isAes, { ...keys, count }, m.data, 5), `message ${count}`);
      assert.not(aead(AEAD_OPEN, isAes, keys, m.data, 4), "what is associated data and what is text");
    }
  });

  test(`${name}: no key is left in memory, and a key has a last message`, () => {
    for (const isAes of [false, true]) {
      const key = Uint8Array.from({ length: isAes ? 16 : 32 }, (_, i) => 100 + i);
      const m = message(isAes, { key, iv: new Uint8Array(12), count: 0 }, new Uint8Array(5), new Uint8Array(33));
      const made = arraysMadeBy(() => {
        aead(AEAD_SEAL, isAes, m.keys, m.data, 5);
        aead(AEAD_OPEN, isAes, m.keys, m.data, 5);
      });
      if (name === "native") assert.not(holds(made, key.subarray(0, 8))); // plain ES5 makes views of the key itself
      for (const mode of [AEAD_SEAL, AEAD_OPEN])
        assert.throws(() => aead(mode, isAes, { ...m.keys, count: MAX_MESSAGES }, m.data, 5), "nonces used up");
    }
  });
}

test.run();
