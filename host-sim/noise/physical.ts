// What a converter reads that sees real noise: thermal noise, quantised, alone or under something larger. Sizes are in
// steps of the converter. None of them is a measurement of a board.
import { createPrng } from "../noise.ts";
import type { NoiseModel } from "../noise.ts";

const SAMPLES_A_SECOND = 1000; // what an interpreter reaches on a fast board
const MAINS_HZ = 50;

/** Normal deviates, by Marsaglia's polar method. */
export function gaussian(seed: number): () => number {
  const next = createPrng(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = next() / 2 ** 31 - 1;
      const y = next() / 2 ** 31 - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const f = Math.sqrt((-2 * Math.log(s)) / s);
      spare = y * f;
      return x * f;
    }
  };
}

/** The low bits of a reading. */
function quantise(reading: number, bits: number): number {
  return Math.round(reading) & ((1 << bits) - 1);
}

/** A resistor's noise of `sigma` steps around a level in the middle of a step. */
export function thermal(seed: number, sigma: number, level = 2048): NoiseModel {
  const noise = gaussian(seed);
  return (bits) => quantise(level + sigma * noise(), bits);
}

/** The same so near to ground that the converter cuts off what is below. */
export function clipped(seed: number, sigma: number, level: number): NoiseModel {
  const noise = gaussian(seed);
  return (bits) => quantise(Math.max(0, level + sigma * noise()), bits);
}

/** A long wire beside a mains cable: a sine of `amplitude` steps that anybody nearby can measure, and under it the noise. */
export function hum(seed: number, sigma: number, amplitude: number): NoiseModel {
  const noise = gaussian(seed);
  const turn = (2 * Math.PI * MAINS_HZ * 1.0003) / SAMPLES_A_SECOND; // the clocks are not locked
  let phase = 0;
  return (bits) => {
    phase = (phase + turn) % (2 * Math.PI);
    return quantise(2048 + amplitude * Math.sin(phase) + sigma * noise(), bits);
  };
}

/** A board that warms up and cools down: the level wanders by `steps`, once there and back in `period` samples. */
export function drift(seed: number, sigma: number, steps: number, period: number): NoiseModel {
  const noise = gaussian(seed);
  let at = 0;
  return (bits) => {
    at = (at + 1) % period;
    return quantise(2048 + steps * Math.abs(1 - (2 * at) / period) + sigma * noise(), bits);
  };
}
