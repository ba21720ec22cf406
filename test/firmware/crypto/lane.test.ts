// The lane on virtual time: how long a slice may last, in what order jobs run, and that stop is the end of them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Job } from "../../../firmware/crypto/field.ts";
import { createLane } from "../../../firmware/crypto/lane.ts";
import type { Hal } from "../../../firmware/hal/engine.ts";

/** An engine whose time moves only while a job works. */
class Engine {
  ms = 0;
  slices: number[] = [];
  private timers = new Map<number, () => void>();
  private next = 1;

  hal = {
    getTime: () => this.ms / 1000,
    setTimeout: (callback: () => void) => {
      this.timers.set(this.next, callback);
      return this.next++;
    },
    clearTimeout: (id: unknown) => {
      // The engine throws at undefined.
      if (typeof id !== "number") throw new Error("clearTimeout(undefined) not allowed");
      this.timers.delete(id);
    },
  } as unknown as Hal;

  pending(): number {
    return this.timers.size;
  }

  /** Runs one timer, if there is one. */
  turn(): boolean {
    const [first] = this.timers;
    if (!first) return false;
    this.timers.delete(first[0]);
    const start = this.ms;
    first[1]();
    this.slices.push(this.ms - start);
    return true;
  }

  drain(): void {
    for (let i = 0; this.turn(); i++) if (i > 10000) throw new Error("it never ends");
  }

  job(steps: number, msEach: number, log?: (step: number) => void): Job {
    let done = 0;
    return {
      step: () => {
        this.ms += msEach;
        log?.(done);
        return ++done < steps;
      },
    };
  }
}

test("a slice ends after 25 ms, or one step later; every step is done, once", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const steps: number[] = [];
  let finished = 0;
  lane.run(
    () => engine.job(100, 7, (step) => steps.push(step)),
    () => finished++,
  );
  assert.is(steps.length, 0); // not before the caller has returned
  engine.drain();
  assert.equal(steps, [...steps.keys()]);
  assert.is(steps.length, 100);
  assert.is(finished, 1);
  assert.is(Math.max(...engine.slices), 28);
  assert.is(engine.slices[0], 28);
  assert.is(engine.slices.length, 25);
});

test("a step longer than a slice has a slice of its own, and the engine has a turn after it", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  lane.run(
    () => engine.job(5, 40),
    () => {},
  );
  engine.drain();
  assert.equal(engine.slices, [40, 40, 40, 40, 40]);
});

test("jobs run in the order in which they came, begun when it is their turn, one at a time", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const log: string[] = [];
  for (const name of ["a", "b", "c"])
    lane.run(
      () => {
        log.push(`begin ${name}`);
        return engine.job(2, 20);
      },
      () => log.push(`done ${name}`),
    );
  assert.is(engine.pending(), 1);
  engine.drain();
  assert.equal(log, ["begin a", "done a", "begin b", "done b", "begin c", "done c"]);
});

test("it is busy from run to done, and idle without a timer", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  assert.not(lane.isBusy());
  lane.run(
    () => engine.job(2, 30),
    () => assert.not(lane.isBusy()),
  );
  assert.ok(lane.isBusy());
  engine.turn();
  assert.ok(lane.isBusy());
  engine.drain();
  assert.not(lane.isBusy());
  assert.is(engine.pending(), 0);
});

test("done may queue the next computation, and there is still one timer only", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  let left = 3;
  const again = (): void => {
    if (left--) lane.run(() => engine.job(1, 1), again);
    assert.ok(engine.pending() <= 1);
  };
  again();
  engine.drain();
  assert.is(left, -1);
  assert.is(engine.slices.length, 3);
});

test("what is made ahead waits for what a request waits for, and is dropped, wiped and begun anew", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const log: string[] = [];
  const begin = (name: string, steps: number) => () => {
    log.push(`begin ${name}`);
    return { ...engine.job(steps, 40), wipe: () => log.push(`wipe ${name}`) };
  };
  lane.runAhead(begin("ahead", 3), () => log.push("done ahead"));
  engine.turn();
  lane.run(begin("first", 2), () => log.push("done first"));
  lane.run(begin("second", 1), () => log.push("done second"));
  engine.drain();
  assert.equal(log.slice(0, 2), ["begin ahead", "wipe ahead"]);
  const rest = ["begin first", "done first", "begin second", "done second", "begin ahead", "done ahead"];
  assert.equal(log.slice(2), rest);
});

test("what was made ahead and is now waited for is not dropped", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const log: string[] = [];
  const task = lane.runAhead(
    () => {
      log.push("begin");
      return engine.job(3, 40);
    },
    () => log.push("done"),
  );
  engine.turn();
  task.isAhead = false;
  lane.run(
    () => engine.job(1, 40),
    () => log.push("request done"),
  );
  engine.drain();
  assert.equal(log, ["begin", "done", "request done"]);
});

test("what throws is over, and the others go on", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const log: string[] = [];
  const fail = (): never => {
    throw new Error("out of memory");
  };
  lane.run(fail, () => log.push("never"));
  lane.run(
    () => ({ step: fail }),
    () => log.push("never"),
  );
  lane.run(
    () => engine.job(1, 1),
    () => log.push("done"),
  );
  assert.throws(() => engine.drain(), "out of memory");
  assert.throws(() => engine.drain(), "out of memory");
  engine.drain();
  assert.equal(log, ["done"]);
});

test("what is stopped in the middle is wiped", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  let wiped = 0;
  lane.run(
    () => ({ ...engine.job(3, 40), wipe: () => wiped++ }),
    () => {},
  );
  engine.turn();
  lane.stop();
  assert.is(wiped, 1);
});

test("after stop nothing runs and no done is called; what is queued then runs from its beginning", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const log: string[] = [];
  const queue = (name: string) =>
    lane.run(
      () => {
        log.push(`begin ${name}`);
        return engine.job(3, 30);
      },
      () => log.push(`done ${name}`),
    );
  queue("a");
  queue("b");
  engine.turn();
  lane.stop();
  assert.not(lane.isBusy());
  assert.is(engine.pending(), 0);
  engine.drain();
  assert.equal(log, ["begin a"]);
  lane.stop(); // again, without a timer
  queue("c");
  engine.drain();
  assert.equal(log, ["begin a", "begin c", "done c"]);
});

test("stop inside done, with more in the queue", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  let later = 0;
  lane.run(
    () => engine.job(1, 1),
    () => lane.stop(),
  );
  lane.run(
    () => engine.job(1, 1),
    () => later++,
  );
  engine.drain();
  assert.is(later, 0);
  assert.is(engine.pending(), 0);
});

test("a job that throws tells who waits for it, once, and the next one runs", () => {
  const engine = new Engine();
  const lane = createLane(engine.hal);
  const said: string[] = [];
  const throws = () => {
    throw new Error("no memory");
  };
  const note = (text: string) => () => void said.push(text);
  lane.run(() => ({ step: throws }), note("done"), note("broke in a step"));
  lane.run(throws, note("done"), note("broke at its beginning"));
  lane.run(() => engine.job(2, 1), note("the next is done"), note("broke"));
  for (let i = 0; i < 2; i++) assert.throws(() => engine.turn(), "no memory");
  engine.drain();
  assert.equal(said, ["broke in a step", "broke at its beginning", "the next is done"]);
  assert.not(lane.isBusy());
});

test.run();
