// The bench: what wib bench does to a board, in its order. Crypto first, by the probe; then the bench build, a setup, cases of
// setups, noise. Each part can be left out. Whatever happens the board can be benched or flashed again as it is then.
import { readFileSync } from "node:fs";
import type { BoardRecord } from "../../boards/index.ts";
import { WibError } from "../errors.ts";
import { casesOf, runCryptoCase } from "./crypto-run.ts";
import { BenchDevice } from "./device.ts";
import { runEntropy } from "./entropy-run.ts";
import { checkBoard, install, readBundle } from "./install.ts";
import type { Console } from "./install.ts";
import { failuresOf, FORMAT } from "./report.ts";
import type { BenchReport, CaseRow } from "./report.ts";
import { SETUP_CASES } from "./setup-cases.ts";
import type { SetupCase } from "./setup-cases.ts";
import { runSetup } from "./setup-run.ts";

export const PARTS = ["crypto", "setup", "cases", "entropy"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  console: Console;
  record: BoardRecord;
  /** Folder of the bundles. */
  firmware: string;
  parts: readonly Part[];
  url?: URL;
  tlsPort?: number;
  buttonPin?: string;
  /** Which setup cases: "all", or part of their names. */
  cases: string;
  samples: number;
  /** What is being done; `done` of `total` where there is a measure. */
  onStep: (step: string, done?: number, total?: number) => void;
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

export function casesNamed(wanted: string): SetupCase[] {
  return SETUP_CASES.filter(({ name }) => wanted === "all" || name.includes(wanted));
}

/** @throws WibError when the board is not the one, or lost; what was done until then is in the message. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { record, onStep } = options;
  const done: string[] = [];
  let now = "checking the board";
  const step = (what: string, at?: number, total?: number): void => {
    now = what;
    onStep(what, at, total);
  };
  try {
    return await run({ ...options, onStep: step }, done);
  } catch (error) {
    const { message } = error as Error;
    const { hint, exitCode } =
      error instanceof WibError
        ? error
        : new WibError("", "what the board printed last may tell more: connect to it with the Web IDE", 2);
    const before = done.length ? `done before: ${done.join(", ")}` : "nothing was done before";
    throw new WibError(`${record.name}, ${now}: ${message} (${before})`, hint, exitCode);
  }
}

async function run(options: BenchOptions, done: string[]): Promise<BenchReport> {
  const { console, record, firmware, parts, onStep } = options;
  const { engine, chip } = await checkBoard(console, record);
  const report: Omit<BenchReport, "failures"> = {
    ...{ format: FORMAT, date: new Date().toISOString(), wib: version },
    board: { name: record.name, title: record.title, engine, chip, clockMHz: record.clockMHz },
  };
  const needsBench = parts.some((part) => part !== "crypto");
  // What is missing is said before anything is erased.
  const probe = parts.includes("crypto") ? readBundle(firmware, record, "probe") : undefined;
  const bench = needsBench ? readBundle(firmware, record, "bench") : undefined;
  const asWritten = (what: string) => (at: number, total: number) => onStep(`writing the ${what}`, at, total);

  if (probe) {
    console.onProgress = asWritten("probe");
    await install(console, record, probe, {});
    report.crypto = [];
    const ask = (expression: string) => console.ask(expression);
    const cases = await casesOf(ask);
    for (const [i, c] of cases.entries()) {
      onStep(c.name, i, cases.length);
      report.crypto.push(await runCryptoCase(ask, c));
      done[0] = `${i + 1} of ${cases.length} known answers`;
    }
  }
  if (bench) {
    const device = new BenchDevice(options);
    console.onProgress = asWritten("bench build");
    try {
      const bootSeconds = await device.begin(bench);
      done.push("the bench build written");
      if (parts.includes("setup")) {
        report.setup = await runSetup(device, record, bootSeconds, onStep);
        done.push("the setups");
      }
      if (parts.includes("cases")) report.cases = await runCases(device, casesNamed(options.cases), options, done);
      if (parts.includes("entropy")) {
        const take = (source: number, count: number) => device.noise(source, count);
        report.entropy = await runEntropy(take, record, options.samples, (source, at) =>
          onStep(`noise of ${source}`, at, options.samples),
        );
      }
    } finally {
      await device.stop();
    }
  }
  return { ...report, failures: failuresOf(report) };
}

async function runCases(
  device: BenchDevice,
  cases: readonly SetupCase[],
  { onStep }: BenchOptions,
  done: string[],
): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  const at = done.length;
  for (const [i, { name, run }] of cases.entries()) {
    onStep(name, i, cases.length);
    const started = performance.now();
    const error = await run(device).then(
      () => undefined,
      (reason: Error) => reason,
    );
    // A case that fails is a finding, a board that is gone is not.
    if (error) await device.status();
    const seconds = (performance.now() - started) / 1000;
    rows.push({ name, passed: !error, seconds, ...(error && { error: error.message.split("\n")[0] }) });
    done[at] = `${i + 1} of ${cases.length} setup cases`;
  }
  return rows;
}
