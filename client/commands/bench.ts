// wib bench: measures and tests a board on the bench. What is on it is lost.
import { existsSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import cliProgress from "cli-progress";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { boardNamed, BOARDS } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { casesNamed, PARTS, runBench } from "../bench/bench.ts";
import type { Part } from "../bench/bench.ts";
import { compareReports } from "../bench/compare.ts";
import type { Comparison } from "../bench/compare.ts";
import { freePort } from "../bench/free-port.ts";
import { reportHtml } from "../bench/report-html.ts";
import { readReport } from "../bench/report.ts";
import type { BenchReport } from "../bench/report.ts";
import { comparisonText, reportText } from "../bench/report-text.ts";
import { SETUP_CASES } from "../bench/setup-cases.ts";
import { EXIT_REFUSED_BY_US, usageError } from "../errors.ts";
import { BoardConsole } from "../flash/console.ts";
import { isProgram } from "../flash/port.ts";
import { readText } from "../key-text.ts";
import { parseDeviceUrl } from "../provision.ts";

const FIRMWARE = fileURLToPath(new URL("../../build/firmware", import.meta.url));
/** Few setups, and most of what can go wrong. */
const SMOKE = "makes its own key";
const SAMPLES = 20_000;
/** NIST's estimators say little below. */
const LEAST_SAMPLES = 1000;

interface Options {
  port: string;
  board?: string;
  url?: string;
  throughConsole?: boolean;
  buttonPin?: string;
  passwordFile?: string;
  firmware?: string;
  only?: Part[];
  cases: string;
  samples: number;
  out?: string;
  save?: string;
  compare?: string;
  failSlower?: boolean;
  yes?: boolean;
  json?: boolean;
}

function partsOf(text: string): Part[] {
  const parts = text.split(",");
  const wrong = parts.find((part) => !PARTS.some((known) => known === part));
  if (wrong !== undefined) throw new InvalidArgumentError(`It is a list of: ${PARTS.join(", ")}.`);
  return PARTS.filter((part) => parts.includes(part));
}

function samplesOf(text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count < LEAST_SAMPLES) throw new InvalidArgumentError(`It is a number from ${LEAST_SAMPLES} on.`);
  return count;
}

/** The record of the board that is there, or of the one that was named. */
async function recordFor(console: BoardConsole, name: string | undefined): Promise<BoardRecord> {
  if (name !== undefined) return recordNamed(name);
  const reports = await console.ask("process.env.BOARD");
  const record = BOARDS.find((board) => (board.reports ?? board.name.toUpperCase()) === reports);
  return record ?? recordNamed(reports);
}

function recordNamed(name: string): BoardRecord {
  try {
    return boardNamed(name);
  } catch (error) {
    throw usageError((error as Error).message, "docs/BENCH.md says what can be benched");
  }
}

function checkUse(options: Options): void {
  const { url, throughConsole, buttonPin, cases, save, out } = options;
  if (url !== undefined) parseDeviceUrl(url);
  if (url !== undefined && throughConsole)
    throw usageError("--url and --through-console contradict each other", "give one of them");
  if (buttonPin !== undefined && !/^[A-Z]{0,2}\d{1,3}$/.test(buttonPin))
    throw usageError(`"${buttonPin}" is no pin`, "give its name as the board prints it, such as A5");
  if (!casesNamed(cases).length)
    throw usageError(
      `no setup case is called "${cases}"`,
      `"all", or part of a name: ${SETUP_CASES.map(({ name }) => name).join("; ")}`,
    );
  if (save !== undefined && save === out)
    throw usageError("two reports in one file", "give --save and --out two names");
}

async function confirm(record: BoardRecord, port: string, isSure: boolean | undefined): Promise<void> {
  const what = `everything on the ${record.title} at ${port} will be erased: its program, certificate, key and serial`;
  if (isSure) return;
  if (!process.stdin.isTTY) throw usageError(what, "say that you mean it with --yes");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`wib: ${what}. Go on? [y/N] `).finally(() => lines.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw usageError("nothing was changed", "answer y, or give --yes");
}

interface Talk {
  step(text: string, done?: number, total?: number): void;
  stop(): void;
}

/** A bar where somebody looks; else a line whenever something new begins. */
function talkOf(isQuiet: boolean | undefined): Talk {
  if (!process.stderr.isTTY || isQuiet) {
    let last = "";
    return {
      step(text) {
        if (isQuiet || text === last) return;
        process.stderr.write(`wib: ${(last = text)}\n`);
      },
      stop() {},
    };
  }
  const bar = new cliProgress.SingleBar(
    { format: "wib: [{bar}] {text}", hideCursor: true, clearOnComplete: true, stream: process.stderr, barsize: 24 },
    cliProgress.Presets.legacy,
  );
  bar.start(1, 0, { text: "" });
  return {
    step(text, done = 0, total = 1) {
      bar.setTotal(total);
      bar.update(done, { text: total > 1 ? `${text} (${done} of ${total})` : text });
    },
    stop: () => bar.stop(),
  };
}

