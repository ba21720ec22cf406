// wib flash, wib unflash: boards over USB, docs/FLASHING.md.
import { createInterface } from "node:readline/promises";
import cliProgress from "cli-progress";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { BoardRecord } from "../../boards/index.ts";
import { boardNamed } from "../../boards/index.ts";
import { usageError } from "../errors.ts";
import { flashBatch } from "../flash/batch.ts";
import { readBundle } from "../flash/bundle.ts";
import { FLASH_STEPS, flashBoard } from "../flash/flash.ts";
import type { FlashOptions, FlashResult } from "../flash/flash.ts";
import { labelText, saveLabelArt } from "../flash/label-art.ts";
import { LABEL_FOLDER, labelPath, readPassword } from "../flash/labels.ts";
import { listPorts } from "../flash/port.ts";
import { unflashBoard } from "../flash/unflash.ts";
import { readText } from "../key-text.ts";
import { canonicalSerial, formatSerial } from "../serial.ts";

interface Options {
  list?: boolean;
  board?: string;
  port?: string;
  serialFile?: string;
  newSerial?: boolean;
  passwordFile?: string;
  labels: string;
  bench?: boolean;
  bundle?: string;
  openAp?: boolean;
  httpPort?: number;
  batch?: string;
  wait: number;
  yes?: boolean;
  json?: boolean;
}

const talk = (text: string) => void process.stderr.write(`wib: ${text}\n`);

function number(max: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < 1 || Number(text) > max)
      throw new InvalidArgumentError(`1 to ${max} is possible.`);
    return Number(text);
  };
}

export function addFlash(program: Command): void {
  program
    .command("flash")
    .description("Flash a board, give it a serial, and print its label.")
    .option("--list", "list the serial ports that are here")
    .option("--board <name>", "which board it is (docs/BOARDS.md)")
    .option("--port <port>", "a serial port, tcp://host:port, or exec:program for an Espruino program of this machine")
    .option("--serial-file <file>", "a file with its serial; else the one it has is kept, or a random one is drawn")
    .option("--new-serial", "a new serial for a board that has one: its old label becomes void")
    .option("--password-file <file>", "for a locked board: its label file, or a file with the console password")
    .option("--labels <folder>", "where labels, with the passwords, are kept", LABEL_FOLDER)
    .option("--bench", "a bench build: its console is open to anybody, and clients refuse it unless told otherwise")
    .option("--bundle <file>", "this bundle, not the one of build/firmware/")
    .option("--open-ap", "no password for the access point of the setup (docs/SECURITY.md says what that costs)")
    .option("--http-port <n>", "port of the setup server, if not 80", number(65535))
    .option("--batch <labels.csv>", "one board after the other, as they are plugged in (docs/FLASHING.md)")
    .option("--wait <seconds>", "how long its entropy may take", number(3600), 120)
    .option("--yes", "do not ask before something is destroyed")
    .option("--json", "print the result, or the error, as JSON")
    .action(run);
  program
    .command("unflash")
    .description("Wipe a board: keys are overwritten, all files erased, and the flash is read back.")
    .option("--board <name>", "which board it is")
    .option("--port <port>", "as for wib flash")
    .option("--password-file <file>", "for a locked board: its label file, or a file with the console password")
    .option("--labels <folder>", "where labels are kept", LABEL_FOLDER)
    .option("--yes", "do not ask")
    .option("--json", "print the result, or the error, as JSON")
    .action(runUnflash);
}

function recordOf(name: string | undefined): BoardRecord {
  if (name === undefined) throw usageError("no board", "name it with --board; docs/BOARDS.md lists them");
  try {
    return boardNamed(name);
  } catch (error) {
    throw usageError((error as Error).message, "docs/BOARDS.md lists the boards");
  }
}

function portOf(port: string | undefined): string {
  if (port === undefined) throw usageError("no port", "name it with --port; wib flash --list finds them");
  return port;
}

async function confirm(what: string[], options: { yes?: boolean; json?: boolean }): Promise<boolean> {
  if (options.yes) return true;
  if (!process.stdin.isTTY || options.json) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `This destroys:\n${what.map((item) => `  - ${item}`).join("\n")}\nGo on? (yes/no) `,
  );
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

