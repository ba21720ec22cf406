// The t-tuple estimate (SP 800-90B 6.3.5) and the longest repeated substring estimate (6.3.6).
// Both ask, for every length, how often strings of that length repeat. The suffix array answers for all lengths at
// once: its intervals of common prefixes form a tree, and an interval of c suffixes whose common prefix has h symbols,
// h' in the interval round it, is one string repeated c times for each of the lengths h'+1..h.

import { minEntropyOf, upperBound } from "./most-common-value.ts";
import type { Sequence } from "./samples.ts";
import { commonPrefixes, suffixArray } from "./suffix-array.ts";

/** 6.3.5: a tuple counts as common from this many occurrences on; up to t they do, from u = t + 1 on they do not. */
const COMMON_COUNT = 35;

export interface TupleEstimates {
  /** Bits a symbol; null if not even one symbol occurs 35 times. */
  tTuple: number | null;
  /** Bits a symbol; null if no string longer than t repeats. */
  longestRepeated: number | null;
}

interface Repetitions {
  /** By length: how often the most frequent string of that length occurs; 1 where none repeats. */
  most: Float64Array;
  /** By length: how many pairs of positions hold the same string. Below 2^53 for up to 10^8 symbols. */
  pairs: Float64Array;
}

export function tupleEstimates(sequence: Sequence): TupleEstimates {
  const length = sequence.symbols.length;
  const { most, pairs } = countRepetitions(sequence);
  const longest = most.length - 1;
  let u = 1;
  while (u <= longest && most[u] >= COMMON_COUNT) u++;

  let tuplePeak = 0;
  for (let t = 1; t < u; t++) tuplePeak = Math.max(tuplePeak, (most[t] / (length - t + 1)) ** (1 / t));

  let repeatPeak = 0;
  for (let w = u; w <= longest; w++) {
    const allPairs = ((length - w) * (length - w + 1)) / 2;
    repeatPeak = Math.max(repeatPeak, (pairs[w] / allPairs) ** (1 / w));
  }

  const estimate = (peak: number) => (peak > 0 ? minEntropyOf(upperBound(peak, length)) : null);
  return { tTuple: estimate(tuplePeak), longestRepeated: estimate(repeatPeak) };
}

function countRepetitions({ symbols, alphabet }: Sequence): Repetitions {
  const shared = commonPrefixes(symbols, suffixArray(symbols, alphabet));
  const longest = shared.reduce((a, b) => Math.max(a, b), 0);
  const most = new Float64Array(longest + 1).fill(1);
  // Differences first: an interval adds its pairs at its shortest own length and takes them back past its longest.
  const pairs = new Float64Array(longest + 2);

  const openHeights: number[] = [0];
  const openStarts: number[] = [0];
  for (let at = 1; at <= shared.length; at++) {
    const height = at < shared.length ? shared[at] : 0;
    let start = at - 1;
    while (height < openHeights[openHeights.length - 1]) {
      const closed = openHeights.pop()!;
      start = openStarts.pop()!;
      const around = Math.max(height, openHeights[openHeights.length - 1]);
      const count = at - start;
      most[closed] = Math.max(most[closed], count);
      pairs[around + 1] += (count * (count - 1)) / 2;
      pairs[closed + 1] -= (count * (count - 1)) / 2;
    }
    if (height > openHeights[openHeights.length - 1]) {
      openHeights.push(height);
      openStarts.push(start);
    }
  }

  // A string that occurs c times has beginnings that occur at least as often.
  for (let t = longest - 1; t >= 1; t--) most[t] = Math.max(most[t], most[t + 1]);
  for (let t = 1; t <= longest; t++) pairs[t] += pairs[t - 1];
  return { most, pairs };
}
