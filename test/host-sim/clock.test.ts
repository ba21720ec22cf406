// Virtual time: it moves only when told, runs what is due in order, and numbers timers as the engine does.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ManualClock, RealClock } from "../../host-sim/clock.ts";

test("time stands still until it is moved, and runs what becomes due on the way, in order", () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  clock.setTimer(() => seen.push(`b ${clock.now()}`), 20, false);
  clock.setTimer(() => seen.push(`a ${clock.now()}`), 10, false);
  clock.setTimer(() => seen.push(`c ${clock.now()}`), 20, false);
  clock.advance(9);
  assert.equal([seen, clock.now()], [[], 0.009]);
  clock.advance(1);
  assert.equal(seen, ["a 0.01"]);
  clock.advance(100);
  assert.equal([seen, clock.now()], [["a 0.01", "b 0.02", "c 0.02"], 0.11]);
});

test("a timer set by a timer runs in the same advance if it is due by then", () => {
  const clock = new ManualClock();
  const seen: number[] = [];
  clock.setTimer(() => clock.setTimer(() => seen.push(clock.now()), 5, false), 5, false);
  clock.advance(9);
  assert.equal(seen, []);
  clock.advance(1);
  assert.equal(seen, [0.01]);
});

test("a repeating timer keeps its beat until it is cleared, also by itself", () => {
  const clock = new ManualClock();
  let count = 0;
  const id = clock.setTimer(
    () => {
      if (++count === 3) clock.clearTimer(id);
    },
    10,
    true,
  );
  clock.advance(25);
  assert.is(count, 2);
  clock.advance(1000);
  assert.is(count, 3);
});

test("no delay is shorter than a millisecond, and numbers begin at 1", () => {
  const clock = new ManualClock();
  let ran = 0;
  assert.is(
    clock.setTimer(() => ran++, 0, false),
    1,
  );
  assert.is(
    clock.setTimer(() => ran++, -5, false),
    2,
  );
  clock.advance(0.5);
  assert.is(ran, 0);
  clock.advance(0.5);
  assert.is(ran, 2);
});

test("what a computation costs moves time without running anything; it is made up for afterwards", () => {
  const clock = new ManualClock();
  const seen: number[] = [];
  clock.setTimer(() => seen.push(clock.now()), 10, false);
  clock.spend(50);
  assert.equal([clock.now(), seen], [0.05, []]);
  clock.advance(0);
  assert.equal(seen, [0.05]);
});

test("the idle loop runs after every timer, and a reset forgets all of them", () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  clock.afterEach = () => seen.push("idle");
  clock.setTimer(() => seen.push("a"), 1, false);
  clock.setTimer(() => seen.push("b"), 2, false);
  clock.advance(5);
  assert.equal(seen, ["a", "idle", "b", "idle"]);
  clock.setTimer(() => seen.push("c"), 1, true);
  clock.reset();
  clock.advance(100);
  assert.is(seen.length, 4);
});

test("the real clock runs as many times faster as it was told, in whole microseconds", async () => {
  const clock = new RealClock(1000);
  const started = performance.now();
  await new Promise<void>((resolve) => void clock.setTimer(resolve, 50000, false));
  const here = performance.now() - started;
  assert.ok(here < 30000, `${here} ms for 50 s`);
  assert.ok(clock.now() >= 48); // the host's timers may be early by a millisecond or two
  const now = clock.now();
  assert.is(now, Math.round(now * 1e6) / 1e6);
});

test("cleared and forgotten timers of the real clock do not run", async () => {
  const clock = new RealClock(1000);
  let ran = 0;
  clock.clearTimer(clock.setTimer(() => ran++, 1000, false));
  clock.setTimer(() => ran++, 1000, true);
  clock.reset();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.is(ran, 0);
});

test.run();
