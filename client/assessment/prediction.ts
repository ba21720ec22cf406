// What the four predictors of SP 800-90B (6.3.7 to 6.3.10) have in common: counting right guesses, and turning the
// count into min-entropy (steps 6 to 9 of 6.3.7). A predictor is judged twice, by the share of its right guesses and
// by the longest run of them; the higher of the two probabilities counts.

import { minEntropyOf, upperBound } from "./most-common-value.ts";

/** Right guesses so far. */
export class PredictionTally {
  right = 0;
  longestRun = 0;
  private run = 0;

  count(hit: boolean): void {
    if (hit) {
      this.right++;
      if (++this.run > this.longestRun) this.longestRun = this.run;
    } else {
      this.run = 0;
    }
  }
}

/** Bits a symbol; `guesses` counts all attempts, 2 or more. */
export function predictionEntropy(tally: PredictionTally, guesses: number, alphabet: number): number {
  const share = tally.right / guesses;
  const global = share > 0 ? upperBound(share, guesses) : 1 - 0.01 ** (1 / guesses);
  const floor = Math.max(global, 1 / alphabet);
  return minEntropyOf(Math.max(floor, runProbability(tally.longestRun + 1, guesses, floor)));
}

/** 6.3.7 step 7 wants a run as long as the one seen to be absent with this probability. */
const LOG_ABSENT = Math.log(0.99);

/** The p in [floor, 1] at which a run of `length` is absent from `guesses` with probability 0.99, or `floor`. */
function runProbability(length: number, guesses: number, floor: number): number {
  if (floor >= 1 || logRunAbsent(floor, length, guesses) <= LOG_ABSENT) return floor;
  let low = floor;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (logRunAbsent(middle, length, guesses) > LOG_ABSENT) low = middle;
    else high = middle;
  }
}

/** The standard stops the recurrence after 10 rounds; NIST's tool goes on to convergence, at most this often. */
const ROUNDS = 66;

/**
 * ln of the probability that no run of `length` occurs in `trials`, each a success with probability p (Feller):
 * (1 - p x) / ((r + 1 - r x) q) * x^-(trials + 1), where x is the limit of x = 1 + q p^r x^(r+1), r = length, q = 1-p.
 * x is hardly more than 1, so everything is said in y = x - 1: with 64-bit numbers x itself would lose the digits that
 * NIST's tool keeps in 80 bits.
 */
function logRunAbsent(p: number, length: number, trials: number): number {
  const q = 1 - p;
  const factor = q * p ** length;
  let y = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const next = factor * Math.exp((length + 1) * Math.log1p(y));
    if (next <= y) break;
    y = next;
  }
  // For p near 1 the recurrence ends at 1/p, where the formula says "surely a run" as the logarithm of zero.
  if (p * y >= q || length * y >= 1) return -Infinity;
  return Math.log1p((-p * y) / q) - Math.log1p(-length * y) - (trials + 1) * Math.log1p(y);
}