/** Where the board's own network answers, if it is to be used. A program of this machine has this machine's. */
async function networkOf(
  { port, url, throughConsole }: Options,
  record: BoardRecord,
): Promise<{ url?: URL; tlsPort?: number }> {
  if (url !== undefined) return { url: parseDeviceUrl(url) };
  if (throughConsole || !isProgram(port) || record.network.by !== "system") return {};
  return { url: new URL(`http://127.0.0.1:${await freePort()}`), tlsPort: await freePort() };
}

async function measure(options: Options): Promise<BenchReport> {
  const password = options.passwordFile && readText(options.passwordFile, "console password").trim();
  const console = new BoardConsole(options.port, {});
  const talk = talkOf(options.json);
  try {
    await console.open();
    if (console.isLocked) {
      if (!password)
        throw usageError(
          "the board's console is locked",
          "its password is in the file that was made with its label: --password-file",
        );
      await console.unlock(password);
    }
    const record = await recordFor(console, options.board);
    if (options.buttonPin && record.pins.button === null)
      throw usageError(`${record.title} has no button`, "leave --button-pin out: the bench build has its own");
    await confirm(record, options.port, options.yes);
    return await runBench({
      ...{ console, record, firmware: options.firmware ?? FIRMWARE, cases: options.cases, samples: options.samples },
      ...{ parts: options.only ?? PARTS, buttonPin: options.buttonPin, onStep: talk.step },
      ...(await networkOf(options, record)),
    });
  } finally {
    talk.stop();
    await console.close();
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usageError(`cannot write ${file}: ${(error as Error).message}`, "check the path");
  }
}

async function run(options: Options): Promise<void> {
  checkUse(options);
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  for (const file of [options.save, options.out])
    if (file !== undefined && existsSync(file))
      throw usageError(`${file} exists`, "reports are never overwritten: take another name");
  const report = await measure(options);
  const comparison: Comparison | undefined = earlier && compareReports(earlier, report);
  if (options.save !== undefined) write(options.save, `${JSON.stringify(report, null, 1)}\n`);
  if (options.out !== undefined) write(options.out, reportHtml(report, comparison, options.compare));
  const text = reportText(report) + (comparison ? comparisonText(comparison, options.compare!) : "");
  process.stdout.write(options.json ? `${JSON.stringify({ ...report, ...(comparison && { comparison }) })}\n` : text);
  if (!options.json)
    process.stderr.write("wib: the board now runs a bench build, which protects nothing: flash it before use\n");
  if (report.failures.length || (options.failSlower && comparison?.worse.length)) process.exitCode = EXIT_REFUSED_BY_US;
}

export function addBench(program: Command): void {
  program
    .command("bench")
    .description(
      "Test and measure a board: known answers of its crypto, a whole setup, cases of setups, its noise. Erases what is on it.",
    )
    .requiredOption(
      "--port <port>",
      "its console: a serial port, tcp://host:port, or exec:PROGRAM for an Espruino program here",
    )
    .option("--board <name>", "which board it is (default: what it says itself)")
    .option(
      "--url <url>",
      "where its own network answers (default: HTTP is carried through the console; exec:PROGRAM has this machine's network)",
    )
    .option("--through-console", "carry HTTP through the console of exec:PROGRAM, too")
    .option("--button-pin <pin>", "press the button by this pin, which a jumper connects to it (docs/BENCH.md)")
    .option("--password-file <file>", "console password of a board that runs a product build")
    .option("--firmware <folder>", "bundles (default: build/firmware, where npm run bundle puts them)")
    .option("--only <parts>", `some parts only, with commas: ${PARTS.join(", ")}`, partsOf)
    .option("--cases <name>", `setup cases whose names have this in them, or "all"`, SMOKE)
    .option("--samples <n>", "raw samples of each noise source", samplesOf, SAMPLES)
    .option("--save <file>", "write the report as JSON, to compare a later one with")
    .option("--out <file>", "write the report as a page")
    .option("--compare <file>", "an earlier report: what has become worse?")
    .option("--fail-slower", "end with 1 also when a figure is worse by more than 5 % than in --compare")
    .option("--yes", "do not ask before everything on the board is erased")
    .option("--json", "print the report, or the error, as JSON")
    .action(run);
}
