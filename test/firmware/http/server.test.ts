// The server on the engine's sockets: connections, deadlines, peers that come and go, and the pitfalls of raw sockets
// (PLATFORM section 3).
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Exchange, App } from "../../../firmware/http/server.ts";
import { createHttpServer } from "../../../firmware/http/server.ts";
import type { RequestHead } from "../../../firmware/http/request.ts";
import type { Response } from "../../../firmware/http/response.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const GET = "GET /a HTTP/1.1\r\nHost: device\r\n\r\n";
const post = (body: string, lines = "") =>
  `POST /a HTTP/1.1\r\nHost: device\r\nContent-Length: ${body.length}\r\n${lines}\r\n${body}`;

/** A server that answers at once with `answer`, or keeps the exchange where there is none. */
function serve(answer?: Response, flushed?: () => void) {
  const v = virtualHal();
  const handled: Exchange[] = [];
  const aborted: RequestHead[] = [];
  const app: App = {
    accept: (head) => (head.path === "/no" ? { status: 404, code: "no" } : new Uint8Array(head.length)),
    handle(exchange) {
      handled.push(exchange);
      if (answer) exchange.respond(answer, flushed);
    },
    aborted: (head) => void aborted.push(head),
    refuse: ({ status, code }) => ({ status, headers: `Code: ${code}\r\n`, body: "refused\n" }),
  };
  const server = createHttpServer(v.hal, 80, app);
  const connect = (text = "") => {
    const peer = v.wire.connect(80, text);
    v.idle();
    return peer;
  };
  return { ...v, server, handled, aborted, connect };
}

test("an answer has its length, closes the connection and is not kept by anyone", () => {
  const { connect, sockets } = serve({ status: 200, headers: "A: b\r\n", type: "x/y", body: "body" });
  const peer = connect(GET);
  assert.is(
    peer.received,
    "HTTP/1.1 200 OK\r\nA: b\r\nContent-Type: x/y\r\nContent-Length: 4\r\n" +
      "Connection: close\r\nCache-Control: no-store\r\n\r\nbody",
  );
  assert.equal([peer.closed, sockets()], [true, 0]);
});

test("a 204 has neither type nor length; an answer without a body has the length 0", () => {
  const common = "Connection: close\r\nCache-Control: no-store\r\n\r\n";
  assert.is(serve({ status: 204 }).connect(GET).received, `HTTP/1.1 204 No Content\r\n${common}`);
  const empty = `HTTP/1.1 409 Conflict\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n${common}`;
  assert.is(serve({ status: 409 }).connect(GET).received, empty);
});

test("the body reaches the application whole, in whatever pieces it comes", () => {
  const { connect, handled, idle } = serve();
  const text = post("\0\xff".repeat(500));
  for (const piece of [1, 7, 535, 536, 537, 5000]) {
    const peer = connect();
    for (let at = 0; at < text.length; at += piece) {
      peer.write(text.slice(at, at + piece));
      idle();
    }
    assert.is(Buffer.from(handled.at(-1)!.body).toString("latin1"), "\0\xff".repeat(500), `pieces of ${piece}`);
    peer.vanish();
    idle();
  }
});

test("six connections are served at a time, the seventh is told to come back, and a place is free again afterwards", () => {
  const { connect, handled, idle, sockets } = serve();
  const peers = Array.from({ length: 6 }, () => connect(GET));
  assert.is(handled.length, 6);
  const seventh = connect(GET);
  assert.match(seventh.received, /^HTTP\/1\.1 503 Service Unavailable\r\nCode: busy\r\n/);
  assert.equal([handled.length, seventh.closed, sockets()], [6, true, 6]);
  handled[2].respond({ status: 204 });
  idle();
  assert.ok(peers[2].closed);
  connect(GET);
  assert.is(handled.length, 7);
});

test("a request has 10 seconds, however slowly it trickles, and is then closed without an answer", () => {
  const { connect, advance, aborted, sockets } = serve();
  const silent = connect();
  const slow = connect();
  const late = connect(post("abc").slice(0, -1));
  advance(9998);
  slow.write("GET");
  assert.is(silent.closed || slow.closed || late.closed, false);
  assert.is(aborted.length, 0);
  advance(3);
  for (const peer of [silent, slow, late]) assert.equal([peer.closed, peer.received], [true, ""]);
  assert.equal([aborted.map(({ path }) => path), sockets()], [["/a"], 0]); // the one whose header had been accepted
});

test("a request that is complete in time may be answered late", () => {
  const { connect, handled, advance } = serve();
  const peer = connect(GET);
  advance(60000);
  assert.ok(handled[0].isOpen());
  handled[0].respond({ status: 204 });
  advance(1);
  assert.match(peer.received, /^HTTP\/1\.1 204 /);
});

test("a large answer goes out as the peer takes it, and `flushed` runs after its last byte", () => {
  let flushed = 0;
  const { connect, advance, sockets } = serve({ status: 200, body: "x".repeat(5000) }, () => flushed++);
  const peer = connect();
  peer.takes = 1000;
  peer.write(GET);
  advance(1);
  assert.equal([peer.received.length, peer.closed, flushed], [1000, false, 0]);
  advance(5000);
  peer.takes = Infinity;
  advance(1);
  assert.is(peer.received.slice(-5000), "x".repeat(5000));
  assert.equal([peer.closed, flushed, sockets()], [true, 1, 0]);
});

