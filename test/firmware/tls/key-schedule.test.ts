// The key schedule by RFC 8448 section 3 (simple 1-RTT handshake), byte for byte to every key, and its ServerHello; then every
// program by the test client's own schedule, which RFC 8448 judges too. In plain ES5 and in native code.
import { createHash, createHmac } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nativePrimitives } from "../../../firmware/crypto/native/primitives-native.ts";
import type { Primitives } from "../../../firmware/crypto/primitives.ts";
import { RETRY_RANDOM } from "../../../firmware/tls/constants.build.ts";
import { assembleDerivations } from "../../../firmware/tls/assemble-derivations.ts";
import * as D from "../../../firmware/tls/derivations.build.ts";
import { derive, trafficKeys } from "../../../firmware/tls/key-schedule.ts";
import { encodeServerHello } from "../../../firmware/tls/server-messages.ts";
import { arraysMadeBy, notWiped, unrecorded } from "../../support/allocations.ts";
import { hex, primitives, unhex } from "../../support/hal.ts";
import { nativeBench } from "../../support/native.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";
import { CLIENT_FINISHED, CLIENT_HELLO, FLIGHT_HASH, KEYS, SERVER_HELLO, SHARED } from "../../support/rfc8448.ts";
import * as T from "../../support/tls-peer/key-schedule.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const keysOf = (label: keyof typeof KEYS) => {
  const { secret, key, iv } = KEYS[label];
  return [secret, key, iv];
};
const MASTER = "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919";

const bench = nativeBench();
const ENDS: [string, Primitives][] = [
  ["ES5", primitives],
  ["native", { ...primitives, native: bench.native }],
];
const NOTHING = new Uint8Array(0);

class Schedule {
  readonly secrets = new Uint8Array(D.SECRETS_BYTES);
  readonly isAes: boolean;
  constructor(isAes = true) {
    this.isAes = isAes;
  }
  at(place: number, length = 32): string {
    return hex(this.secrets.subarray(place, place + length));
  }
  /** Secret, key, iv of one direction. */
  keys(place: number): string[] {
    const keys = trafficKeys(this, place);
    return [this.at(place - 32), hex(keys.key), hex(keys.iv)];
  }
}

test("a constant is the hash that it is said to be", () => {
  assert.is(hex(bytesOf(RETRY_RANDOM)), createHash("sha256").update("HelloRetryRequest").digest("hex"));
});

for (const [name, p] of ENDS)
  test(`${name}: RFC 8448 section 3, from both hellos to the handshake's keys and the master secret`, () => {
    const c = new Schedule();
    c.secrets.set(unhex(SHARED), D.MOMENT_AT);
    derive(p, c, D.HELLOS, [unhex(CLIENT_HELLO), [unhex(SERVER_HELLO)]]);
    assert.equal(c.keys(D.READ_AT), keysOf("c hs traffic"));
    assert.equal(c.keys(D.WRITE_AT), keysOf("s hs traffic"));
    assert.is(c.at(D.SECRET_AT), MASTER);
  });

test("RFC 8448 section 3, to the application's traffic and the client's Finished", () => {
  // Its transcript is not ours to make: its hash is given instead.
  const p = {
    ...primitives,
    sha256: (data: Uint8Array) => (data.length === 1 ? unhex(FLIGHT_HASH) : primitives.sha256(data)),
  };
  const transcript = bytesOf("c");
  const c = new Schedule();
  c.secrets.set(unhex(keysOf("c hs traffic")[0]), D.READ_AT - 32);
  c.secrets.set(unhex(MASTER), D.SECRET_AT);
  derive(p, c, D.TRAFFIC, transcript);
  assert.equal(c.keys(D.WRITE_AT), keysOf("s ap traffic"));
  derive(p, c, D.CLIENT_FINISHED, transcript);
  assert.is(c.at(D.MOMENT_AT), CLIENT_FINISHED);
  derive(p, c, D.RESUMPTION, transcript);
  assert.equal(c.keys(D.READ_AT), keysOf("c ap traffic"));
});

