// The report of a bench run, and a comparison with an earlier one, for a terminal.
import { groupDigits } from "../assessment/svg-charts.ts";
import type { Comparison } from "./compare.ts";
import type { BenchReport } from "./report.ts";

/** Rows of cells; the first column to the left, all others to the right. */
function table(rows: string[][]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}

export function secondsText(value: number): string {
  return value >= 100
    ? `${groupDigits(value.toFixed(0))} s`
    : value >= 1
      ? `${value.toFixed(2)} s`
      : `${(value * 1000).toFixed(2)} ms`;
}

export const whole = (value: number | null): string => (value === null ? "-" : groupDigits(value));

export function figureText(value: number, unit: "s" | "variables"): string {
  return unit === "s" ? secondsText(value) : whole(value);
}

const verdict = (passed: boolean): string => (passed ? "ok" : "FAILED");

function cryptoLines({ crypto }: BenchReport): string[] {
  if (!crypto) return [];
  const rows = crypto.map((row) => [
    row.name,
    verdict(row.passed),
    secondsText(row.seconds),
    row.bytes ? whole(Math.round(row.bytes / row.seconds)) : "",
    whole(row.variables),
    whole(row.stackFree),
  ]);
  return ["", ...table([["known answers", "", "time", "bytes/s", "variables", "stack left"], ...rows])];
}

function setupLines({ setup }: BenchReport): string[] {
  if (!setup) return [];
  const { phases, variables, stackFree } = setup;
  const by = setup.by === "console" ? "HTTP through the console" : "HTTP by its network";
  return [
    "",
    ...table([
      [`a setup (${setup.suite}, ${setup.path}; ${by})`, "client", "board"],
      ["boot until randomness is healthy", "", secondsText(setup.bootSeconds)],
      ...phases.map((phase) => [
        phase.name,
        secondsText(phase.seconds),
        phase.boardSeconds === null ? "-" : secondsText(phase.boardSeconds),
      ]),
      ["all of it", secondsText(setup.seconds), ""],
    ]),
    "",
    ...table([
      ["variables", `of ${whole(variables.total)}`],
      ["at rest", whole(variables.rest)],
      ["window open", whole(variables.open)],
      ["most during a setup", whole(variables.peak)],
      ["after it", whole(variables.after)],
      ["stack, least bytes left", whole(stackFree)],
    ]),
  ];
}

function caseLines({ cases }: BenchReport): string[] {
  if (!cases) return [];
  return [
    "",
    ...table([
      ["setup cases", "", "time"],
      ...cases.map((row) => [row.name, verdict(row.passed), secondsText(row.seconds)]),
    ]),
  ];
}

function entropyLines({ entropy }: BenchReport): string[] {
  if (!entropy) return [];
  const rows = entropy.map((row) => [
    row.source,
    verdict(row.passed),
    whole(row.samples),
    row.minEntropy.toFixed(3),
    String(row.claim),
    secondsText(row.seconds),
  ]);
  return ["", ...table([["noise, bits a sample", "", "samples", "assessed", "claimed", "time"], ...rows])];
}

export function reportText(report: BenchReport): string {
  const { board, date, failures } = report;
  const lines = [
    `${board.title} (${board.name}), Espruino ${board.engine}, chip ${board.chip}, ${date}`,
    ...cryptoLines(report),
    ...setupLines(report),
    ...caseLines(report),
    ...entropyLines(report),
    "",
    ...(failures.length ? failures.map((failure) => `FAILED: ${failure}`) : ["nothing failed"]),
  ];
  return `${lines.join("\n")}\n`;
}

export function comparisonText(comparison: Comparison, file: string): string {
  const { remarks, differences, worse } = comparison;
  const rows = differences.map(({ name, unit, earlier, now, ratio, isWorse }) => [
    name,
    figureText(earlier, unit),
    figureText(now, unit),
    Number.isFinite(ratio) ? ratio.toFixed(2) : "-",
    isWorse ? "worse" : "",
  ]);
  const lines = [
    "",
    ...remarks.map((remark) => `note: ${remark}`),
    ...(rows.length ? table([[`compared with ${file}`, "earlier", "now", "ratio", ""], ...rows]) : []),
    "",
    rows.length
      ? `${worse.length} of ${rows.length} figures are worse by more than 5 %`
      : `nothing to compare with in ${file}`,
  ];
  return `${lines.join("\n")}\n`;
}
