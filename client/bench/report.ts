// What a bench run found, as it is saved and compared: one JSON object. No serial and no chip id is in it, and no secret.
import { readFileSync } from "node:fs";
import { usageError } from "../errors.ts";
import type { CryptoRow } from "./crypto-run.ts";

export const FORMAT = "wib-bench/1";

export interface SetupPhase {
  name: string;
  /** As the client saw it. */
  seconds: number;
  /** By the board's own clock, from the request's last byte to the answer's first; null by the board's own network. */
  boardSeconds: number | null;
}

export interface SetupRow {
  /** How its HTTP was carried. */
  by: "console" | "network";
  suite: string;
  path: "csr" | "key";
  /** From the start of the firmware until its noise was found healthy, by the board's clock. */
  bootSeconds: number;
  phases: SetupPhase[];
  seconds: number;
  /** In use, without the bench's own; null where the engine does not tell. */
  variables: {
    total: number | null;
    rest: number | null;
    open: number | null;
    peak: number | null;
    after: number | null;
  };
  /** Least free bytes that were seen where the firmware joins bytes. */
  stackFree: number | null;
}

export interface CaseRow {
  name: string;
  passed: boolean;
  seconds: number;
  error?: string;
}

export interface EntropyRow {
  source: string;
  bits: number;
  samples: number;
  seconds: number;
  claim: number;
  minEntropy: number;
  passed: boolean;
}

export interface BenchReport {
  format: typeof FORMAT;
  date: string;
  wib: string;
  board: { name: string; title: string; engine: string; chip: string; clockMHz: number | null };
  /** Undefined: was not asked for. */
  crypto?: CryptoRow[];
  setup?: SetupRow;
  cases?: CaseRow[];
  entropy?: EntropyRow[];
  /** What failed, a line each. */
  failures: string[];
}

export function failuresOf(report: Omit<BenchReport, "failures">): string[] {
  return [
    ...(report.crypto ?? []).filter((row) => !row.passed).map((row) => `${row.name}: the answer is ${row.said}`),
    ...(report.cases ?? []).filter((row) => !row.passed).map((row) => `${row.name}: ${row.error}`),
    ...(report.entropy ?? [])
      .filter((row) => !row.passed)
      .map((row) => `${row.source}: ${row.minEntropy.toFixed(3)} bits a sample, and ${row.claim} are claimed`),
  ];
}

/** A figure of which less is better. */
export interface Figure {
  name: string;
  unit: "s" | "variables";
  value: number;
}

/** All that two reports can be compared by, in the order of the report. */
export function figuresOf(report: BenchReport): Figure[] {
  const figures: Figure[] = [];
  const add = (name: string, unit: Figure["unit"], value: number | null | undefined) => {
    if (typeof value === "number") figures.push({ name, unit, value });
  };
  for (const { name, seconds, variables } of report.crypto ?? []) {
    add(name, "s", seconds);
    add(name, "variables", variables);
  }
  const { setup } = report;
  if (setup) {
    add("boot until randomness is healthy", "s", setup.bootSeconds);
    for (const { name, seconds, boardSeconds } of setup.phases) add(`setup, ${name}`, "s", boardSeconds ?? seconds);
    add("setup, all of it", "s", setup.seconds);
    add("at rest", "variables", setup.variables.rest);
    add("window open", "variables", setup.variables.open);
    add("most during a setup", "variables", setup.variables.peak);
    add("after a setup", "variables", setup.variables.after);
  }
  return figures;
}

/** @throws WibError when it is no report. */
export function readReport(file: string): BenchReport {
  let report: BenchReport;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as BenchReport;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(
      `${file}: ${code === "ENOENT" ? "no such file" : (code ?? message)}`,
      "name a file that --save wrote",
    );
  }
  const isWhole = report?.format === FORMAT && typeof report.board?.name === "string" && Array.isArray(report.failures);
  if (!isWhole) throw usageError(`${file} is no report of wib bench`, "name a file that --save wrote");
  return report;
}
