// The simulated require("net"): the engine's passes, and the pitfalls of its sockets (PLATFORM section 3).
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EngineNet as Module, EngineSocket } from "../../firmware/hal/engine.ts";
import { createEngineNet } from "../../host-sim/net.ts";
import type { Network } from "../../host-sim/network.ts";
import { HOST_REALM } from "../../host-sim/natives.ts";
import { Wire } from "../support/virtual-hal.ts";

function engine(onConnect: (socket: EngineSocket, log: string[]) => void) {
  const wire = new Wire();
  const log: string[] = [];
  const net = createEngineNet(HOST_REALM, wire as unknown as Network, (callback) => {
    try {
      callback();
    } catch (error) {
      log.push(`uncaught ${String((error as Error).message)}`);
    }
  });
  const server = (net.module as Module).createServer((socket) => onConnect(socket, log));
  server.listen(80);
  const idle = (): number => {
    let passes = 0;
    while (net.pass()) passes++;
    return passes;
  };
  return { net, wire, log, server, idle };
}

/** Writes down everything that happens to a socket. */
function watch(socket: EngineSocket, log: string[]): void {
  log.push("connect");
  socket.on("data", (data) => void log.push(`data ${data.length}`));
  socket.on("error", (error) => void log.push(`error ${(error as { code: number }).code}`));
  socket.on("end", () => void log.push("end"));
  socket.on("close", (...args: unknown[]) => void log.push(`close ${String(args[0])}`));
  socket.on("drain", () => void log.push("drain"));
}

test("data arrives in pieces of at most 536 bytes, one a pass, the first in the pass of the accept", () => {
  const { net, wire, log } = engine(watch);
  wire.connect(80, "x".repeat(1200));
  net.pass();
  assert.equal(log.splice(0), ["connect", "data 536"]);
  net.pass();
  assert.equal(log.splice(0), ["data 536"]);
  net.pass();
  assert.equal(log.splice(0), ["data 128"]);
  assert.not(net.pass());
});

test("a server accepts one connection a pass", () => {
  const { net, wire, log } = engine(watch);
  for (let i = 0; i < 3; i++) wire.connect(80);
  net.pass();
  assert.is(log.length, 1);
  net.pass();
  net.pass();
  assert.is(log.length, 3);
});

test("what came before there is a data handler waits for it whole", () => {
  let socket: EngineSocket | undefined;
  const { wire, log, idle } = engine((s) => (socket = s));
  wire.connect(80, "x".repeat(536));
  idle();
  socket!.on("data", (data) => void log.push(`data ${data.length}`));
  idle();
  assert.equal(log, ["data 536"]);
});

test("a handler attached after two pieces is not modelled, since the engine would repeat them for ever", () => {
  let socket: EngineSocket | undefined;
  const { wire, idle } = engine((s) => (socket = s));
  wire.connect(80, "x".repeat(537));
  idle();
  assert.throws(() => socket!.on("data", () => {}), /not modelled/);
});

test("a peer that closes is noticed when everything has been received: end, then close", () => {
  const { wire, log, idle, net } = engine(watch);
  const peer = wire.connect(80, "x".repeat(600));
  peer.end();
  idle();
  assert.equal(log, ["connect", "data 536", "data 64", "end", "close false"]);
  assert.equal([net.count(), peer.closed], [0, true]);
});

test("a reset comes as an error with the engine's code", () => {
  const { wire, log, idle } = engine(watch);
  const peer = wire.connect(80);
  idle();
  peer.vanish(-9);
  idle();
  assert.equal(log, ["connect", "error -9", "end", "close true"]);
});

test("a peer that goes while something is unsent is error -8", () => {
  const { wire, log, idle } = engine((socket, l) => {
    watch(socket, l);
    socket.write("answer");
  });
  const peer = wire.connect(80);
  peer.takes = 0;
  idle();
  peer.vanish();
  idle();
  assert.equal(log, ["connect", "error -8", "end", "close true"]);
});

test("a socket can be dead when its connection callback runs: no sckt, no event, and write throws", () => {
  const { wire, log, idle } = engine((socket, l) => {
    l.push(`sckt ${socket.sckt}`);
    watch(socket, l);
    socket.write("x");
  });
  wire.connect(80).vanish();
  idle();
  assert.equal(log, ["sckt undefined", "connect", "uncaught This socket is closed"]);
});

test("write then end sends all of it, 536 bytes a pass, then closes; drain only where it stays open", () => {
  const { wire, log, idle } = engine((socket, l) => {
    watch(socket, l);
    l.push(`room ${socket.write("y".repeat(1000))}`);
    socket.end("z");
  });
  const peer = wire.connect(80);
  assert.is(idle() > 2, true);
  assert.equal([peer.received, peer.closed], ["y".repeat(1000) + "z", true]);
  assert.equal(log, ["connect", "room false", "end", "close false"]);
  const open = engine((socket, l) => {
    watch(socket, l);
    socket.write("y");
  });
  open.wire.connect(80);
  open.idle();
  assert.ok(open.log.filter((line) => line === "drain").length >= 1);
});

test("clsNow closes on the next pass, unsent or not", () => {
  let socket: EngineSocket | undefined;
  const { wire, log, idle, net } = engine((s, l) => {
    socket = s;
    watch(s, l);
  });
  const peer = wire.connect(80);
  peer.takes = 0;
  idle();
  socket!.write("never");
  socket!.clsNow = true;
  assert.is(net.count(), 1);
  idle();
  assert.equal([net.count(), peer.closed, peer.received, log.at(-1)], [0, true, "", "close false"]);
  assert.is(socket!.sckt, undefined);
});

test("the engine turns bytes into text when they are written, so the simulator refuses that", () => {
  const { wire, log, idle } = engine((socket) => void socket.write(new Uint8Array(3) as unknown as string));
  wire.connect(80);
  idle();
  assert.match(log[0], "no string");
});

test("what is not modelled throws: on sockets, servers and the module", () => {
  const { net, wire, log, idle, server } = engine((socket) => void (socket as unknown as { pause(): void }).pause());
  wire.connect(80);
  idle();
  assert.match(log[0], "Socket.pause is not modelled");
  assert.throws(() => (server as unknown as { address(): void }).address(), /Server\.address/);
  assert.throws(() => (net.module as unknown as { createSocket(): void }).createSocket(), /net\.createSocket/);
});

test("a closed server accepts nobody and leaves its sockets; another one may listen there", () => {
  const { net, wire, log, server, idle } = engine(watch);
  const peer = wire.connect(80);
  idle();
  server.close();
  assert.not(wire.isListening(80));
  peer.write("x");
  idle();
  assert.equal(
    log,
    ["connect", "data 1"].filter((line) => log.includes(line)),
  );
  (net.module as Module).createServer(() => {}).listen(80);
  assert.ok(wire.isListening(80));
});

test("after a reset nothing is open and nothing is called", () => {
  const { net, wire, log, idle } = engine(watch);
  const peers = [wire.connect(80, "x"), wire.connect(80)];
  net.pass();
  log.length = 0;
  net.reset();
  idle();
  assert.equal([net.count(), log, wire.isListening(80), peers[0].closed], [0, [], false, true]);
});

test.run();
