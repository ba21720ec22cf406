// Key pairs made ahead, while nothing else is to be done, and used once.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import type { Job } from "../crypto/field.ts";
import type { Lane, Task } from "../crypto/lane.ts";

export interface Prepared {
  drawSecret(): Bytes;
  /** From a fresh secret; undefined if there is nothing to compute. */
  prepareBegin(secret: Bytes): PointJob | undefined;
  secret?: Bytes;
  value?: Bytes;
  /** Where it is being made. */
  job?: PointJob;
  task?: Task;
}

/** A P-256 key pair, its value x and y. */
export function p256Pair(curves: Curves, draw: (length: number) => Bytes): Prepared {
  return {
    drawSecret: function () {
      let secret = draw(32);
      while (!curves.p256IsScalar(secret)) secret = draw(32);
      return secret;
    },
    prepareBegin: curves.p256Begin,
  };
}

/** Nothing to compute. */
const NO_JOB: Job = {
  step: function () {
    return false;
  },
};

function begin(pair: Prepared): Job {
  if (pair.value) return NO_JOB;
  wipe(pair.secret); // of one that was begun and dropped
  pair.secret = pair.drawSecret();
  const job = pair.prepareBegin(pair.secret);
  if (!job) return NO_JOB;
  pair.job = job;
  return {
    step: job.step,
    wipe: function () {
      if (job.wipe) job.wipe();
      pair.job = undefined; // a field machine in plain ES5 takes 1,400 variables
    },
  };
}

function finish(pair: Prepared): void {
  if (!pair.value) pair.value = pair.job ? pair.job.finish() : pair.secret;
  pair.job = pair.task = undefined;
}

/** For a request that waits: `done` is called once there is a pair, perhaps at once. */
export function prepare(lane: Lane, pair: Prepared, done: () => void): void {
  if (pair.value) return done();
  if (pair.task) pair.task.isAhead = false; // it may have come far
  lane.run(
    function () {
      return begin(pair);
    },
    function () {
      finish(pair);
      done();
    },
  );
}

/** Makes all that are missing, one after the other, while nothing else is to be done. */
export function prepareAll(lane: Lane, pairs: Prepared[]): void {
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i];
    if (pair.task) return; // under way already
    if (pair.value) continue;
    pair.task = lane.runAhead(
      function () {
        return begin(pair);
      },
      function () {
        finish(pair);
        prepareAll(lane, pairs);
      },
    );
    return;
  }
}

/** It is used up. */
export function dropPair(pair: Prepared): void {
  wipe(pair.secret);
  pair.secret = pair.value = undefined;
}
