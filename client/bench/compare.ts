// Two reports side by side. Less is better in every figure; more than 5 % more is worse. Seconds too short to be measured
// well say nothing: below MIN_SECONDS in both they are left out.
import type { BenchReport, Figure } from "./report.ts";
import { figuresOf } from "./report.ts";

const WORSE_RATIO = 1.05;
const MIN_SECONDS = 0.001;

export interface Difference {
  name: string;
  unit: Figure["unit"];
  earlier: number;
  now: number;
  ratio: number;
  isWorse: boolean;
}

export interface Comparison {
  /** Why the two are hardly comparable, a sentence each. */
  remarks: string[];
  differences: Difference[];
  worse: Difference[];
}

export function compareReports(earlier: BenchReport, now: BenchReport): Comparison {
  const before = new Map(figuresOf(earlier).map((figure) => [`${figure.name} ${figure.unit}`, figure.value]));
  const differences = figuresOf(now).flatMap(({ name, unit, value }): Difference[] => {
    const old = before.get(`${name} ${unit}`);
    if (old === undefined || (unit === "s" && Math.max(old, value) < MIN_SECONDS)) return [];
    const ratio = old === 0 ? (value === 0 ? 1 : Infinity) : value / old;
    return [{ name, unit, earlier: old, now: value, ratio, isWorse: ratio > WORSE_RATIO }];
  });
  const remarks = [
    ...(earlier.board.name === now.board.name ? [] : [`the earlier board is ${earlier.board.name}`]),
    ...(earlier.board.engine === now.board.engine ? [] : [`the earlier engine is ${earlier.board.engine}`]),
    ...(earlier.board.chip === now.board.chip ? [] : ["the earlier chip is another one"]),
    ...(earlier.setup?.by === now.setup?.by || !earlier.setup || !now.setup
      ? []
      : [`the earlier setup went by the ${earlier.setup.by}`]),
  ];
  return { remarks, differences, worse: differences.filter(({ isWorse }) => isWorse) };
}
