// Runs the ten estimators of SP 800-90B 6.3 and combines them as 3.1.3 says:
// H_original from the literal samples, H_bitstring from their bits, min(H_original, n * H_bitstring) for both.
// As in NIST's tool, all bits are used, and an alphabet of two symbols is its own bit string, whatever `bits` says.
// An estimator that the data is too small for answers null and has no say; no answer is ever NaN.

import { collision, markov } from "./binary-estimates.ts";
import { compression } from "./compression.ts";
import { lz78y, multiMmc } from "./context-predictors.ts";
import { mostCommonValue } from "./most-common-value.ts";
import { lag, multiMcw } from "./recent-predictors.ts";
import { bitSequence, literalSequence, type Sequence } from "./samples.ts";
import { tupleEstimates } from "./tuples.ts";

/** In the order of the standard. */
export const ESTIMATORS = [
  "most-common-value",
  "collision",
  "markov",
  "compression",
  "t-tuple",
  "lrs",
  "multi-mcw",
  "lag",
  "multi-mmc",
  "lz78y",
] as const;
export type EstimatorName = (typeof ESTIMATORS)[number];

/** Bits a symbol by estimator. Null: not for this alphabet, or too little data. */
export type Estimates = Record<EstimatorName, number | null>;

export interface Assessment {
  samples: number;
  bits: number;
  /** How many different samples occur. */
  alphabet: number;
  literal: Estimates;
  /** Null for an alphabet of one or two, which has no bit string of its own. */
  bitstring: Estimates | null;
  /** Bits a sample. */
  hOriginal: number;
  /** Bits a bit, or null like `bitstring`. */
  hBitstring: number | null;
  /** Bits a sample: the result. */
  minEntropy: number;
}

/** Called before each step with the number of steps done; `STEPS_A_VIEW` steps for each view of the data. */
export type OnStep = (name: string, done: number) => void;

type Step = [name: string, run: (sequence: Sequence) => Partial<Estimates>];

const STEPS: Step[] = [
  ["most common value", (s) => ({ "most-common-value": mostCommonValue(s) })],
  ["collision", (s) => (s.alphabet === 2 ? { collision: collision(s.symbols) } : {})],
  ["Markov", (s) => (s.alphabet === 2 ? { markov: markov(s.symbols) } : {})],
  ["compression", (s) => (s.alphabet === 2 ? { compression: compression(s.symbols) } : {})],
  ["t-tuple and LRS", tuples],
  ["multi-MCW", (s) => ({ "multi-mcw": multiMcw(s) })],
  ["lag", (s) => ({ lag: lag(s) })],
  ["multi-MMC", (s) => ({ "multi-mmc": multiMmc(s) })],
  ["LZ78Y", (s) => ({ lz78y: lz78y(s) })],
];
export const STEPS_A_VIEW = STEPS.length;

function tuples(sequence: Sequence): Partial<Estimates> {
  const { tTuple, longestRepeated } = tupleEstimates(sequence);
  return { "t-tuple": tTuple, lrs: longestRepeated };
}

/** All estimators that can say something about this sequence. */
export function estimate(sequence: Sequence, onStep: OnStep = () => {}): Estimates {
  const estimates = Object.fromEntries(ESTIMATORS.map((name) => [name, null])) as Estimates;
  STEPS.forEach(([name, run], done) => {
    onStep(name, done);
    Object.assign(estimates, run(sequence));
  });
  return estimates;
}

/** The smallest estimate, `ceiling` if there is none. */
export function smallest(estimates: Estimates, ceiling: number): number {
  return ESTIMATORS.reduce((least, name) => Math.min(least, estimates[name] ?? ceiling), ceiling);
}

/** How many steps `assess` will report. */
export function stepsOf(samples: Uint8Array): number {
  return literalSequence(samples).alphabet > 2 ? 2 * STEPS_A_VIEW : STEPS_A_VIEW;
}

/** `samples` must hold at least one sample, and every sample must fit `bits`. */
export function assess(samples: Uint8Array, bits: number, onStep: OnStep = () => {}): Assessment {
  const original = literalSequence(samples);
  const base = { samples: samples.length, bits, alphabet: original.alphabet };
  if (original.alphabet < 2) {
    // A source that says one thing only has no entropy, and nothing below is defined for it.
    const none = Object.fromEntries(ESTIMATORS.map((name) => [name, null])) as Estimates;
    const literal: Estimates = { ...none, "most-common-value": 0 };
    return { ...base, literal, bitstring: null, hOriginal: 0, hBitstring: null, minEntropy: 0 };
  }

  const literal = estimate(original, (name, done) => onStep(`${name}, samples`, done));
  const hOriginal = smallest(literal, bits);
  if (original.alphabet === 2) {
    return { ...base, literal, bitstring: null, hOriginal, hBitstring: null, minEntropy: hOriginal };
  }

  const bitstring = estimate(bitSequence(samples, bits), (name, done) => onStep(`${name}, bits`, done + STEPS_A_VIEW));
  const hBitstring = smallest(bitstring, 1);
  return { ...base, literal, bitstring, hOriginal, hBitstring, minEntropy: Math.min(hOriginal, bits * hBitstring) };
}
