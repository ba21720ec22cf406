// The page and the text: whole, self-contained, safe against odd names, and free of NaN for every kind of data.

import { test } from "uvu";
import * as assert from "uvu/assert";
import { assess, ESTIMATORS } from "../../../client/assessment/assess.ts";
import { reportHtml } from "../../../client/assessment/report-html.ts";
import { resultJson, resultText } from "../../../client/assessment/report-text.ts";
import { assessRestarts, type RestartAssessment } from "../../../client/assessment/restart.ts";
import { sampleStatistics } from "../../../client/assessment/sample-statistics.ts";
import { groupDigits, ticks } from "../../../client/assessment/svg-charts.ts";
import { judge } from "../../../client/assessment/verdict.ts";
import { record } from "./sources.ts";

function report(samples: Uint8Array, bits: number, claim: number | null, restarts: RestartAssessment | null = null) {
  const assessment = assess(samples, bits);
  const verdict = judge(assessment, restarts, claim);
  const names = { file: `<b>"x" & 'y'</b>.bin`, board: "pico_r1_3", source: "adc </style><script>" };
  const statistics = sampleStatistics(samples, bits);
  return { ...names, bits, assessment, restarts, verdict, remarks: ["<i>"], statistics };
}

/** Every tag closed in order, which browsers would forgive and hide. */
function checkNesting(html: string): void {
  const open: string[] = [];
  for (const [, slash, name, selfClosed] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (["meta"].includes(name) || selfClosed) continue;
    if (!slash) open.push(name);
    else assert.is(open.pop(), name, "closing tags");
  }
  assert.equal(open, []);
}

const CASES: [name: string, samples: Uint8Array, bits: number, claim: number | null][] = [
  ["8 bits", record("correlated", 8, 2000), 8, 1],
  ["4 bits", record("biased", 4, 2000), 4, 4],
  ["1 bit", record("markov", 1, 7000), 1, null],
  ["one value only", new Uint8Array(3000).fill(7), 3, 0.5],
  ["one sample", Uint8Array.of(1), 1, 0],
  ["two samples", Uint8Array.of(1, 0), 1, 0],
  ["a very long run", Uint8Array.from({ length: 3000 }, (_, i) => (i < 2900 ? 0 : i % 4)), 2, 0.1],
];

for (const [name, samples, bits, claim] of CASES) {
  test(`the page is whole and self-contained: ${name}`, () => {
    const html = reportHtml(report(samples, bits, claim));
    checkNesting(html);
    assert.not.match(html, /NaN|Infinity|undefined|null/);
    assert.not.match(html, /<script|<link|<img|@import|url\(|https?:|<b>|<i>/);
    assert.ok((html.match(/<svg/g) ?? []).length >= 4);
    assert.match(html, /prefers-color-scheme: dark/);
  });
}

test("page, text and JSON name every estimator and the verdict", () => {
  const met = report(record("uniform", 8, 1500), 8, 1);
  const missed = report(record("uniform", 8, 1500), 8, 8);
  assert.match(reportHtml(met), /class="verdict met".*The claim of 1 bits a sample is met/);
  assert.match(reportHtml(missed), /class="verdict missed".*is not met/);
  assert.match(
    resultText(missed),
    /min-entropy: \d\.\d{6} bits a sample of 8\nThe claim of 8 bits a sample is not met/,
  );

  const parsed = JSON.parse(resultJson(met));
  assert.equal(Object.keys(parsed.estimators), [...ESTIMATORS]);
  assert.is(parsed.estimators.lag.literal, met.assessment.literal.lag);
  assert.is(parsed.estimators.lag.bitstring, met.assessment.bitstring!.lag);
  assert.is(parsed.estimators.markov.literal, null);
  assert.is(parsed.minEntropy, met.assessment.minEntropy);
  assert.is(parsed.claimMet, true);
  assert.is(parsed.bits, 8);
});

test("restarts are on the page and in the text, passed or failed", () => {
  const samples = record("uniform", 4, 1600);
  const passed = assessRestarts({ samples, rows: 40, columns: 40, bits: 4 }, 1);
  const stuck = samples.slice();
  stuck.fill(3, 0, 40);
  const failed = assessRestarts({ samples: stuck, rows: 40, columns: 40, bits: 4 }, 1);
  assert.match(reportHtml(report(samples, 4, 1, passed)), /H_r.*&#10003; passed/);
  const html = reportHtml(report(samples, 4, 1, failed));
  checkNesting(html);
  assert.match(html, /&#10007; failed/);
  assert.match(html, /sanity check failed: no entropy is awarded/);
  assert.match(resultText(report(samples, 4, 1, failed)), /sanity check: FAILED/);
});

test("statistics are what counting by hand gives", () => {
  const { histogram, ones, autocorrelation, runs } = sampleStatistics(Uint8Array.of(3, 3, 0, 1, 1, 1), 2);
  assert.equal([...histogram], [1, 3, 0, 2]);
  assert.equal(ones, [2 / 6, 5 / 6]);
  assert.equal(runs.seen.slice(0, 4), [1, 1, 1, 0]);
  // Mean 1.5: deviations 1.5 1.5 -1.5 -0.5 -0.5 -0.5.
  assert.ok(Math.abs(autocorrelation[0] - (2.25 - 2.25 + 0.75 + 0.25 + 0.25) / 7.5) < 1e-12);
  const runsExpected = sampleStatistics(record("uniform", 1, 4096), 1).runs.expected;
  assert.ok(Math.abs(runsExpected[0] - 1024) < 5 && Math.abs(runsExpected[1] - 512) < 5);
});

test("axis ticks are round and lie within the axis", () => {
  assert.equal(
    ticks(0, 8, 8).map(({ label }) => label),
    ["0", "1", "2", "3", "4", "5", "6", "7", "8"],
  );
  assert.equal(
    ticks(-0.0031, 0.0031, 5).map(({ label }) => label),
    ["-0.002", "0.000", "0.002"],
  );
  assert.is(groupDigits(1234567), "1,234,567");
  assert.is(groupDigits("1234.56789"), "1,234.56789");
  assert.is(groupDigits(999), "999");
});

test.run();
