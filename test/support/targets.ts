// A device to test against over real HTTP: the simulator, or the real interpreter when ESPRUINO_BIN names it. Both boot
// the same bundle from the same flash image.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { boardNamed } from "../../boards/index.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { RealClock } from "../../host-sim/clock.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { HostNetwork } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";

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

/**
 * Below what the systems hand out by themselves: a device that listens only while its window is open must not find its
 * port taken by another test's server, nor that server the requests that were meant for the device.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * 22000);
    const server = net.createServer().listen(port, "127.0.0.1");
    const isFree = await new Promise((resolve) => {
      server.once("listening", () => resolve(true)).once("error", () => resolve(false));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

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
}

/**
 * @param flash its image is written to espruino.flash, from which the interpreter boots.
 * @param program with its arguments, a blank between.
 */
export async function engineTarget(
  flash?: NorFlash,
  program = process.env.ESPRUINO_BIN!,
  port?: number,
): Promise<EngineTarget> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-engine-"));
  port ??= await freePort();
  const image = flash ?? preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL, port });
  writeFileSync(path.join(folder, "espruino.flash"), image.snapshot());
  const [command, ...args] = program.split(" ");
  let child: ChildProcess;
  let output = "";
  const lines: string[] = [];

  function start(): void {
    // stdin must stay open and silent: at its end the interpreter reads junk without end.
    child = spawn(command, args, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
    child.stdout!.on("data", (chunk) => {
      output += chunk;
      for (let end = output.indexOf("\n"); end >= 0; end = output.indexOf("\n")) {
        lines.push(
          output
            .slice(0, end)
            .replace(/\x1b\[[0-9;]*\w|[>\r]/g, "")
            .trim(),
        );
        output = output.slice(end + 1);
      }
    });
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL"); // SIGTERM is ignored in interactive mode
    await gone;
  }

  start();
  let questions = 0;

  /**
   * What an expression prints. The Linux interpreter fills its queue of characters in one thread and empties it in another
   * without a lock, so that now and then a character is lost: then the rest of the line is taken back, and asked anew.
   */
  async function ask(expression: string): Promise<string> {
    const mark = `answer ${++questions} `;
    const line = `\x10print("${mark}"+(${expression}))\n`;
    let answer: string | undefined;
    const isThere = () => (answer = lines.find((l) => l.startsWith(mark))) !== undefined;
    child.stdin!.write(line);
    await until("the console answers", isThere, 30000).catch(() => {
      child.stdin!.write("\b".repeat(2 * line.length) + line);
      return until("the console answers", isThere);
    });
    return answer!.slice(mark.length);
  }

  const target: EngineTarget = {
    ...{ name: "interpreter", url: `http://127.0.0.1:${port}`, port, console: lines, ask },
    status: async () => JSON.parse(await ask('typeof wib=="undefined"?"{}":wib.status()')),
    openWindow: () => openWindow(target),
    press: async (ms) => void (await ask(`wib.press(${ms})`)),
    async restart() {
      await kill();
      start();
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
  return target;
}

/** The flash image an interpreter has written. */
export function flashImage(folder: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(folder, "espruino.flash")));
}
