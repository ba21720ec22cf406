// What the firmware's health tests make of a noise model, for the table in docs/ENTROPY.md section 8.
import { createHealth, HEALTHY } from "../../firmware/entropy/health.ts";
import type { NoiseModel } from "../../host-sim/noise.ts";
import { deriveCutoffs } from "../../scripts/cutoffs.ts";

export const BITS = 4;
export const CLAIM = 0.25;
const CUTOFFS = deriveCutoffs(BITS, CLAIM);

/** @returns the first sample, counted from 1, that is not healthy, and the test that said so; undefined if there is none. */
export function firstAlarm(model: NoiseModel, samples: number): { test: string; at: number } | undefined {
  const both = createHealth(CUTOFFS);
  const repetition = createHealth({ ...CUTOFFS, apt: [Infinity, Infinity] });
  for (let at = 1; at <= samples; at++) {
    const sample = model(BITS);
    const repeats = repetition.insert(sample) !== HEALTHY;
    if (both.insert(sample) !== HEALTHY) return { test: repeats ? "repetition count" : "adaptive proportion", at };
  }
  return undefined;
}
