// Whom raw samples can be taken from: a simulated board, the interpreter as a child process, and a real board by the
// console on its serial port or on TCP. All run the bench build, whose global `wib.noise(source, count)` gives hex.
import net from "node:net";
import type { BoardRecord } from "../boards/index.ts";
import { WibError, EXIT_NOT_REACHED } from "../client/errors.ts";
import { SimBoard } from "../host-sim/board.ts";
import { ManualClock } from "../host-sim/clock.ts";
import { MemoryNetwork } from "../host-sim/network.ts";
import { noiseNamed } from "../host-sim/noise/models.ts";
import { preparedFlash } from "../host-sim/prepare.ts";
import { cachedBundle } from "./cached-bundle.ts";
import { Interpreter } from "./interpreter.ts";

const SERIAL = "0".repeat(16); // nobody is let in: no window is opened
const ANSWER_MS = 60000;
const PING_MS = 1000;
const PAUSE_MS = 200;
const REBOOT_MS = 500;
const CHUNK = 256; // samples of one answer
const BAUD = 115200;

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

/** Two-way text to a device's console. */
interface Line {
  write(text: string): void;
  isOpen(): boolean;
  close(): Promise<void>;
}
type OpenLine = (onText: (text: string) => void) => Promise<Line>;

async function consoleDevice(open: OpenLine): Promise<NoiseDevice> {
  let text = "";
  let question = 0;
  let line: Line;

  async function ask(expression: string, limitMs: number): Promise<string | undefined> {
    const mark = `@${++question}`;
    text = "";
    // A line that begins with 0x10 is not echoed.
    line.write(`\x10print("${mark} "+(${expression})+" @")\n`);
    for (const end = Date.now() + limitMs; Date.now() < end; await new Promise((next) => setTimeout(next, 2))) {
      const answer = new RegExp(`${mark} (\\S*) @`).exec(text);
      if (answer) return answer[1];
      const error = /Uncaught ([^\r\n]*)/.exec(text);
      if (!line.isOpen()) return undefined;
      if (error) throw unreachable(`the board says: ${error[1]}`, "it needs a bench build of this version");
    }
    return undefined;
  }

  async function connect(): Promise<void> {
    const end = Date.now() + ANSWER_MS;
    for (;;) {
      try {
        line = await open((more) => (text += more));
        while (Date.now() < end && line.isOpen()) {
          if ((await ask("typeof wib", PING_MS)) === "object") return;
          await new Promise((next) => setTimeout(next, PAUSE_MS)); // still booting, or a product build
        }
        await line.close();
      } catch (error) {
        // While a board restarts its port is gone.
        if (Date.now() > end || question === 0) throw unreachable((error as Error).message, "is it plugged in?");
        await new Promise((next) => setTimeout(next, PAUSE_MS));
        continue;
      }
      throw unreachable("no answer of a bench build", "flash the board with its bench build, and close other consoles");
    }
  }

  await connect();
  return {
    chunk: CHUNK,
    async take(source, count) {
      const hex = await ask(`wib.noise(${source},${count})`, ANSWER_MS);
      if (hex === undefined) throw unreachable("the board stopped answering", "start again");
      return samplesIn(hex, count);
    },
    async restart() {
      line.write("\x10E.reboot()\n");
      await new Promise((next) => setTimeout(next, REBOOT_MS));
      await line.close();
      await connect();
    },
    close: () => line.close(),
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

/** @param port `tcp://host:port`, or the name of a serial port. */
export function boardDevice(port: string): Promise<NoiseDevice> {
  const tcp = /^tcp:\/\/([^:]+):(\d+)$/.exec(port);
  return consoleDevice(tcp ? (onText) => openTcp(tcp[1], Number(tcp[2]), onText) : (t) => openSerial(port, t));
}

async function openTcp(host: string, port: number, onText: (text: string) => void): Promise<Line> {
  const socket = net.connect(port, host);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.on("error", () => {}).on("data", (chunk) => onText(chunk.toString("latin1")));
  return {
    write: (text) => void socket.write(text, "latin1"),
    isOpen: () => !socket.destroyed,
    close: () =>
      new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve()).destroy())),
  };
}

async function openSerial(name: string, onText: (text: string) => void): Promise<Line> {
  const { SerialPort } = await import("serialport").catch(() => {
    throw new Error("serial ports need the optional package espruino: npm install --include=optional");
  });
  const port = new SerialPort({ path: name, baudRate: BAUD, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on("error", () => {}).on("data", (chunk: Buffer) => onText(chunk.toString("latin1")));
  return {
    write: (text) => void port.write(Buffer.from(text, "latin1")),
    isOpen: () => port.isOpen,
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}
