// npm run record-entropy: raw samples of one noise source into a file for npm run assess-entropy. From a board
// (--port), the interpreter (--engine) or the simulator. The file appears when it is complete, never before.
// stdout is the result, stderr the talk. Exit codes: 0 done, 1 usage, 3 board not reached.
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import cliProgress from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { boardNamed } from "../boards/index.ts";
import { writeRecording } from "../client/assessment/recording.ts";
import { RESTARTS, SAMPLES_A_RESTART } from "../client/assessment/restart.ts";
import { usageError, WibError } from "../client/errors.ts";
import { NOISE_HELP } from "../host-sim/noise/models.ts";
import type { NoiseDevice } from "./noise-devices.ts";

interface Options {
  board: string;
  source: string;
  samples: number;
  out: string;
  restarts?: boolean;
  rows: number;
  columns: number;
  noise?: string;
  seed: number;
  port?: string;
  engine?: string;
  force?: boolean;
  json?: boolean;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a number from 1 on.");
  return Number(text);
}

const program = new Command("record-entropy")
  .description("Takes raw samples of a board's noise source, as they leave the source, into a recording.")
  .requiredOption("--source <name>", "which source of the board's record: its kind, or its number from 0")
  .requiredOption("--out <file>", "the recording")
  .option("--board <name>", "which board", "linux")
  .option("--samples <n>", "how many samples", count, 1000000)
  .option("--restarts", "restart the board again and again, and take the samples after each restart")
  .option("--rows <n>", "how many restarts", count, RESTARTS)
  .option("--columns <n>", "how many samples of each", count, SAMPLES_A_RESTART)
  .option("--port <port>", "a board with its bench build: a serial port, or tcp://host:port")
  .option("--engine <program>", "an Espruino program on this machine; without --port and --engine the simulator")
  .option("--noise <model>", "what the simulator's source gives (default: uniform)")
  .option("--seed <n>", "where the simulator's noise starts", Number, 1)
  .option("--force", "replace the file if there is one")
  .option("--json", "print JSON")
  .addHelpText("after", `\n${NOISE_HELP}`)
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "wib: error: ")) })
  .showHelpAfterError("wib: hint: see --help")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 1))
  .action(run);

async function run(options: Options): Promise<void> {
  try {
    await record(options);
  } catch (error) {
    const { message, hint, exitCode } =
      error instanceof WibError ? error : usageError((error as Error).message, "see --help");
    process.stderr.write(`wib: error: ${message}\nwib: hint: ${hint}\n`);
    process.exitCode = exitCode;
  }
}

async function record(options: Options): Promise<void> {
  const board = boardNamed(options.board);
  const index = /^\d+$/.test(options.source)
    ? Number(options.source)
    : board.sources.findIndex(({ kind }) => kind === options.source);
  const source = board.sources[index];
  const names = board.sources.map(({ kind }) => kind).join(", ");
  if (!source) throw usageError(`${board.name} has no source "${options.source}"`, `it has: ${names}`);
  if (options.noise && (options.port || options.engine))
    throw usageError("--noise is for the simulator", "leave --port and --engine out");
  if (existsSync(options.out) && !options.force) throw usageError(`${options.out} exists`, "--force replaces it");

  const rows = options.restarts ? options.rows : 1;
  const columns = options.restarts ? options.columns : options.samples;
  const samples = new Uint8Array(rows * columns);
  const started = Date.now();
  // Only now: what makes bundles takes seconds to load.
  const { boardDevice, engineDevice, simDevice } = await import("./noise-devices.ts");
  const device = options.port
    ? await boardDevice(options.port)
    : options.engine
      ? await engineDevice(board, options.engine)
      : await simDevice(board, source.kind, options.noise ?? "uniform", options.seed);
  try {
    await fill(device, index, samples, columns);
  } finally {
    await device.close();
  }
  const header = {
    ...{ board: board.name, source: source.from ? `${source.kind} ${source.from}` : source.kind, bits: source.bits },
    ...(options.restarts ? { kind: "restart" as const, rows, columns } : { kind: "consecutive" as const }),
    claim: source.claim,
  };
  save(options.out, writeRecording(header, samples));
  const seconds = (Date.now() - started) / 1000;
  const from = options.port ?? options.engine ?? `simulator, ${options.noise ?? "uniform"}`;
  const result = { file: options.out, ...header, samples: samples.length, from, seconds };
  const text = `${options.out}: ${samples.length} samples of ${header.source}, ${seconds.toFixed(1)} s (${from})`;
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${text}\n`);
}

/** A restart before each row of `columns` samples, unless there is only one. */
async function fill(device: NoiseDevice, source: number, samples: Uint8Array, columns: number): Promise<void> {
  const format = "wib: recording [{bar}] {value}/{total} samples, {eta_formatted} to go";
  const bar = new cliProgress.SingleBar({ format, hideCursor: true, stream: process.stderr, barsize: 24 });
  bar.start(samples.length, 0);
  try {
    for (let at = 0; at < samples.length; bar.update(at)) {
      if (at % columns === 0 && columns < samples.length) await device.restart();
      const n = Math.min(device.chunk, columns - (at % columns));
      samples.set(await device.take(source, n), at);
      at += n;
    }
  } finally {
    bar.stop();
  }
}

/** Under its own name only when it is all there. */
function save(file: string, bytes: Uint8Array): void {
  const part = `${file}.part`;
  try {
    writeFileSync(part, bytes);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw usageError(`cannot write ${file}: ${(error as Error).message}`, "check the path");
  }
}

await program.parseAsync();
