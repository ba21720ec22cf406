// What the server says and does in a handshake that Node's client cannot show: compatibility mode, limits of records, tickets
// and binders, wiping.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SECRETS_BYTES, TRAFFIC_AT } from "../../../firmware/tls/derivations.build.ts";
import { clientHello, preSharedKey, vector16 } from "../../support/client-hello.ts";
import type { HelloParts } from "../../support/client-hello.ts";
import { alertIn, tlsBench } from "../../support/tls-bench.ts";
import type { TlsBench } from "../../support/tls-bench.ts";

const [HANDSHAKE_FAILURE, DECRYPT_ERROR, NO_PROTOCOL] = [40, 51, 120];
let bench: TlsBench;
test.before(async () => void (bench = await tlsBench()));
test.after.each(() => {
  bench.advance(30000);
  assert.equal([bench.uncaught.length, bench.sockets()], [0, 0]);
});

const recordOf = (message: Uint8Array) =>
  Buffer.from([22, 3, 1, message.length >> 8, message.length & 255, ...message]);

/** Types and lengths of the records that answer a ClientHello. */
function answer(parts: HelloParts): { records: [number, number][]; received: Buffer } {
  const peer = bench.connect(recordOf(clientHello(parts)));
  bench.settle();
  const received = Buffer.from(peer.received, "latin1");
  const records: [number, number][] = [];
  for (let at = 0; at < received.length; at += 5 + received.readUInt16BE(at + 3))
    records.push([received[at], received.readUInt16BE(at + 3)]);
  peer.vanish();
  bench.settle();
  return { records, received };
}
const types = (parts: HelloParts) =>
  answer(parts)
    .records.map(([type]) => type)
    .join(" ");
const alert = (parts: HelloParts) => alertIn(answer(parts).received.toString("latin1"));

test("a change_cipher_spec for who sends a session id, once, and none for who does not (appendix D.4)", () => {
  assert.is(types({}), "22 20 23");
  assert.is(types({ sessionId: "" }), "22 23");
  assert.is(types({ extensions: { 51: vector16("") } }), "22 20", "after a HelloRetryRequest");
});

test("the session id comes back, and the random of a ServerHello is no downgrade sentinel and never the same", () => {
  const randoms = [answer({}), answer({})].map(({ received }) => received.subarray(11, 43).toString("hex"));
  assert.is.not(randoms[0], randoms[1]);
  assert.not.match(randoms[0], /444f574e475244/);
  assert.is(answer({ sessionId: "0102" }).received.subarray(43, 46).toString("hex"), "020102");
});

test("no record is larger than the client's record_size_limit", () => {
  for (const limit of [64, 100, 512]) {
    const { records } = answer({ extensions: { 28: limit.toString(16).padStart(4, "0") } });
    const sealed = records.filter(([type]) => type === 23).map(([, length]) => length);
    assert.ok(sealed.length > 1 && sealed.every((length) => length <= limit + 16), `${limit}: ${sealed}`);
    assert.is(Math.max(...sealed), limit + 16);
  }
});

test("nothing in common is a handshake_failure, or no_application_protocol", () => {
  assert.is(alert({ suites: vector16("1302") }), HANDSHAKE_FAILURE);
  assert.is(alert({ extensions: { 10: vector16("0018"), 51: vector16("00180001aa") } }), HANDSHAKE_FAILURE);
  assert.is(alert({ extensions: { 13: vector16("0804") } }), HANDSHAKE_FAILURE);
  assert.is(alert({ extensions: { 16: vector16("026832") } }), NO_PROTOCOL);
});

test("a ticket of nobody's is passed over; one of ours with a wrong binder is a decrypt_error", async () => {
  const strange = { extensions: { 41: preSharedKey(["cc".repeat(64)], ["dd".repeat(32)]) } };
  assert.is(types(strange), "22 20 23");
  const { session } = await bench.get();
  // A session of Node's is OpenSSL's ASN.1, with the ticket in an OCTET STRING of 64 bytes.
  const at = session!.indexOf(Buffer.from("0440", "hex"));
  const ticket = session!.subarray(at + 2, at + 66).toString("hex");
  for (const bytes of [32, 33, 255])
    assert.is(alert({ extensions: { 41: preSharedKey([ticket], ["dd".repeat(bytes)]) } }), DECRYPT_ERROR);
  assert.is(types({ extensions: { 45: "0100", 41: preSharedKey([ticket], ["dd".repeat(32)]) } }), "22 20 23", "psk_ke");
});

test("a key pair that is made ahead is for one handshake, and is wiped when the server stops", async () => {
  const own = await tlsBench();
  const isWiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
  const shares: string[] = [];
  const record = recordOf(clientHello());
  for (let i = 0; i < 3; i++) {
    own.drawn = [];
    const peer = own.connect(record);
    own.settle();
    // key_share, X25519
    shares.push(/00330024001d0020(.{64})/.exec(Buffer.from(peer.received, "latin1").toString("hex"))![1]);
    assert.is(own.drawn.length, i ? 1 : 2, "the random of a ServerHello, and the first time a secret");
    own.drawn = [];
    peer.vanish();
    own.settle();
    assert.equal(own.drawn.map(isWiped), [false], "the next one's secret");
  }
  assert.is(new Set(shares).size, 3);
  own.server.close();
  assert.equal(own.drawn.map(isWiped), [true]);
});

test("the secret of a key exchange is wiped: when it is over, and when the peer goes away before", async () => {
  const own = await tlsBench();
  const record = recordOf(clientHello());
  const isWiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
  own.drawn = [];
  const gone = own.wire.connect(443, record.toString("latin1"));
  while (!own.drawn.length) own.idle();
  assert.not(isWiped(own.drawn[0]));
  gone.vanish();
  own.settle();
  assert.equal(own.drawn.map(isWiped), [true], "nothing else was drawn");
  own.drawn = [];
  const peer = own.connect(record);
  own.settle();
  assert.is(peer.received.charCodeAt(0), 22);
  assert.ok(isWiped(own.drawn[0]));
  peer.vanish();
  own.settle();
});

/** Whether secrets of the handshake, and of its traffic, are there: whenever some of a connection's secrets have been wiped. */
async function wipings(work: () => unknown): Promise<string[]> {
  const moments: string[] = [];
  const plain = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(plain, {
    construct(target, args) {
      const made = Reflect.construct(target, args) as Uint8Array;
      if (made.length === SECRETS_BYTES)
        made.fill = (...how) => {
          plain.prototype.fill.apply(made, how);
          const some = (part: Uint8Array) => (part.some(Boolean) ? "some" : "none");
          moments.push(`${some(made.subarray(0, TRAFFIC_AT))} ${some(made.subarray(TRAFFIC_AT))}`);
          return made;
        };
      return made;
    },
  });
  try {
    await work();
  } finally {
    globalThis.Uint8Array = plain;
  }
  return moments;
}

test("secrets are wiped: those of a handshake when it is over, all when the connection is, or when it breaks off", async () => {
  const whole = await wipings(() => bench.get());
  assert.is(whole[0], "none some");
  assert.is(whole[whole.length - 1], "none none");
  const broken = await wipings(() => answer({}));
  assert.is(broken[broken.length - 1], "none none");
});

test.run();