function progress(isShown: boolean) {
  const bar = new cliProgress.SingleBar(
    { format: "wib: [{bar}] {percentage} % {step}", hideCursor: true, clearOnComplete: true, stream: process.stderr },
    cliProgress.Presets.legacy,
  );
  let isOn = false;
  const stop = () => {
    if (isOn) bar.stop();
    isOn = false;
  };
  return {
    stop,
    step(step: string, share: number): void {
      if (!isShown) return;
      if (!isOn) bar.start(100, 0, { step });
      isOn = true;
      bar.update(Math.floor((100 * ((FLASH_STEPS as readonly string[]).indexOf(step) + share)) / FLASH_STEPS.length), {
        step,
      });
    },
  };
}

async function run(options: Options): Promise<void> {
  if (options.list) return list(options);
  const record = recordOf(options.board);
  if (options.serialFile !== undefined && options.newSerial)
    throw usageError("two serials", "give --serial-file or --new-serial, not both");
  if (options.batch !== undefined && options.serialFile !== undefined)
    throw usageError("a batch has its serials in its own file", "leave --serial-file out");
  const build = options.bench ? "bench" : "product";
  const isShown = process.stderr.isTTY === true && !options.json;
  const shown = progress(isShown);
  let last = "";
  const common: Omit<FlashOptions, "port"> = {
    ...{ record, build, labelFolder: options.labels, openAp: options.openAp, newSerial: options.newSerial },
    bundle: readBundle(record.name, build, options.bundle, (text) => options.json || talk(text)),
    serial:
      options.serialFile === undefined ? undefined : canonicalSerial(readText(options.serialFile, "serial").trim()),
    password: options.passwordFile === undefined ? undefined : readPassword(options.passwordFile),
    httpPort: options.httpPort,
    entropyMs: options.wait * 1000,
    async confirm(what) {
      shown.stop();
      return confirm(what, options);
    },
    onWarning: (text) => talk(`warning: ${text}`),
    onStep(step, share) {
      shown.step(step, share);
      if (!isShown && !options.json && step !== last) talk(step);
      last = step;
    },
  };
  if (options.batch !== undefined) {
    const done = await flashBatch({
      ...common,
      file: options.batch,
      port: options.port,
      talk,
      onDone: (result) => tell(result, options),
    });
    process.stdout.write(
      options.json ? `${JSON.stringify(done)}\n` : `${done.done} of ${done.rows} boards are done: ${done.report}\n`,
    );
    return;
  }
  const port = portOf(options.port);
  try {
    const result = await flashBoard({ ...common, port });
    shown.stop();
    await tell(result, options);
  } finally {
    shown.stop();
  }
}

async function tell(result: FlashResult, options: Options): Promise<void> {
  const { label, version, bytes, seconds } = result;
  const { svg, png } = await saveLabelArt(options.labels, label);
  const file = `${labelPath(options.labels, label)}.json`;
  // The serial is what a label is for; passwords stay in the file. The access point's is on the label, too.
  if (options.json) {
    if (options.batch === undefined)
      // Shown on purpose: the serial, as on the label.
      process.stdout.write(
        `${JSON.stringify({ board: label.board, build: label.build, serial: formatSerial(label.serial), version, bytes, seconds, label: file, svg, png })}\n`,
      );
    return;
  }
  process.stdout.write(
    `${labelText(label)}\n${label.board} is flashed, read back and healthy (${bytes} bytes, ${seconds.toFixed(1)} s)\n`,
  );
  process.stdout.write(
    `label: ${svg}, ${png}\n${label.build === "product" ? `console password: in ${file}; keep it\n` : ""}`,
  );
}

async function list(options: Options): Promise<void> {
  const found = await listPorts();
  if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else if (found.length)
    process.stdout.write(found.map(({ path, description }) => `${path}  ${description}\n`).join(""));
  else talk("no serial port is here: is the board plugged in, with a cable that carries data?");
}

async function runUnflash(options: Options): Promise<void> {
  const shown = progress(process.stderr.isTTY === true && !options.json);
  try {
    const { files } = await unflashBoard({
      ...{ record: recordOf(options.board), port: portOf(options.port), labelFolder: options.labels },
      password: options.passwordFile === undefined ? undefined : readPassword(options.passwordFile),
      confirm: (what) => confirm(what, options),
      onProgress: (share) => shown.step("erase", share),
    });
    shown.stop();
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ wiped: true, files })}\n`
        : `wiped: ${files.length} files are gone, and all flash is blank\n`,
    );
  } finally {
    shown.stop();
  }
}
