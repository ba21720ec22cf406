// The console's binary packets (src/jsinteractive.c, PLATFORM section 8): 0x10 0x01, 16 bits of type and length, data. Answered by
// ACK or NAK, EVAL by a RESPONSE packet too. Files go to Storage only; compressed ones and those of a file system get a NAK.
import { parseJson } from "./engine-values.ts";
import type { StorageModule } from "./storage.ts";

export const LENGTH_BITS = 0x1fff;
const TYPE_BITS = 0xe000;
const RESPONSE = 0x0000;
const EVAL = 0x2000;
const FILE_SEND = 0x6000;
const DATA = 0x8000;
const FILE_RECV = 0xa000;
export const ACK = "\x06";
export const NAK = "\x15";
const PIECE = 1024;

export interface PacketHost {
  write(text: string): void;
  storage(): StorageModule;
  /** The value of an expression as text. @throws what it throws. */
  evaluate(expression: string): string;
  /** Answers NAK, and reports an error. */
  fail(error: unknown): void;
}

interface Incoming {
  fn: string;
  size: number;
  offset: number;
}

/** Files that come in: at most one at a time, forgotten after `end()` (10 s without a packet). */
export class Packets {
  readonly #host: PacketHost;
  #file: Incoming | undefined;

  constructor(host: PacketHost) {
    this.#host = host;
  }

  end(): void {
    this.#file = undefined;
  }

  /** @param head type and length as they came. */
  process(head: number, data: string): void {
    const type = head & TYPE_BITS;
    if (type === EVAL) this.#evaluate(data);
    else if (type === FILE_SEND) this.#begin(data);
    else if (type === DATA) this.#take(data);
    else if (type === FILE_RECV) this.#send(data);
    else this.#host.write(NAK); // events too: nobody listens for them
  }

  #reply(type: number, data: string): void {
    const head = type | data.length;
    this.#host.write(`\x10\x01${String.fromCharCode(head >> 8, head & 255)}${data}`);
  }

  #evaluate(expression: string): void {
    try {
      const value = this.#host.evaluate(expression);
      this.#host.write(ACK);
      this.#reply(RESPONSE, value);
    } catch (error) {
      this.#host.fail(error);
    }
  }

  #begin(data: string): void {
    const wish = parsed(data);
    this.#file = undefined;
    const isOk = typeof wish?.fn === "string" && Number(wish.s) !== 0 && !wish.fs && !wish.c;
    if (isOk) this.#file = { fn: wish.fn as string, size: Number(wish.s), offset: 0 };
    this.#host.write(isOk ? ACK : NAK);
  }

  #take(data: string): void {
    const file = this.#file;
    if (!file) return this.#host.write(NAK);
    try {
      this.#host.storage().write(file.fn, data, file.offset, file.size);
      this.#host.write(ACK);
    } catch (error) {
      this.#host.fail(error);
    }
    file.offset += data.length;
    if (file.offset >= file.size) this.#file = undefined;
  }

  #send(data: string): void {
    const wish = parsed(data);
    const file = typeof wish?.fn === "string" && !wish.fs ? this.#host.storage().read(wish.fn) : undefined;
    if (file === undefined) return this.#host.write(NAK);
    this.#host.write(ACK);
    for (let at = 0; at < file.length; at += PIECE) this.#reply(DATA, file.slice(at, at + PIECE));
    this.#reply(DATA, "");
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
