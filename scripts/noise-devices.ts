// Whom raw samples can be taken from: a simulated board, the interpreter as a child process, and a real board by its
// console (client/flash/console.ts). All run the bench build, whose global `wib.noise(source, count)` gives hex.
import type { BoardRecord } from "../boards/index.ts";
import { WibError, EXIT_NOT_REACHED } from "../client/errors.ts";
import { openConsole } from "../client/flash/console.ts";
import { SimBoard } from "../host-sim/board.ts";
import { ManualClock } from "../host-sim/clock.ts";
import { MemoryNetwork } from "../host-sim/network.ts";
import { noiseNamed } from "../host-sim/noise/models.ts";
import { preparedFlash } from "../host-sim/prepare.ts";
import { cachedBundle } from "./cached-bundle.ts";
import { Interpreter } from "./interpreter.ts";

const SERIAL = "0".repeat(16); // nobody is let in: no window is opened
const ANSWER_MS = 60000;
const PAUSE_MS = 200;
const CHUNK = 256; // samples of one answer

export interface NoiseDevice {
  /** Most samples in one call of `take`. */
  readonly chunk: number;
  take(source: number, count: number): Promise<Uint8Array>;
  /** Switches it off and on; it is up when this is done. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param model of the recorded kind's noise; each start draws anew, as hardware does. */
export async function simDevice(record: BoardRecord, kind: string, model: string, seed: number): Promise<NoiseDevice> {
  const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
  let board: SimBoard;
  let starts = 0;
  const start = (): void => {
    const noise = { [kind]: noiseNamed(model, seed + starts++) };
    board = new SimBoard({ record, flash, clock: new ManualClock(), network: new MemoryNetwork(), noise, seed });
    board.boot();
  };
  start();
  return {
    chunk: 4096,
    take: async (source, count) => Buffer.from(String(board.evaluate(`wib.noise(${source},${count})`)), "hex"),
    restart: async () => {
      board.powerOff();
      start();
    },
    close: async () => board.powerOff(),
  };
}

function samplesIn(hex: string, count: number): Uint8Array {
  const samples = Buffer.from(hex, "hex");
  if (samples.length !== count) throw unreachable(`${samples.length} samples came, not ${count}`, "start again");
  return samples;
}

function unreachable(message: string, hint: string): WibError {
  return new WibError(message, hint, EXIT_NOT_REACHED);
}

/** The real interpreter, with the board's bundle in its flash. @param program its command line. */
export async function engineDevice(record: BoardRecord, program: string): Promise<NoiseDevice> {
  const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
  const interpreter = new Interpreter(program, flash.snapshot());

  async function isUp(): Promise<void> {
    const kind = await interpreter.ask("typeof wib").catch((error: Error) => error.message);
    if (kind === "object") return;
    await interpreter.stop();
    throw unreachable(`no answer of a bench build: ${kind}`, "name an Espruino program built for this machine");
  }

  await isUp();
  return {
    chunk: CHUNK,
    take: async (source, count) => samplesIn(await interpreter.ask(`wib.noise(${source},${count})`), count),
    async restart() {
      await interpreter.restart();
      await isUp();
    },
    close: () => interpreter.stop(),
  };
}

/**
 * A board that runs its bench build, by its console.
 * @param port as for wib flash: a serial port, tcp://host:port, exec:program.
 */
export async function boardDevice(port: string): Promise<NoiseDevice> {
  const console = await openConsole(port);

  async function isUp(): Promise<void> {
    // It may still be booting. A locked console is a product build's, and stays so.
    for (const end = Date.now() + ANSWER_MS; Date.now() < end && !console.isLocked; await pause(PAUSE_MS))
      if ((await console.ask("typeof wib=='object'&&typeof wib.noise")) === "function") return;
    await console.close();
    throw unreachable("no answer of a bench build", "flash the board with its bench build: wib flash --bench");
  }

  await isUp();
  return {
    chunk: CHUNK,
    take: async (source, count) =>
      samplesIn(await console.ask(`wib.noise(${source},${count})`, { timeoutMs: ANSWER_MS }), count),
    async restart() {
      await console.reboot();
      await isUp();
    },
    close: () => console.close(),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((next) => setTimeout(next, ms));
}
