// No input makes the request reader throw, keep more than it may, or answer differently because of where the pieces end.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import { forAll } from "../../support/random.ts";
import type { TestRandom } from "../../support/random.ts";
import { feedAll, read } from "../../support/requests.ts";

const SEEDS = [
  "GET /setup/dh.wib HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n",
  "GET / HTTP/1.0\r\nhost: a\r\norigin: http://a\r\nsec-fetch-site: none\r\n\r\n",
  "POST /setup/auth.wib HTTP/1.1\r\nHost: a\r\nCookie: wib=0; wib=1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nab\r\n\r",
  "POST /setup/key.wib HTTP/1.1\r\nContent-Type: application/octet-stream\r\nContent-Length: 0003\r\nHost: [::1]:80\r\n\r\n\r\n\r",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12345\r\n\r\n",
  `PUT /${"x".repeat(900)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(31)}\r\n`,
];

const SCRAPS = [
  ..."\r\n \t:;,\0\x7f\x80\xff",
  "\r\n",
  "\r\n\r\n",
  "\r\r\n",
  "Host: b\r\n",
  "Content-Length: 99999\r\n",
  "Content-Length: -1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "__proto__: x\r\n",
  "constructor: x\r\n",
  "toString:\r\n",
  " folded\r\n",
  "%00",
  "\r\n\r",
  "HTTP/1.1",
  "x".repeat(1024),
];

const MUTATIONS: ((text: string, random: TestRandom) => string)[] = [
  (text, r) => text.slice(0, r.below(text.length + 1)),
  (text, r) => text.slice(r.below(text.length + 1)),
  (text, r) => {
    const at = r.below(text.length + 1);
    return text.slice(0, at) + r.pick(SCRAPS) + text.slice(at);
  },
  (text, r) => {
    const at = r.below(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + r.below(4));
  },
  (text, r) => {
    const at = r.below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(r.below(256)) + text.slice(at + 1);
  },
  (text, r) => text + text.slice(r.below(text.length + 1)),
  (text, r) => {
    const lines = text.split("\r\n");
    lines.splice(r.below(lines.length), 0, r.pick(lines));
    return lines.join("\r\n");
  },
];

const REFUSALS = [
  `400 ${ERROR.malformedRequest}`,
  `400 ${ERROR.lengthRequired}`,
  `413 ${ERROR.headerTooLarge}`,
  `413 ${ERROR.bodyTooLarge}`,
];

function mutated(random: TestRandom): string {
  let text = random.pick(SEEDS);
  for (let n = random.below(4); n >= 0; n--) text = random.pick(MUTATIONS)(text, random);
  return text;
}

function pieces(text: string, random: TestRandom): string[] {
  const list: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + random.below(random.pick([1, 8, 536]));
    list.push(text.slice(at, at + length));
    at += length;
  }
  return list;
}

test("mutated requests are accepted, refused with a code of the protocol, or wait for more; nothing throws", () => {
  const seen = new Map<string, number>();
  forAll(4000, (random) => {
    const text = mutated(random);
    const { result, refusal, head, body } = read(text);
    if (result === undefined) assert.ok(REFUSALS.includes(refusal), refusal);
    if (head) {
      assert.is(body.length, head.length);
      assert.ok(head.length <= 9999 && head.method.length + head.path.length + head.host.length < 1024);
      for (const [name, value] of Object.entries(head.headers))
        assert.ok(/^[a-z-]+$/.test(name) && /^[ -~]*$/.test(value));
      if (head.method === "GET") assert.is(head.length, 0);
    }
    const kind = refusal || String(result);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  });
  // It is no fuzzing if it never gets anywhere.
  for (const kind of ["true", "false", ...REFUSALS]) assert.ok((seen.get(kind) ?? 0) > 10, `${kind} was hardly seen`);
});

test("what a request is does not depend on where its pieces end", () => {
  forAll(2000, (random) => {
    const text = mutated(random);
    const whole = read(text);
    const parts = feedAll(pieces(text, random));
    // Complete in an earlier piece: what came behind was never looked at.
    if (parts.result === true && whole.refusal === REFUSALS[0]) {
      const end = text.indexOf("\r\n\r\n") + 4 + parts.head!.length;
      assert.is(read(text.slice(0, end)).result, true, JSON.stringify(text));
      return;
    }
    assert.equal(
      [parts.result, parts.refusal, parts.head],
      [whole.result, whole.refusal, whole.head],
      JSON.stringify(text),
    );
    if (!whole.refusal) assert.equal(parts.body, whole.body);
  });
});

test("random bytes never become a request", () => {
  forAll(500, (random) => {
    const text = Buffer.from(random.bytes(random.below(2000))).toString("latin1");
    const { result, refusal } = feedAll(pieces(text, random));
    assert.ok(result === false || REFUSALS.includes(refusal));
  });
});

test.run();
