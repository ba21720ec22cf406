// Getting on the network by a WIZnet chip, by the shipped bundle on a simulated board.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import type { Air } from "../../../host-sim/wifi.ts";
import { VirtualDevice } from "../../support/virtual-device.ts";

const record = boardNamed("pico_r1_3");

test("an Ethernet board takes an address of its own, made from the chip's number", async () => {
  const device = await VirtualDevice.create({ record });
  assert.match(device.board.mac!(), /^02(:[0-9a-f]{2}){5}$/);
  const id = String(device.board.evaluate("process.env.SERIAL")).replace("-", "");
  assert.is(device.board.mac!().slice(3).replaceAll(":", ""), id.slice(0, 10));
});

for (const fault of ["absent", "failed"] as const)
  test(`an Ethernet board whose chip or address is ${fault} says so, and opens no window until it is there`, async () => {
    const air: Air = { networks: new Map(), fault };
    const device = await VirtualDevice.create({ record, air });
    device.hold(3100);
    device.advance(1000);
    assert.not(device.isListening());
    assert.ok(
      device.console.some((line) => line.includes("no network")),
      device.console.join("; "),
    );
    assert.ok(device.console.some((line) => line.includes("window stays shut")));
    air.fault = undefined;
    device.openWindow();
    assert.ok(device.isListening());
  });

test.run();
