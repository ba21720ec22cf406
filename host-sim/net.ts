// The engine's require("net"), as libs/network/socketserver.c behaves: one accept a server and one receive of at most
// 536 bytes a socket in each idle pass, callbacks queued and run at the end of the pass, a socket that may be dead by
// the time its connection callback runs, what arrives before there is a data handler kept for it.
import { binaryString, bytesFrom } from "./natives.ts";
import type { Realm } from "./natives.ts";
import type { Connection, Listener, Network } from "./network.ts";
import { notModelled, strict } from "./strict.ts";

const CHUNK_BYTES = 536;

type Handler = (...args: unknown[]) => void;

interface SocketState {
  connection: Connection;
  socket: Record<string, unknown>;
  handlers: Map<string, Handler[]>;
  send: number[];
  connected: boolean;
  closing: boolean;
  /** What arrived while there was no data handler, a piece a pass. */
  buffered: string[];
}

export interface EngineNet {
  module: object;
  /** A socket that the device opened. @param onConnect is called once the engine has looked at it. */
  open(connection: Connection, onConnect: Handler): object;
  /** What the engine throws out of its idle loop, after the callbacks of the pass. */
  raise(error: Error): void;
  /** One pass of the engine's idle loop. @returns whether anything happened. */
  pass(): boolean;
  /** Ends everything: the power is gone. */
  reset(): void;
  /** Sockets the engine holds open. */
  count(): number;
}

/** @param canListen where the network is a module's, nothing listens while it is off. */
export function createEngineNet(
  realm: Realm,
  network: Network,
  run: (callback: () => void) => void,
  canListen: () => boolean = () => true,
): EngineNet {
  const servers: { listener: Listener | undefined; onConnect: Handler }[] = [];
  const sockets = new Set<SocketState>();
  let queue: (() => void)[] = [];
  let raised: Error[] = [];

  function emit(state: SocketState, event: string, ...args: unknown[]): void {
    for (const handler of state.handlers.get(event) ?? []) queue.push(() => handler.call(state.socket, ...args));
  }

  function pushData(state: SocketState, data: string): void {
    // The one event that is not queued: the engine's stream calls its reader at once.
    const readers = state.handlers.get("data");
    if (readers) for (const reader of readers) run(() => reader.call(state.socket, data));
    else state.buffered.push(data);
  }

  function open(connection: Connection): SocketState {
    const state: SocketState = {
      ...{ connection, socket: {}, handlers: new Map(), send: [] },
      ...{ connected: false, closing: false, buffered: [] },
    };
    const closed = () => new realm.Error("This socket is closed");
    const members = {
      sckt: 1 as number | undefined,
      clsNow: false,
      on(event: string, handler: Handler) {
        state.handlers.set(event, [...(state.handlers.get(event) ?? []), handler]);
        if (event !== "data") return;
        // The engine hands out the second of two kept pieces first, and then again in every pass.
        if (state.buffered.length > 1) throw notModelled("a data handler attached after two pieces have come");
        for (const data of state.buffered.splice(0)) emit(state, "data", data);
      },
      write(data: unknown) {
        if (!sockets.has(state)) throw closed();
        // Typed arrays are turned into text by the engine, which is never what is meant.
        if (typeof data !== "string") throw new Error("host-sim: write of something that is no string");
        state.send.push(...bytesFrom(data));
        return state.send.length < CHUNK_BYTES;
      },
      end(data?: unknown) {
        if (data !== undefined) this.write(data);
        if (!state.send.length) this.clsNow = true;
        state.closing = true;
      },
    };
    state.socket = strict("Socket", members);
    sockets.add(state);
    return state;
  }

  function close(state: SocketState, error: number): void {
    const unsent = state.send.length > 0 && error === -1;
    const hadError = unsent || (error < 0 && error !== -1);
    sockets.delete(state);
    state.connection.close();
    state.socket.sckt = undefined;
    if (hadError)
      emit(state, "error", { code: unsent ? -8 : error, message: unsent ? "unsent data" : "unknown error" });
    emit(state, "end");
    emit(state, "close", hadError);
  }

  /** Sending first, then receiving; a close is noticed when nothing is left to be received. */
  function passSocket(state: SocketState): boolean {
    let busy = false;
    let closeNow = state.socket.clsNow === true;
    let error = 0;
    if (!closeNow) {
      if (state.send.length) {
        const sent = state.connection.send(Uint8Array.from(state.send.slice(0, CHUNK_BYTES)));
        if (sent < 0) {
          closeNow = true;
          error = sent;
        } else if (sent > 0) {
          busy = true;
          state.send.splice(0, sent);
          if (!state.send.length && !state.closing) emit(state, "drain");
        }
      } else if (state.closing) closeNow = true;
      const data = state.connection.receive(CHUNK_BYTES);
      if (typeof data === "number") {
        closeNow = true;
        error = error || data;
      } else {
        if (!state.connected) {
          state.connected = true;
          emit(state, "connect", state.socket);
          if (!state.send.length) emit(state, "drain", state.socket);
        }
        if (data.length) {
          busy = true;
          pushData(state, binaryString(data));
        }
      }
    }
    if (closeNow) close(state, error);
    return busy || closeNow;
  }

  function pass(): boolean {
    let busy = false;
    for (const server of servers) {
      const connection = server.listener?.accept();
      if (!connection) continue;
      busy = true;
      const { socket } = open(connection);
      queue.push(() => server.onConnect(socket));
    }
    for (const state of [...sockets]) if (passSocket(state)) busy = true;
    // Until none is left, also of those that these queue.
    const due = queue.length;
    while (queue.length) run(queue.shift()!);
    const errors = raised;
    raised = [];
    for (const error of errors)
      run(() => {
        throw error;
      });
    return busy || due > 0 || errors.length > 0;
  }

  const module = strict("net", {
    createServer(onConnect: Handler) {
      const server = { listener: undefined as Listener | undefined, onConnect };
      return strict("Server", {
        listen(port: number) {
          if (!canListen()) throw new realm.Error("Unable to create socket");
          server.listener = network.listen(port);
          servers.push(server);
        },
        close() {
          server.listener?.close();
          servers.splice(servers.indexOf(server), 1);
        },
      });
    },
  });
  return {
    module,
    open(connection, onConnect) {
      const state = open(connection);
      state.handlers.set("connect", [onConnect]);
      return state.socket;
    },
    raise: (error) => void raised.push(error),
    pass,
    reset() {
      for (const server of servers) server.listener?.close();
      for (const state of sockets) state.connection.close();
      servers.length = 0;
      sockets.clear();
      queue = [];
      raised = [];
    },
    count: () => sockets.size,
  };
}
