// TLS on the engine's sockets: a bounded number of connections, a deadline for each wait, one engine for all of them that is
// made for the first and stays: to make it takes longer than a resumption. Requests go to an HTTP server. When all places
// are taken, whoever has been longest without having said a whole ClientHello makes room.
import { wipe } from "../crypto/bytes.ts";
import type { EngineServer, EngineSocket, Hal } from "../hal/engine.ts";
import type { HttpServer } from "../http/server.ts";
import { ALERT, SEALED_MAX_BYTES } from "./codes.build.ts";
import type { Connection } from "./connection.ts";
import { createTlsEngine } from "./engine.ts";
import type { TlsEngine } from "./engine.ts";
import type { TlsParts } from "./handshake.ts";
import { AWAIT_HELLO, OPEN } from "./states.ts";

export const MAX_TLS_CONNECTIONS = 4;
/** For the peer to say what is expected of it; to take our last words. */
export const HANDSHAKE_MS = 10000;
const LINGER_MS = 500;
/** For a computation, which cannot hang: this is for one that broke off. */
const COMPUTE_MS = 120000;
/**
 * Records and pieces that all connections together may hold: one record of the greatest size, and a small one each. When they
 * want more, whoever holds the largest is cut off.
 */
const HELD_BYTES = SEALED_MAX_BYTES + 4096;

export interface TlsServer {
  /** Is there a connection? */
  isBusy(): boolean;
  /** Wipes the keys. */
  close(): void;
}

/**
 * @param http what serves a connection once it is secure; it does not listen itself.
 * @throws what the engine throws when it cannot listen.
 */
export function createTlsServer(parts: TlsParts, port: number, http: HttpServer): TlsServer {
  const hal: Hal = parts.hal;
  const budget = { left: HELD_BYTES };
  const open: Connection[] = [];
  let engine: TlsEngine | undefined;

  /** Until something else is waited for; then the connection is cut. */
  function wait(c: Connection, ms: number): void {
    if (c.timer !== undefined) hal.clearTimeout(c.timer);
    c.timer = ms
      ? hal.setTimeout(function () {
          c.timer = undefined;
          c.socket.clsNow = true;
        }, ms)
      : undefined;
  }

  function secure(c: Connection): void {
    wait(c, 0); // HTTP has a deadline of its own
    http.serve(c.socket, {
      on: function (_event, callback) {
        c.onData = callback;
      },
      write: function (text) {
        engine!.write(c, text);
      },
      end: function () {
        engine!.close(c);
      },
    });
  }

  function start(): TlsEngine {
    return createTlsEngine(parts, {
      waits: function (c) {
        wait(c, c.isBusy ? COMPUTE_MS : HANDSHAKE_MS);
      },
      opened: secure,
      makeRoom: function (c) {
        let largest: Connection | undefined;
        for (let i = 0; i < open.length; i++) {
          const other = open[i];
          if (other !== c && other.held && (!largest || other.held > largest.held)) largest = other;
        }
        if (largest) cut(largest);
        return !!largest;
      },
      over: function (c, isBroken) {
        wait(c, HANDSHAKE_MS);
        if (!isBroken) return c.socket.end();
        c.isBroken = true;
        // What the peer is still sending would make the network drop our alert with the connection.
        hal.setTimeout(function () {
          if (c.socket.sckt) c.socket.end();
        }, LINGER_MS);
      },
    });
  }

  /** @returns whether there is a place. */
  function hasPlace(): boolean {
    for (let i = 0; i < open.length && open.length >= MAX_TLS_CONNECTIONS; i++) {
      const c = open[i];
      if (!c.isBroken && (c.state !== AWAIT_HELLO || c.isBusy)) continue;
      cut(c);
      i--;
    }
    return open.length < MAX_TLS_CONNECTIONS;
  }

  function forget(c: Connection): void {
    const at = open.indexOf(c);
    if (at < 0) return;
    open.splice(at, 1);
    wait(c, 0);
    engine!.drop(c);
  }

  function cut(c: Connection): void {
    c.socket.clsNow = true;
    forget(c);
  }

  function accept(socket: EngineSocket): void {
    if (!socket.sckt) return; // dead already (PLATFORM section 3)
    if (parts.random.status() || !hasPlace()) {
      socket.clsNow = true;
      return;
    }
    engine = engine || start();
    const c = engine.open(socket, budget);
    open.push(c);
    wait(c, HANDSHAKE_MS);
    socket.on("error", function () {});
    socket.on("data", function (data) {
      try {
        if (engine) engine.feed(c, data);
      } catch (error) {
        // No memory in one piece: this connection is given up, and what it held.
        if (c.state !== OPEN) engine!.fail(c, ALERT.internalError);
        throw error;
      }
    });
    socket.on("close", function () {
      forget(c);
      if (open.length || !engine) return;
      hal.collectGarbage(); // not in the next one's time
      if (!parts.random.status()) engine.prepare();
    });
  }

  const server: EngineServer = hal.net.createServer(accept);
  server.listen(port);
  return {
    isBusy: function () {
      return open.length > 0;
    },
    close: function () {
      server.close();
      while (open.length) cut(open[0]);
      if (engine) engine.stop();
      engine = undefined;
      wipe(parts.ticketKey, parts.identity.document);
    },
  };
}
