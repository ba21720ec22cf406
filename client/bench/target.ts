// A device to run setup cases against over real HTTP, whatever it is: the simulator and the interpreter in the tests, a board
// on the bench.
import net from "node:net";

export interface DeviceStatus {
  window: boolean;
  entropy: string;
  installed: boolean;
  failedTries: number;
}

export interface Target {
  name: string;
  /** Canonical. */
  serial: string;
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

const HOLD_MS = 3100;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(what: string, test: () => boolean | Promise<boolean>, timeoutMs = 60000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) if (await test()) return;
  throw new Error(`timed out waiting until ${what}`);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** By its button, once it has randomness. */
export async function openWindow(target: Target, timeoutMs?: number): Promise<void> {
  await until("entropy is ready", async () => (await target.status()).entropy === "ready", timeoutMs);
  await target.press(HOLD_MS);
  const host = new URL(target.url).hostname.replace(/^\[|\]$/g, "");
  await until("the window is open", () => listens(host, target.port), timeoutMs);
}
