// What lies under the simulated sockets: memory, and the host's TCP.
import net from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { HostNetwork, MemoryNetwork } from "../../host-sim/network.ts";
import type { Connection } from "../../host-sim/network.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { until } from "../support/targets.ts";

const text = (data: Uint8Array | number): string | number =>
  typeof data === "number" ? data : Buffer.from(data).toString("latin1");

test("in memory: what is written arrives in pieces, and what is sent is received", () => {
  const network = new MemoryNetwork();
  const listener = network.listen(80);
  assert.is(listener.accept(), undefined);
  const peer = network.connect(80)!;
  peer.write("ab\xff");
  peer.write(Uint8Array.of(0, 1));
  const connection = listener.accept()!;
  assert.equal(
    [text(connection.receive(2)), text(connection.receive(9)), text(connection.receive(9))],
    ["ab", "\xff\0\x01", ""],
  );
  assert.is(connection.send(Uint8Array.of(0x80, 0x41)), 2);
  assert.is(peer.received, "\x80A");
  assert.is(listener.accept(), undefined);
});

test("in memory: an end comes after what was written before it; a closed connection takes nothing", () => {
  const network = new MemoryNetwork();
  const listener = network.listen(80);
  const peer = network.connect(80)!;
  peer.write("x");
  peer.end();
  const connection = listener.accept()!;
  assert.equal([text(connection.receive(9)), connection.receive(9)], ["x", -1]);
  assert.is(connection.send(Uint8Array.of(1)), 1); // half-closed: it can still be answered
  connection.close();
  assert.equal([peer.closed, connection.send(Uint8Array.of(1))], [true, -1]);
});

test("in memory: one listener a port, and where nobody listens a connection is refused", () => {
  const network = new MemoryNetwork();
  assert.is(network.connect(80), undefined);
  const listener = network.listen(80);
  assert.throws(() => network.listen(80), /port 80 is taken/);
  network.listen(81);
  listener.close();
  assert.equal([network.isListening(80), network.isListening(81), network.connect(80)], [false, true, undefined]);
  network.listen(80);
});

async function pair(): Promise<{
  connection: Connection;
  socket: net.Socket;
  network: HostNetwork;
  wakes: () => number;
}> {
  const port = await freePort();
  let listening = 0;
  const network = new HostNetwork(
    () => port,
    (devicePort, hostPort) => void (listening = devicePort * 100000 + hostPort),
  );
  let wakes = 0;
  network.wake = () => void wakes++;
  const listener = network.listen(80);
  await until("it listens", () => listening > 0);
  assert.is(listening, 80 * 100000 + port);
  const socket = net.connect(port, "127.0.0.1");
  let connection: Connection | undefined;
  await until("it is accepted", () => !!(connection = listener.accept()));
  return { connection: connection!, socket, network, wakes: () => wakes };
}

test("on the host: bytes go both ways, an end is -1 once all is received, and each event wakes the engine", async () => {
  const { connection, socket, network, wakes } = await pair();
  assert.is(text(connection.receive(9)), "");
  const before = wakes();
  socket.write(Buffer.from("ab\xff", "latin1"));
  let got = "";
  await until("it arrived", () => (got += text(connection.receive(2))).length === 3);
  assert.is(got, "ab\xff");
  assert.ok(wakes() > before);
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  assert.is(connection.send(Uint8Array.of(0x80)), 1);
  await until("it is answered", () => answer === "\x80");
  socket.end("last");
  let last = "";
  await until("the end is seen", () => {
    const data = connection.receive(9);
    if (typeof data === "number") return data === -1;
    last += text(data);
    return false;
  });
  assert.is(last, "last");
  connection.close();
  network.stop();
});

test("on the host: the device's end reaches the peer, and a peer that was reset takes nothing more", async () => {
  const { connection, socket, network } = await pair();
  let ended = false;
  socket.on("end", () => (ended = true)).resume();
  connection.close();
  await until("the peer sees the end", () => ended);
  const other = await pair();
  other.socket.resetAndDestroy();
  await until("the reset is seen", () => other.connection.receive(9) === -1);
  assert.is(other.connection.send(Uint8Array.of(1)), -1);
  network.stop();
  other.network.stop();
});

test.run();
