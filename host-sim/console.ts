// A virtual board: a SimBoard whose console is on a TCP port, as flashing tools know it (PLATFORM section 8). What they write goes
// through the simulated flash, where the power can fail. Like a board on USB it hangs up when it restarts. `faults` may be changed
// at any time. Not modelled: Ctrl-C within running code (an endless loop ends by itself), and files of save().
import net from "node:net";
import { SimBoard } from "./board.ts";
import type { BoardOptions } from "./board.ts";
import { RealClock } from "./clock.ts";
import { ConsoleLine } from "./console-line.ts";
import { printed } from "./console-print.ts";
import { seeded } from "./flash.ts";
import { HostNetwork } from "./network.ts";
import { NAK, Packets } from "./packets.ts";
import { storageOf } from "./prepare.ts";

const LOOP_MS = 10_000;
const BANNER =
  "\n ____                 _ \n|  __|___ ___ ___ _ _|_|___ ___ \n|  __|_ -| . |  _| | | |   | . |\n" +
  "|____|___|  _|_| |___|_|_|_|___|\n         |_| espruino.com\n";

/** What goes wrong. */
export interface ConsoleFaults {
  /** Of each byte in either direction: it is lost. */
  losesByte?: number;
  /** Of each piece that comes from the host: some of the newest 1,024 bytes come once more, as on the Linux interpreter. */
  hearsAgain?: number;
  /** The connection is cut when so many more bytes have come from the host; then this is forgotten. */
  cutAfter?: number;
  /** Nothing is answered. */
  isSilent?: boolean;
  /** What process.env says. */
  env?: Record<string, unknown>;
  /** The wire stays, as a UART does, when the board restarts. */
  keepsLine?: boolean;
}

const HTTPS_PORT = 443;
const HEARD_AGAIN_BYTES = 1024;

export type VirtualBoardOptions = Omit<BoardOptions, "clock" | "network" | "console" | "onPowerCut" | "env"> & {
  /** 0 for any. */
  port?: number;
  host?: string;
  /** Of the setup server here; 0 for any. */
  httpPort?: number;
  /** Of its HTTPS once it is set up; 0 for any. */
  httpsPort?: number;
  speed?: number;
  faults?: ConsoleFaults;
  onListening?: (hostPort: number, isSecure: boolean) => void;
};

export class VirtualBoard {
  readonly board: SimBoard;
  readonly faults: ConsoleFaults;
  /** Bytes that came from hosts. */
  received = 0;
  restarts = 0;
  readonly #options: VirtualBoardOptions;
  readonly #line: ConsoleLine;
  readonly #network: HostNetwork;
  readonly #random: () => number;
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | undefined;
  /** What the running line has asked for, and is done when it is over. */
  #pending: (() => void) | undefined;
  #heard = "";
  #isOff = false;

