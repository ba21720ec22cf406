// Long computations run to their end at once.
import type { Job } from "../../firmware/crypto/field.ts";
import type { PointJob } from "../../firmware/crypto/curves.ts";
import type { Bytes } from "../../firmware/hal/engine.ts";

/** @returns how many steps it took. */
export function runJob(job: Job): number {
  let steps = 1;
  while (job.step()) steps++;
  return steps;
}

export function finishJob(job: PointJob): Bytes | undefined {
  runJob(job);
  return job.finish();
}
