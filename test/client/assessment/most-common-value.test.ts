// The most common value estimate (SP 800-90B 6.3.1) of twenty symbols, against a calculation by hand.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minEntropyOf, mostCommonValue, upperBound } from "../../../client/assessment/most-common-value.ts";
import { literalSequence } from "../../../client/assessment/samples.ts";

const SYMBOLS = [0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 0, 1, 1, 0, 2, 2, 1, 0, 2, 1];

test("8 of 20 are the same: with 99 % not more than 0.6895 of all are, which is 0.5364 bits", () => {
  // 0.4 + 2.5758 * sqrt(0.4 * 0.6 / 19), the root being 0.11239
  assert.is(upperBound(8 / 20, 20).toFixed(4), "0.6895");
  assert.is(mostCommonValue(literalSequence(Uint8Array.from(SYMBOLS)))!.toFixed(4), "0.5364");
});

test("a bound is never more than 1, and what is certain has no entropy, not even a negative zero", () => {
  assert.is(upperBound(0.99, 2), 1);
  assert.ok(Object.is(minEntropyOf(1), 0));
  assert.is(minEntropyOf(0.25), 2);
});

test("one symbol says nothing, two say something", () => {
  assert.is(mostCommonValue(literalSequence(Uint8Array.of(1))), null);
  assert.is(mostCommonValue(literalSequence(Uint8Array.of(1, 1))), 0);
});

test.run();
