// The firmware's key schedule, seals and proofs: against the vectors and, on random inputs, against the client's, which
// was written apart from it on other primitives.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as client from "../../../client/schedule.ts";
import { PATH_AUTH, PATH_KEY, STEP_AUTH, STEP_KEY, TAG_BYTES } from "../../../firmware/protocol.ts";
import {
  deriveKeys,
  lp,
  openSealed,
  proof,
  SEALED_AT,
  transcriptHash,
  wipeKeys,
} from "../../../firmware/setup/schedule.ts";
import type { SessionKeys } from "../../../firmware/setup/schedule.ts";
import type { Vector } from "../../../scripts/vectors.ts";
import { hex, primitives as p, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";

const VECTORS = ["x25519", "p256"].map((suite): Vector => {
  const text = readFileSync(new URL(`../../../docs/vectors/${suite}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as Vector;
});

const ascii = (hexText: string) => Buffer.from(unhex(hexText)).toString("latin1");

/** A sealed body where the server puts it. */
function received(body: Uint8Array, room = 0): Uint8Array {
  const buffer = new Uint8Array(SEALED_AT + body.length + room);
  buffer.set(body, SEALED_AT);
  return buffer;
}

function keysOf(v: Vector): SessionKeys {
  const { build, suite, salt, suitesOffered, cookie, dh } = v;
  const parts = [build, suite, unhex(salt), suitesOffered, cookie, ascii(dh.requestBody), ascii(dh.responseBody)];
  return deriveKeys(p, unhex(v.ikm), transcriptHash(p, parts));
}

test("lp is the length in four bytes and the thing itself", () => {
  assert.is(hex(p.join(lp("ab"))), "000000026162"); // PROTOCOL section 1
  assert.is(hex(p.join(lp(""))), "00000000");
  assert.is(hex(p.join(lp(new Uint8Array(0x102))).subarray(0, 4)), "00000102");
});

test("the vectors' transcript hashes and keys come out", () => {
  for (const v of VECTORS) {
    const keys = keysOf(v);
    assert.is(hex(keys.transcript), v.th);
    assert.is(hex(keys.encryption), v.encC2D);
    assert.is(hex(keys.client.block), v.macC2D.padEnd(256, "0"));
    assert.is(hex(keys.device.block), v.macD2C.padEnd(256, "0"));
  }
});

test("the vectors' sealed bodies open, and their proofs come out", () => {
  for (const v of VECTORS) {
    const keys = keysOf(v);
    for (const [name, step, path] of [
      ["auth", STEP_AUTH, PATH_AUTH],
      ["key", STEP_KEY, PATH_KEY],
    ] as const) {
      const body = unhex(v[name].requestBody);
      const text = openSealed(p, keys, step, received(body), body.length);
      assert.is(hex(text!), v[name].plaintext, name);
      assert.is(hex(proof(p, keys, path, 204, "", unhex(v[name].tag), "")), v[name].proof, name);
    }
  }
});

function randomKeys(random: TestRandom): { device: SessionKeys; owner: client.SessionKeys } {
  const ikm = random.bytes(random.pick([32, 64, 256]));
  const th = random.bytes(64);
  return { device: deriveKeys(p, ikm.slice(), th.slice()), owner: client.deriveKeys(ikm.slice(), th.slice()) };
}

test("what the client seals the firmware opens, at any length, in a buffer of any size", () => {
  forAll(40, (random) => {
    const { device, owner } = randomKeys(random);
    const step = 1 + random.below(3);
    const plaintext = random.bytes(1 + random.below(random.pick([16, 33, 1000])));
    const body = client.seal(owner, step, plaintext);
    const buffer = received(body, random.below(50));
    const text = openSealed(p, device, step, buffer, body.length)!;
    assert.is(hex(text), hex(plaintext));
    assert.is(text.buffer, buffer.buffer); // in place: nothing else holds it
    assert.ok(buffer.subarray(0, SEALED_AT).every((byte) => byte === 0)); // keys and hash are gone
  });
});

test("a body that is changed anywhere, cut, of another step or of another session does not open, and stays sealed", () => {
  forAll(10, (random) => {
    const { device, owner } = randomKeys(random);
    const body = client.seal(owner, 2, random.bytes(20));
    const shut = (bad: Uint8Array, keys = device, step = 2) => {
      const buffer = received(bad);
      assert.is(openSealed(p, keys, step, buffer, bad.length), undefined);
      assert.is(hex(buffer.subarray(SEALED_AT)), hex(bad)); // nothing was decrypted
      assert.ok(buffer.subarray(0, SEALED_AT).every((byte) => byte === 0));
    };
    for (let i = 0; i < body.length; i++)
      shut(body.map((byte, at) => (at === i ? byte ^ (1 << random.below(8)) : byte)));
    shut(body.slice(1));
    shut(body.slice(0, -1));
    shut(body, device, 1);
    shut(body, device, 3);
    shut(body, randomKeys(random).device);
    shut(new Uint8Array(TAG_BYTES + 1));
  });
});

test("proofs are the client's, over every part", () => {
  forAll(20, (random) => {
    const { device, owner } = randomKeys(random);
    const text = () => Buffer.from(random.bytes(random.below(40)).map((b) => 32 + (b % 95))).toString("latin1");
    const path = text();
    const status = 200 + random.below(300);
    const code = text();
    const body = text();
    const requestTag = random.bytes(64);
    const wanted = client.expectedProof(owner, {
      path,
      status,
      code,
      requestTag,
      body: new Uint8Array(Buffer.from(body)),
    });
    assert.is(hex(proof(p, device, path, status, code, requestTag, body)), hex(wanted));
  });
});

test("the transcript is the client's, and depends on where one part ends and the next begins", () => {
  forAll(20, (random) => {
    const bytes = () => random.bytes(random.below(50));
    const [salt, request, response] = [bytes(), bytes(), bytes()];
    const t = { build: "bench", suite: "p256", salt, offered: "a,b", cookie: "c", request, response };
    const parts = [t.build, t.suite, salt, t.offered, t.cookie, request, response];
    assert.is(hex(transcriptHash(p, parts)), hex(client.transcriptHash(t)));
  });
  assert.is.not(hex(transcriptHash(p, ["ab", "c"])), hex(transcriptHash(p, ["a", "bc"])));
});

test("ikm is wiped once the keys are made, and the keys when they are dropped", () => {
  const ikm = new Uint8Array(32).fill(7);
  const keys = deriveKeys(p, ikm, new Uint8Array(64).fill(9));
  assert.ok(ikm.every((byte) => byte === 0));
  wipeKeys(keys);
  const rest = [keys.encryption, keys.transcript, keys.client.block, keys.device.block];
  for (const part of rest) assert.ok(part.every((byte) => byte === 0));
});

test.run();