  constructor(options: VirtualBoardOptions) {
    this.#options = options;
    this.faults = options.faults ?? {};
    this.#random = seeded(options.seed ?? 1);
    this.#network = new HostNetwork(
      (devicePort) => (devicePort === HTTPS_PORT ? options.httpsPort : options.httpPort) ?? 0,
      (devicePort, hostPort) => options.onListening?.(hostPort, devicePort === HTTPS_PORT),
    );
    this.board = new SimBoard({
      ...options,
      ...{ network: this.#network, clock: new RealClock(options.speed ?? 1), env: this.faults.env },
      onConsole: (text) => this.#print(text),
      onPowerCut: () => this.#powerFailed(),
      console: {
        globals: {
          reset: () => this.#later(() => this.#restart()),
          load: (file?: string) => this.#later(() => this.#restart(file ?? ".bootcde")),
          echo: (on: unknown) => this.#line.setEcho(Boolean(on)),
        },
        E: { reboot: () => this.#reboot() },
      },
    });
    this.#network.wake = () => this.board.wake();
    this.#line = new ConsoleLine({
      write: (text) => this.#write(text),
      isLocked: () => this.board.locked(),
      unlock: (password) => this.board.unlock(password),
      run: (line) => this.#run(line),
      identity: () =>
        `${String(this.board.evaluate("process.env.VERSION"))} ${String(this.board.evaluate("process.env.BOARD"))}`,
      packets: new Packets({
        write: (text) => this.#write(text),
        storage: () => storageOf(options.record, options.flash),
        evaluate: (expression) => {
          const value = this.board.evaluate(`(${expression})`);
          return typeof value === "string" ? value : printed(value);
        },
        fail: (error) => {
          this.#line.removePrompt();
          this.#write(NAK);
          this.#report(error);
        },
      }),
    });
  }

  /** @returns the port of its console. */
  async start(): Promise<number> {
    this.board.boot();
    const server = (this.#server = net.createServer((socket) => this.#accept(socket)));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.#options.port ?? 0, this.#options.host ?? "127.0.0.1", resolve);
    });
    return (server.address() as net.AddressInfo).port;
  }

  /** Pulls the plug and puts it in again. */
  powerOn(): void {
    this.#isOff = true;
    this.#hangUp();
    this.#options.flash.powerOn();
    this.#boot();
  }

  async stop(): Promise<void> {
    this.#isOff = true;
    this.board.powerOff();
    this.#line.endPacket();
    this.#network.stop();
    this.#hangUp();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }

  #accept(socket: net.Socket): void {
    if (this.#isOff) return void socket.destroy();
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    socket.on("data", (data) => this.#receive(socket, data));
    this.#line.greet();
  }

  #receive(socket: net.Socket, data: Buffer): void {
    const { cutAfter, losesByte, hearsAgain, isSilent } = this.faults;
    const isCut = cutAfter !== undefined && data.length >= cutAfter;
    if (isCut) {
      data = data.subarray(0, cutAfter);
      delete this.faults.cutAfter;
    } else if (cutAfter !== undefined) this.faults.cutAfter = cutAfter - data.length;
    this.received += data.length;
    const heard = losesByte ? data.filter(() => this.#random() >= losesByte) : data;
    const text = Buffer.from(heard).toString("latin1");
    this.#heard = (this.#heard + text).slice(-HEARD_AGAIN_BYTES);
    const again =
      hearsAgain && this.#random() < hearsAgain ? this.#heard.slice(this.#random() * this.#heard.length) : "";
    if (!isSilent && !this.#isOff) this.#line.feed(text + again);
    this.#finish();
    if (isCut) socket.destroy();
  }

  #write(text: string): void {
    const { losesByte, isSilent } = this.faults;
    if (isSilent || this.#isOff || this.#options.flash.poweredOff) return;
    const bytes = Buffer.from(text, "latin1");
    const sent = losesByte ? bytes.filter(() => this.#random() >= losesByte) : bytes;
    for (const socket of this.#sockets) if (!socket.destroyed) socket.write(sent);
  }

  /** What the firmware prints. Outside a line the prompt comes back behind it. */
  #print(text: string): void {
    if (this.#isOff) return;
    this.#options.onConsole?.(text);
    this.#line.print(text);
    setImmediate(() => this.#isOff || this.#line.showPrompt());
  }

  #run(line: string): string | undefined {
    try {
      const value = this.board.evaluateLine(line, LOOP_MS);
      if (this.#options.flash.poweredOff) this.#powerFailed();
      else this.board.wake();
      return this.#isOff ? undefined : printed(value);
    } catch (error) {
      if (this.#options.flash.poweredOff) this.#powerFailed();
      else this.#report(error);
      return undefined;
    }
  }

  #report(error: unknown): void {
    const { code, message } = (error ?? {}) as { code?: string; message?: string };
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return this.#line.print("Execution Interrupted");
    const kind = (error as Error)?.constructor?.name;
    const text = message?.replace(/^(\S+) is not defined$/, '"$1" is not defined');
    this.#line.print(`Uncaught ${text === undefined ? String(error) : `${kind}: ${text}`}`);
  }

  #later(what: () => void): void {
    this.#pending = what;
    setImmediate(() => this.#finish());
  }

  #finish(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (!this.#isOff) pending?.();
  }

  #restart(file?: string): void {
    this.#line.reset(file === undefined);
    if (file === undefined)
      this.#write(`${BANNER} ${String(this.#version())} (simulated)\n\n`.replaceAll("\n", "\r\n"));
    this.board.restart(file);
    this.#line.showPrompt();
  }

  #version(): unknown {
    return this.faults.env?.["VERSION"] ?? "2v29.277";
  }

  /** Never returns on the engine: what is left of the line must neither run nor print. */
  #reboot(): never {
    this.#isOff = true;
    setImmediate(() => (this.faults.keepsLine ? this.#bootAgain() : this.powerOn()));
    throw new Error("host-sim: rebooting");
  }

  #boot(): void {
    this.restarts++;
    this.#heard = "";
    this.#isOff = false;
    this.#line.reset(true);
    this.board.boot();
  }

  #bootAgain(): void {
    this.#boot();
    this.#line.showPrompt();
  }

  /** The flash has no power: nor has anything else, until powerOn(). */
  #powerFailed(): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.board.powerOff();
    this.#hangUp();
  }

  #hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
