// The shipped bundle and its noise: sources that die, boots that repeat, and boards with other sources.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { ERROR } from "../../firmware/protocol.ts";
import { stuckNoise, uniformNoise } from "../../host-sim/noise.ts";
import { turns } from "../../host-sim/noise/attacks.ts";
import { noiseNamed } from "../../host-sim/noise/models.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { makeBundle } from "../../scripts/bundle.ts";
import { SERIAL, VirtualDevice } from "../support/virtual-device.ts";

const READY_MS = 20000;

test("a source that dies during an open window ends the window, and the console says which one and why", async () => {
  for (const kind of ["os", "timer"]) {
    // Dies when it is told to: before the 4,001st sample it is only as many rounds away as there are samples.
    const device = await VirtualDevice.open({ noise: { [kind]: noiseNamed("dying", 1) } });
    assert.ok(device.isListening());
    for (let i = 0; i < 600 && device.isListening(); i++) device.advance(100);
    assert.not(device.isListening());
    assert.ok(device.console.includes(`wib: noise source ${kind}: ${ERROR.entropyStarting}`));
    assert.ok(device.console.includes(`wib: window shut: ${ERROR.entropyStarting}`));
    device.advance(1000);
    assert.is(device.status().entropy, ERROR.entropyFailed);
    assert.ok(device.console.includes(`wib: noise source ${kind}: ${ERROR.entropyFailed}`));
    device.hold(3100);
    assert.not(device.isListening(), "and it does not open again");
  }
});

test("a source that is stuck at boot: the window never opens", async () => {
  const device = await VirtualDevice.create({ noise: { timer: stuckNoise(2) } });
  assert.is(device.status().entropy, ERROR.entropyFailed);
  device.hold(3100);
  device.advance(READY_MS);
  assert.not(device.isListening());
  assert.ok(device.console.includes(`wib: window stays shut: ${ERROR.entropyFailed}`));
});

test("after an alarm that passes it is ready again", async () => {
  const noise = { os: turns(uniformNoise(1), 2000, turns(stuckNoise(1), 45, uniformNoise(2))) };
  const device = await VirtualDevice.create({ noise });
  assert.is(device.status().entropy, "ready");
  let lost = false;
  for (let i = 0; i < 3000; i++) {
    device.advance(20);
    lost = lost || device.status().entropy === ERROR.entropyStarting;
  }
  assert.ok(lost);
  assert.is(device.status().entropy, "ready");
});

test("no noise is gathered while somebody is connected, and again when he has gone", async () => {
  let samples = 0;
  const noise = uniformNoise(5);
  const device = await VirtualDevice.open({ noise: { timer: (at) => (samples++, noise(at)) } });
  const gathered = (ms: number) => {
    const before = samples;
    device.advance(ms);
    return samples - before;
  };
  assert.ok(gathered(5000) > 0);
  const peer = device.connect("GET ");
  device.advance(0);
  assert.is(gathered(5000), 0);
  peer.end();
  assert.ok(gathered(5000) > 0);
});

test("two boots with the same noise greet with different salts", async () => {
  const noise = () => ({ os: uniformNoise(5), timer: uniformNoise(6) });
  const saltOf = (device: VirtualDevice): string => {
    device.openWindow();
    return JSON.parse(device.greet().greeting.body).salt;
  };
  const first = await VirtualDevice.create({ noise: noise() });
  const image = first.flash.snapshot();
  const salt = saltOf(first);
  const again = await VirtualDevice.create({ noise: noise(), flash: first.flash });
  assert.is.not(saltOf(again), salt);
  // It is the seed file that does it: with the flash put back as well, it repeats.
  first.flash.restore(image);
  const before = [await VirtualDevice.create({ noise: noise(), flash: first.flash }), 0] as const;
  const repeated = saltOf(before[0]);
  first.flash.restore(image);
  assert.is(saltOf(await VirtualDevice.create({ noise: noise(), flash: first.flash })), repeated);
});

test("a board with sources of every other kind boots to ready", async () => {
  const sources: BoardRecord["sources"] = [
    { kind: "adc", from: "A0", bits: 4, claim: 0.25, scale: 4096 },
    { kind: "temperature", bits: 4, claim: 0.25, scale: 16 },
    { kind: "vref", bits: 4, claim: 0.25, scale: 4096 },
    { kind: "counter", from: "0xE000E018", bits: 4, claim: 0.25 },
    { kind: "register", from: "0x3FF75144", bits: 8, claim: 1, enable: [[0x3ff00000, 1]] },
    { kind: "i2c", from: "I2C1 B6 B7 0x48", bits: 8, claim: 1 },
  ];
  const record = { ...boardNamed("linux"), sources };
  const flash = preparedFlash(record, await makeBundle(record, "bench"), { serial: SERIAL });
  const device = await VirtualDevice.create({ record, flash });
  assert.is(device.status().entropy, "ready");
  const dead = await VirtualDevice.create({ record, flash, noise: { i2c: stuckNoise(3) } });
  assert.is(dead.status().entropy, ERROR.entropyFailed);
  assert.ok(dead.console.includes(`wib: noise source i2c: ${ERROR.entropyFailed}`));
});

test.run();
