// A cable from this machine to a board that has no other: connections to a port here are carried as questions on the board's
// console to the network that client/bench/harness.ts has put under its firmware, whose own HTTP server then serves them. The
// very same client code runs, against 127.0.0.1. Nothing listens here while nothing listens on the board, which prints a line when
// there is something to be asked for: a board that computes is left alone.
import net from "node:net";
import type { Ask } from "./crypto-run.ts";

/** Of one connection in one question: what the board can take in one piece. */
const PIECE_BYTES = 512;
/** The board is asked after such a silence, should its line have been lost. */
const SILENCE_MS = 1000;

interface Connection {
  socket: net.Socket;
  waiting: Buffer;
  isEnded: boolean;
  /** The board has been told that it has ended, and that it is there. */
  isEndTold: boolean;
  isTold: boolean;
}

interface Exchange {
  l: number;
  c: [id: number, base64: string, isClosed: number, microseconds: number][];
}

export class Wire {
  /** Seconds from the last byte that the board has read of a request to the first that it has written, by its own clock. */
  readonly seconds: number[] = [];
  port = 0;
  readonly #ask: Ask;
  readonly #connections = new Map<number, Connection>();
  readonly #onError: (error: Error) => void;
  #server: net.Server | undefined;
  #ids = 0;
  #isRunning = false;
  #isNews = true;
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  /** @param onError the board is lost, and with it the wire. */
  constructor(ask: Ask, onError: (error: Error) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  /** A port here is chosen once; it is open while the board listens. */
  async start(): Promise<void> {
    await this.#listen(0);
    await this.#shut();
    this.resume();
  }

  resume(): void {
    this.#isRunning = true;
    this.#loop = this.#run().catch((error: Error) => {
      this.#isRunning = false;
      this.#dropAll();
      void this.#shut();
      this.#onError(error);
    });
  }

  /** The board has said that there is something to be asked for. */
  news(): void {
    this.#isNews = true;
    this.#wake();
  }

  /** Asks nothing any more; connections are dropped. */
  async pause(): Promise<void> {
    this.#isRunning = false;
    this.#wake();
    await this.#loop;
    this.#dropAll();
    await this.#shut();
  }

  #dropAll(): void {
    for (const { socket } of this.#connections.values()) socket.destroy();
    this.#connections.clear();
  }

  async #listen(port: number): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) =>
      server.once("error", reject).listen(port, "127.0.0.1", () => resolve()),
    );
    this.port = (server.address() as net.AddressInfo).port;
    this.#server = server;
  }

  /** Connections that are there live on. */
  async #shut(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
  }

  #accept(socket: net.Socket): void {
    const connection = { socket, waiting: Buffer.alloc(0), isEnded: false, isEndTold: false, isTold: false };
    this.#connections.set(++this.#ids, connection);
    socket.on("data", (data) => {
      connection.waiting = Buffer.concat([connection.waiting, data]);
      this.#wake();
    });
    const end = () => {
      connection.isEnded = true;
      this.#wake();
    };
    socket.on("end", end).on("close", end).on("error", end);
    this.#wake();
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      let list = this.#untold();
      if (!list.length && !this.#isNews) {
        await this.#rest();
        if (!this.#isRunning) return;
        list = this.#untold();
      }
      this.#isNews = false;
      const { l, c } = JSON.parse(await this.#ask(`wibBench.x(${JSON.stringify(list)})`)) as Exchange;
      for (const answer of c) this.#take(answer);
      if (!this.#isRunning) return;
      if (l >= 0 && !this.#server) await this.#listen(this.port);
      if (l < 0 && this.#server) await this.#shut();
      if (c.length) this.#isNews = true; // there may be more
    }
  }

  /** Until there is something to say, or to ask for. */
  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SILENCE_MS);
      this.#wake = () => (clearTimeout(timer), resolve());
    });
  }

  /** What the board has not been told: a piece of each connection. */
  #untold(): [id: number, base64: string, hasEnded: number][] {
    const list: [number, string, number][] = [];
    for (const [id, connection] of this.#connections) {
      const { waiting, isEnded, isEndTold, isTold } = connection;
      if (isTold && !waiting.length && isEnded === isEndTold) continue;
      const piece = waiting.subarray(0, PIECE_BYTES);
      connection.waiting = waiting.subarray(piece.length);
      connection.isTold = true;
      connection.isEndTold = isEnded && !connection.waiting.length;
      list.push([id, piece.toString("base64"), connection.isEndTold ? 1 : 0]);
    }
    return list;
  }

  #take([id, base64, isClosed, microseconds]: Exchange["c"][0]): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    if (base64) connection.socket.write(Buffer.from(base64, "base64"));
    if (!isClosed) return;
    if (microseconds > 0) this.seconds.push(microseconds / 1e6);
    connection.socket.end();
    this.#connections.delete(id);
  }
}
