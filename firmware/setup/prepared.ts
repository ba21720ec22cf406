// Key pairs made ahead, while nothing else is to be done, and used once.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import type { Job } from "../crypto/field.ts";
import type { Lane } from "../crypto/lane.ts";

export interface Prepared {
  drawSecret(): Bytes;
  /** From a fresh secret; undefined if there is nothing to compute. */
  prepareBegin(secret: Bytes): PointJob | undefined;
  secret?: Bytes;
  value?: Bytes;
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

const NO_JOB: Job = {
  step: function () {
    return false;
  },
};

/** Makes the next pair, unless there is one. `done` is called at once or when it is there. */
export function prepare(lane: Lane, pair: Prepared, done: () => void): void {
  if (pair.value) return done();
  let job: PointJob | undefined;
  lane.run(
    function () {
      if (!pair.value) {
        pair.secret = pair.drawSecret();
        job = pair.prepareBegin(pair.secret);
        if (!job) pair.value = pair.secret;
      }
      return job || NO_JOB;
    },
    function () {
      if (job) pair.value = job.finish();
      done();
    },
  );
}

/** Makes all that are missing, one after the other. */
export function prepareAll(lane: Lane, pairs: Prepared[]): void {
  for (let i = 0; i < pairs.length; i++)
    if (!pairs[i].value)
      return prepare(lane, pairs[i], function () {
        prepareAll(lane, pairs);
      });
}

/** It is used up. */
export function dropPair(pair: Prepared): void {
  wipe(pair.secret);
  pair.secret = pair.value = undefined;
}
