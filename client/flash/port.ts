// The wire to a board's console: a serial port, `tcp://host:port`, or `exec:program arguments`, an Espruino program on this
// machine (which keeps its flash in the folder it runs in). Text is latin1: one character, one byte. What cannot be opened is
// a WibError with what to do about it. Serial ports are those of the optional package `espruino`, which brings `serialport`.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { EXIT_NOT_REACHED, usageError, WibError } from "../errors.ts";
import { holdOnOneProcessor } from "./one-processor.ts";

const BAUD = 115200;
const CONNECT_MS = 10_000;
const UDEV_RULE = `SUBSYSTEM=="tty", ATTRS{idVendor}=="0483", ATTRS{idProduct}=="5740", MODE="0660", GROUP="plugdev"`;

/** Two-way text to a board. `onText` is called from the moment it is open. */
export interface Line {
  write(text: string): void;
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface FoundPort {
  path: string;
  /** What the maker calls it, and USB vendor and product, as far as is known. */
  description: string;
}

const PROGRAM = "exec:";

export const isProgram = (port: string): boolean => port.startsWith(PROGRAM);

export function notReached(message: string, hint: string): WibError {
  return new WibError(message, hint, EXIT_NOT_REACHED);
}

interface SerialPortClass {
  new (options: object): {
    isOpen: boolean;
    open(done: (error: Error | null) => void): void;
    close(done: () => void): void;
    write(data: Buffer): void;
    on(event: string, callback: (data: Buffer) => void): unknown;
  };
  list(): Promise<{ path: string; manufacturer?: string; vendorId?: string; productId?: string }[]>;
}

function serialPortClass(): SerialPortClass {
  try {
    const espruino = createRequire(import.meta.url).resolve("espruino/package.json");
    return createRequire(espruino)("serialport").SerialPort as SerialPortClass;
  } catch {
    throw usageError(
      "serial ports need the optional package espruino, which is not installed",
      "npm install --include=optional; tcp:// and exec: ports work without it",
    );
  }
}

/** By the names that Linux gives to serial ports on USB. */
function deviceFiles(): { path: string; manufacturer?: string; vendorId?: string; productId?: string }[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/dev")
    .filter((name) => /^tty(ACM|USB)\d+$/.test(name))
    .map((name) => ({ path: `/dev/${name}` }));
}

/** Serial ports of this machine that something is plugged into. */
export async function listPorts(): Promise<FoundPort[]> {
  const found = await serialPortClass()
    .list()
    .catch(() => deviceFiles()); // on Linux it asks udevadm, which a container may not have
  return found
    .filter(({ path, vendorId }) => vendorId !== undefined || !/^\/dev\/ttyS\d+$/.test(path)) // built in, with nothing behind
    .map(({ path, manufacturer, vendorId, productId }) => ({
      path,
      description: [manufacturer, vendorId && `USB ${vendorId}:${productId}`].filter(Boolean).join(", "),
    }));
}

async function portsHint(): Promise<string> {
  const found = await listPorts().catch(() => []);
  return found.length
    ? `ports here: ${found.map(({ path, description }) => (description ? `${path} (${description})` : path)).join(", ")}`
    : "no serial port is here: is the board plugged in, with a cable that carries data?";
}

/** @throws WibError where there is no such port, it may not be used, or somebody else has it. */
export function openLine(port: string, onText: (text: string) => void, baud = BAUD): Promise<Line> {
  if (isProgram(port)) return openProgram(port.slice(PROGRAM.length), onText);
  if (!/^\w+:\/\//.test(port)) return openSerial(port, onText, baud);
  const url = URL.canParse(port) ? new URL(port) : undefined;
  if (url?.protocol !== "tcp:" || !url.hostname || !url.port || (url.pathname !== "" && url.pathname !== "/"))
    throw usageError(`"${port}" is no port`, "give a serial port, tcp://host:port or exec:program");
  return openTcp(url.hostname.replace(/^\[|\]$/g, ""), Number(url.port), onText);
}

async function openTcp(host: string, port: number, onText: (text: string) => void): Promise<Line> {
  const socket = net.connect(port, host);
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    const fail = (code: string | undefined) =>
      reject(
        notReached(`nothing answers at tcp://${host}:${port} (${code})`, "is the board, or the virtual one, running?"),
      );
    const timer = setTimeout(() => (socket.destroy(), fail("no answer")), CONNECT_MS);
    socket.once("connect", () => (clearTimeout(timer), resolve()));
    socket.once("error", (error: NodeJS.ErrnoException) => (clearTimeout(timer), fail(error.code)));
  });
  socket.on("error", () => {}).on("data", (chunk) => onText(chunk.toString("latin1")));
  socket.on("end", () => socket.destroy()); // a board that hangs up has nothing to hear any more
  return {
    write: (text) => void (socket.destroyed || socket.write(text, "latin1")),
    isOpen: () => !socket.destroyed,
    close: () =>
      new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve()).destroy())),
  };
}

/** Why a serial port cannot be opened, as the system's error message tells it. */
async function serialError(name: string, message: string): Promise<WibError> {
  if (/no such file|ENOENT|file not found/i.test(message))
    return notReached(`there is no port ${name}`, await portsHint());
  if (/permission|EACCES|access denied/i.test(message))
    return notReached(
      `no permission to use ${name}`,
      `on Linux: sudo usermod -a -G dialout $USER and log in again, or a udev rule such as ${UDEV_RULE}`,
    );
  if (/lock|busy|EBUSY|resource temporarily/i.test(message))
    return notReached(`${name} is in use`, "close the Web IDE, the terminal or whatever else has it open");
  return notReached(`${name} cannot be opened: ${message.replace(/^Error:? ?/, "")}`, await portsHint());
}

async function openSerial(name: string, onText: (text: string) => void, baud: number): Promise<Line> {
  const port = new (serialPortClass())({ path: name, baudRate: baud, autoOpen: false });
  const error = await new Promise<Error | null>((done) => port.open(done));
  if (error) throw await serialError(name, error.message);
  port.on("error", () => {});
  port.on("data", (chunk) => onText(chunk.toString("latin1")));
  return {
    write: (text) => void (port.isOpen && port.write(Buffer.from(text, "latin1"))),
    isOpen: () => port.isOpen,
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}

/** Closing it is pulling the plug. Its input stays open, or the interpreter would read junk without end. */
async function openProgram(command: string, onText: (text: string) => void): Promise<Line> {
  const [program, ...args] = command.trim().split(/\s+/);
  if (!program) throw usageError("exec: without a program", "give exec:/path/to/espruino");
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
  let isOpen = true;
  const gone = new Promise<void>((resolve) => child.once("close", () => ((isOpen = false), resolve())));
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once(
      "error",
      ({ message }) => (
        (isOpen = false),
        reject(notReached(`${program} does not start: ${message}`, "check the path"))
      ),
    );
  });
  holdOnOneProcessor(child.pid!);
  const kill = () => child.kill("SIGKILL"); // SIGTERM is ignored; one that is left behind would keep its port
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  child.stdin.on("error", () => {});
  child.stdout.on("data", (chunk: Buffer) => onText(chunk.toString("latin1")));
  return {
    write: (text) => void (isOpen && child.stdin.write(text, "latin1")),
    isOpen: () => isOpen,
    close: () => (kill(), gone),
  };
}