test("a peer that does not take the answer is dropped after 10 seconds, and `flushed` runs all the same", () => {
  let flushed = 0;
  const { connect, advance, idle, sockets } = serve({ status: 204 }, () => flushed++);
  const peer = connect();
  peer.takes = 0;
  peer.write(GET);
  idle();
  advance(9998);
  assert.equal([peer.closed, flushed], [false, 0]);
  advance(4);
  assert.equal([peer.closed, flushed, sockets()], [true, 1, 0]);
});

test("an answer to a peer that has gone meanwhile does nothing but run `flushed`, once", () => {
  const { connect, handled, advance, idle, uncaught, aborted } = serve();
  const peer = connect(GET);
  peer.vanish();
  idle();
  assert.not(handled[0].isOpen());
  let flushed = 0;
  handled[0].respond({ status: 204 }, () => flushed++);
  advance(20000);
  assert.equal([peer.received, flushed, aborted, uncaught], ["", 1, [], []]);
});

test("peers that leave early, in any way and at any byte, leave nothing behind", () => {
  const { connect, idle, advance, sockets, handled, aborted, uncaught } = serve({ status: 204 });
  const text = post("abc");
  for (let bytes = 0; bytes < text.length; bytes++)
    for (const leave of ["end", "vanish"] as const) {
      const peer = connect(text.slice(0, bytes));
      peer[leave]();
      idle();
      assert.ok(peer.closed, `${leave} after ${bytes}`);
    }
  assert.equal([sockets(), handled.length, uncaught], [0, 0, []]);
  assert.is(aborted.length, 2 * 3); // with 0, 1 or 2 bytes of the body
  advance(20000); // no deadline is left over
  assert.is(connect(text).closed, true);
  assert.is(handled.length, 1);
});

test("a socket that is dead when its callback runs is let go, and takes no place", () => {
  const { wire, idle, sockets, connect, handled, uncaught } = serve();
  for (let i = 0; i < 20; i++) {
    wire.connect(80).vanish(-9); // accepted and found dead in one pass
    idle();
  }
  connect(GET);
  assert.equal([sockets(), handled.length, uncaught], [1, 1, []]);
});

test("a hundred refusals hold no more sockets than none", () => {
  const { connect, sockets, advance } = serve();
  for (let i = 0; i < 100; i++) {
    assert.match(connect("rubbish\r\n\r\n").received, /^HTTP\/1\.1 400 Bad Request\r\nCode: malformed-request\r\n/);
    assert.match(connect("GET /no HTTP/1.1\r\nHost: a\r\n\r\n").received, /^HTTP\/1\.1 404 Not Found\r\nCode: no\r\n/);
  }
  assert.is(sockets(), 0);
  advance(20000);
});

test("what is refused never counts as an accepted request that was cut short", () => {
  const { connect, aborted } = serve();
  connect("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
  connect("rubbish\r\n\r\n");
  assert.equal(aborted, []);
  connect(`${post("abc")}d`); // its header was accepted, its body is wrong
  assert.is(aborted.length, 1);
});

test("only one request a connection is looked at", () => {
  const { connect, handled, idle, uncaught } = serve();
  const peer = connect(post("abc"));
  peer.write(post("abc"));
  idle();
  handled[0].respond({ status: 204 });
  idle();
  assert.equal([handled.length, uncaught], [1, []]);
  assert.is(peer.received.split("HTTP/1.1").length, 2);
});

test("100 Continue is sent when the header passed, and only then", () => {
  const { connect, idle, handled } = serve();
  const expecting = post("abc", "Expect: 100-continue\r\n");
  const peer = connect(expecting.slice(0, -3));
  assert.is(peer.received, "HTTP/1.1 100 Continue\r\n\r\n");
  peer.write("abc");
  idle();
  assert.is(handled.length, 1);
  assert.is(connect(post("abc").slice(0, -3)).received, "");
  assert.match(connect(expecting.replace("/a", "/no")).received, /^HTTP\/1\.1 404 /);
  assert.match(connect(expecting.replace("Host", "Hos")).received, /^HTTP\/1\.1 400 /);
});

test("closing the server drops every connection, and what arrives in that moment is not looked at", () => {
  const { connect, idle, server, sockets, wire, handled, advance } = serve();
  const peers = [connect(), connect(GET.slice(0, 9)), connect(GET)];
  peers[0].write(GET);
  server.close();
  idle();
  assert.equal([wire.isListening(80), sockets(), handled.length], [false, 0, 1]);
  for (const peer of peers) assert.equal([peer.closed, peer.received], [true, ""]);
  handled[0].respond({ status: 204 });
  advance(20000);
  assert.is(peers[2].received, "");
});

test("it is busy while there is a connection; garbage is collected when the last one has gone", () => {
  const { connect, idle, server, collections } = serve();
  assert.not(server.isBusy());
  const [first, second] = [connect(), connect("GET")];
  assert.ok(server.isBusy());
  for (const [peer, busy, times] of [[first, true, 0] as const, [second, false, 1] as const]) {
    peer.end();
    idle();
    assert.equal([server.isBusy(), collections()], [busy, times]);
  }
});

test("a server that cannot listen says so", () => {
  const { hal, wire } = virtualHal();
  wire.listen(80);
  assert.throws(() => createHttpServer(hal, 80, {} as App), /taken/);
});

test.run();
