// Runs Jobs one after another in slices, so that HTTP, LEDs and the watchdog live on during a long computation.
import type { Hal } from "../hal/engine.ts";
import type { Job } from "./field.ts";

const SLICE_S = 0.03;

export interface Lane {
  /** Queues a computation. `begin` is called when its turn comes, `done` after its last step. */
  run(begin: () => Job, done: () => void): void;
  /** Are there computations running or waiting? */
  isBusy(): boolean;
  /** Drops everything; no `done` is called any more. */
  stop(): void;
}

export function createLane(hal: Hal): Lane {
  let queue: { begin: () => Job; done: () => void }[] = [];
  let job: Job | undefined;
  let timer: number | undefined;

  function slice(): void {
    timer = undefined;
    if (!job) job = queue[0].begin();
    const until = hal.getTime() + SLICE_S;
    let more = true;
    while (more && hal.getTime() < until) more = job.step();
    if (!more) {
      const done = queue[0].done;
      job = undefined;
      queue.shift();
      done();
    }
    schedule();
  }

  function schedule(): void {
    if (queue.length && timer === undefined) timer = hal.setTimeout(slice, 1);
  }

  return {
    run: function (begin, done) {
      queue.push({ begin: begin, done: done });
      schedule();
    },
    isBusy: function () {
      return queue.length > 0;
    },
    stop: function () {
      if (timer !== undefined) hal.clearTimeout(timer);
      timer = job = undefined;
      queue = [];
    },
  };
}
