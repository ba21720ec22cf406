// A virtual board to flash, a small bundle that says what a real one says, and a folder for labels.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { boardNamed } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import type { Build } from "../../client/flash/bundle.ts";
import { flashBoard } from "../../client/flash/flash.ts";
import type { FlashOptions, FlashResult } from "../../client/flash/flash.ts";
import { loadLabels } from "../../client/flash/labels.ts";
import type { Label } from "../../client/flash/labels.ts";
import { VirtualBoard } from "../../host-sim/console.ts";
import type { ConsoleFaults } from "../../host-sim/console.ts";
import { NorFlash } from "../../host-sim/flash.ts";
import { storageOf } from "../../host-sim/prepare.ts";

export const RECORD = boardNamed("linux");

/**
 * Says what a bundle says, and when it ran: only as a whole, in one piece, does it say so.
 * @param afterMs which it says how its entropy is.
 * @param bytes about so many, with all values among them, as pretokenised text has.
 */
export function smallBundle(build: Build = "product", bytes = 3000, entropy = "ready", afterMs = 300): Uint8Array {
  const filler = Buffer.from(Array.from({ length: Math.max(0, bytes - 400) }, (_, i) => 128 + ((i * 7919) % 127)));
  const text =
    `function filler(){return "${filler.toString("latin1")}".length}\n` +
    `function start(){global.wib={status:function(){return JSON.stringify({board:"linux",build:"${build}",entropy:"${entropy}"})}};` +
    `setTimeout(function(){print("wib: ${entropy}")},${afterMs});print("wib: started "+filler())}\nstart();//end\n`;
  return new Uint8Array(Buffer.from(text, "latin1"));
}

export interface Bench {
  flash: NorFlash;
  virtual: VirtualBoard;
  port: string;
  folder: string;
  /** Everything the board printed. */
  printed: string[];
  run(options?: Partial<FlashOptions>): Promise<FlashResult>;
  labels(): Label[];
  /** A file as flash has it. */
  file(name: string): string | undefined;
  files(): string[];
  stop(): Promise<void>;
}

export async function openBench(
  faults: ConsoleFaults = {},
  record: BoardRecord = RECORD,
  flash = new NorFlash([record.storage]),
): Promise<Bench> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-flash-"));
  const printed: string[] = [];
  const virtual = new VirtualBoard({ record, flash, faults, onConsole: (line) => void printed.push(line) });
  const port = `tcp://127.0.0.1:${await virtual.start()}`;
  const storage = () => storageOf(record, flash);
  const bench: Bench = {
    ...{ flash, virtual, port, folder, printed },
    run: (options = {}) =>
      flashBoard({
        ...{
          record: RECORD,
          port,
          build: "product",
          bundle: smallBundle(options.build),
          labelFolder: path.join(folder, "labels"),
        },
        confirm: async () => true,
        entropyMs: 15_000,
        ...options,
      }),
    labels: () => loadLabels(path.join(folder, "labels")),
    file: (name) => storage().read(name),
    files: () => storage().list(),
    async stop() {
      await virtual.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  benches.push(bench);
  return bench;
}

const benches: Bench[] = [];

/** After a test: what one that failed has left would keep the process alive. */
export async function closeBenches(): Promise<void> {
  await Promise.all(benches.splice(0).map((bench) => bench.stop()));
}

/** A board as a flashing run must leave it, whatever happened: it runs all of a bundle, locked, or nothing at all. */
export function problemsOf(bench: Bench, bundle: Uint8Array): string[] {
  const problems: string[] = [];
  if (bench.flash.poweredOff) bench.flash.powerOn();
  bench.printed.length = 0;
  bench.virtual.powerOn(); // all that outlasts a cut
  const whole = Buffer.from(bundle).toString("latin1");
  const code = bench.file(".bootcde");
  const isStarted = bench.printed.some((line) => line.startsWith("wib: started"));
  if (isStarted && code !== whole) problems.push("half a bundle runs");
  if (isStarted && !bench.virtual.board.locked()) problems.push("a product runs with its console open");
  if (isStarted && !bench.file("wib.cfg")) problems.push("a product runs without its serial");
  return problems;
}
