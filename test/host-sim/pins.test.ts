// Pins that a test drives: watches with the engine's edges and debounce (PLATFORM section 6), LEDs that can be seen.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ManualClock } from "../../host-sim/clock.ts";
import { Pins } from "../../host-sim/pins.ts";

type Event = { state: boolean; time: number; lastTime?: number };
type Globals = {
  D0: object;
  C13: object;
  digitalRead(pin: object): number;
  digitalWrite(pin: object, level: number): void;
  setWatch(callback: (event: Event) => void, pin: object, options?: object): number;
};

function pins() {
  const clock = new ManualClock();
  const leds: string[] = [];
  const it = new Pins(clock, (pin, on) => void leds.push(`${pin} ${on}`));
  const wired = { analog: () => undefined, digital: () => undefined };
  return { clock, leds, it, globals: it.globals(wired) as unknown as Globals };
}

const watched = (options?: object) => {
  const p = pins();
  const seen: Event[] = [];
  p.globals.setWatch((event) => void seen.push(event), p.globals.D0, options);
  return { ...p, seen };
};

test("a pin has the engine's name and its level is what was driven or written", () => {
  const { it, globals, leds } = pins();
  assert.is(String(globals.C13), "C13");
  assert.is(globals.digitalRead(globals.D0), 0);
  it.drive("D0", 1);
  assert.equal([globals.digitalRead(globals.D0), globals.digitalRead(globals.C13)], [1, 0]);
  globals.digitalWrite(globals.C13, 1);
  globals.digitalWrite(globals.C13, 0);
  assert.equal(leds, ["C13 true", "C13 false"]);
});

test("without options a watch sees one rising edge, 25 ms after it, and is gone", () => {
  const { it, clock, seen } = watched();
  it.drive("D0", 1);
  clock.advance(24);
  assert.is(seen.length, 0);
  clock.advance(1);
  assert.equal(
    seen.map(({ state, time, lastTime }) => ({ state, time, lastTime })),
    [{ state: true, time: 0, lastTime: undefined }],
  );
  it.drive("D0", 0);
  clock.advance(100);
  it.drive("D0", 1);
  clock.advance(100);
  assert.is(seen.length, 1);
});

test("a repeated watch of both edges says when each was, and when the one before", () => {
  const { it, clock, seen } = watched({ repeat: true, edge: "both", debounce: 25 });
  it.drive("D0", 1);
  clock.advance(1000);
  it.drive("D0", 0);
  clock.advance(1000);
  assert.equal(
    seen.map(({ state, time, lastTime }) => [state, time, lastTime]),
    [
      [true, 0, undefined],
      [false, 1, 0],
    ],
  );
});

test("edges: rising, falling, both", () => {
  for (const [edge, wanted] of [
    ["rising", [true]],
    ["falling", [false]],
    ["both", [true, false]],
  ] as const) {
    const { it, seen } = watched({ repeat: true, edge, debounce: 0 });
    it.drive("D0", 1);
    it.drive("D0", 0);
    assert.equal(
      seen.map(({ state }) => state),
      wanted,
      edge,
    );
  }
});

test("bounces shorter than the debounce vanish: the last level counts, from when it was reached", () => {
  const { it, clock, seen } = watched({ repeat: true, edge: "both", debounce: 25 });
  for (const level of [1, 0, 1, 0, 1]) {
    it.drive("D0", level);
    clock.advance(10);
  }
  assert.is(seen.length, 0);
  clock.advance(15);
  assert.equal(
    seen.map(({ state, time }) => [state, time]),
    [[true, 0.04]],
  );
  it.drive("D0", 0);
  clock.advance(10);
  it.drive("D0", 1); // back before it counted
  clock.advance(100);
  assert.is(seen.filter(({ state }) => !state).length, 0);
});

test("driving a level that is there already is no edge", () => {
  const { it, seen } = watched({ repeat: true, edge: "both", debounce: 0 });
  it.drive("D0", 0);
  it.drive("D0", 1);
  it.drive("D0", 1);
  assert.is(seen.length, 1);
});

test("other pins do not wake a watch, and a reset forgets all watches but no level", () => {
  const { it, seen, globals } = watched({ repeat: true, edge: "both", debounce: 0 });
  it.drive("C13", 1);
  assert.is(seen.length, 0);
  it.reset();
  it.drive("D0", 1);
  assert.is(seen.length, 0);
  assert.is(globals.digitalRead(globals.C13), 1);
});

test.run();
