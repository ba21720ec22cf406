// Holds of the button: the two thresholds from both sides, a button that is down at boot, and bounces on a pin.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EnginePin, Hal } from "../../../firmware/hal/engine.ts";
import { createButton, watchButton } from "../../../firmware/setup/button.ts";
import { ManualClock } from "../../../host-sim/clock.ts";
import { Pins } from "../../../host-sim/pins.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

function button() {
  const { hal, clock } = virtualHal();
  const seen: string[] = [];
  const it = createButton(hal, {
    reached: (threshold) => void seen.push(`reached ${threshold}`),
    toggle: () => void seen.push("toggle"),
    reset: () => void seen.push("reset"),
  });
  const hold = (ms: number): string[] => {
    it.change(true);
    clock.advance(ms);
    it.change(false);
    return seen.splice(0);
  };
  return { it, clock, seen, hold };
}

test("a hold shorter than 3 s is nothing, from 3 s on it toggles, from 10 s on it resets", () => {
  const hold = (ms: number) => button().hold(ms);
  assert.equal(hold(0), ["reached 0"]);
  assert.equal(hold(2900), ["reached 0"]);
  assert.equal(hold(2999), ["reached 0"]);
  assert.equal(hold(3000), ["reached 1", "reached 0", "toggle"]);
  assert.equal(hold(9900), ["reached 1", "reached 0", "toggle"]);
  assert.equal(hold(9999), ["reached 1", "reached 0", "toggle"]);
  assert.equal(hold(10000), ["reached 1", "reached 2", "reached 0", "reset"]);
  assert.equal(hold(60000), ["reached 1", "reached 2", "reached 0", "reset"]);
});

test("nothing happens before the release, but the thresholds show as they are reached", () => {
  const { it, clock, seen } = button();
  it.change(true);
  clock.advance(2999);
  assert.equal(seen, []);
  clock.advance(1);
  assert.equal(seen, ["reached 1"]);
  clock.advance(6999);
  assert.equal(seen, ["reached 1"]);
  clock.advance(1);
  assert.equal(seen, ["reached 1", "reached 2"]);
});

test("a button that is down at boot is ignored until it has been released", () => {
  const { it, clock, seen, hold } = button();
  clock.advance(20000);
  it.change(false);
  assert.equal(seen, []);
  assert.equal(hold(3000), ["reached 1", "reached 0", "toggle"]);
});

test("a second edge down without a release does not start the hold anew", () => {
  const { it, clock, seen } = button();
  it.change(true);
  clock.advance(2000);
  it.change(true);
  clock.advance(1000);
  it.change(false);
  it.change(false);
  assert.equal(seen, ["reached 1", "reached 0", "toggle"]);
});

test("after a release no threshold of it comes any more", () => {
  const { hold, clock, seen } = button();
  hold(2900);
  clock.advance(60000);
  assert.equal(seen, []);
});

/** On a simulated pin, which is up when it reads `pressed`. */
function onPin(pressed: number) {
  const clock = new ManualClock();
  const pins = new Pins(clock, () => {});
  const globals = pins.globals({ analog: () => undefined, digital: () => undefined });
  const { hal } = virtualHal();
  const wired = {
    ...hal,
    ...globals,
    getTime: () => clock.now(),
    setTimeout: (callback: () => void, ms: number) => clock.setTimer(callback, ms, false),
    clearTimeout: (id: number) => clock.clearTimer(id),
  } as unknown as Hal;
  const seen: string[] = [];
  const it = createButton(wired, {
    reached: () => {},
    toggle: () => void seen.push("toggle"),
    reset: () => void seen.push("reset"),
  });
  pins.drive("C13", 1 - pressed);
  watchButton(wired, globals["C13"] as EnginePin, pressed, it);
  return { clock, seen, drive: (isDown: boolean) => pins.drive("C13", isDown ? pressed : 1 - pressed) };
}

test("bounces on the pin neither end a hold nor make one, whichever level is down", () => {
  for (const pressed of [0, 1]) {
    const { clock, seen, drive } = onPin(pressed);
    for (let i = 0; i < 5; i++) {
      drive(true);
      clock.advance(4);
      drive(false);
      clock.advance(4);
    }
    drive(true);
    clock.advance(1500);
    drive(false);
    clock.advance(10); // a bounce
    drive(true);
    clock.advance(1600);
    drive(false);
    clock.advance(4);
    drive(true);
    clock.advance(4);
    drive(false);
    clock.advance(100);
    assert.equal(seen, ["toggle"], `pressed is ${pressed}`);
    clock.advance(60000);
    assert.equal(seen, ["toggle"]);
  }
});

test("a pin that is down at boot does nothing when it is released", () => {
  const { clock, seen, drive } = onPin(1);
  const held = onPin(1);
  held.drive(true); // seen as an edge: it went down after boot
  held.clock.advance(3100);
  held.drive(false);
  held.clock.advance(100);
  assert.equal(held.seen, ["toggle"]);
  clock.advance(12000);
  drive(false);
  clock.advance(100);
  assert.equal(seen, []);
});

test.run();
