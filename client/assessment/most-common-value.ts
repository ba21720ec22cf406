// The most common value estimate, SP 800-90B 6.3.1, and the 99 % upper bound that most other estimators share with it.

import type { Sequence } from "./samples.ts";

/** Z(1 - 0.005): half of the 1 % that a two-sided 99 % interval leaves out. The standard prints 2.576, NIST's tool
 * calculates with this; the difference shows in the sixth decimal of an estimate. */
export const Z_ALPHA = 2.5758293035489008;

/** The upper end of the 99 % interval round a proportion `p` seen in `count` trials; at most 1. */
export function upperBound(p: number, count: number): number {
  return Math.min(1, p + Z_ALPHA * Math.sqrt((p * (1 - p)) / (count - 1)));
}

/** -log2(p), with 0 instead of the -0 that a certain guess would give. */
export function minEntropyOf(p: number): number {
  return p >= 1 ? 0 : -Math.log2(p);
}

/** Bits a symbol. Needs two symbols or more. */
export function mostCommonValue({ symbols, alphabet }: Sequence): number | null {
  if (symbols.length < 2) return null;
  const counts = new Uint32Array(alphabet);
  for (const symbol of symbols) counts[symbol]++;
  return minEntropyOf(upperBound(counts.reduce((a, b) => Math.max(a, b)) / symbols.length, symbols.length));
}
