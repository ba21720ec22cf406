// A device to test against over real HTTP: the simulator, or the real interpreter when ESPRUINO_BIN names it. Both boot
// the same bundle from the same flash image.
import net from "node:net";
import { boardNamed } from "../../boards/index.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { RealClock } from "../../host-sim/clock.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { HostNetwork } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { freePort } from "../../scripts/free-port.ts";
import { Interpreter } from "../../scripts/interpreter.ts";

export const SERIAL = "7K3M9QPX2D4RW8TF";

export interface DeviceStatus {
  window: boolean;
  entropy: string;
  installed: boolean;
  failedTries: number;
}

export interface Target {
  name: string;
  /** Where the setup server is once the window is open. */
  url: string;
  port: number;
  status(): Promise<DeviceStatus>;
  /** Opens the window by a hold of the button, and waits until it listens. */
  openWindow(): Promise<void>;
  press(ms: number): Promise<void>;
  /** Everything the device printed. */
  console: string[];
  /** Pulls the plug and boots again from the same flash. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const record = boardNamed("linux");

/** The simulated device lives faster than we do, so that nobody waits for its button. */
const SIM_SPEED = 8;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(what: string, test: () => boolean | Promise<boolean>, timeoutMs = 60000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) if (await test()) return;
  throw new Error(`timed out waiting until ${what}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function openWindow(target: Target): Promise<void> {
  await until("entropy is ready", async () => (await target.status()).entropy === "ready");
  await target.press(3100);
  await until("the window is open", () => listens(target.port));
}

export async function simTarget(flash?: NorFlash): Promise<Target> {
  const lines: string[] = [];
  const port = await freePort();
  const network = new HostNetwork(() => port);
  const image = flash ?? preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
  const board = new SimBoard({
    ...{ record, flash: image, network, clock: new RealClock(SIM_SPEED), seed: Date.now() % 1e9 },
    onConsole: (line) => void lines.push(line),
  });
  network.wake = () => board.wake();
  board.boot();
  const target: Target = {
    ...{ name: "simulator", url: `http://127.0.0.1:${port}`, port, console: lines },
    status: async () => JSON.parse(String(board.evaluate("wib.status()"))),
    openWindow: () => openWindow(target),
    press: async (ms) => board.press(ms),
    restart: async () => board.boot(),
    async stop() {
      board.powerOff();
      network.stop();
    },
  };
  return target;
}

export interface EngineTarget extends Target {
  /** What an expression prints on the console. */
  ask(expression: string): Promise<string>;
  interpreter: Interpreter;
}

/** @param program with its arguments, a blank between. */
export async function engineTarget(
  flash?: NorFlash,
  program = process.env.ESPRUINO_BIN!,
  port?: number,
): Promise<EngineTarget> {
  port ??= await freePort();
  const image = flash ?? preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL, port });
  const interpreter = new Interpreter(program, image.snapshot());
  const ask = (expression: string) => interpreter.ask(expression);
  const target: EngineTarget = {
    ...{ name: "interpreter", url: `http://127.0.0.1:${port}`, port, console: interpreter.lines, ask, interpreter },
    status: async () => JSON.parse(await ask('typeof wib=="undefined"?"{}":wib.status()')),
    openWindow: () => openWindow(target),
    press: async (ms) => void (await ask(`wib.press(${ms})`)),
    restart: () => interpreter.restart(),
    stop: () => interpreter.stop(),
  };
  return target;
}
