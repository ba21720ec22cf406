// Jobs one after the other, as one.
import type { Bytes } from "../hal/engine.ts";
import type { PointJob } from "./curves.ts";
import type { Job } from "./field.ts";

/** @param next is called with each result, and says what comes then, or nothing more. */
export function chain(first: PointJob, next: (result: Bytes | undefined) => PointJob | undefined): Job {
  let job: PointJob | undefined = first;
  return {
    step: function () {
      if (job!.step()) return true;
      job = next(job!.finish());
      return !!job;
    },
    wipe: function () {
      if (job && job.wipe) job.wipe();
    },
  };
}

/** A Job that only says yes or no. */
export interface Check extends Job {
  /** To be asked once, after `step` has said false. */
  passes(): boolean;
  wipe(): void;
}
