// What the LEDs show at rest, while the window is open, while somebody is at work, and while the button is held.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EnginePin, Hal } from "../../../firmware/hal/engine.ts";
import { createLeds } from "../../../firmware/setup/leds.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const READY = "ready" as unknown as EnginePin;
const BUSY = "busy" as unknown as EnginePin;

function leds(ready: EnginePin | undefined = READY, busy: EnginePin | undefined = BUSY) {
  const { hal, clock } = virtualHal();
  const level: Record<string, number> = { ready: 0, busy: 0 };
  const digitalWrite = (pin: EnginePin, value: number) => void (level[String(pin)] = value);
  const it = createLeds({ ...hal, digitalWrite } as Hal, ready, busy, 1);
  /** Levels now and every half second after it. */
  const film = (frames: number): string => {
    let text = "";
    for (let i = 0; i < frames; i++) {
      text += `${i ? " " : ""}${level.ready}${level.busy}`;
      clock.advance(500);
    }
    return text;
  };
  return { it, clock, level, film };
}

test("with the window shut both are off; while it is open `ready` blinks", () => {
  const { it, film } = leds();
  assert.is(film(4), "00 00 00 00");
  it.window(true);
  assert.is(film(4), "10 00 10 00");
  it.window(false);
  assert.is(film(4), "00 00 00 00");
});

test("while somebody is at work the two blink in turn, and `busy` ends with the window", () => {
  const { it, film } = leds();
  it.window(true);
  it.busy(true);
  assert.is(film(4), "10 01 10 01");
  it.busy(false);
  assert.is(film(2), "10 00");
  it.busy(true);
  it.window(false);
  assert.is(film(2), "00 00");
  it.window(true);
  assert.is(film(2), "10 00");
});

test("a hold shows at once: one light after 3 s, both after 10 s, then the rest again", () => {
  const { it, level } = leds();
  const shown = () => `${level.ready}${level.busy}`;
  it.held(1);
  assert.is(shown(), "10");
  it.held(2);
  assert.is(shown(), "11");
  it.held(0);
  assert.is(shown(), "00");
});

test("a hold shows through the blinking", () => {
  const { it, film } = leds();
  it.window(true);
  it.held(1);
  assert.is(film(2), "10 10");
  it.held(2);
  assert.is(film(2), "11 11");
  it.held(0);
  assert.is(film(2), "10 00");
});

test("opening twice does not blink twice as fast", () => {
  const { it, film } = leds();
  it.window(true);
  it.window(true);
  assert.is(film(4), "10 00 10 00");
});

test("a board without LEDs shows nothing and does not fail", () => {
  const { hal, clock } = virtualHal();
  const it = createLeds(hal, undefined, undefined, 1); // this hal has no digitalWrite
  it.window(true);
  it.busy(true);
  it.held(2);
  clock.advance(2000);
  it.window(false);
  assert.is(typeof (hal as Partial<Hal>).digitalWrite, "undefined");
});

test.run();
