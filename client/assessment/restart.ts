// The restart tests, SP 800-90B 3.1.4: does a source that is switched on again and again give other samples each time?
// One row a restart, its samples in order; the columns are the n-th samples of all restarts. The sanity check
// (3.1.4.3) looks for a value too common in one row or column; the validation (3.1.4.2) wants rows and columns, each
// read as one long sequence, to hold at least half of the initial entropy.
// As in NIST's tool only the literal samples are estimated, not their bit string. Unlike the tool, an estimator that
// cannot answer is left out; the tool takes its -1 for an entropy and fails the source.

import { estimate, type Estimates, type OnStep, smallest, STEPS_A_VIEW } from "./assess.ts";
import { countCutoff, falseAlarm } from "./restart-cutoff.ts";
import { literalSequence } from "./samples.ts";

/** Rows and columns that 3.1.4.1 asks for. */
export const RESTARTS = 1000;
export const SAMPLES_A_RESTART = 1000;

export interface RestartData {
  /** Row by row. */
  samples: Uint8Array;
  rows: number;
  columns: number;
  bits: number;
}

export interface RestartAssessment {
  rows: number;
  columns: number;
  /** H_I, what is to be validated, in bits a sample. */
  hInitial: number;
  /** The count of the most common value in the worst row and in the worst column, and what it may be. */
  worstRow: number;
  rowCutoff: number;
  worstColumn: number;
  columnCutoff: number;
  sanityPassed: boolean;
  rowEstimates: Estimates;
  columnEstimates: Estimates;
  hRow: number;
  hColumn: number;
  validationPassed: boolean;
  /** min(H_r, H_c, H_I), or 0 when a test failed: no entropy is awarded. */
  minEntropy: number;
}

/** Steps that `assessRestarts` reports. */
export const RESTART_STEPS = 1 + 2 * STEPS_A_VIEW;

/** `samples` must hold rows * columns samples, and `hInitial` be at most `bits`. */
export function assessRestarts(data: RestartData, hInitial: number, onStep: OnStep = () => {}): RestartAssessment {
  const { rows, columns, bits } = data;
  onStep("sanity check, restarts", 0);
  const { symbols, alphabet } = literalSequence(data.samples);
  const turned = transpose(symbols, rows, columns);
  const alarm = falseAlarm(rows + columns);
  const worstRow = highestCount(symbols, alphabet, columns);
  const worstColumn = highestCount(turned, alphabet, rows);
  const rowCutoff = countCutoff(hInitial, columns, alarm);
  const columnCutoff = rows === columns ? rowCutoff : countCutoff(hInitial, rows, alarm);
  const sanityPassed = worstRow <= rowCutoff && worstColumn <= columnCutoff;

  const steps = (view: string, before: number): OnStep => {
    return (name, done) => onStep(`${name}, ${view} of restarts`, before + done);
  };
  const rowEstimates = estimate({ symbols, alphabet }, steps("rows", 1));
  const columnEstimates = estimate({ symbols: turned, alphabet }, steps("columns", 1 + STEPS_A_VIEW));
  const hRow = smallest(rowEstimates, bits);
  const hColumn = smallest(columnEstimates, bits);
  const validationPassed = Math.min(hRow, hColumn) >= hInitial / 2;
  const minEntropy = sanityPassed && validationPassed ? Math.min(hRow, hColumn, hInitial) : 0;

  const sanity = { worstRow, rowCutoff, worstColumn, columnCutoff, sanityPassed };
  const validation = { rowEstimates, columnEstimates, hRow, hColumn, validationPassed };
  return { rows, columns, hInitial, ...sanity, ...validation, minEntropy };
}

function transpose(symbols: Uint8Array, rows: number, columns: number): Uint8Array {
  const turned = new Uint8Array(symbols.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = symbols[row * columns + column];
  }
  return turned;
}

/** The count of the most common symbol in the stretch of `size` where it is highest. */
function highestCount(symbols: Uint8Array, alphabet: number, size: number): number {
  const counts = new Uint32Array(alphabet);
  let highest = 0;
  for (let at = 0; at < symbols.length; at++) {
    if (at % size === 0) counts.fill(0);
    highest = Math.max(highest, ++counts[symbols[at]]);
  }
  return highest;
}
