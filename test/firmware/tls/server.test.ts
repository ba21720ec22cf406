// The server with an honest client, Node's, and what sockets and time do to it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MAX_TLS_CONNECTIONS } from "../../../firmware/tls/server.ts";
import { clientHello } from "../../support/client-hello.ts";
import { alertIn, tlsBench } from "../../support/tls-bench.ts";
import type { TlsBench } from "../../support/tls-bench.ts";

let bench: TlsBench;
test.before(async () => void (bench = await tlsBench()));
test.after.each(() => {
  assert.equal(bench.uncaught, []);
  bench.advance(30000);
  assert.is(bench.sockets(), 0, "a socket is left");
});

test("a request is answered, by the suite that is cheapest for the device", async () => {
  const visit = await bench.get();
  assert.match(visit.text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(visit.text, '{"ok":true}');
  assert.equal([visit.cipher, visit.isReused, visit.alpn], ["TLS_CHACHA20_POLY1305_SHA256", false, "http/1.1"]);
});

test("AES-128-GCM and P-256 where the client has nothing else; another group's share costs a HelloRetryRequest", async () => {
  const aes = await bench.get({ ciphers: "TLS_AES_128_GCM_SHA256" });
  assert.is(aes.cipher, "TLS_AES_128_GCM_SHA256");
  assert.match((await bench.get({ ecdhCurve: "prime256v1" })).text, "200 OK");
  const retried = await bench.get({ ecdhCurve: "secp384r1:X25519" });
  assert.match(retried.text, "200 OK");
  const retryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
  assert.is(retried.received.subarray(11, 43).toString("hex"), retryRandom);
});

test("a client that comes again is resumed, until a day has passed since the full handshake, or the device restarts", async () => {
  const first = await bench.get();
  const second = await bench.get({ session: first.session });
  assert.ok(second.isReused);
  assert.ok(second.received.length < first.received.length - 500, "no certificate is sent again");
  bench.uptime += 86399;
  const third = await bench.get({ session: second.session });
  assert.ok(third.isReused);
  bench.uptime += 1;
  assert.not((await bench.get({ session: third.session })).isReused, "a day since the full handshake");
  const other = await tlsBench({ seed: 2 });
  assert.not((await other.get({ session: first.session, ca: other.authority.cert })).isReused);
});

test("only http/1.1 is spoken; other protocols, versions, suites and groups are refused", async () => {
  const refusals: [object, RegExp][] = [
    [{ ALPNProtocols: ["h2"] }, /alert number 120|no application protocol/],
    [{ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }, /alert number 70|protocol version/],
    [{ ciphers: "TLS_AES_256_GCM_SHA384" }, /alert number 40|handshake failure/],
    [{ ecdhCurve: "secp384r1" }, /alert number 40|handshake failure/],
  ];
  for (const [options, message] of refusals)
    await bench.get(options).then(
      () => assert.unreachable(JSON.stringify(options)),
      (error: Error) => assert.match(error.message, message),
    );
  assert.match((await bench.get({ ALPNProtocols: undefined })).text, "200 OK");
});

test("pages: what there is, and what there is not", async () => {
  assert.match((await bench.get({}, "/")).text, "<title>Wib</title>");
  assert.match((await bench.get({}, "/nothing")).text, /^HTTP\/1\.1 404 /);
});

test("plain HTTP, and nothing at all, get an alert, and are cut after ten seconds", () => {
  assert.is(alertIn(bench.connect(Buffer.from("GET / HTTP/1.1\r\n\r\n")).received), 10);
  const silent = bench.connect();
  bench.advance(9900);
  assert.not(silent.closed);
  bench.advance(200);
  assert.ok(silent.closed);
});

test("each thing that a client has to say has ten seconds, from when it was its turn", () => {
  const peer = bench.connect();
  bench.advance(9000);
  const hello = clientHello();
  peer.write(Buffer.from([22, 3, 1, hello.length >> 8, hello.length & 255, ...hello]).toString("latin1"));
  bench.settle();
  assert.is(peer.received.charCodeAt(0), 22);
  bench.advance(9800);
  assert.not(peer.closed);
  bench.advance(400);
  assert.ok(peer.closed);
});

test("with all places taken by silent peers the next honest client is served, and a talker is not put out for it", async () => {
  const silent = Array.from({ length: MAX_TLS_CONNECTIONS + 3 }, () => bench.connect());
  assert.is(bench.sockets(), MAX_TLS_CONNECTIONS);
  assert.ok(silent[0].closed && !silent.at(-1)!.closed);
  assert.match((await bench.get()).text, "200 OK");
});

test("who announces large records and sends none of them keeps nobody out, and is cut when room is wanted", async () => {
  const announced = (length: number) => bench.connect(Buffer.from([22, 3, 1, length >> 8, length & 255, 1]));
  const small = announced(4336);
  const large = announced(16384); // all that may be held is held
  assert.not(small.closed || large.closed);
  assert.match((await bench.get()).text, "200 OK");
  assert.ok(large.closed);
  assert.not(small.closed, "whoever holds the largest goes first");
  const third = announced(16384);
  assert.ok(!small.closed && !third.closed, "both fit");
  const fourth = announced(16384);
  assert.ok(third.closed && !fourth.closed, "room is made, and two large ones never stand together");
});

test("without randomness nobody is served", () => {
  bench.entropy = "entropy-source-failed";
  assert.ok(bench.connect().closed);
  bench.entropy = "";
});

test("a closed server lets everybody go and listens no more", async () => {
  const other = await tlsBench();
  const peer = other.connect();
  other.server.close();
  other.idle();
  assert.ok(peer.closed);
  assert.not(other.wire.isListening(443));
});

test.run();
