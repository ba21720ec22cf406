// The dialogue with a board's console: find its prompt, ask it for values, open and lock it, restart it. Nothing is believed that has
// not come back: each question carries a number and a checksum, each answer too, so that lost or changed bytes on the way are
// noticed and the question is repeated, while the board evaluates it only once. Text both ways is ASCII.
// The Linux interpreter at times hears again what it has heard (docs/SIMULATOR.md): a board evaluates only what is newer than all
// before, and each question begins by taking off what is on the prompt.
// A console that was unlocked is not left open: without questions for a while (`DEADMAN_MS`) the board restarts itself.
import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import { EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "../errors.ts";
import { notReached, openLine } from "./port.ts";
import type { Line } from "./port.ts";

const ANSWER_MS = 60_000;
/** After such a silence a question is repeated; doubled each time. */
const PATIENCE_MS = 1500;
const PROMPT_MS = 700;
const PROMPTS = 6;
const REBOOT_MS = 30_000;
const PAUSE_MS = 100;
const DEADMAN_MS = 30_000;
const TIMES_LOCKED = 5;
const KEPT_LINES = 2000;
const CLEAR_LINE = "\x1b[2H";
// n: number of the question; s: its text; c: checksum of both and of `k`, which tells this dialogue from others. What comes again
// is not evaluated again. `d`: see DEADMAN_MS. `w` programs one piece of a file, unless it is there already, and gives the checksum
// of what flash has there now.
const HELPER =
  `global.$w=function(n,s,c){var w=$w,v;if(E.CRC32(w.k+" "+n+s)!==c)v="?";` +
  `else{if(n>w.n){w.n=n;w.v="!interrupted";try{w.v="="+eval(s)}catch(e){w.v="!"+e}}v=w.v}` +
  `if(w.d){if(w.t)clearTimeout(w.t);w.t=setTimeout(function(){E.reboot()},w.d)}` +
  `v=JSON.stringify(v);print("<"+n+" "+E.CRC32(v)+" "+v+" "+n+">")};` +
  `$w.w=function(f,o,d,z){var S=require("Storage");if(S.read(f,o,d.length)!==d)S.write(f,d,o,z);` +
  `return E.CRC32(S.read(f,o,d.length))};`;

/** Defines the helper, if all of it has arrived; for a dialogue that has it already only the time that it is guarded for. */
function installing(dialogue: number, deadmanMs: number): string {
  const define = `if(!global.$w||$w.k!==${dialogue}){if(global.$w&&$w.t)clearTimeout($w.t);${HELPER}$w.n=0;$w.k=${dialogue}}`;
  const text = `${define}$w.d=${deadmanMs}`;
  return `${CLEAR_LINE}\x10(function(s,c){if(E.CRC32(s)===c)eval(s)})(${JSON.stringify(text)},${crc32(text)})\n`;
}

export interface ConsoleOptions {
  /** Of a product build; without it a locked console is an error. */
  password?: string;
  baud?: number;
  /** Bytes of a file that are written or read, and how many there are. */
  onProgress?: (done: number, total: number) => void;
  /** A line that the board prints, without prompts and answers. */
  onLine?: (line: string) => void;
}

export interface AskOptions {
  timeoutMs?: number;
}

/** What the board said to a question that it could not evaluate. */
export class BoardError extends WibError {
  constructor(message: string) {
    super(`the board says: ${message}`, "pull its plug and run the same command again", EXIT_REFUSED_BY_DEVICE);
  }
}

export class Dialogue {
  /** What the board printed, without prompts and answers; the newest 2,000. */
  readonly lines: string[] = [];
  /** Does it want a password now? */
  isLocked = false;
  onLine: ((line: string) => void) | undefined;
  onProgress: ((done: number, total: number) => void) | undefined;
  /** What opened it, if it was locked. */
  passwordUsed: string | undefined;
  readonly #port: string;
  readonly #baud: number | undefined;
  #line: Line | undefined;
  /** What came and has not been looked at; and the beginning of a line for `lines`. */
  #text = "";
  #rest = "";
  /** Tells its helper from another dialogue's. */
  readonly #id = randomInt(2 ** 31);
  #question = 0;
  #isReady = false;
  #deadman = false;
  #turn: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(port: string, options: ConsoleOptions) {
    this.#port = port;
    this.#baud = options.baud;
    this.onLine = options.onLine;
    this.onProgress = options.onProgress;
  }

  /** @throws WibError when the port cannot be opened, or nothing answers there. */
  async open(): Promise<void> {
    this.#isReady = false;
    this.#text = this.#rest = "";
    this.#line = await openLine(this.#port, (text) => this.#onText(text), this.#baud);
    try {
      await this.#findPrompt();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get needsPassword(): boolean {
    return this.passwordUsed !== undefined;
  }

  isOpen(): boolean {
    return this.#line?.isOpen() ?? false;
  }

  async close(): Promise<void> {
    await this.#line?.close();
    this.#line = undefined;
  }

  /**
   * The value of an expression, as a string.
   * @throws BoardError with the engine's error; WibError when the connection or the board's patience ends.
   */
  ask(expression: string, { timeoutMs = ANSWER_MS }: AskOptions = {}): Promise<string> {
    // One at a time.
    const answer = this.#turn.then(() => this.#ask(expression, timeoutMs));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** Opens a locked console. @throws WibError when the password is not this board's. */
  async unlock(password: string): Promise<void> {
    if (!/^[\x20-\x7e]{1,20}$/.test(password))
      throw usageError("this is no console password", "it has 20 characters at most");
    for (let i = 0; i < 3; i++) {
      this.#text = "";
      // What may be on the prompt already goes first. A byte lost on the way looks like a wrong password: asked again.
      this.#send(`\n${password}\n`);
      await this.#until(() => /Logged in|Invalid password[^]*Invalid password/.test(this.#text), PATIENCE_MS);
      if (!this.#text.includes("Logged in")) continue;
      this.isLocked = false;
      this.passwordUsed = password;
      return this.guard();
    }
    throw new WibError(
      `the console at ${this.#port} is locked with another password`,
      "give the one in the label file of this board, with --password-file",
      EXIT_REFUSED_BY_DEVICE,
    );
  }

  /** Restarts the board as if its plug had been pulled, and finds its prompt again. What it runs then may be locked. */
  async reboot(before = ""): Promise<void> {
    const end = Date.now() + REBOOT_MS;
    let isGone = false;
    this.lines.length = 0; // what comes from here on comes from what runs next
    while (!isGone) {
      if (Date.now() > end)
        throw notReached(`the board at ${this.#port} does not restart`, "pull its plug, and start again");
      this.#text = "";
      this.#send(`${CLEAR_LINE}\x10${before}E.reboot()\n`);
      // The port goes away, or the prompt of a board comes that does not know us any more.
      await this.#until(() => false, 5 * PAUSE_MS);
      this.#text = "";
      if (this.isOpen()) this.#send(`\n\x10print("<$w "+typeof $w+">")\n`);
      await this.#until(() => /<\$w \w+>|password>/.test(this.#text), PATIENCE_MS);
      isGone = !this.isOpen() || /<\$w undefined>|password>/.test(this.#text);
    }
    this.#deadman = false;
    await this.close();
    for (;;) {
      try {
        return await this.open();
      } catch (error) {
        if (Date.now() > end)
          throw notReached(
            `the board does not come back at ${this.#port}`,
            `product builds shut a console that is reached over the network: take the serial port (${(error as Error).message})`,
          );
        await new Promise((next) => setTimeout(next, 2 * PAUSE_MS));
      }
    }
  }

  /** Is the console really locked: does what is typed go to the password prompt? */
  async looksLocked(): Promise<boolean> {
    this.#isReady = false;
    await this.#findPrompt();
    return this.isLocked;
  }

  /** From now on a board that hears nothing from us for a while restarts, into whatever its flash holds then. */
  async guard(): Promise<void> {
    this.#deadman = true;
    this.#isReady = false;
    await this.ask("1");
  }

  /** Leaves a console that our password has opened as it was. */
  async lock(): Promise<void> {
    this.#deadman = false;
    for (let i = 0; i < TIMES_LOCKED && !this.isLocked; i++) {
      const forget = "$w.d=0;if($w.t)clearTimeout($w.t);delete global.$w;E.lockConsole();1";
      await this.ask(forget, { timeoutMs: PATIENCE_MS }).catch(() => {}); // the answer may come after the lock
      await this.looksLocked();
    }
  }

  #onText(text: string): void {
    this.#text += text;
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop()!;
    for (const part of parts) {
      const line = part.replace(/\x1b\[[0-9;?]*[A-Za-z]|[\r\x00-\x08]/g, "").replace(/^(password)?>+/, "");
      if (!line.trim() || /^<\S+ .*>$/.test(line)) continue;
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      this.onLine?.(line);
    }
    this.#wake();
  }

  #send(text: string): void {
    if (!this.isOpen()) throw this.#lost();
    this.#line!.write(text);
  }

  #lost(): WibError {
    return notReached(
      `the connection to ${this.#port} is lost`,
      "the same command again repairs what was left half done",
    );
  }

  /** Until the test holds, the line is closed, or time is up. */
  async #until(test: () => boolean, ms: number): Promise<void> {
    for (const end = Date.now() + ms; !test() && this.isOpen() && Date.now() < end;)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(PAUSE_MS, Math.max(1, end - Date.now())));
        this.#wake = () => (clearTimeout(timer), resolve());
      });
  }

  /** Types an empty line until a prompt comes; a board that runs without end is interrupted once. */
  async #findPrompt(): Promise<void> {
    for (let i = 0; i < PROMPTS; i++) {
      this.#text = "";
      // Ctrl-C only once: the Linux interpreter ends at the second one.
      this.#send(i === 2 ? "\x03\n" : `${CLEAR_LINE}\n`);
      await this.#until(() => /(^|[\r\n])(password)?>$/.test(this.#text), PROMPT_MS);
      const prompt = /(password)?>$/.exec(this.#text.trimEnd());
      if (!this.isOpen()) throw this.#lost();
      if (!prompt) continue;
      this.isLocked = prompt[1] !== undefined;
      return;
    }
    throw notReached(
      `no answer of a board at ${this.#port}`,
      "is it an Espruino board, is nothing else connected to it, and does its serial speed fit?",
    );
  }

  async #ask(expression: string, timeoutMs: number): Promise<string> {
    if (/[^\x20-\x7e]/.test(expression)) throw new Error("a question is one line of ASCII");
    const n = ++this.#question;
    const command = `${CLEAR_LINE}\x10$w(${n},${JSON.stringify(expression)},${crc32(`${this.#id} ${n}${expression}`)})\n`;
    const answerPattern = new RegExp(`<${n} (\\d+) ("(?:[^"\\\\]|\\\\.)*") ${n}>`);
    let patience = PATIENCE_MS;
    for (const end = Date.now() + timeoutMs; Date.now() < end;) {
      if (this.isLocked) throw locked(this.#port);
      if (!this.#isReady) this.#send(installing(this.#id, this.#deadman ? DEADMAN_MS : 0));
      this.#isReady = true;
      this.#text = "";
      this.#send(command);
      const isNews = () =>
        /\n/.test(this.#text) &&
        (answerPattern.test(this.#text) || /Uncaught|password>|Interrupted|MEMORY/.test(this.#text));
      await this.#until(isNews, Math.min(patience, end - Date.now()));
      // An error's last lines, or an answer behind a line of somebody else's.
      if (!answerPattern.test(this.#text)) await this.#until(() => answerPattern.test(this.#text), PAUSE_MS);
      const answer = answerPattern.exec(this.#text);
      if (answer && crc32(Buffer.from(answer[2], "latin1")) === Number(answer[1])) {
        const value = JSON.parse(answer[2]) as string;
        if (value[0] === "=") return value.slice(1);
        if (value[0] === "!") throw new BoardError(value.slice(1));
        // It came with another checksum, or to another dialogue's helper: nothing was evaluated. Should more such answers be
        // under way, they go by.
        this.#isReady = false;
        await this.#until(() => false, PAUSE_MS);
      }
      if (!this.isOpen()) throw this.#lost();
      if (/password>/.test(this.#text)) this.isLocked = true;
      else if (/MEMORY|Execution Interrupted/.test(this.#text)) throw new BoardError("out of memory, or interrupted");
      else if (/Uncaught/.test(this.#text))
        this.#isReady = false; // it has forgotten us, or the question was damaged
      else if (!answer) patience *= 2;
    }
    throw notReached(
      `the board at ${this.#port} does not answer any more`,
      "the same command again repairs what was left half done",
    );
  }
}

function locked(port: string): WibError {
  return new WibError(
    `the console at ${port} is locked`,
    "a product build runs on it; give its console password with --password-file",
    EXIT_REFUSED_BY_DEVICE,
  );
}
