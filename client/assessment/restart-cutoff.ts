// The cut-off of the restart sanity check, SP 800-90B 3.1.4.3: how often the most common value of one row or column
// may occur when a sample carries `minEntropy` bits.
// The text tests one value against a binomial tail, which falsely fails good sources: the most common of several
// values is more common than any one of them. NIST's tool therefore simulates the worst source of that
// entropy five million times, as many values as possible at probability p = 2^-H and one with what is left. This file
// calculates the quantile that the simulation approximates; the tool's cut-off may be one off either way.

/** Values and their probabilities in the worst source of this min-entropy. */
interface WorstSource {
  peak: number;
  peaks: number;
  rest: number;
}

/** Chances this small cannot move the result, and calculating with them is slow. */
const NEGLIGIBLE = 1e-100;

/** Cut-offs hold together with this probability when nothing is wrong. */
const PASS_PROBABILITY = 0.99;

/** The chance that one of `tests` rows and columns exceeds its cut-off: 0.000005 for the standard's 2,000. */
export function falseAlarm(tests: number): number {
  return -Math.expm1(Math.log(PASS_PROBABILITY) / tests);
}

/** The smallest count that the most common of `draws` values exceeds with probability `alarm` at most. */
export function countCutoff(minEntropy: number, draws: number, alarm: number): number {
  const peak = 2 ** -minEntropy;
  const peaks = Math.floor(1 / peak);
  const source = { peak, peaks, rest: Math.max(0, 1 - peaks * peak) };
  let low = 0;
  let high = draws;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (staysWithin(source, draws, middle) >= 1 - alarm) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The probability that no value occurs more than `most` times in `draws` draws. Independent Poisson counts,
 * given that their sum is `draws`, are distributed like the counts of the draws. So the distribution of the sum is
 * built from Poisson counts cut off at `most`, and its value at `draws` compared with that of uncut ones.
 */
function staysWithin({ peak, peaks, rest }: WorstSource, draws: number, most: number): number {
  const logFactorials = new Float64Array(draws + 1);
  for (let n = 2; n <= draws; n++) logFactorials[n] = logFactorials[n - 1] + Math.log(n);
  const poisson = (mean: number, n: number) =>
    mean > 0 ? Math.exp(n * Math.log(mean) - mean - logFactorials[n]) : Number(n === 0);
  const cut = (mean: number) => Float64Array.from({ length: draws + 1 }, (_, n) => (n <= most ? poisson(mean, n) : 0));

  let sum: Float64Array = cut(rest * draws);
  let power: Float64Array = cut(peak * draws);
  for (let left = peaks; left > 0; left >>= 1) {
    if (left & 1) sum = convolve(sum, power);
    if (left > 1) power = convolve(power, power);
  }
  return sum[draws] / poisson(draws, draws);
}

/** The distribution of the sum of two independent counts, up to the length both have. */
function convolve(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  let first = 0;
  let last = b.length - 1;
  while (first < last && b[first] < NEGLIGIBLE) first++;
  while (last > first && b[last] < NEGLIGIBLE) last--;
  for (let i = 0; i < a.length; i++) {
    if (a[i] < NEGLIGIBLE) continue;
    const end = Math.min(last, a.length - 1 - i);
    for (let j = first; j <= end; j++) result[i + j] += a[i] * b[j];
  }
  return result;
}
