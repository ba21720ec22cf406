// Every estimator against NIST's tool, to six decimals, on recordings that the test makes itself.
// Small ones always; in the full run also the million samples that NIST asks for.

import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assess, ESTIMATORS, type Estimates } from "../../../client/assessment/assess.ts";
import { assessRestarts } from "../../../client/assessment/restart.ts";
import { type Figures, NIST_FIGURES, NIST_FIGURES_FULL, NIST_RESTARTS } from "./nist-figures.ts";
import { record } from "./sources.ts";
import { IS_FULL } from "../../support/random.ts";

function compare(view: string, estimates: Estimates, figures: Figures): void {
  ESTIMATORS.forEach((name, i) => {
    assert.is(estimates[name]?.toFixed(6), figures[i]?.toFixed(6), `${name}, ${view}`);
  });
}

for (const set of IS_FULL ? [...NIST_FIGURES, ...NIST_FIGURES_FULL] : NIST_FIGURES) {
  const { source, bits, samples, sha256, literal, bitstring, minEntropy } = set;
  test(`${samples} ${source} samples of ${bits} bits are judged as NIST's tool judges them`, () => {
    const recording = record(source, bits, samples);
    assert.is(createHash("sha256").update(recording).digest("hex").slice(0, 16), sha256, "the recording itself");

    const assessment = assess(recording, bits);
    compare("samples", assessment.literal, literal);
    assert.is(assessment.bitstring === null, bitstring === null);
    if (bitstring) compare("bits", assessment.bitstring!, bitstring);
    assert.is(assessment.minEntropy.toFixed(6), minEntropy.toFixed(6));
  });
}

for (const { source, bits, hInitial, ...nist } of IS_FULL ? NIST_RESTARTS : []) {
  test(`1,000 ${source} restarts of ${bits} bits are judged as NIST's tool judges them`, () => {
    const samples = record(source, bits, 1_000_000);
    const restarts = assessRestarts({ samples, rows: 1000, columns: 1000, bits }, hInitial);
    assert.is(restarts.hRow.toFixed(6), nist.hRow.toFixed(6));
    assert.is(restarts.hColumn.toFixed(6), nist.hColumn.toFixed(6));
    assert.is(Math.max(restarts.worstRow, restarts.worstColumn), nist.highest);
    assert.ok(Math.abs(restarts.rowCutoff - nist.cutoff) <= 1, `cut-off ${restarts.rowCutoff}, NIST ${nist.cutoff}`);
    assert.is(restarts.minEntropy, hInitial);
  });
}

test.run();
