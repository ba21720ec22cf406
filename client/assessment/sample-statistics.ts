// Plain statistics of a recording for a person to look at. They judge nothing: SP 800-90B takes its min-entropy from
// the estimators alone, and good-looking pictures have been drawn of very bad sources.

import { Z_ALPHA } from "./most-common-value.ts";

/** Autocorrelation is shown up to this lag, which is as far as the lag predictor looks. */
export const MAX_LAG = 128;
/** Runs at least this long share the last place. */
export const MAX_RUN = 40;

export interface SampleStatistics {
  /** Count by sample value, 2^bits of them. */
  histogram: Uint32Array;
  /** Share of ones by bit, most significant first. */
  ones: number[];
  /** Correlation with the sample 1..MAX_LAG back (index 0 is lag 1); empty when it is not defined. */
  autocorrelation: number[];
  /** Runs of equal samples by length (index 0 is length 1, the last is MAX_RUN and more): seen, and expected of
   * independent samples with this histogram. */
  runs: { seen: number[]; expected: number[] };
  /** Half the width of the 99 % interval in which a fair bit's share, and a correlation of zero, stay. */
  onesSpread: number;
  correlationSpread: number;
}

export function sampleStatistics(samples: Uint8Array, bits: number): SampleStatistics {
  const histogram = new Uint32Array(1 << bits);
  for (const sample of samples) histogram[sample]++;
  return {
    histogram,
    ones: shareOfOnes(histogram, samples.length, bits),
    autocorrelation: autocorrelate(samples),
    runs: { seen: countRuns(samples), expected: expectRuns(histogram, samples.length) },
    onesSpread: (Z_ALPHA * 0.5) / Math.sqrt(samples.length),
    correlationSpread: Z_ALPHA / Math.sqrt(samples.length),
  };
}

function shareOfOnes(histogram: Uint32Array, length: number, bits: number): number[] {
  return Array.from({ length: bits }, (_, place) => {
    const mask = 1 << (bits - 1 - place);
    return histogram.reduce((sum, count, value) => (value & mask ? sum + count : sum), 0) / length;
  });
}

function autocorrelate(samples: Uint8Array): number[] {
  const length = samples.length;
  const lags = Math.min(MAX_LAG, length - 2);
  const mean = samples.reduce((a, b) => a + b, 0) / length;
  const centred = Float64Array.from(samples, (sample) => sample - mean);
  const power = centred.reduce((sum, x) => sum + x * x, 0);
  if (power === 0 || lags < 1) return [];
  return Array.from({ length: lags }, (_, index) => {
    const lag = index + 1;
    let sum = 0;
    for (let at = lag; at < length; at++) sum += centred[at] * centred[at - lag];
    return sum / power;
  });
}

function countRuns(samples: Uint8Array): number[] {
  const seen = new Array<number>(MAX_RUN).fill(0);
  let start = 0;
  for (let at = 1; at <= samples.length; at++) {
    if (at < samples.length && samples[at] === samples[start]) continue;
    seen[Math.min(MAX_RUN, at - start) - 1]++;
    start = at;
  }
  return seen;
}

/** A run of r equal samples of probability p begins at a position with probability p^r (1-p)^2, ends aside. */
function expectRuns(histogram: Uint32Array, length: number): number[] {
  const expected = new Array<number>(MAX_RUN).fill(0);
  for (const count of histogram) {
    const p = count / length;
    for (let run = 1; run < MAX_RUN; run++) expected[run - 1] += length * p ** run * (1 - p) ** 2;
    expected[MAX_RUN - 1] += length * p ** MAX_RUN * (1 - p);
  }
  return expected;
}