test("RFC 8448 section 4: the binder of a PSK", () => {
  const hash = unhex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
  const p = { ...primitives, sha256: (data: Uint8Array) => (data.length === 1 ? hash : primitives.sha256(data)) };
  const c = new Schedule();
  c.secrets.set(unhex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"), D.SECRET_AT);
  derive(p, c, D.BINDER, bytesOf("c"));
  assert.is(c.at(D.MOMENT_AT), "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d");
});

/** A handshake with a PSK, or zeros, by the test client's schedule at each of its stages. */
function wholeHandshake(p: Primitives, random: TestRandom): void {
  const isAes = random.below(2) === 0;
  const psk = random.below(2) ? random.bytes(32) : new Uint8Array(32);
  const shared = random.bytes(32);
  const c = new Schedule(isAes);
  const messages: Uint8Array[] = [];
  const say = (): Uint8Array => {
    messages.push(random.bytes(random.below(300)));
    return p.sha256(Buffer.concat(messages));
  };
  const run = (program: string) => derive(p, c, program, messages);
  const expected = (secret: Uint8Array) => [
    hex(secret),
    hex(T.expandLabel(secret, "key", NOTHING, isAes ? 16 : 32)),
    hex(T.expandLabel(secret, "iv", NOTHING, 12)),
  ];

  c.secrets.set(psk, D.SECRET_AT);
  const cut = say();
  run(D.BINDER);
  assert.is(c.at(D.MOMENT_AT), hex(T.binderMac(psk, cut)), "binder");
  assert.is(c.at(D.SECRET_AT), hex(psk));

  c.secrets.set(shared, D.MOMENT_AT);
  const handshake = T.handshakeSecret(T.earlySecret(psk), shared);
  const master = T.masterSecret(handshake);
  const hellos = say();
  run(D.HELLOS);
  const client = T.deriveSecret(handshake, "c hs traffic", hellos);
  const server = T.deriveSecret(handshake, "s hs traffic", hellos);
  assert.equal([c.keys(D.READ_AT), c.keys(D.WRITE_AT)], [expected(client), expected(server)]);

  const flight = say();
  run(D.FINISHED);
  assert.is(c.at(D.MOMENT_AT), hex(T.finishedMac(server, flight)), "Finished");
  const finished = say();
  const old = c.keys(D.READ_AT).slice(1);
  run(D.TRAFFIC);
  let write = T.deriveSecret(master, "s ap traffic", finished);
  let read = T.deriveSecret(master, "c ap traffic", finished);
  assert.equal(c.keys(D.WRITE_AT), expected(write));
  assert.equal(c.keys(D.READ_AT), [hex(read), ...old], "the client's Finished is read by the old keys");

  const certificates = say();
  run(D.CLIENT_FINISHED);
  assert.is(c.at(D.MOMENT_AT), hex(T.finishedMac(client, certificates)), "the client's Finished");
  const all = say();
  run(D.RESUMPTION);
  assert.equal(c.keys(D.READ_AT), expected(read));
  assert.is(c.at(D.SECRET_AT), hex(T.ticketPsk(T.deriveSecret(master, "res master", all), NOTHING)), "ticket");

  messages.length = 0;
  run(D.READ_UPDATE);
  read = T.nextTrafficSecret(read);
  assert.equal([c.keys(D.READ_AT), c.keys(D.WRITE_AT)], [expected(read), expected(write)]);
  run(D.WRITE_UPDATE);
  write = T.nextTrafficSecret(write);
  assert.equal([c.keys(D.READ_AT), c.keys(D.WRITE_AT)], [expected(read), expected(write)]);
}

for (const [name, p] of ENDS)
  test(`${name}: any handshake, with a PSK or without, and updates behind it`, () => {
    forAll(25, (random) => wholeHandshake(p, random));
  });

for (const [name, p] of ENDS)
  test(`${name}: says whether k is in the end what v has, to the last bit`, () => {
    const c = new Schedule();
    const secret = new Uint8Array(32).fill(7);
    const isRight = (claim: Uint8Array): boolean => {
      c.secrets.set(secret, D.SECRET_AT);
      c.secrets.set(claim, D.CLAIM_AT);
      return derive(p, c, D.BINDER, unhex(CLIENT_HELLO));
    };
    assert.not(isRight(new Uint8Array(32)));
    const binder = c.secrets.slice(D.MOMENT_AT, D.MOMENT_AT + 32);
    assert.ok(isRight(binder));
    for (let bit = 0; bit < 256; bit++) {
      const claim = binder.slice();
      claim[bit >> 3] ^= 1 << (bit & 7);
      assert.not(isRight(claim), `bit ${bit}`);
    }
  });

test("both do the same with any program, and change no slot that it does not make", () => {
  forAll(30, (random) => {
    const slot = () => "shkvzerRiwWj"[random.below(12)];
    const made = () => "skvrRiwWj"[random.below(9)];
    const step = () =>
      random.pick([
        `${made()} = mac(${slot()}, ${slot()})`,
        `${made()} = "${"abcdefghijkl".slice(0, 2 + random.below(11))}"(${slot()})`,
        `${made()} = "key"(${slot()}, ${slot()})`,
      ]);
    const program = assembleDerivations(Array.from({ length: 1 + random.below(9) }, step).join("\n"));
    const start = random.bytes(D.SECRETS_BYTES).fill(0, 64, 96);
    const transcript = random.bytes(22 + random.below(200)); // less would lie in no piece
    const isAes = random.below(2) === 0;
    const after = ENDS.map(([, p]) => {
      const c = new Schedule(isAes);
      c.secrets.set(start);
      const isRight = derive(p, c, program, transcript);
      return `${hex(c.secrets)} ${isRight}`;
    });
    assert.is(after[0], after[1]);
  });
});

test("HKDF-Expand-Label is HKDF-Expand with the label's structure, by Node's HMAC", () => {
  const secret = new Uint8Array(32).fill(3);
  const c = new Schedule();
  c.secrets.set(secret, D.SECRET_AT);
  derive(primitives, c, assembleDerivations('k = "ab"(s, z)'), []);
  const info = Buffer.concat([Buffer.from([0, 32, 8]), Buffer.from("tls13 ab"), Buffer.from([32]), new Uint8Array(32)]);
  const expected = createHmac("sha256", secret).update(Buffer.concat([info, Buffer.from([1])]));
  assert.is(c.at(D.MOMENT_AT), expected.digest("hex"));
});

test("what is no step is not assembled", () => {
  for (const line of ["k = mac(k)", "k = mac(k, y)", 'y = "iv"(s)', 'k = "a label too long"(s)', "wipe k", "k = s"])
    assert.throws(() => assembleDerivations(line), /no (such step|slot)/, line);
});

test("plain ES5 leaves nothing behind but the slots, and native code nothing on its stack", () => {
  const c = new Schedule(false);
  const { secrets } = c;
  secrets.fill(0x5a, D.SECRET_AT, D.MOMENT_AT + 32);
  const results: Uint8Array[] = [];
  const p = {
    ...primitives,
    sha256: (data: Uint8Array) => {
      const digest = unrecorded(() => primitives.sha256(data));
      results.push(digest);
      return digest;
    },
  };
  const made = arraysMadeBy(() => derive(p, c, D.BINDER + D.WRITE_UPDATE, []));
  const open = notWiped([...made, ...results]).map((array) => hex(array as Uint8Array));
  assert.ok(results.length > 10);
  assert.equal([...new Set(open)], [hex(primitives.sha256(NOTHING))]); // of no transcript

  secrets.fill(0x5a, D.SECRET_AT, D.MOMENT_AT + 32);
  derive(ENDS[1][1], c, D.BINDER, []);
  const stack = Buffer.from(bench.thumb.stack);
  for (const byte of [0x5a, 0x5a ^ 0x36, 0x5a ^ 0x5c]) assert.not(stack.includes(Buffer.alloc(4, byte)));
  assert.not(stack.includes(Buffer.from(secrets.subarray(D.MOMENT_AT, D.MOMENT_AT + 4))));
});

test("a key schedule that computes wrongly is noticed at boot", () => {
  nativePrimitives(bench.hal, bench.native);
  assert.throws(() => nativePrimitives(bench.hal, { ...bench.native, derive: () => 0 }), "native HMAC wrong");
});

test("RFC 8448 section 3: the ServerHello, byte for byte", () => {
  const hello = { sessionId: NOTHING, suite: 0x1301, group: 29 };
  const [random, share] = [SERVER_HELLO.slice(12, 76), SERVER_HELLO.slice(-76, -12)].map(unhex);
  const message = encodeServerHello(primitives, hello, random, share, -1);
  assert.is(hex(message), SERVER_HELLO);
});

test.run();
