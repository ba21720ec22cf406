// npm start: shows the main job from beginning to end, see first-setup.ts. stdout is the steps, stderr the talk; exit
// code 0 only if everything was proved.
import { fileURLToPath } from "node:url";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { EXIT_DONE, EXIT_REFUSED_BY_US, WibError } from "../client/errors.ts";
import { firstSetup, REAL_PARTS } from "./first-setup.ts";
import type { SetupOptions, SetupParts, Steps } from "./first-setup.ts";

interface Options extends SetupOptions {
  json?: boolean;
}

const SPINNER = "|/-\\";
const SPINNER_MS = 100;
const CLEAR_LINE = "\r\x1b[K";
/** Beyond this the device's sessions, which last 30 of its seconds, would end before the client is done. */
const MAX_SPEED = 10;

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^\d+$/.test(text) || n < min || n > max)
      throw new InvalidArgumentError(`a whole number from ${min} to ${max} is wanted.`);
    return n;
  };
}

/** One line a step; a spinner on a terminal while it lasts. */
function stepsFor(isJson: boolean): Steps & { stop(): void } {
  let count = 0;
  let stepStarted = 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (timer) process.stderr.write(CLEAR_LINE);
    clearInterval(timer);
    timer = undefined;
  };
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  return {
    stop,
    begin(step) {
      stepStarted = performance.now();
      stop();
      if (isJson || !process.stderr.isTTY) return;
      let turn = 0;
      const show = () => process.stderr.write(`${CLEAR_LINE}${SPINNER[turn++ % SPINNER.length]} ${step} ...`);
      show();
      timer = setInterval(show, SPINNER_MS);
    },
    done(step, text, facts = {}) {
      stop();
      count++;
      const ms = Math.round(performance.now() - stepStarted);
      if (isJson) line(JSON.stringify({ step, ms, ...facts }));
      else line(`${String(count).padStart(2)}. ${step}: ${text} (${ms} ms)`);
    },
    warn(text) {
      stop();
      if (isJson) line(JSON.stringify({ warning: text }));
      else line(`    not protected: ${text}`);
    },
  };
}

function parse(args: string[]): Options {
  return new Command("start")
    .description("Set up a simulated device from beginning to end and prove that it worked.")
    .option("--speed <n>", "how many times as fast the device's clock runs", wholeNumber(1, MAX_SPEED), 5)
    .option("--port <n>", "port of the device's setup server on this machine, 0 for any", wholeNumber(0, 65535), 0)
    .option("--json", "one JSON object a line an event")
    .configureOutput({ outputError: (text, write) => write(`wib: ${text}`) })
    .exitOverride()
    .parse(args, { from: "user" })
    .opts<Options>();
}

/** @returns the exit code. */
export async function main(args: string[], parts: SetupParts = REAL_PARTS): Promise<number> {
  let options: Options;
  try {
    options = parse(args);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT_DONE : EXIT_REFUSED_BY_US;
  }
  const steps = stepsFor(!!options.json);
  try {
    await firstSetup(options, steps, parts);
    steps.stop();
    const seconds = Number((performance.now() / 1000).toFixed(1)); // since the process began
    const text = options.json ? JSON.stringify({ done: true, seconds }) : `all of it proved, in ${seconds} s`;
    process.stdout.write(`${text}\n`);
    return EXIT_DONE;
  } catch (error) {
    steps.stop();
    const { message, stack } = error as Error;
    const { hint = "this is a bug, see CONTRIBUTING.md", exitCode = EXIT_REFUSED_BY_US } =
      error instanceof WibError ? error : {};
    if (options.json) process.stdout.write(`${JSON.stringify({ error: message, hint, exitCode })}\n`);
    process.stderr.write(`wib: error: ${error instanceof WibError ? message : stack}\nwib: hint: ${hint}\n`);
    return exitCode;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
