// The shipped bundle on a simulated board whose time moves only when a test says so, with sockets through memory; and
// a client for it that seals with the owner's code and can say anything.
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { boardNamed } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { deriveKeys, expectedProof, seal, transcriptHash } from "../../client/schedule.ts";
import type { SessionKeys } from "../../client/schedule.ts";
import { SUITES } from "../../client/suites.ts";
import * as P from "../../firmware/protocol.ts";
import { SimBoard } from "../../host-sim/board.ts";
import type { BoardOptions } from "../../host-sim/board.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { MemoryNetwork } from "../../host-sim/network.ts";
import type { Peer } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";

export const SERIAL = "7K3M9QPX2D4RW8TF";
export const WRONG_SERIAL = "0".repeat(16);
const PORT = 80;
const STEP_MS = 10;

/** A clock whose setTime changes what the firmware reads and moves no timer, as on the engine. */
export class SettableClock extends ManualClock {
  offset = 0;
  override now(): number {
    return super.now() + this.offset;
  }
}

export interface Answer {
  status: number;
  code: string;
  /** The header whole, and one line of it by name, in lower case. */
  head: string;
  header(name: string): string | undefined;
  body: string;
}

export function parseAnswer(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end + 4);
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, "im").exec(head)?.[1];
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
  return { status, code: header("Wib-Error") ?? "", head, header, body: text.slice(end + 4) };
}

export function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

export interface RequestOptions {
  method?: string;
  host?: string;
  cookie?: string;
  type?: string;
  body?: string | Uint8Array;
  /** Further lines, each ended by CRLF. */
  lines?: string;
}

export function requestText(path: string, o: RequestOptions = {}): string {
  const body = typeof o.body === "string" ? o.body : o.body ? binary(o.body) : "";
  const method = o.method ?? (o.body === undefined ? "GET" : "POST");
  const cookie = o.cookie === undefined ? "" : `Cookie: wib=${o.cookie}\r\n`;
  const type = o.type === undefined ? "" : `Content-Type: ${o.type}\r\n`;
  const length = o.body === undefined ? "" : `Content-Length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: ${o.host ?? "device"}\r\n${cookie}${type}${length}${o.lines ?? ""}\r\n${body}`;
}

export interface DeviceOptions extends Partial<Pick<BoardOptions, "noise" | "onLed" | "air" | "bluetooth">> {
  flash?: NorFlash;
  record?: BoardRecord;
  serial?: string;
  host?: string;
  apPassword?: string;
  /** Of the console, where it is locked. */
  password?: string;
  /** Of the setup server, where its flash says another than the usual. */
  port?: number;
}

export class VirtualDevice {
  readonly clock = new SettableClock();
  readonly network = new MemoryNetwork();
  readonly console: string[] = [];
  readonly flash: NorFlash;
  readonly board: SimBoard;
  readonly port: number;
  private readonly password: string | undefined;

  private constructor(record: BoardRecord, flash: NorFlash, options: DeviceOptions) {
    this.flash = flash;
    this.port = options.port ?? PORT;
    this.password = options.password;
    this.board = new SimBoard({
      ...{ record, flash, clock: this.clock, network: this.network, seed: 1, ...options },
      onConsole: (line) => void this.console.push(line),
    });
    this.clock.afterEach = () => this.board.idle();
  }

  static async create(options: DeviceOptions = {}): Promise<VirtualDevice> {
    const record = options.record ?? boardNamed("linux");
    const { serial = SERIAL, host, apPassword } = options;
    const flashed = { serial, host, apPassword };
    const flash = options.flash ?? preparedFlash(record, await cachedBundle(record, "bench"), flashed);
    const device = new VirtualDevice(record, flash, options);
    device.boot();
    return device;
  }

  /** One with its window open. */
  static async open(options: DeviceOptions = {}): Promise<VirtualDevice> {
    const device = await VirtualDevice.create(options);
    device.openWindow();
    return device;
  }

  /** Power on, until there is randomness. */
  boot(): void {
    this.board.boot();
    for (let i = 0; i < 1000 && this.status().entropy === P.ERROR.entropyStarting; i++) this.advance(STEP_MS);
  }

  advance(ms: number): void {
    this.clock.advance(ms);
    this.board.idle();
  }

  hold(ms: number): void {
    this.board.press(ms);
    this.advance(ms + 100); // the debounce
  }

  openWindow(): void {
    this.hold(3100);
    if (this.board.wifi || this.board.mac) this.advance(1000); // the network has to come up
    if (!this.isListening()) throw new Error(`no window: ${this.console.join("; ")}`);
    this.advance(1000); // its key pairs are made
  }

  isListening(): boolean {
    return this.network.isListening(this.port);
  }

