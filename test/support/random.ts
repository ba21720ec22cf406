// Seeded randomness for property tests: the seed is printed when a test fails, and WIB_SEED repeats a run.
import { createPrng } from "../../host-sim/noise.ts";

export interface TestRandom {
  seed: number;
  /** 0 .. n - 1 */
  below(n: number): number;
  bytes(length: number): Uint8Array;
  pick<T>(list: readonly T[]): T;
}

export function testRandom(seed = Number(process.env.WIB_SEED ?? (Math.random() * 2 ** 32) >>> 0)): TestRandom {
  const next = createPrng(seed);
  const below = (n: number) => next() % n;
  return {
    seed,
    below,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    pick: (list) => list[below(list.length)],
  };
}

/** How often a property is tried: `few` by default, more with WIB_COUNT (test:full multiplies). */
export function times(few: number): number {
  return Math.ceil(few * Number(process.env.WIB_COUNT ?? 1));
}

/** What takes too long for every day runs when everything is tried this often. */
export const IS_FULL = times(1) >= 20;

/** Runs a property `times(few)` times with fresh randomness each; a failure names the seed. */
export function forAll(few: number, property: (random: TestRandom) => void): void {
  const first = testRandom().seed;
  for (let i = 0; i < times(few); i++) {
    const seed = (first + i) >>> 0;
    try {
      property(testRandom(seed));
    } catch (error) {
      (error as Error).message += ` [WIB_SEED=${seed}]`;
      throw error;
    }
  }
}
