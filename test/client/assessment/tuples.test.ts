// Suffix array, common prefixes and the two estimates that rest on them, against sorting and counting by hand.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { commonPrefixes, suffixArray } from "../../../client/assessment/suffix-array.ts";
import { tupleEstimates } from "../../../client/assessment/tuples.ts";
import { literalSequence } from "../../../client/assessment/samples.ts";
import { generator, record, type SourceName, SOURCES } from "./sources.ts";
import { times } from "../../support/random.ts";

const COUNT = times(100);
const Z_ALPHA = 2.5758293035489008;

function compareText(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

function naiveOrder(text: Uint8Array): number[] {
  return Array.from(text, (_, at) => at).sort((a, b) => compareText(text.subarray(a), text.subarray(b)));
}

function checkOrder(text: Uint8Array, alphabet: number, name: string): void {
  const order = suffixArray(text, alphabet);
  const expected = naiveOrder(text);
  assert.equal([...order], expected, name);
  const shared = [...commonPrefixes(text, order)];
  const expectedShared = expected.map((at, i) => {
    let length = 0;
    if (i > 0) while (at + length < text.length && text[at + length] === text[expected[i - 1] + length]) length++;
    return length;
  });
  assert.equal(shared, expectedShared, `${name}: common prefixes`);
}

test("a tuple is common from 35 occurrences on, and not before", () => {
  for (const [count, isCommon] of [
    [34, false],
    [35, true],
  ] as const) {
    const symbols = Uint8Array.from({ length: 2 * count }, (_, i) => i % 2);
    const { tTuple } = tupleEstimates(literalSequence(symbols));
    assert.is(tTuple !== null, isCommon, `${count} times`);
  }
});

test("suffixes of random texts are in order", () => {
  for (let seed = 1; seed <= COUNT; seed++) {
    const random = generator(seed);
    const alphabet = 1 + Math.floor(random() * 5);
    const text = Uint8Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * alphabet));
    checkOrder(text, alphabet, `seed ${seed}`);
  }
});

test("suffixes of repetitive texts are in order", () => {
  checkOrder(new Uint8Array(0), 1, "empty");
  checkOrder(Uint8Array.of(0), 1, "one symbol");
  checkOrder(new Uint8Array(500), 1, "all equal");
  for (const period of [2, 3, 7]) {
    checkOrder(
      Uint8Array.from({ length: 500 }, (_, i) => i % period),
      period,
      `period ${period}`,
    );
  }
  let fibonacci = [0, 1];
  for (let previous = [0]; fibonacci.length < 600;) [previous, fibonacci] = [fibonacci, [...fibonacci, ...previous]];
  checkOrder(Uint8Array.from(fibonacci), 2, "Fibonacci word, which recurses deepest");
  for (const source of Object.keys(SOURCES) as SourceName[]) checkOrder(record(source, 8, 2000), 256, source);
});

test("t-tuple and LRS are what counting strings in a table gives", () => {
  for (const source of Object.keys(SOURCES) as SourceName[]) {
    for (const bits of [1, 4]) {
      const sequence = literalSequence(record(source, bits, 1200));
      const expected = naiveEstimates(sequence.symbols);
      const { tTuple, longestRepeated } = tupleEstimates(sequence);
      assert.is(tTuple?.toFixed(9), expected.tTuple?.toFixed(9), `${source}, ${bits} bits: t-tuple`);
      assert.is(longestRepeated?.toFixed(9), expected.longestRepeated?.toFixed(9), `${source}, ${bits} bits: LRS`);
    }
  }
});

test("a million equal samples are sorted in linear time", () => {
  const start = performance.now();
  assert.equal(tupleEstimates({ symbols: new Uint8Array(1_000_000), alphabet: 2 }), { tTuple: 0, longestRepeated: 0 });
  // Quadratic time would be hours.
  assert.ok(performance.now() - start < 10_000);
});

test("strings that never repeat yield no estimate", () => {
  const ramp = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(tupleEstimates({ symbols: ramp, alphabet: 256 }), { tTuple: null, longestRepeated: null });
});

/** 6.3.5 and 6.3.6 to the letter: for each length a table of all strings. */
function naiveEstimates(text: Uint8Array): { tTuple?: number; longestRepeated?: number } {
  let tuplePeak = 0;
  let repeatPeak = 0;
  for (let size = 1, common = true; size < text.length; size++) {
    const counts = new Map<string, number>();
    const places = text.length - size + 1;
    for (let at = 0; at < places; at++) {
      const key = Buffer.from(text.buffer, at, size).toString("latin1");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    if (most < 2) break;
    common &&= most >= 35;
    if (common) {
      tuplePeak = Math.max(tuplePeak, (most / places) ** (1 / size));
    } else {
      const pairs = [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
      repeatPeak = Math.max(repeatPeak, (pairs / ((places * (places - 1)) / 2)) ** (1 / size));
    }
  }
  const entropy = (p: number) =>
    p === 0 ? undefined : -Math.log2(Math.min(1, p + Z_ALPHA * Math.sqrt((p * (1 - p)) / (text.length - 1)))) + 0;
  return { tTuple: entropy(tuplePeak), longestRepeated: entropy(repeatPeak) };
}

test.run();
