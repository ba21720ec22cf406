// Runs Jobs one after another in slices, so that HTTP, LEDs and the watchdog live on during a long computation. What is
// made ahead waits for what a request waits for: it stands behind it, and is dropped and begun anew if it has begun.
import type { Hal } from "../hal/engine.ts";
import type { Job } from "./field.ts";

/** With the longest step behind it, 2.4 million instructions in plain ES5, less than 50 ms at 100 MHz. */
const SLICE_S = 0.025;

/** A computation in the queue. `begin` is called when its turn comes, perhaps again; `done` after its last step. */
export interface Task {
  begin: () => Job;
  done: () => void;
  /** In place of `done`, when a step has thrown: a job that met no memory in one piece. */
  broke?: () => void;
  /** Does nobody wait for it? */
  isAhead: boolean;
}

export interface Lane {
  run(begin: () => Job, done: () => void, broke?: () => void): void;
  /** Queues what nobody waits for yet; setting its `isAhead` to false keeps it from being dropped. */
  runAhead(begin: () => Job, done: () => void): Task;
  /** Are there computations running or waiting? */
  isBusy(): boolean;
  /** Drops everything; no `done` is called any more. */
  stop(): void;
}

export function createLane(hal: Hal): Lane {
  let queue: Task[] = [];
  let job: Job | undefined; // of the first
  let timer: number | undefined;

  function drop(): void {
    if (job && job.wipe) job.wipe();
    job = undefined;
  }

  function slice(): void {
    const task = queue[0];
    let more = false; // nor is there if it throws: the others must go on
    let isBroken = true;
    timer = undefined;
    try {
      if (!job) job = task.begin();
      const until = hal.getTime() + SLICE_S;
      let left = true;
      while (left && hal.getTime() < until) left = job.step();
      more = left;
      isBroken = false;
    } finally {
      if (!more) {
        job = undefined;
        queue.shift();
      }
      schedule();
      if (isBroken && task.broke) task.broke();
    }
    if (!more) task.done();
  }

  function schedule(): void {
    if (queue.length && timer === undefined) timer = hal.setTimeout(slice, 1);
  }

  function add(task: Task): Task {
    let at = queue.length;
    if (!task.isAhead) while (at && queue[at - 1].isAhead) at--;
    if (!at) drop();
    queue.splice(at, 0, task);
    schedule();
    return task;
  }

  return {
    run: function (begin, done, broke) {
      add({ begin: begin, done: done, broke: broke, isAhead: false });
    },
    runAhead: function (begin, done) {
      return add({ begin: begin, done: done, isAhead: true });
    },
    isBusy: function () {
      return queue.length > 0;
    },
    stop: function () {
      if (timer !== undefined) hal.clearTimeout(timer);
      timer = undefined;
      drop();
      queue = [];
    },
  };
}