  status(): { board: string; window: boolean; entropy: string; installed: boolean; failedTries: number } {
    if (this.password) this.board.unlock(this.password);
    return JSON.parse(String(this.board.evaluate("wib.status()")));
  }

  connect(text = ""): Peer {
    const peer = this.network.connect(this.port);
    if (!peer) throw new Error("connection refused");
    peer.write(text);
    return peer;
  }

  /** Lets the device work until it has closed the connection. */
  settle(peer: Peer, limitMs = 12000): Answer {
    this.board.idle();
    for (let waited = 0; !peer.closed && waited < limitMs; waited += STEP_MS) this.advance(STEP_MS);
    return parseAnswer(peer.received);
  }

  send(text: string): Answer {
    return this.settle(this.connect(text));
  }

  request(path: string, options: RequestOptions = {}): Answer {
    return this.send(requestText(path, options));
  }

  /** A greeting; waits where two a second were given. */
  greet(): Session {
    let answer = this.request(P.PATH_DH);
    if (answer.code === P.ERROR.busy) {
      this.advance(1100);
      answer = this.request(P.PATH_DH);
    }
    return new Session(this, answer);
  }

  /** A session that waits for auth. */
  agree(suite = P.SUITE_X25519): Session {
    const session = this.greet();
    const answer = session.dh(suite);
    if (answer.status !== 200) throw new Error(`dh: ${answer.status} ${answer.code}`);
    return session;
  }

  /** A session that waits for csr or key. */
  authenticated(suite = P.SUITE_X25519): Session {
    const session = this.agree(suite);
    const answer = session.auth();
    if (answer.status !== 204) throw new Error(`auth: ${answer.status} ${answer.code}`);
    return session;
  }
}

export class Session {
  readonly device: VirtualDevice;
  readonly greeting: Answer;
  readonly cookie: string;
  keys: SessionKeys | undefined;

  constructor(device: VirtualDevice, greeting: Answer) {
    if (greeting.status !== 200) throw new Error(`greeting: ${greeting.status} ${greeting.code}`);
    this.device = device;
    this.greeting = greeting;
    this.cookie = /^wib=([0-9a-f]{72});/.exec(greeting.header("Set-Cookie") ?? "")?.[1] ?? "";
  }

  /** Text of a POST dh; its answer goes to `derive`. */
  begin(suite = P.SUITE_X25519, serial = SERIAL): { text: string; derive(answer: Answer): void } {
    const { build, salt, suites } = JSON.parse(this.greeting.body);
    const context = { salt: hexToBytes(salt), cookie: this.cookie, offered: suites.join(",") };
    const client = SUITES.find(({ name }) => name === suite)!.begin({ serial: utf8ToBytes(serial), ...context });
    const derive = (answer: Answer): void => {
      const response = Buffer.from(answer.body, "latin1");
      const ikm = client.finish(response);
      const transcript = { build, suite, salt: hexToBytes(salt), offered: suites.join(","), cookie: this.cookie };
      this.keys = deriveKeys(ikm, transcriptHash({ ...transcript, request: client.body, response }));
    };
    return { text: requestText(P.PATH_DH, { cookie: this.cookie, type: client.type, body: client.body }), derive };
  }

  dh(suite = P.SUITE_X25519): Answer {
    const { text, derive } = this.begin(suite);
    const answer = this.device.send(text);
    if (answer.status === 200) derive(answer);
    return answer;
  }

  sealed(step: number, plaintext: string | Uint8Array): Uint8Array {
    const bytes = typeof plaintext === "string" ? Buffer.from(plaintext, "latin1") : plaintext;
    return seal(this.keys!, step, new Uint8Array(bytes));
  }

  text(path: string, body: string | Uint8Array, options: RequestOptions = {}): string {
    return requestText(path, { cookie: this.cookie, type: P.TYPE_BYTES, body, ...options });
  }

  post(path: string, body: string | Uint8Array, options: RequestOptions = {}): Answer {
    return this.device.send(this.text(path, body, options));
  }

  auth(serial = SERIAL): Answer {
    return this.post(P.PATH_AUTH, this.sealed(P.STEP_AUTH, serial));
  }

  csr(wishes = "key=p256\ncn=device.local\n"): Answer {
    return this.post(P.PATH_CSR, this.sealed(P.STEP_CSR, wishes));
  }

  key(pem: string): Answer {
    return this.post(P.PATH_KEY, this.sealed(P.STEP_KEY, pem));
  }

  /** What Wib-Proof must be for an answer to this sealed body. */
  proof(path: string, answer: Answer, requestBody: Uint8Array): string {
    const requestTag = requestBody.slice(-P.TAG_BYTES);
    const { status, code } = answer;
    const body = Buffer.from(answer.body, "latin1");
    return bytesToHex(expectedProof(this.keys!, { path, status, code, requestTag, body }));
  }
}
