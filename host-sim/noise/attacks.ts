// What a source gives that somebody has hold of, or that is taken away while the board runs.
import { uniformNoise } from "../noise.ts";
import type { NoiseModel } from "../noise.ts";

/** `before` for a number of samples, `after` from then on. */
export function turns(before: NoiseModel, samples: number, after: NoiseModel): NoiseModel {
  let left = samples;
  return (bits) => (left-- > 0 ? before(bits) : after(bits));
}

/** Held at ground, but that each `every`-th sample gets through. */
export function pulledDown(seed: number, every: number): NoiseModel {
  const noise = uniformNoise(seed);
  let at = 0;
  return (bits) => (++at % every ? 0 : noise(bits));
}

/** Driven with a pattern that the attacker chose, again and again. */
export function driven(pattern: readonly number[]): NoiseModel {
  let at = 0;
  return (bits) => pattern[at++ % pattern.length] & ((1 << bits) - 1);
}
