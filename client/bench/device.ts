// A board with its bench build as a target of setup cases: status and figures by its console, its button by `wib.press` or by a
// pin that is wired to it, its HTTP by its own network or by the console.
import { randomBytes } from "node:crypto";
import type { BoardRecord } from "../../boards/index.ts";
import { serialFromBytes } from "../serial.ts";
import { harness, WIRE_NEWS } from "./harness.ts";
import { install } from "./install.ts";
import type { Console } from "./install.ts";
import { openWindow, sleep, until } from "./target.ts";
import type { DeviceStatus, Target } from "./target.ts";
import { Wire } from "./wire.ts";

/** The slowest boards need a minute for their noise. */
const READY_MS = 300_000;
const POLL_MS = 200;

export interface DeviceOptions {
  console: Console;
  record: BoardRecord;
  /** Where its own network answers; without it the console carries HTTP. */
  url?: URL;
  /** Of its HTTPS once it is set up; 443 unless given. */
  tlsPort?: number;
  /** The name of a pin that is wired to its button. */
  buttonPin?: string;
}

export interface Watched {
  variables: number | null;
  stackFree: number | null;
}

const number = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

export class BenchDevice implements Target {
  readonly name: string;
  readonly serial = serialFromBytes(randomBytes(10));
  readonly wire: Wire | undefined;
  readonly #options: DeviceOptions;
  /** What the harness takes. */
  #own = 0;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.name = options.record.name;
    // Whoever waits for an answer hears of a lost board from his own question.
    if (options.url) return;
    const wire = new Wire(
      (expression) => options.console.ask(expression),
      () => {},
    );
    options.console.onLine = (line) => line === WIRE_NEWS && wire.news();
    this.wire = wire;
  }

  get url(): string {
    return this.#options.url?.origin ?? `http://127.0.0.1:${this.wire!.port}`;
  }

  get port(): number {
    return this.#options.url ? Number(this.#options.url.port || 80) : this.wire!.port;
  }

  get console(): string[] {
    return this.#options.console.lines.filter((line) => line !== WIRE_NEWS);
  }

  /** Writes the build and starts it. @returns seconds from its start to healthy noise, by the board's clock. */
  async begin(bundle: Uint8Array): Promise<number> {
    const { console, record, url, tlsPort } = this.#options;
    const flashed = { serial: this.serial, ...(url?.port && { port: Number(url.port) }), ...(tlsPort && { tlsPort }) };
    const files = { ".boot1": harness(!url), "wib.cfg": JSON.stringify(flashed) };
    await install(console, record, bundle, files);
    const seconds = await this.#untilReady();
    this.#own = number(await console.ask("wibBench.u")) ?? 0;
    await this.#releaseButton();
    await this.wire?.start();
    return seconds;
  }

  async #untilReady(): Promise<number> {
    const { console } = this.#options;
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(POLL_MS)) {
      const [status, seconds] = (
        await console.ask('(typeof wib=="undefined"?"{}":wib.status())+"|"+(getTime()-wibBench.t)')
      ).split("|");
      if ((JSON.parse(status) as DeviceStatus).entropy === "ready") return Number(seconds);
    }
    throw new Error(`its noise is not found healthy within ${READY_MS / 1000} s; it says: ${this.console.at(-1)}`);
  }

  async status(): Promise<DeviceStatus> {
    const text = await this.#options.console.ask('typeof wib=="undefined"?"{}":wib.status()');
    return JSON.parse(text) as DeviceStatus;
  }

  openWindow(): Promise<void> {
    return openWindow(this, READY_MS);
  }

  async #releaseButton(): Promise<void> {
    const { console, record, buttonPin } = this.#options;
    if (buttonPin) await console.ask(`digitalWrite(${buttonPin},${1 - record.pins.pressed})`);
  }

  async press(ms: number): Promise<void> {
    const { console, record, buttonPin } = this.#options;
    const { pressed } = record.pins;
    const release = `setTimeout(function(){digitalWrite(${buttonPin},${1 - pressed})},${ms})`;
    await console.ask(buttonPin ? `(digitalWrite(${buttonPin},${pressed}),${release})` : `wib.press(${ms})`);
  }

  async restart(): Promise<void> {
    await this.wire?.pause();
    await this.#options.console.reboot();
    await this.#releaseButton();
    this.wire?.resume();
  }

  /** In use after a collection, without the harness. */
  async variables(): Promise<number | null> {
    const usage = number(await this.#options.console.ask("process.memory().usage"));
    return usage === null ? null : usage - this.#own;
  }

  async totalVariables(): Promise<number | null> {
    return number(await this.#options.console.ask("process.memory().total"));
  }

  /** From now on, or until now. */
  async watch(isOn: boolean): Promise<Watched> {
    const [variables, stackFree] = (await this.#options.console.ask(`wibBench.w(${isOn ? 1 : 0})`))
      .split(" ")
      .map(number);
    return { variables: variables === null ? null : variables - this.#own, stackFree };
  }

  async hasShut(): Promise<void> {
    await until("the window has shut", async () => !(await this.status()).window, READY_MS);
  }

  /** Raw samples of one of its sources. */
  async noise(source: number, count: number): Promise<Uint8Array> {
    const samples = Buffer.from(await this.#options.console.ask(`wib.noise(${source},${count})`), "hex");
    if (samples.length !== count) throw new Error(`${samples.length} samples came, not ${count}`);
    return samples;
  }

  async stop(): Promise<void> {
    await this.wire?.pause();
  }
}
