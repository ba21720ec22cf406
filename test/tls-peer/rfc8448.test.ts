// The test client's key schedule and records against the traces of RFC 8448: section 3 (a simple 1-RTT handshake) and the binder
// of section 4 (resumption). RFC 8448 gives AES-128-GCM alone; ChaCha20-Poly1305 is judged by OpenSSL in servers.test.ts.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readdirSync, readFileSync } from "node:fs";
import { sha256 } from "@noble/hashes/sha2.js";
import { CLIENT_FINISHED, CLIENT_HELLO, FLIGHT_HASH, KEYS, SERVER_HELLO, SHARED } from "../support/rfc8448.ts";
import { GROUP, HANDSHAKE, SUITE } from "../support/tls-peer/codes.ts";
import { message, readServerHello } from "../support/tls-peer/hello.ts";
import { makeShare } from "../support/tls-peer/key-exchange.ts";
import { binderMac, deriveSecret, earlySecret, expandLabel, finishedMac } from "../support/tls-peer/key-schedule.ts";
import { handshakeSecret, masterSecret, ticketPsk } from "../support/tls-peer/key-schedule.ts";
import { Protection, RecordCutter } from "../support/tls-peer/records.ts";
import { fromHex, toHex } from "../support/tls-peer/wire.ts";

// Section 3, in its order.
const CLIENT_PRIVATE = "49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005";
const CLIENT_PUBLIC = "99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c";
const SERVER_PUBLIC = "c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f";
const HELLO_HASH = "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8";

test("X25519 and the secrets of the schedule", () => {
  const share = makeShare(GROUP.x25519, fromHex(CLIENT_PRIVATE));
  assert.is(toHex(share.share), CLIENT_PUBLIC);
  const shared = share.agree(fromHex(SERVER_PUBLIC));
  assert.is(toHex(shared), SHARED);
  const early = earlySecret();
  assert.is(toHex(early), "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
  const handshake = handshakeSecret(early, shared);
  assert.is(toHex(handshake), "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
  const master = masterSecret(handshake);
  assert.is(toHex(master), "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
  assert.is(toHex(sha256(fromHex(CLIENT_HELLO + SERVER_HELLO))), HELLO_HASH);
  for (const [label, { secret: expected }] of Object.entries(KEYS)) {
    const hash = label.includes("hs") ? HELLO_HASH : FLIGHT_HASH;
    const from = label.includes("hs") ? handshake : master;
    assert.is(toHex(deriveSecret(from, label, fromHex(hash))), expected, label);
  }
});

test("traffic keys, and the Finished of the client", () => {
  for (const { secret, key, iv } of Object.values(KEYS)) {
    assert.is(toHex(expandLabel(fromHex(secret), "key", new Uint8Array(0), 16)), key);
    assert.is(toHex(expandLabel(fromHex(secret), "iv", new Uint8Array(0), 12)), iv);
  }
  assert.is(toHex(finishedMac(fromHex(KEYS["c hs traffic"].secret), fromHex(FLIGHT_HASH))), CLIENT_FINISHED);
});

test("the record of the client's Finished, sealed and opened", () => {
  const record =
    "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f" +
    "38f80338ac98fc46deb384bd1caeacab6867d726c40546";
  const plain = message(HANDSHAKE.finished, fromHex(CLIENT_FINISHED));
  const secret = fromHex(KEYS["c hs traffic"].secret);
  assert.is(toHex(new Protection(SUITE.aes128Gcm, secret).seal(22, plain)), record);
  const [cut] = new RecordCutter().push(fromHex(record));
  assert.equal(new Protection(SUITE.aes128Gcm, secret).open(cut), { type: 22, body: plain });
  cut.body[0] ^= 1;
  assert.throws(() => new Protection(SUITE.aes128Gcm, secret).open(cut));
});

test("the ServerHello is read as it is", () => {
  const hello = readServerHello(fromHex(SERVER_HELLO).slice(4));
  assert.not(hello.isRetry);
  assert.is(hello.suite, SUITE.aes128Gcm);
  assert.equal([...hello.extensions.keys()], [51, 43]);
});

test("a ticket's PSK, and the binder of section 4", () => {
  const resumption = "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c";
  const psk = ticketPsk(fromHex(resumption), fromHex("0000"));
  assert.is(toHex(psk), "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
  assert.is(toHex(earlySecret(psk)), "9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c");
  const truncatedHash = fromHex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
  const binder = "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d";
  assert.is(toHex(binderMac(psk, truncatedHash)), binder);
});

test("the client knows nothing of the firmware, nor of the owner's client", () => {
  const folder = new URL("../support/tls-peer/", import.meta.url);
  for (const file of readdirSync(folder))
    assert.not.match(readFileSync(new URL(file, folder), "utf8"), /from "[^"]*(firmware|client)\//, file);
});

test.run();
