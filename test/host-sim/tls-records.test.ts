import { test } from "uvu";
import * as assert from "uvu/assert";
import { RecordWatch } from "../../host-sim/tls-records.ts";
import { forAll } from "../support/random.ts";
import type { TestRandom } from "../support/random.ts";

const record = (kind: number, body: number[]) => [kind, 3, 3, body.length >> 8, body.length & 255, ...body];
const message = (kind: number, bytes: number) => [kind, 0, bytes >> 8, bytes & 255, ...Array(bytes).fill(13)];

const SERVER_HELLO = message(2, 70);
const CERTIFICATE = message(11, 600);
const CERTIFICATE_REQUEST = message(13, 40);
const DONE = message(14, 0);
const CHANGE_CIPHER_SPEC = record(20, [1]);
const ENCRYPTED = record(22, Array(40).fill(13));
const DATA = record(23, Array(300).fill(21));
const ALERT = record(21, Array(26).fill(0));

/** The handshake's messages in records of random lengths, fed in pieces of random lengths. */
function feed(random: TestRandom, messages: number[][], after: number[][]): RecordWatch {
  const handshake = messages.flat();
  const stream: number[] = [];
  for (let at = 0; at < handshake.length;) {
    const length = 1 + random.below(400);
    stream.push(...record(22, handshake.slice(at, at + length)));
    at += length;
  }
  stream.push(...after.flat());
  const watch = new RecordWatch();
  for (let at = 0; at < stream.length;) {
    const length = 1 + random.below(random.pick([3, 50, 2000]));
    watch.feed(Uint8Array.from(stream.slice(at, at + length)));
    at += length;
  }
  return watch;
}

test("a certificate request is seen however the bytes are cut", () => {
  forAll(50, (random) => {
    const watch = feed(random, [SERVER_HELLO, CERTIFICATE, CERTIFICATE_REQUEST, DONE], [CHANGE_CIPHER_SPEC, ENCRYPTED]);
    assert.ok(watch.asksForCertificate);
    assert.not(watch.hadAlert);
  });
});

test("nothing else is taken for one", () => {
  forAll(50, (random) => {
    const watch = feed(random, [SERVER_HELLO, CERTIFICATE, DONE], [CHANGE_CIPHER_SPEC, ENCRYPTED, DATA]);
    assert.not(watch.asksForCertificate);
    assert.not(watch.hadAlert);
  });
});

test("an alert counts after the handshake only", () => {
  forAll(50, (random) => {
    assert.ok(feed(random, [SERVER_HELLO, DONE], [CHANGE_CIPHER_SPEC, ENCRYPTED, DATA, ALERT]).hadAlert);
    assert.not(feed(random, [SERVER_HELLO], [record(21, [2, 40])]).hadAlert);
  });
});

test.run();
