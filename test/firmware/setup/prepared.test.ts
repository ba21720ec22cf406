// Pairs made ahead: dropped for what somebody waits for, begun anew afterwards, used once.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { PointJob } from "../../../firmware/crypto/curves.ts";
import type { Lane, Task } from "../../../firmware/crypto/lane.ts";
import { dropPair, prepare, prepareAll } from "../../../firmware/setup/prepared.ts";
import type { Prepared } from "../../../firmware/setup/prepared.ts";

interface Made {
  pair: Prepared;
  wiped: string[];
}

/** A pair whose value is its secret plus 1, after `steps` steps. */
function pairOf(steps: number): Made {
  const wiped: string[] = [];
  let drawn = 0;
  const pair: Prepared = {
    drawSecret: () => new Uint8Array([++drawn]),
    prepareBegin(secret): PointJob {
      let left = steps;
      return {
        step: () => --left > 0,
        wipe: () => void wiped.push("job"),
        finish: () => new Uint8Array([secret[0] + 1]),
      };
    },
  };
  return { pair, wiped };
}

/** Takes what is run and runs it when told to. */
function handLane(): { lane: Lane; tasks: Task[]; runFirst(): void } {
  const tasks: Task[] = [];
  const add = (begin: Task["begin"], done: () => void, isAhead: boolean) => {
    const task = { begin, done, isAhead };
    tasks.push(task);
    return task;
  };
  const lane: Lane = {
    run: (begin, done) => void add(begin, done, false),
    runAhead: (begin, done) => add(begin, done, true),
    isBusy: () => tasks.length > 0,
    stop: () => void tasks.splice(0),
  };
  const runFirst = () => {
    const task = tasks.shift()!;
    const job = task.begin();
    while (job.step());
    task.done();
  };
  return { lane, tasks, runFirst };
}

test("all are made, one after the other", () => {
  const { lane, tasks, runFirst } = handLane();
  const [a, b] = [pairOf(2), pairOf(1)];
  prepareAll(lane, [a.pair, b.pair]);
  assert.is(tasks.length, 1);
  runFirst();
  runFirst();
  assert.is(tasks.length, 0);
  assert.equal([a.pair.value, b.pair.value], [new Uint8Array([2]), new Uint8Array([2])]);
});

test("a job that is dropped is wiped and let go of, and begun anew with a fresh secret", () => {
  const { lane, tasks, runFirst } = handLane();
  const { pair, wiped } = pairOf(3);
  prepareAll(lane, [pair]);
  const job = tasks[0].begin();
  assert.ok(job.step());
  assert.ok(pair.job);
  const secret = pair.secret!;
  job.wipe!();
  assert.equal(wiped, ["job"]);
  assert.is(pair.job, undefined);
  runFirst();
  assert.equal(secret, new Uint8Array(1), "the secret of the dropped one");
  assert.equal([pair.secret, pair.value], [new Uint8Array([2]), new Uint8Array([3])]);
  assert.is(pair.job, undefined);
});

test("who waits for a pair gets the one that is there, at once, or makes it", () => {
  const { lane, tasks, runFirst } = handLane();
  const { pair } = pairOf(1);
  let calls = 0;
  prepare(lane, pair, () => calls++);
  assert.is(tasks[0].isAhead, false);
  runFirst();
  assert.is(calls, 1);
  prepare(lane, pair, () => calls++);
  assert.is(calls, 2);
  assert.is(tasks.length, 0);
});

test("one that is being made ahead is dropped no longer once somebody waits for it", () => {
  const { lane, tasks } = handLane();
  const { pair } = pairOf(1);
  prepareAll(lane, [pair]);
  prepare(lane, pair, () => {});
  assert.equal(
    tasks.map((task) => task.isAhead),
    [false, false],
  );
});

test("a pair that is used up is wiped", () => {
  const { lane, runFirst } = handLane();
  const { pair } = pairOf(1);
  prepare(lane, pair, () => {});
  runFirst();
  const secret = pair.secret!;
  dropPair(pair);
  assert.equal(secret, new Uint8Array(1));
  assert.equal([pair.secret, pair.value], [undefined, undefined]);
});

test.run();
