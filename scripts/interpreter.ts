// The real interpreter, built for this machine, as a child process: a script run to its end, or a device that boots
// from a flash image and answers on its console. Each has a folder of its own, where the interpreter keeps its flash.
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { holdOnOneProcessor } from "../client/flash/one-processor.ts";

const FLASH = "espruino.flash";
const SCRIPT = "script.js";
const END = "#end of the script";
const SCRIPT_MS = 120_000;
const TIMES_ASKED = 3;
const LAST_LINES = 12;

/** @param command with its arguments, a blank between. */
function launch(folder: string, command: string, ...more: string[]): ChildProcessWithoutNullStreams {
  const [program, ...args] = [...command.split(" "), ...more];
  // stdin stays open and, unless asked, silent: at its end the interpreter reads junk without end.
  const child = spawn(program, args, { cwd: folder, stdio: "pipe" });
  child.stdin.on("error", () => {}); // it has ended: whoever waits for its answer hears of it
  child.stdout.setEncoding("latin1");
  child.stderr.setEncoding("latin1");
  // One that is left behind would share its port with the next, unnoticed.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  return child;
}

function newFolder(flash: Uint8Array | undefined): string {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-interpreter-"));
  if (flash) writeFileSync(path.join(folder, FLASH), flash);
  return folder;
}

function readFlash(folder: string): Uint8Array | undefined {
  const file = path.join(folder, FLASH);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

export interface Run {
  /** What it printed. */
  lines: string[];
  /** What came on stderr, which is not the script's. */
  errors: string;
  /** The flash afterwards; undefined if there was none and the script wrote none. */
  flash: Uint8Array | undefined;
}

/**
 * Evaluates a script, whose characters are bytes, and ends.
 * @throws Error when the script does not come to its end, or not in time.
 */
export async function runScript(
  command: string,
  script: string,
  { flash, timeoutMs = SCRIPT_MS }: { flash?: Uint8Array; timeoutMs?: number } = {},
): Promise<Run> {
  const folder = newFolder(flash);
  let timer: NodeJS.Timeout | undefined;
  try {
    writeFileSync(path.join(folder, SCRIPT), `${script}\nprint("${END}");quit();\n`, "latin1");
    const child = launch(folder, command, SCRIPT);
    timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    let [output, errors] = ["", ""];
    child.stdout.on("data", (text: string) => (output += text));
    child.stderr.on("data", (text: string) => (errors += text));
    await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
    const lines = output.split(/\r?\n/);
    const end = lines.indexOf(END);
    if (end < 0) throw new Error(`the script did not come to its end:\n${(output + errors).slice(-500)}`);
    return { lines: lines.slice(0, end), errors, flash: readFlash(folder) };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An interpreter that has booted from a flash image and goes on until it is stopped. */
export class Interpreter {
  /** Everything it printed, without what moves the cursor, and the prompt. */
  readonly lines: string[] = [];
  /** The same as it came. */
  output = "";
  private child!: ChildProcessWithoutNullStreams;
  private gone: Promise<unknown> = Promise.resolve();
  private isRunning = false;
  private questions = 0;
  private waiting: (() => void)[] = [];
  private readonly folder: string;
  private readonly command: string;
  private readonly silenceMs: number;

  /**
   * @param command with its arguments, a blank between.
   * @param silenceMs after such a silence a question is asked anew.
   */
  constructor(command: string, flash: Uint8Array, silenceMs = 30_000) {
    this.folder = newFolder(flash);
    this.command = command;
    this.silenceMs = silenceMs;
    this.start();
  }

  /** There are new lines, or there will be none. */
  private onNews(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  private start(): void {
    const child = (this.child = launch(this.folder, this.command));
    if (child.pid) holdOnOneProcessor(child.pid);
    let rest = "";
    this.isRunning = true;
    child.stderr.resume();
    child.stdout.on("data", (text: string) => {
      this.output += text;
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      this.lines.push(...parts.map((line) => line.replace(/\x1b\[[0-9;]*\w|[>\r]/g, "").trim()));
      this.onNews();
    });
    this.gone = new Promise<void>((resolve) => {
      const end = (why: string) => {
        if (this.isRunning) this.lines.push(why);
        this.isRunning = false;
        this.onNews();
        resolve();
      };
      child.once("close", (code, signal) => end(`(it ended by ${signal ?? code})`));
      child.once("error", (error) => end(`(${error.message})`));
    });
  }

  /** Of the command; that of the interpreter itself where the command is no wrapper that waits for it. */
  get pid(): number {
    return this.child.pid!;
  }

  /** Types on the console, whose answer is among the output. */
  write(text: string): void {
    this.child.stdin.write(text, "latin1");
  }

  /** What is in flash now. */
  flash(): Uint8Array {
    return readFlash(this.folder)!;
  }

  /** The first line from `start` on that begins with `mark`, as soon as it is there. */
  private async lineWith(mark: string, start: number, timeoutMs: number): Promise<string | undefined> {
    for (const end = Date.now() + timeoutMs; ;) {
      const line = this.lines.slice(start).find((each) => each.startsWith(mark));
      const left = end - Date.now();
      if (line !== undefined || left <= 0 || !this.isRunning) return line;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
  }

  /**
   * What an expression prints. Even on one processor the interpreter for Linux may lose a character now and then: after
   * a long silence the line is taken back and asked anew, and may so be evaluated twice.
   * @throws Error when no answer comes.
   */
  async ask(expression: string): Promise<string> {
    const mark = `answer ${++this.questions} `;
    const line = `\x10print("${mark}"+(${expression}))\n`; // what begins with 0x10 is not echoed
    const start = this.lines.length;
    for (let i = 0; i < TIMES_ASKED && this.isRunning; i++) {
      this.write(line);
      const answer = await this.lineWith(mark, start, this.silenceMs);
      if (answer !== undefined) return answer.slice(mark.length);
      this.write("\b".repeat(2 * line.length));
    }
    throw new Error(`the interpreter does not answer; it last said:\n${this.lines.slice(-LAST_LINES).join("\n")}`);
  }

  private async kill(): Promise<void> {
    this.isRunning = false;
    this.child.kill("SIGKILL"); // SIGTERM is ignored in interactive mode
    await this.gone;
  }

  /** Pulls the plug and boots again from the same flash. */
  async restart(): Promise<void> {
    await this.kill();
    this.start();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
