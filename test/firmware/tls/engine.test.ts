// A connection's life between its records: messages in pieces and together, what is out of turn, key updates, alerts, and
// nothing kept of it afterwards.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { clientHello, vector16 } from "../../support/client-hello.ts";
import { forAll } from "../../support/random.ts";
import { alertIn, tlsBench } from "../../support/tls-bench.ts";
import type { TlsBench } from "../../support/tls-bench.ts";

const [UNEXPECTED, OVERFLOW, ILLEGAL, DECODE, VERSION] = [10, 22, 47, 50, 70];
let bench: TlsBench;
test.before(async () => void (bench = await tlsBench()));
test.after.each(() => {
  bench.advance(30000);
  assert.equal([bench.uncaught.length, bench.sockets()], [0, 0]);
});

const record = (type: number, data: Uint8Array) =>
  Buffer.from([type, 3, 1, data.length >> 8, data.length & 255, ...data]);
const hello = clientHello();
/** What the server says first to these bytes: a ServerHello, or an alert. */
function first(...parts: Uint8Array[]): string {
  const peer = bench.connect(Buffer.concat(parts));
  bench.settle();
  const { received } = peer;
  const said = received.charCodeAt(0) === 22 ? "ServerHello" : `${alertIn(received)}`;
  peer.vanish();
  bench.settle();
  return said;
}

test("a ClientHello is read in records and pieces of any size", () => {
  assert.is(first(record(22, hello)), "ServerHello");
  for (const size of [1, 3, 4, 5, 100])
    assert.is(
      first(
        ...Array.from({ length: Math.ceil(hello.length / size) }, (_, i) =>
          record(22, hello.slice(i * size, (i + 1) * size)),
        ),
      ),
      "ServerHello",
      `records of ${size}`,
    );
  forAll(5, (random) => {
    const stream = record(22, hello);
    const peer = bench.connect();
    for (let at = 0; at < stream.length;) {
      const piece = stream.subarray(at, at + 1 + random.below(40));
      at += piece.length;
      peer.write(piece.toString("latin1"));
      bench.idle();
    }
    bench.settle();
    assert.is(peer.received.charCodeAt(0), 22);
    peer.vanish();
    bench.settle();
  });
});

test("a message out of turn is refused with its header, in pieces too", () => {
  for (const cut of [1, 2, 3])
    assert.is(
      first(
        ...[
          [0, cut],
          [cut, 4],
        ].map(([a, b]) => record(22, Uint8Array.of(20, 0, 0, 32).slice(a, b))),
      ),
      `${UNEXPECTED}`,
    );
});

test("four kilobytes of ClientHello are taken, with a large share of a group that is not ours; more is not", () => {
  const sized = (length: number) => {
    const padding = length - clientHello({ extensions: { 21: "" } }).length;
    return clientHello({ extensions: { 21: "00".repeat(padding) } });
  };
  assert.is(sized(4612).length, 4612);
  assert.is(first(record(22, sized(4612))), "ServerHello");
  assert.is(first(record(22, sized(4613))), `${ILLEGAL}`);
  const share = "11ec" + vector16("33".repeat(1216)) + "001d0020" + "11".repeat(32);
  assert.is(
    first(record(22, clientHello({ extensions: { 51: vector16(share), 10: vector16("11ec001d") } }))),
    "ServerHello",
  );
});

test("what comes first and is no ClientHello is refused", () => {
  const said = (type: number, ...data: number[]) => first(record(type, new Uint8Array(data)));
  assert.is(said(22), `${UNEXPECTED}`, "an empty record");
  for (const message of [0, 2, 4, 8, 11, 13, 15, 20, 24, 254]) assert.is(said(22, message, 0, 0, 1), `${UNEXPECTED}`);
  assert.is(said(20, 1), `${UNEXPECTED}`, "change_cipher_spec before anything");
  assert.is(said(23, 1, 2, 3), `${UNEXPECTED}`);
  assert.is(said(21, 2), `${DECODE}`, "half an alert");
  assert.is(said(21), `${UNEXPECTED}`, "an empty one");
  assert.is(first(Buffer.from([22, 3, 1, 0x40, 1])), `${OVERFLOW}`);
  assert.is(first(record(22, clientHello({ extensions: { 43: undefined } }))), `${VERSION}`);
  assert.is(first(record(22, new Uint8Array([...hello, 1]))), `${UNEXPECTED}`, "something behind it in its record");
  assert.is(
    first(record(22, hello.slice(0, 50)), record(21, new Uint8Array([1, 90]))),
    `${UNEXPECTED}`,
    "an alert within",
  );
});

test("after a HelloRetryRequest the same ClientHello again, but for the share that was asked for", () => {
  const without = clientHello({ extensions: { 51: vector16("") } });
  const exchange = (second: Uint8Array, before = without) => {
    const peer = bench.connect(record(22, before));
    assert.is(peer.received.charCodeAt(0), 22, "HelloRetryRequest");
    const length = peer.received.length;
    peer.write(record(22, second).toString("latin1"));
    bench.settle();
    const more = peer.received.slice(length);
    peer.vanish();
    bench.settle();
    return more.charCodeAt(0) === 22 ? "ServerHello" : `${alertIn(more)}`;
  };
  assert.is(exchange(hello), "ServerHello");
  assert.is(exchange(without), `${ILLEGAL}`, "no share again");
  const both = "001d0020" + "11".repeat(32) + "00170041" + "04" + "22".repeat(64);
  assert.is(exchange(clientHello({ extensions: { 51: vector16(both) } })), `${ILLEGAL}`, "two shares");
  assert.is(exchange(clientHello({ sessionId: "cc" })), `${ILLEGAL}`, "another session id");
  assert.is(exchange(clientHello({ suites: vector16("1301") })), `${ILLEGAL}`, "other suites");
  assert.is(exchange(clientHello({ extensions: { 51: vector16("00170041" + "04" + "22".repeat(64)) } })), `${ILLEGAL}`);
});

test("points of low order, and points that are not on the curve, are refused", () => {
  const share = (group: string, point: string) =>
    first(record(22, clientHello({ extensions: { 51: vector16(group + vector16(point)) } })));
  assert.is(share("001d", "00".repeat(32)), `${ILLEGAL}`);
  assert.is(share("001d", "01" + "00".repeat(31)), `${ILLEGAL}`);
  assert.is(share("0017", "04" + "22".repeat(64)), `${ILLEGAL}`);
});

test("what the budget of all connections allows is the same after a hundred that broke off", () => {
  for (let i = 0; i < 100; i++) {
    const peer = bench.connect(
      Buffer.concat([record(22, hello), Buffer.from([23, 3, 3, 0x40, 0])]).subarray(0, 5 + i * 6),
    );
    peer.vanish();
    bench.settle();
  }
  const whole = Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0]), Buffer.alloc(16383)]);
  const peer = bench.connect(whole);
  assert.is(alertIn(peer.received), -1, "a record of the greatest size is still taken");
  // Its 16,384 bytes and 4,352 more are all that there is, to the byte.
  const announced = (length: number) => bench.connect(Buffer.from([22, 3, 1, length >> 8, length & 255]));
  const fits = announced(4352);
  assert.not(peer.closed || fits.closed);
  fits.vanish();
  bench.settle();
  const tooMuch = announced(4353);
  assert.ok(peer.closed && !tooMuch.closed);
  tooMuch.vanish();
});

test.run();
