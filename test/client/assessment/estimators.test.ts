// What the estimators are for: each must see the defect it was made for, and none may answer nonsense on odd data.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { assess, ESTIMATORS, estimate, type EstimatorName, type Estimates } from "../../../client/assessment/assess.ts";
import { bitSequence, literalSequence, widthOf } from "../../../client/assessment/samples.ts";
import { generator, record, type SourceName } from "./sources.ts";

const SAMPLES = 8_000;

/** A source for each estimator that it must mark down; all but the first look well to the most common value. */
const DEFECTS: Record<EstimatorName, [source: SourceName, bits: number]> = {
  "most-common-value": ["biased", 4],
  collision: ["correlated", 1],
  markov: ["correlated", 1],
  compression: ["markov", 1],
  "t-tuple": ["correlated", 4],
  lrs: ["replayed", 4],
  "multi-mcw": ["drifting", 4],
  lag: ["periodic", 4],
  "multi-mmc": ["markov", 4],
  lz78y: ["correlated", 4],
};

const judged = new Map<string, Estimates>();
function estimatesOf(source: SourceName, bits: number): Estimates {
  const key = `${source} ${bits}`;
  if (!judged.has(key)) judged.set(key, estimate(literalSequence(record(source, bits, SAMPLES))));
  return judged.get(key)!;
}

for (const name of ESTIMATORS) {
  const [source, bits] = DEFECTS[name];
  test(`${name} can fail: a ${source} source of ${bits} bits loses a third`, () => {
    const good = estimatesOf("uniform", bits);
    const bad = estimatesOf(source, bits);
    assert.ok(bad[name]! < (2 / 3) * good[name]!, `${bad[name]} against ${good[name]}`);
    if (name === "most-common-value") return;
    assert.ok(bad["most-common-value"]! > 0.9 * good["most-common-value"]!, "the defect shows in the histogram");
  });
}

test("no length, width or kind of data yields NaN, a negative value or more than the sample holds", () => {
  const random = generator(7);
  for (const source of ["uniform", "biased", "replayed"] as SourceName[]) {
    for (const length of [1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 34, 35, 36, 63, 64, 100, 4096, 6012]) {
      const bits = length > 4000 ? 1 : 1 + Math.floor(random() * 8);
      const { literal, bitstring, minEntropy } = assess(record(source, bits, length), bits);
      for (const [view, limit] of [[literal, bits] as const, [bitstring, 1] as const]) {
        for (const value of Object.values(view ?? {})) {
          assert.ok(value === null || (value >= 0 && value <= limit + 1e-12), `${source} ${bits} ${length}: ${value}`);
        }
      }
      assert.ok(minEntropy >= 0 && minEntropy <= bits, `${source} ${bits} ${length}: ${minEntropy}`);
    }
  }
});

test("a stuck source has no entropy", () => {
  for (const length of [1, 2, 5000]) {
    const { alphabet, literal, bitstring, minEntropy } = assess(new Uint8Array(length).fill(93), 8);
    assert.is(alphabet, 1);
    assert.is(literal["most-common-value"], 0);
    assert.is(bitstring, null);
    assert.is(minEntropy, 0);
  }
});

test("a counter has no entropy, though every value is equally frequent", () => {
  const { literal, minEntropy } = assess(
    Uint8Array.from({ length: SAMPLES }, (_, i) => i),
    8,
  );
  assert.ok(literal["most-common-value"]! > 7);
  assert.ok(minEntropy < 0.01);
});

test("two values are one bit, however wide and far apart", () => {
  const bits = record("correlated", 1, SAMPLES);
  const wide = assess(
    bits.map((bit) => (bit ? 200 : 3)),
    8,
  );
  const narrow = assess(bits, 1);
  assert.equal(wide.literal, narrow.literal);
  assert.is(wide.bitstring, null);
  assert.is(wide.minEntropy, narrow.minEntropy);
});

test("unused high bits make a poor bit string", () => {
  const samples = record("uniform", 4, SAMPLES);
  const tight = assess(samples, 4);
  const loose = assess(samples, 8);
  assert.equal(loose.literal, tight.literal);
  assert.ok(loose.minEntropy < tight.minEntropy);
});

test("samples are renamed in order, bits come most significant first with leading zeros", () => {
  assert.equal(literalSequence(Uint8Array.of(9, 250, 9, 17)), { symbols: Uint8Array.of(0, 2, 0, 1), alphabet: 3 });
  assert.equal(bitSequence(Uint8Array.of(1, 6), 4).symbols, Uint8Array.of(0, 0, 0, 1, 0, 1, 1, 0));
  assert.is(widthOf(Uint8Array.of(0, 0)), 1);
  assert.is(widthOf(Uint8Array.of(3, 8)), 4);
});

test.run();
