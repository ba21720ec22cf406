// The TCP side of the test client: what comes in records, one at a time, with a time-out; what goes out in any pieces. It
// never throws because the other side has gone: what counts is what it said before that.
import net from "node:net";
import { RecordCutter } from "./records.ts";
import type { TlsRecord } from "./records.ts";
import type { Bytes } from "./wire.ts";

/** The server closed, or reset, the connection. */
export class PeerClosed extends Error {
  isReset: boolean;
  constructor(isReset: boolean) {
    super(isReset ? "the connection was reset" : "the connection was closed");
    this.isReset = isReset;
  }
}

/** Nothing came in time. */
export class PeerSilent extends Error {}

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

export class WireEnd {
  socket: net.Socket;
  timeoutMs: number;
  /** Everything that was sent, for tests that replay it. */
  sent: Bytes[] = [];
  #records: TlsRecord[] = [];
  #cutter = new RecordCutter();
  #ended: PeerClosed | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: net.Socket, timeoutMs: number) {
    this.socket = socket;
    this.timeoutMs = timeoutMs;
    socket.setNoDelay(true);
    const finish = (isReset: boolean) => {
      this.#ended ??= new PeerClosed(isReset);
      this.#wake?.();
    };
    socket.on("data", (chunk: Buffer) => {
      this.#records.push(...this.#cutter.push(new Uint8Array(chunk)));
      this.#wake?.();
    });
    socket.on("end", () => finish(false));
    socket.on("close", () => finish(false));
    socket.on("error", () => finish(true));
  }

  static open(host: string, port: number, timeoutMs: number): Promise<WireEnd> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new WireEnd(socket, timeoutMs));
      });
    });
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** @returns whether a record, or the end, is there already. */
  get hasSomething(): boolean {
    return this.#records.length > 0 || this.isOver;
  }

  async nextRecord(timeoutMs = this.timeoutMs): Promise<TlsRecord> {
    for (const end = Date.now() + timeoutMs; ;) {
      const record = this.#records.shift();
      if (record) return record;
      if (this.#ended) throw this.#ended;
      const left = end - Date.now();
      if (left <= 0) throw new PeerSilent(`nothing came in ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  /** One write, and time for it to leave on its own. */
  async send(bytes: Bytes): Promise<void> {
    if (!bytes.length) return;
    this.sent.push(bytes);
    if (this.socket.destroyed || this.socket.writableEnded) return;
    // Called when it is written, or when it never will be.
    await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** In pieces that arrive apart. */
  async sendPieces(pieces: Iterable<Bytes>, gapMs = 0): Promise<void> {
    for (const piece of pieces) {
      if (this.isOver) return;
      await this.send(piece);
      await (gapMs ? new Promise((resolve) => setTimeout(resolve, gapMs)) : pause());
    }
  }

  /** FIN. */
  half(): void {
    this.socket.end();
  }

  /** RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

export function* pieces(bytes: Bytes, size: number): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
