// The predictors against slow readable twins, and the step from guesses to entropy against counting by hand.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { lz78y, multiMmc } from "../../../client/assessment/context-predictors.ts";
import { PredictionTally, predictionEntropy } from "../../../client/assessment/prediction.ts";
import { lag, multiMcw } from "../../../client/assessment/recent-predictors.ts";
import { literalSequence } from "../../../client/assessment/samples.ts";
import { naiveLag, naiveLz78y, naiveMultiMcw, naiveMultiMmc } from "./naive-predictors.ts";
import { record, type SourceName, SOURCES } from "./sources.ts";
import { times } from "../../support/random.ts";

const COUNT = times(1);

const EVERY = Object.keys(SOURCES) as SourceName[];

const TWINS = [
  // Just more than the largest window.
  {
    name: "multi-MCW",
    fast: multiMcw,
    naive: naiveMultiMcw,
    skipped: 63,
    length: 4150,
    sources: ["drifting"] as const,
  },
  { name: "lag", fast: lag, naive: naiveLag, skipped: 1, length: 300, sources: EVERY },
  { name: "multi-MMC", fast: multiMmc, naive: naiveMultiMmc, skipped: 2, length: 300, sources: EVERY },
  { name: "LZ78Y", fast: lz78y, naive: naiveLz78y, skipped: 17, length: 300, sources: EVERY },
];

for (const { name, fast, naive, skipped, length, sources } of TWINS) {
  test(`${name} guesses like its slow twin`, () => {
    for (let seed = 1; seed <= COUNT; seed++) {
      for (const source of sources) {
        for (const bits of [1, 8]) {
          const { symbols, alphabet } = literalSequence(record(source, bits, length, seed));
          const expected = predictionEntropy(tally(naive(symbols)), length - skipped, alphabet);
          assert.is(fast({ symbols, alphabet }), expected, `${source}, ${bits} bits, seed ${seed}`);
        }
      }
    }
  });
}

test("LZ78Y guesses like its slow twin with a full dictionary", () => {
  // 16 new contexts a sample fill 65,536 places after some 4,100 samples.
  const { symbols, alphabet } = literalSequence(record("markov", 8, 4500));
  const expected = predictionEntropy(tally(naiveLz78y(symbols)), symbols.length - 17, alphabet);
  assert.is(lz78y({ symbols, alphabet }), expected);
});

test("a predictor without enough data says nothing", () => {
  const sequence = (length: number) => literalSequence(record("uniform", 1, length));
  assert.is(multiMcw(sequence(4095)), null);
  assert.is.not(multiMcw(sequence(4096)), null);
  assert.is(lag(sequence(2)), null);
  assert.is(multiMmc(sequence(2)), null);
  assert.is(lz78y(sequence(18)), null);
  assert.is.not(lz78y(sequence(19)), null);
});

test("a long run of right guesses costs entropy that the share of right guesses does not show", () => {
  const short = predictionEntropy(tally({ right: 500, longestRun: 8 }), 1000, 2);
  const long = predictionEntropy(tally({ right: 500, longestRun: 60 }), 1000, 2);
  assert.ok(long < short / 3, `${long} against ${short}`);
});

test("the run bound is where a run is absent 99 times in 100, counted by recurrence", () => {
  for (const [longestRun, guesses] of [
    [3, 40],
    [9, 1000],
    [25, 5000],
  ]) {
    // A run without right guesses cannot be, but it keeps the share of right guesses from deciding.
    const p = 2 ** -predictionEntropy(tally({ right: 0, longestRun }), guesses, 256);
    const share = (1 - p) * p ** (longestRun + 1);
    const absent = [...new Array<number>(longestRun + 1).fill(1), 1 - p ** (longestRun + 1)];
    for (let n = longestRun + 2; n <= guesses; n++) absent[n] = absent[n - 1] - share * absent[n - longestRun - 2];
    // Feller's formula is an approximation, a very good one for all but the shortest runs.
    assert.ok(Math.abs(absent[guesses] - 0.99) < 1e-4, `run ${longestRun} of ${guesses}: ${absent[guesses]}`);
  }
});

function tally({ right, longestRun }: { right: number; longestRun: number }): PredictionTally {
  return Object.assign(new PredictionTally(), { right, longestRun });
}

test.run();
