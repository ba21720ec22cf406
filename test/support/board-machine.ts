// A board's bundle, its bytes unchanged, on the real interpreter built with the board's number of variables: flash image,
// prelude, power, button. What is not the board's: pages of flash have 1 kB, so that compaction takes less memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { linux } from "../../boards/linux.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { NorFlash } from "../../host-sim/flash.ts";
import { fillBoard, storageOf } from "../../host-sim/prepare.ts";
import type { Flashed } from "../../host-sim/prepare.ts";
import { Interpreter } from "../../scripts/interpreter.ts";
import { sleep } from "./targets.ts";

const PRELUDE = fileURLToPath(new URL("../engine/prelude.js", import.meta.url));
const HEADER_BYTES = 32;
const PRELUDE_BYTES = 4096;
const MILLION = 1e6;
const LIMIT_MS = 600_000;
/** No slice is so long, on however slow a machine; near the end of its memory the engine collects garbage for longer. */
const SILENCE_MS = 60_000;

function prelude(record: BoardRecord, moved: number): string {
  const { pins, sources, network } = record;
  const from = sources.map((source) => (source.kind === "adc" ? source.from! : null));
  const names = [pins.button, pins.ready, pins.busy, ...(network.pins ?? []), ...from];
  const board = {
    pins: Object.fromEntries(names.filter((name) => name !== null).map((name, i) => [name, i + 1])),
    ...{ level: 1 - pins.pressed, moved, network: network.by },
    hidden: ["SHA256", "SHA512", "AES"].filter((name) => !record.crypto.some((had) => had === name.toLowerCase())),
  };
  const text = readFileSync(PRELUDE, "utf8").replace(/^ *\/\/.*\n/gm, "");
  return `var board=${JSON.stringify(board)};${text.replace(/\n */g, "\n")}`;
}

/** @param bundle undefined for the prelude alone. */
export function boardFlash(record: BoardRecord, bundle: string | undefined, flashed: Flashed): Uint8Array {
  const { start, bytes } = linux.storage;
  // In front of the board's own flash: the prelude, which is not the board's, and what fills the rest.
  const before = Math.max(bytes - record.storage.bytes, HEADER_BYTES + PRELUDE_BYTES);
  const text = prelude(record, start + before - record.storage.start).padEnd(PRELUDE_BYTES);
  if (text.length > PRELUDE_BYTES) throw new Error(`the prelude has ${text.length} bytes`);
  const flash = new NorFlash([linux.storage]);
  const storage = storageOf(linux, flash);
  storage.write(".boot0", text);
  const filler = before - PRELUDE_BYTES - 2 * HEADER_BYTES;
  if (filler > 0) storage.write("rest", new Uint8Array([255]), 0, filler);
  if (bundle !== undefined) fillBoard(storage, record, bundle, flashed);
  return flash.snapshot();
}

/** Boots from a flash image; counts instructions where ESPRUINO_ARM_COUNTED says how. */
export class BoardMachine {
  private readonly interpreter: Interpreter;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "wib-board-"));
  private readonly counter = path.join(this.folder, "count");

  constructor(variables: number, flash: Uint8Array) {
    const command = process.env.ESPRUINO_ARM_COUNTED || process.env.ESPRUINO_ARM!;
    writeFileSync(this.counter, new Uint8Array(8));
    this.interpreter = new Interpreter(
      command.replace("{vars}", String(variables)).replace("{count}", this.counter),
      flash,
      SILENCE_MS,
    );
  }

  /** Millions of instructions so far; 0 where they are not counted. */
  count(): number {
    return Number(readFileSync(this.counter).readBigUInt64LE()) / MILLION;
  }

  ask(expression: string): Promise<string> {
    return this.interpreter.ask(expression);
  }

  /** In use, after a garbage collection. */
  async variables(): Promise<number> {
    return Number(await this.ask("process.memory().usage"));
  }

  async status(): Promise<{ window: boolean; entropy: string; installed: boolean }> {
    return JSON.parse(await this.ask('typeof wib=="undefined"?"{}":wib.status()'));
  }

  /** @throws Error when it does not come to that, with what the console last said. */
  async until(what: string, test: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
    for (const end = Date.now() + limitMs; Date.now() < end && !this.isOutOfMemory(); await sleep(200))
      if (await test()) return;
    throw new Error(`timed out or out of memory, waiting until ${what}`);
  }

  async openWindow(): Promise<void> {
    // The button goes down, and up again after 3.1 s; what is typed leaves no function behind.
    await this.ask("board.level^=1,board.watched()");
    await sleep(3300);
    await this.ask("board.level^=1,board.watched()");
    await this.until("the window is open", async () => (await this.status()).window, 30_000);
  }

  /** Has the engine said so? */
  isOutOfMemory(): boolean {
    return this.interpreter.lines.some((line) => /\bMEMORY\b/.test(line));
  }

  said(): string {
    return this.interpreter.lines
      .filter((line) => !line.startsWith("answer "))
      .slice(-12)
      .join("\n");
  }

  async stop(): Promise<void> {
    await this.interpreter.stop();
    rmSync(this.folder, { recursive: true });
  }
}
