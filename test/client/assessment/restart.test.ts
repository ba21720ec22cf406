// The restart tests: each can fail, none fails a good source, and the cut-off is the quantile it claims to be.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { countCutoff, falseAlarm } from "../../../client/assessment/restart-cutoff.ts";
import { assessRestarts } from "../../../client/assessment/restart.ts";
import { initialEntropy, judge } from "../../../client/assessment/verdict.ts";
import { NIST_CUTOFFS } from "./nist-figures.ts";
import { generator, record } from "./sources.ts";

const ROWS = 64;
const COLUMNS = 80;
const BITS = 4;
const H_INITIAL = 2;

function restarts(change: (samples: Uint8Array) => void = () => {}) {
  const samples = record("uniform", BITS, ROWS * COLUMNS);
  change(samples);
  return assessRestarts({ samples, rows: ROWS, columns: COLUMNS, bits: BITS }, H_INITIAL);
}

test("a source that starts differently each time keeps its entropy", () => {
  const { sanityPassed, validationPassed, minEntropy } = restarts();
  assert.ok(sanityPassed);
  assert.ok(validationPassed);
  assert.is(minEntropy, H_INITIAL);
});

test("one restart that is stuck fails the sanity check by its row", () => {
  const result = restarts((samples) => samples.fill(5, 7 * COLUMNS, 8 * COLUMNS));
  assert.is(result.worstRow, COLUMNS);
  assert.ok(result.worstColumn <= result.columnCutoff);
  assert.not(result.sanityPassed);
  assert.is(result.minEntropy, 0);
});

test("a first sample that is always the same fails the sanity check by its column", () => {
  const result = restarts((samples) => {
    for (let row = 0; row < ROWS; row++) samples[row * COLUMNS] = 5;
  });
  assert.is(result.worstColumn, ROWS);
  assert.ok(result.worstRow <= result.rowCutoff);
  assert.not(result.sanityPassed);
});

test("a source that replays itself after every restart fails validation, though each row looks well", () => {
  const result = restarts((samples) => {
    for (let row = 1; row < ROWS; row++) samples.copyWithin(row * COLUMNS, 0, COLUMNS);
  });
  assert.ok(result.hColumn < H_INITIAL / 2);
  assert.not(result.validationPassed);
  assert.is(result.minEntropy, 0);
});

test("rows and columns change places with the matrix", () => {
  const samples = record("correlated", BITS, ROWS * COLUMNS);
  const turned = new Uint8Array(samples.length);
  for (let at = 0; at < samples.length; at++) turned[(at % COLUMNS) * ROWS + Math.floor(at / COLUMNS)] = samples[at];
  const upright = assessRestarts({ samples, rows: ROWS, columns: COLUMNS, bits: BITS }, 1);
  const lying = assessRestarts({ samples: turned, rows: COLUMNS, columns: ROWS, bits: BITS }, 1);
  assert.equal(lying.rowEstimates, upright.columnEstimates);
  assert.is(lying.rowCutoff, upright.columnCutoff);
  assert.is(lying.worstColumn, upright.worstRow);
});

test("the cut-off lies within one of what NIST's simulation found", () => {
  for (const [h, nist] of NIST_CUTOFFS) {
    const ours = countCutoff(h, 1000, falseAlarm(2000));
    assert.ok(Math.abs(ours - nist) <= 1, `H_I ${h}: ${ours}, NIST ${nist}`);
  }
});

test("the cut-off is exceeded as rarely as asked, and not more rarely than needed", () => {
  // 10 draws from three values of probability 0.3 and one of 0.1, all 4^10 outcomes counted by how often each occurs.
  const h = -Math.log2(0.3);
  const exceeds = (most: number) => {
    let sum = 0;
    for (let a = 0; a <= 10; a++) {
      for (let b = 0; a + b <= 10; b++) {
        for (let c = 0; a + b + c <= 10; c++) {
          const d = 10 - a - b - c;
          const ways = factorial(10) / (factorial(a) * factorial(b) * factorial(c) * factorial(d));
          if (Math.max(a, b, c, d) > most) sum += ways * 0.3 ** (10 - d) * 0.1 ** d;
        }
      }
    }
    return sum;
  };
  for (const alarm of [0.3, 0.05, 0.001]) {
    const cutoff = countCutoff(h, 10, alarm);
    assert.ok(exceeds(cutoff) <= alarm && exceeds(cutoff - 1) > alarm, `alarm ${alarm}: cut-off ${cutoff}`);
  }
});

test("a good source is failed about as rarely as the cut-off says", () => {
  const random = generator(11);
  const cutoff = countCutoff(2, 200, 0.02);
  let failed = 0;
  for (let row = 0; row < 2000; row++) {
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 200; draw++) counts[Math.floor(random() * 4)]++;
    if (Math.max(...counts) > cutoff) failed++;
  }
  assert.ok(failed > 4 && failed <= 60, `${failed} of 2,000`);
});

test("the claim bounds what restarts must confirm, and decides together with them", () => {
  assert.is(initialEntropy(3.2, null), 3.2);
  assert.is(initialEntropy(3.2, 0.5), 0.5);
  assert.is(initialEntropy(0.2, 0.5), 0.2);
  assert.is(judge(null, restarts(), H_INITIAL).met, true);
  assert.is(judge(null, restarts(), 2.5).met, false);
  assert.is(
    judge(
      null,
      restarts((samples) => samples.fill(5, 0, COLUMNS)),
      0.5,
    ).met,
    false,
  );
});

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

test.run();
