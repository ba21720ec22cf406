// The simulated tls module against Node's servers. test/engine/tls.test.ts has the interpreter do the same.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryNetwork } from "../../host-sim/network.ts";
import { createEngineNet } from "../../host-sim/net.ts";
import { createEngineTls, hasEngineTls } from "../../host-sim/tls.ts";
import { realmOf } from "../../host-sim/natives.ts";
import { runTlsCase, TLS_CASES, tlsPki, tlsServer } from "../support/tls-cases.ts";
import type { TlsCase } from "../support/tls-cases.ts";
import { simTarget } from "../support/targets.ts";

for (const c of TLS_CASES)
  test(c.name, async () => {
    const { lines, seen } = await runTlsCase(c, simTarget);
    assert.equal(lines, c.lines);
    if (c.seen) assert.equal(seen, c.seen(await tlsPki()));
  });

type Connect = (options: object, callback?: () => void) => object;

function inMemory() {
  const realm = realmOf(vm.createContext({}));
  const network = new MemoryNetwork();
  const net = createEngineNet(realm, network, (callback) => callback());
  const { module } = createEngineTls(realm, network, net);
  return { realm, network, module: module as { connect: Connect } & Record<string, unknown> };
}

test("an option that the simulator does not know is refused, not passed over", () => {
  const { module, network } = inMemory();
  for (const name of ["servername", "rejectUnauthorized", "protocol"])
    assert.throws(() => module.connect({ host: "a", port: 1, [name]: "x" }), `TLS option ${name} is not modelled`);
  assert.equal(network.dialled, []);
});

test("a member that the engine's module has not throws", () => {
  assert.throws(() => inMemory().module.createServer, "tls.createServer is not modelled");
});

test("in a memory network every attempt is refused as the engine refuses it, and kept", () => {
  const { module, network, realm } = inMemory();
  let error: unknown;
  try {
    module.connect({ host: "owner.example", port: 8883 });
  } catch (e) {
    error = e;
  }
  assert.ok(error instanceof realm.Error, "of the device's realm");
  assert.is(String(error), "InternalError: Unable to create socket");
  assert.equal(network.dialled, ["owner.example:8883"]);
  assert.throws(() => module.connect({}), "Unable to create socket");
  assert.is(network.dialled[1], "127.0.0.1:443", "the engine's defaults");
});

test("there is memory for one connection, and for another one after it", async () => {
  const c: TlsCase = {
    name: "",
    server: () => tlsServer({}, (socket) => socket.end()),
    then: `
      function again() { try { require("tls").connect(o, function (c) { print("[again]"); }); } catch (e) { print("[" + e.message + "]"); } }
      again();
      s.on("close", again);`,
    lines: [],
  };
  const { lines } = await runTlsCase(c, simTarget);
  // Where exactly the interpreter runs out of memory varies.
  assert.is(lines[0], "[mbedtls_ssl_setup: Not enough memory]");
  assert.is(lines.at(-1), "[again]");
});

test("boards whose engine has no TLS have no such module", () => {
  assert.ok(hasEngineTls("linux"));
  assert.ok(hasEngineTls("pico_r1_3"));
  assert.not(hasEngineTls("nucleof411re"));
  assert.not(hasEngineTls("esp8266_4mb"));
});

test.run();
