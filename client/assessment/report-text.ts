// The result of an assessment as text for a terminal and as JSON for machines.
// Estimates are printed with the six decimals that NIST's tool prints; JSON keeps all digits.

import { type Assessment, ESTIMATORS, type Estimates } from "./assess.ts";
import { ESTIMATOR_TITLES } from "./estimators-chart.ts";
import type { RestartAssessment } from "./restart.ts";
import type { Verdict } from "./verdict.ts";

const FORMAT = "wib-entropy-assessment/1";

export interface Result {
  file: string;
  board: string | null;
  source: string | null;
  bits: number;
  assessment: Assessment | null;
  restarts: RestartAssessment | null;
  verdict: Verdict;
  remarks: string[];
}

/** `estimators` by name: `literal` in bits a sample, `bitstring` in bits a bit; null where there is no answer. */
export function resultJson({ file, board, source, bits, assessment, restarts, verdict, remarks }: Result): string {
  const views = (a: Estimates, b: Estimates | null) =>
    Object.fromEntries(ESTIMATORS.map((name) => [name, { literal: a[name], bitstring: b?.[name] ?? null }]));
  const result = {
    format: FORMAT,
    file,
    board,
    source,
    bits,
    samples: assessment?.samples ?? null,
    alphabet: assessment?.alphabet ?? null,
    estimators: assessment ? views(assessment.literal, assessment.bitstring) : null,
    hOriginal: assessment?.hOriginal ?? null,
    hBitstring: assessment?.hBitstring ?? null,
    assessed: assessment?.minEntropy ?? null,
    restarts,
    minEntropy: verdict.minEntropy,
    claim: verdict.claim,
    claimMet: verdict.met,
    verdict: verdict.sentence,
    remarks,
  };
  return JSON.stringify(result, null, 2) + "\n";
}

export function resultText({ bits, assessment, restarts, verdict }: Result): string {
  const lines = [
    ...(assessment ? assessmentLines(assessment) : []),
    ...(restarts ? restartLines(restarts) : []),
    ...(assessment && restarts
      ? [`assessed:    ${assessment.minEntropy.toFixed(6)} bits a sample, before the restarts`]
      : []),
    `min-entropy: ${verdict.minEntropy.toFixed(6)} bits a sample of ${bits}`,
    verdict.sentence,
  ];
  return lines.join("\n") + "\n";
}

const NAME_WIDTH = 22;
const VALUE_WIDTH = 12;

function row(name: string, ...values: (number | string | null)[]): string {
  const cells = values.map((value) => (typeof value === "number" ? value.toFixed(6) : (value ?? "-")));
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(VALUE_WIDTH)).join("");
}

function assessmentLines({ bits, literal, bitstring, hOriginal, hBitstring }: Assessment): string[] {
  const table = ESTIMATORS.map((name) =>
    row(ESTIMATOR_TITLES[name], literal[name], ...(bitstring ? [bitstring[name]] : [])),
  );
  const combined =
    hBitstring === null ? [] : [row("H_bitstring", "", hBitstring), row(`  times ${bits} bits`, "", bits * hBitstring)];
  return [row("", "samples", ...(bitstring ? ["bits"] : [])), ...table, row("H_original", hOriginal), ...combined, ""];
}

function restartLines(restarts: RestartAssessment): string[] {
  const { rows, columns, hInitial, hRow, hColumn, sanityPassed, validationPassed } = restarts;
  const said = (passed: boolean) => (passed ? "passed" : "FAILED");
  const { worstRow, rowCutoff, worstColumn, columnCutoff } = restarts;
  return [
    `restarts: ${rows} of ${columns} samples, H_I ${hInitial.toFixed(6)}`,
    `  sanity check: ${said(sanityPassed)}, most common value ${worstRow} of ${rowCutoff} allowed in a row, ` +
      `${worstColumn} of ${columnCutoff} in a column`,
    `  validation:   ${said(validationPassed)}, H_r ${hRow.toFixed(6)}, H_c ${hColumn.toFixed(6)}`,
    "",
  ];
}
