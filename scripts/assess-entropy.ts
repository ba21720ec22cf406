// `npm run assess-entropy FILE`: the min-entropy of a recording by SP 800-90B, judged against the board's claim.
// stdout is the result (text, or JSON with --json), stderr the talk. Exit codes: 0 done, and the claim met if there is
// one; 1 usage or a file that cannot be assessed; 2 claim not met.

import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import cliProgress from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { assess, type Assessment, type OnStep, stepsOf } from "../client/assessment/assess.ts";
import { type Recording, readRecording, RecordingError } from "../client/assessment/recording.ts";
import { reportHtml } from "../client/assessment/report-html.ts";
import { resultJson, resultText } from "../client/assessment/report-text.ts";
import {
  assessRestarts,
  RESTART_STEPS,
  type RestartAssessment,
  type RestartData,
  RESTARTS,
  SAMPLES_A_RESTART,
} from "../client/assessment/restart.ts";
import { literalSequence, MAX_BITS } from "../client/assessment/samples.ts";
import { sampleStatistics } from "../client/assessment/sample-statistics.ts";
import { initialEntropy, judge, WANTED_SAMPLES } from "../client/assessment/verdict.ts";

const EXIT_UNUSABLE = 1;
const EXIT_CLAIM_MISSED = 2;

interface Options {
  bits?: number;
  claim?: number;
  html?: string;
  json?: boolean;
  restart?: string;
}

const program = new Command("assess-entropy")
  .description("Estimates the min-entropy of a recording as NIST SP 800-90B does, and judges the claim.")
  .argument("<file>", "a recording, or bare samples, one a byte")
  .option("--bits <n>", "bits a sample, for bare samples", parseBits)
  .option("--claim <h>", "claimed min-entropy, bits a sample; else the recording's own", parseClaim)
  .option("--restart <file>", "a recording of 1,000 restarts of 1,000 samples to validate with")
  .option("--html <out>", "write a page with pictures")
  .option("--json", "print JSON")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "wib: error: ")) })
  .showHelpAfterError("wib: hint: see --help")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_UNUSABLE))
  .action(run);

function parseBits(text: string): number {
  if (!/^[1-8]$/.test(text)) throw new InvalidArgumentError(`It must be 1 to ${MAX_BITS}.`);
  return Number(text);
}

function parseClaim(text: string): number {
  const claim = Number(text);
  if (text.trim() === "" || !(claim >= 0 && claim <= MAX_BITS)) {
    throw new InvalidArgumentError(`It must be a number of bits from 0 to ${MAX_BITS}.`);
  }
  return claim;
}

function run(file: string, options: Options): void {
  // Found out now rather than after a minute of work.
  const { html } = options;
  if (html !== undefined) guard(() => accessSync(dirname(html), constants.W_OK), "cannot write a page");
  const recording = load(file, options.bits);
  const holdsRestarts = recording.header?.kind === "restart";
  const { bits } = recording;
  const claim = options.claim ?? recording.header?.claim ?? null;
  if (claim !== null && claim > bits) refuse(`a claim of ${claim} does not fit samples of ${bits} bits`, "claim less");
  if (holdsRestarts && options.restart) refuse(`${file} holds restarts itself`, "give the consecutive samples first");
  if (holdsRestarts && claim === null) refuse(`${file} holds restarts, which need a figure to confirm`, "give --claim");
  const restartFile = holdsRestarts ? file : options.restart;
  const restartData = restartFile === undefined ? null : loadRestarts(restartFile, recording, holdsRestarts);

  const remarks = [...recording.remarks];
  if (!holdsRestarts && recording.samples.length < WANTED_SAMPLES) {
    const [held, wanted] = [recording.samples.length, WANTED_SAMPLES].map((count) => count.toLocaleString("en"));
    remarks.push(`${held} samples: NIST asks for ${wanted}, fewer make estimates low and unsure`);
  }
  if (literalSequence(recording.samples).alphabet === 1) remarks.push("all samples are equal: there is no entropy");
  if (restartData && (restartData.rows !== RESTARTS || restartData.columns !== SAMPLES_A_RESTART)) {
    remarks.push(`NIST asks for ${RESTARTS} restarts of ${SAMPLES_A_RESTART} samples each`);
  }
  for (const remark of remarks) talk(`wib: note: ${remark}`);

  const steps = (holdsRestarts ? 0 : stepsOf(recording.samples)) + (restartData ? RESTART_STEPS : 0);
  const progress = showProgress(steps);
  const assessment: Assessment | null = holdsRestarts ? null : assess(recording.samples, bits, progress.onStep(0));
  let restarts: RestartAssessment | null = null;
  if (restartData) {
    const hInitial = assessment ? initialEntropy(assessment.minEntropy, claim) : claim!;
    restarts = assessRestarts(restartData, hInitial, progress.onStep(steps - RESTART_STEPS));
  }
  progress.stop();

  const verdict = judge(assessment, restarts, claim);
  const { board = null, source = null } = recording.header ?? {};
  const result = { file: basename(file), board, source, bits, assessment, restarts, verdict, remarks };
  process.stdout.write(options.json ? resultJson(result) : resultText(result));
  if (html !== undefined) {
    const page = reportHtml({ ...result, statistics: sampleStatistics(recording.samples, bits) });
    guard(() => writeFileSync(html, page), `cannot write ${html}`);
    talk(`wib: note: wrote ${html}`);
  }
  if (verdict.met === false) process.exitCode = EXIT_CLAIM_MISSED;
}

function load(file: string, bits: number | undefined): Recording {
  const bytes = guard(() => readFileSync(file), `cannot read ${file}`);
  try {
    return readRecording(bytes, bits);
  } catch (error) {
    if (error instanceof RecordingError) refuse(`${file}: ${error.message}`, error.hint);
    throw error;
  }
}

function loadRestarts(file: string, main: Recording, isMain: boolean): RestartData {
  const { bits } = main;
  const { header, samples, bits: own } = isMain ? main : load(file, undefined);
  if (header?.kind === "consecutive") refuse(`${file} holds consecutive samples`, "--restart takes restarts");
  // Bare samples that happen to be narrow may still be of the same width.
  if (header ? own !== bits : own > bits) {
    refuse(`${file} has samples of ${own} bits, not of ${bits}`, "both files must come from one source");
  }
  const { rows = RESTARTS, columns = SAMPLES_A_RESTART } = header ?? {};
  if (rows * columns !== samples.length) {
    refuse(`${file} holds ${samples.length} samples, not ${rows * columns}`, "bare restart samples come row by row");
  }
  return { samples, rows, columns, bits };
}

function guard<T>(action: () => T, failure: string): T {
  try {
    return action();
  } catch (error) {
    return refuse(`${failure}: ${(error as Error).message}`, "check the path");
  }
}

function refuse(error: string, hint: string): never {
  talk(`wib: error: ${error}`);
  talk(`wib: hint: ${hint}`);
  process.exit(EXIT_UNUSABLE);
}

function talk(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A bar on stderr, where stderr is a terminal. */
function showProgress(steps: number) {
  const format = "wib: assessing [{bar}] {value}/{total} {step}";
  const display = new cliProgress.SingleBar({ format, hideCursor: true, stream: process.stderr, barsize: 24 });
  display.start(steps, 0, { step: "" });
  const onStep = (before: number): OnStep => {
    return (step, done) => display.update(before + done, { step });
  };
  const stop = () => {
    display.update(steps, { step: "done" });
    display.stop();
  };
  return { onStep, stop };
}

program.parse();
