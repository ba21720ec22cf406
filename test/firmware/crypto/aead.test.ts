// The AEADs of TLS against Node's (OpenSSL's), on the engine's natives with plain ES5 MACs and ciphers; the native routines
// are tested in native/.
import { createCipheriv } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAead } from "../../../firmware/crypto/aead.ts";
import { hal, hex, primitives as p, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const aead = createAead(hal, p);

function expected(
  isAes: boolean,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  text: Uint8Array,
): string {
  const cipher = isAes
    ? createCipheriv("aes-128-gcm", key, nonce)
    : createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(associated, { plaintextLength: text.length });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("hex");
}

test("both give what OpenSSL gives, for any length of text and associated data, and open it again", () => {
  forAll(60, (random) => {
    const isAes = random.below(2) === 1;
    const [key, nonce] = [random.bytes(isAes ? 16 : 32), random.bytes(12)];
    const associated = random.bytes(random.below(40));
    const text = random.bytes(random.below(700));
    const sealed = text.slice();
    const tag = aead.seal(isAes, key, nonce, associated, sealed);
    assert.is(hex(sealed) + hex(tag), expected(isAes, key, nonce, associated, text));
    assert.ok(aead.open(isAes, key, nonce, associated, sealed, tag));
    assert.is(hex(sealed), hex(text));
  });
});

test("RFC 8439 section 2.8.2, and test case 4 of the GCM specification", () => {
  const lorem =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  const text = new Uint8Array(Buffer.from(lorem));
  const key = unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const tag = aead.seal(false, key, unhex("070000004041424344454647"), unhex("50515253c0c1c2c3c4c5c6c7"), text);
  assert.is(hex(tag), "1ae10b594f09e26a7e902ecbd0600691");
  const plain = unhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  );
  const associated = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const gcm = aead.seal(
    true,
    unhex("feffe9928665731c6d6a8f9467308308"),
    unhex("cafebabefacedbaddecaf888"),
    associated,
    plain,
  );
  assert.is(hex(gcm), "5bc94fbc3221a5db94fae95ae7121a47");
});

test("one wrong bit anywhere is refused, and nothing is decrypted", () => {
  forAll(20, (random) => {
    for (const isAes of [true, false]) {
      const [key, nonce, associated] = [random.bytes(isAes ? 16 : 32), random.bytes(12), random.bytes(5)];
      const text = random.bytes(1 + random.below(60));
      const tag = aead.seal(isAes, key, nonce, associated, text);
      const parts = [key, nonce, associated, text, tag];
      const wrong = parts[random.below(parts.length)];
      const at = random.below(wrong.length);
      wrong[at] ^= 1 << random.below(8);
      const before = hex(text);
      assert.not(aead.open(isAes, key, nonce, associated, text, tag));
      assert.is(hex(text), before);
    }
  });
});

test.run();
