// Each board's bundle boots in the simulator, with that board's pins, noise, network, flash and crypto, and is set up once
// by the button that it has.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BOARDS } from "../../boards/index.ts";
import { composeKeyText } from "../../client/key-text.ts";
import { ERROR } from "../../firmware/protocol.ts";
import { opensslPki } from "../support/pki.ts";
import { IS_FULL } from "../support/random.ts";
import { VirtualDevice } from "../support/virtual-device.ts";

/** All of them in the full run; every day one with native code and one without. */
const REAL = BOARDS.filter(({ name }) => (IS_FULL ? name !== "linux" : ["pico_r1_3", "esp32"].includes(name)));

const keyText = (kind: "ec" | "rsa") => Buffer.from(composeKeyText(opensslPki()[kind])).toString("latin1");

/** Node computes what the chip would: only the messages count here. */
for (const record of REAL)
  test(`${record.name}: its bundle boots, opens a window by its button, and is set up`, async () => {
    const device = await VirtualDevice.open({ record });
    const { ready, lit: level = 1 } = record.pins;
    const isLit = () => (device.board.pins.level(ready!) === 1) === (level === 1);
    const seen = [isLit(), (device.advance(500), isLit())];
    assert.equal(seen.sort(), [false, true], "it blinks while the window is open");
    const session = device.authenticated(record.suites[0]);
    const greeting = JSON.parse(session.greeting.body);
    assert.equal([greeting.suites, greeting.wait, greeting.max], [record.suites, record.waitS, record.maxKeyBytes]);
    if (record.tls === "engine-client") assert.is(session.csr().code, ERROR.csrUnsupported);
    else assert.match(device.authenticated(record.suites[0]).csr().body, /^-----BEGIN CERTIFICATE REQUEST-----/);
    assert.is(session.key(keyText(record.tls === "engine-client" ? "rsa" : "ec")).status, 204);
    device.advance(100);
    assert.not(device.isListening());
    assert.not(isLit());
    assert.ok(device.status().installed);
    device.boot();
    assert.ok(device.status().installed, "after a restart");
    assert.is(
      device.console.find((line) => /Uncaught|noise source/.test(line)),
      undefined,
    );
  });

test.run();
