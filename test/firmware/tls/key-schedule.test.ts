// The key schedule by RFC 8448 section 3 (simple 1-RTT handshake), byte for byte to every key, and its ServerHello. What else it
// has does not apply: its server signs with RSA and sends extensions of which we have none.
import { createHash, createHmac } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hmac, hmacSha256Key } from "../../../firmware/crypto/hmac.ts";
import type { HmacKey } from "../../../firmware/crypto/hmac.ts";
import { encodeServerHello } from "../../../firmware/tls/server-messages.ts";
import { DERIVED_WITHOUT_PSK, EMPTY_HASH, RETRY_RANDOM } from "../../../firmware/tls/constants.build.ts";
import * as K from "../../../firmware/tls/key-schedule.ts";
import { hex, primitives as p, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const CLIENT_HELLO =
  "010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece700000613011303130201" +
  "0000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400" +
  "230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b00" +
  "03020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c" +
  "00024001";
const SERVER_HELLO =
  "020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024" +
  "001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304";
const SHARED = "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d";
/** Through the server's Finished. */
const FLIGHT_HASH = "9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13";
const CLIENT_FINISHED = "a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61";
/** Label, secret, key, iv. */
const HANDSHAKE_KEYS = [
  [
    "c hs traffic",
    "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
    "dbfaa693d1762c5b666af5d950258d01",
    "5bd3c71b836e0b76bb73265f",
  ],
  [
    "s hs traffic",
    "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
    "3fce516009c21727d0f2e4e86ee403bc",
    "5d313eb2671276ee13000b30",
  ],
];
const TRAFFIC_KEYS = [
  [
    "c ap traffic",
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
    "17422dda596ed5d9acd890e3c63f5051",
    "5b78923dee08579033e523d9",
  ],
  [
    "s ap traffic",
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
    "9f02283b6c9c07efc26bb9f2ac92e356",
    "cf782b88dd83549aadf1e984",
  ],
];
const ZEROS = new Uint8Array(32);

test("constants are the hashes that they are said to be", () => {
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");
  assert.is(hex(bytesOf(EMPTY_HASH)), sha(""));
  assert.is(hex(bytesOf(RETRY_RANDOM)), sha("HelloRetryRequest"));
  const early = K.earlySecret(p, ZEROS);
  assert.is(hex(K.expandLabel(p, early, "derived", EMPTY_HASH, 32)), hex(bytesOf(DERIVED_WITHOUT_PSK)));
});

/** The bytes of a secret are in no one's hands here; what it authenticates shows that it is the RFC's. */
const isSecret = (key: HmacKey, secret: string) =>
  assert.is(hex(hmac(p, key, "x")), createHmac("sha256", unhex(secret)).update("x").digest("hex"));

test("RFC 8448 section 3: every secret and key, from both hellos to the application's traffic", () => {
  const helloHash = p.sha256(unhex(CLIENT_HELLO + SERVER_HELLO));
  const handshake = K.handshakeSecret(p, undefined, unhex(SHARED));
  isSecret(handshake, "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
  const of = (from: HmacKey, label: string, hash: Uint8Array, secret: string, key: string, iv: string) => {
    const derived = K.deriveSecret(p, from, label, hash);
    isSecret(derived, secret);
    const keys = K.trafficKeys(p, derived, true);
    assert.equal([hex(keys.key), hex(keys.iv)], [key, iv], label);
    return derived;
  };
  for (const [label, secret, key, iv] of HANDSHAKE_KEYS) of(handshake, label, helloHash, secret, key, iv);
  const client = K.deriveSecret(p, handshake, "c hs traffic", helloHash);
  const finished = hmac(p, K.finishedKey(p, client), unhex(FLIGHT_HASH));
  assert.is(hex(finished), CLIENT_FINISHED);
  const master = K.masterSecret(p, handshake);
  isSecret(master, "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
  for (const [label, secret, key, iv] of TRAFFIC_KEYS) of(master, label, unhex(FLIGHT_HASH), secret, key, iv);
});

test("RFC 8448 section 3: the ServerHello, byte for byte", () => {
  const message = encodeServerHello(p, {
    ...{ random: unhex(SERVER_HELLO.slice(12, 76)), sessionId: new Uint8Array(0), suite: 0x1301, group: 29, psk: -1 },
    share: unhex(SERVER_HELLO.slice(-76, -12)),
  });
  assert.is(hex(message), SERVER_HELLO);
});

test("RFC 8448 section 4: a ticket's PSK, its early secret and its binder", () => {
  const resumption = hmacSha256Key(p, unhex("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c"));
  const psk = K.expandLabel(p, resumption, "resumption", "\0\0", 32);
  assert.is(hex(psk), "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
  const early = K.earlySecret(p, psk);
  isSecret(early, "9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c");
  const key = K.finishedKey(p, K.deriveSecret(p, early, "res binder", EMPTY_HASH));
  const truncatedHash = unhex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
  assert.is(hex(hmac(p, key, truncatedHash)), "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d");
});

test("HKDF-Expand-Label is HKDF-Expand with the label's structure, for any secret, context and length", () => {
  forAll(50, (random) => {
    const secret = random.bytes(32);
    const context = random.bytes(random.below(2) * 32);
    const length = 1 + random.below(32);
    const label = ["key", "iv", "finished", "traffic upd", "res master"][random.below(5)];
    const info = Buffer.concat([
      Buffer.from([0, length, 6 + label.length]),
      Buffer.from(`tls13 ${label}`),
      Buffer.from([context.length]),
      context,
    ]);
    const expected = createHmac("sha256", secret)
      .update(Buffer.concat([info, Buffer.from([1])]))
      .digest();
    const ours = K.expandLabel(p, hmacSha256Key(p, secret), label, context, length);
    assert.is(hex(ours), expected.subarray(0, length).toString("hex"));
  });
});

test("a key update gives new keys, and wipes the old ones", () => {
  const keys = K.trafficKeys(p, hmacSha256Key(p, ZEROS), false);
  const [key, iv] = [hex(keys.key), hex(keys.iv)];
  keys.count = 5;
  const next = K.nextKeys(p, keys, false);
  assert.is.not(hex(next.key), key);
  assert.is.not(hex(next.iv), iv);
  // RFC 8446 7.2, by Node's HMAC.
  const expand = (secret: Uint8Array, label: string, length: number) => {
    const info = Buffer.concat([Buffer.from([0, length, 6 + label.length]), Buffer.from(`tls13 ${label}\0\x01`)]);
    return createHmac("sha256", secret).update(info).digest().subarray(0, length);
  };
  const secret = expand(ZEROS, "traffic upd", 32);
  assert.equal([hex(next.key), hex(next.iv)], [hex(expand(secret, "key", 32)), hex(expand(secret, "iv", 12))]);
  assert.is(next.count, 0);
  assert.equal([...keys.key, ...keys.iv], new Array(44).fill(0));
});

test("what a secret is derived from is wiped, a PSK and its callers' bytes are not", () => {
  const psk = new Uint8Array(32).fill(7);
  const shared = new Uint8Array(32).fill(8);
  const early = K.earlySecret(p, psk);
  K.handshakeSecret(p, early, shared);
  assert.equal([...shared, ...early.inner, ...early.outer], new Array(160).fill(0));
  assert.is(psk[0], 7);
});

test.run();
