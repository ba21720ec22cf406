// The health tests against a transcription of SP 800-90B's own pseudo-code, and at each cut-off from both sides.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createHealth, FAILED, HEALTHY, selfTest, SUSPECT } from "../../../firmware/entropy/health.ts";
import type { Cutoffs } from "../../../firmware/entropy/health.ts";
import { deriveCutoffs } from "../../../scripts/cutoffs.ts";
import { forAll } from "../../support/random.ts";

const WIDE = deriveCutoffs(4, 0.25);
const BINARY = deriveCutoffs(1, 0.25);
const NEVER = [Infinity, Infinity];

function feed(cutoffs: Cutoffs, samples: Iterable<number>): number[] {
  const health = createHealth(cutoffs);
  return Array.from(samples, (sample) => health.insert(sample));
}

const repeat = (sample: number, count: number): number[] => new Array<number>(count).fill(sample);

test("a repeated sample is healthy up to the cut-off less one, suspect from there, failed from the second one on", () => {
  const verdicts = feed(WIDE, repeat(7, 300));
  assert.is(verdicts.indexOf(SUSPECT), WIDE.rct[0] - 1);
  assert.is(verdicts.indexOf(FAILED), WIDE.rct[1] - 1);
  assert.is(verdicts[verdicts.length - 1], FAILED);
});

test("one other sample ends a run, and a suspicion with it", () => {
  const rct = [5, 20];
  const cutoffs = { ...WIDE, rct, apt: NEVER };
  assert.equal(feed(cutoffs, [3, 3, 3, 3, 1, 3, 3, 3, 3, 1]), repeat(HEALTHY, 10));
  assert.equal(feed(cutoffs, [3, 3, 3, 3, 3, 1]), [...repeat(HEALTHY, 4), SUSPECT, HEALTHY]);
});

test("the proportion counts the window's first sample, and is judged at each cut-off", () => {
  const verdicts = feed({ ...WIDE, rct: NEVER }, repeat(7, 512));
  assert.is(verdicts.indexOf(SUSPECT), WIDE.apt[0] - 1);
  assert.is(verdicts.indexOf(FAILED), WIDE.apt[1] - 1);
});

test("a window is 512 samples, 1024 for a binary source, and the next one starts from nothing", () => {
  for (const [cutoffs, size] of [
    [WIDE, 512],
    [BINARY, 1024],
  ] as const) {
    const counted = { ...cutoffs, rct: NEVER };
    const full = counted.apt[0] - 1; // as many as may be
    // The first value at the start of one window and, as many again, at the end of the next one.
    const other = size - full;
    const healthy = [...repeat(0, full), ...repeat(1, other), ...repeat(1, other), ...repeat(0, full)];
    assert.ok(feed(counted, healthy).every((verdict) => verdict === HEALTHY));
    const late = [...repeat(0, full), ...repeat(1, other - 1), 0];
    assert.is(feed(counted, late).indexOf(SUSPECT), size - 1, "the last sample of a window counts");
    assert.is(feed(counted, [...late, 1])[size], HEALTHY, "the suspicion ends with its window");
  }
});

test("a failed source stays failed, whatever it gives", () => {
  const health = createHealth(WIDE);
  for (let i = 0; i < WIDE.rct[1]; i++) health.insert(0);
  for (let i = 0; i < 5000; i++) assert.is(health.insert(i % 16), FAILED);
});

test("a source that stays stuck gets from suspect to failed", () => {
  const verdicts = feed(WIDE, [...Array.from({ length: 3000 }, (_, i) => i % 16), ...repeat(9, 300)]);
  assert.ok(verdicts.includes(SUSPECT));
  assert.is(verdicts.at(-1), FAILED);
});

/** SP 800-90B 4.4.1 and 4.4.2, step by step, each with one cut-off. @returns where each test fails, or -1. */
function transcription(samples: number[], c: number, window: number, cApt: number): { rct: number; apt: number } {
  let rct = -1;
  let a = samples[0];
  let b = 1;
  for (let i = 1; i < samples.length && rct < 0; i++) {
    if (samples[i] === a) {
      b++;
      if (b >= c) rct = i;
    } else {
      a = samples[i];
      b = 1;
    }
  }
  let apt = -1;
  for (let start = 0; start < samples.length && apt < 0; start += window) {
    const first = samples[start];
    let count = 1;
    for (let i = 1; i < window && start + i < samples.length && apt < 0; i++) {
      if (samples[start + i] === first) count++;
      if (count >= cApt) apt = start + i;
    }
  }
  return { rct, apt };
}

test("both tests do what the standard's pseudo-code does", () => {
  let alarms = 0;
  forAll(60, (random) => {
    const bits = random.pick([1, 2, 4, 8]);
    const cutoffs = deriveCutoffs(bits, 1);
    const often = random.below(70) + 30; // percent
    const samples = Array.from({ length: 4000 }, () => (random.below(100) < often ? 0 : random.below(2 ** bits)));
    const { rct, apt } = transcription(samples, cutoffs.rct[0], cutoffs.window, cutoffs.apt[0]);
    const first = (verdicts: number[]) => verdicts.findIndex((verdict) => verdict !== HEALTHY);
    assert.is(first(feed({ ...cutoffs, apt: NEVER }, samples)), rct);
    assert.is(first(feed({ ...cutoffs, rct: NEVER }, samples)), apt);
    const either = [rct, apt].filter((at) => at >= 0);
    assert.is(first(feed(cutoffs, samples)), either.length ? Math.min(...either) : -1);
    if (either.length) alarms++;
  });
  assert.ok(alarms > 10, "some of them were bad");
});

test("the self-test passes with good cut-offs and not with ones that come too early, too late or never", () => {
  for (const good of [WIDE, BINARY, deriveCutoffs(8, 1), deriveCutoffs(4, 1 / 8)]) {
    assert.ok(selfTest(good));
    assert.not(selfTest({ ...good, apt: [good.rct[0] - 1, 999] }), "the stuck sequence trips the other test first");
    assert.not(selfTest({ ...good, apt: [good.window + 1, good.window + 1] }), "the proportion can never trip");
    assert.not(selfTest({ ...good, rct: [2, 4] }), "every other sample is a break: too few are left");
  }
});

test.run();
