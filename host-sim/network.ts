// What lies under the simulated engine's sockets: either memory, for tests in virtual time, or the host's TCP.
import net from "node:net";
import type { Duplex } from "node:stream";
import { dialBlocking, DialError } from "./dial.ts";

export interface Connection {
  /** Up to `max` bytes, none if there are none at the moment, or -1 when the peer has gone. */
  receive(max: number): Uint8Array | number;
  /** @returns bytes taken, or -1 when the peer has gone. */
  send(data: Uint8Array): number;
  close(): void;
}

export interface Listener {
  accept(): Connection | undefined;
  close(): void;
}

export interface Network {
  /** @throws Error if the port is taken. */
  listen(port: number): Listener;
  /** From the device to somebody else. @throws DialError when nobody is there. */
  dial(host: string, port: number): Duplex;
  /** Something happened on what `dial` gave out: the engine should make a pass. */
  wake(): void;
}

/** The test's end of a connection through memory. */
export interface Peer {
  write(data: string | Uint8Array): void;
  /** Everything received so far, as a string of bytes. */
  received: string;
  /** Has the device closed it? */
  closed: boolean;
  /** No more will be written. */
  end(): void;
}

/** Peers connect to the device. The device itself reaches nobody, but its attempts are kept. */
export class MemoryNetwork implements Network {
  private readonly ports = new Map<number, Connection[]>();
  /** host:port of every attempt of the device to connect. */
  readonly dialled: string[] = [];

  dial(host: string, port: number): never {
    this.dialled.push(`${host}:${port}`);
    throw new DialError("in memory there is nobody to connect to", false);
  }

  wake(): void {}

  listen(port: number): Listener {
    if (this.ports.has(port)) throw new Error(`port ${port} is taken`);
    const waiting: Connection[] = [];
    this.ports.set(port, waiting);
    return { accept: () => waiting.shift(), close: () => void this.ports.delete(port) };
  }

  isListening(port: number): boolean {
    return this.ports.has(port);
  }

  /** @returns undefined if nobody listens: connection refused. */
  connect(port: number): Peer | undefined {
    const waiting = this.ports.get(port);
    if (!waiting) return undefined;
    let toDevice = Buffer.alloc(0);
    let ended = false;
    const peer: Peer = {
      received: "",
      closed: false,
      write: (data) => void (toDevice = Buffer.concat([toDevice, Buffer.from(data as string, "latin1")])),
      end: () => void (ended = true),
    };
    waiting.push({
      receive(max) {
        if (!toDevice.length) return ended ? -1 : new Uint8Array(0);
        const chunk = toDevice.subarray(0, max);
        toDevice = toDevice.subarray(max);
        return chunk;
      },
      send(data) {
        if (peer.closed) return -1;
        peer.received += Buffer.from(data).toString("latin1");
        return data.length;
      },
      close: () => void (peer.closed = true),
    });
    return peer;
  }
}

/** Device ports are served on the host: at `base` for the first port the device opens, or where `ports` says. */
export class HostNetwork implements Network {
  private servers: net.Server[] = [];
  private readonly ports: (devicePort: number) => number;
  private readonly onListening: (devicePort: number, hostPort: number) => void;
  /** Called when something arrived, so that the engine makes a pass. */
  wake: () => void = () => {};

  constructor(
    ports: (devicePort: number) => number,
    onListening: (devicePort: number, hostPort: number) => void = () => {},
  ) {
    this.ports = ports;
    this.onListening = onListening;
  }

  dial(host: string, port: number): Duplex {
    return dialBlocking(host, port);
  }

  listen(port: number): Listener {
    const waiting: Connection[] = [];
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      waiting.push(this.wrap(socket));
      this.wake();
    });
    server.on("error", (error) => {
      throw new Error(`host-sim: cannot listen for the device's port ${port}: ${error.message}`);
    });
    server.listen(this.ports(port), "127.0.0.1", () =>
      this.onListening(port, (server.address() as net.AddressInfo).port),
    );
    this.servers.push(server);
    return { accept: () => waiting.shift(), close: () => void server.close() };
  }

  private wrap(socket: net.Socket): Connection {
    let pending = Buffer.alloc(0);
    let gone = false;
    socket.on("data", (data) => {
      pending = Buffer.concat([pending, data]);
      this.wake();
    });
    socket.on("end", () => {
      gone = true;
      this.wake();
    });
    socket.on("error", () => {
      gone = true;
      this.wake();
    });
    return {
      receive(max) {
        if (!pending.length) return gone ? -1 : new Uint8Array(0);
        const chunk = pending.subarray(0, max);
        pending = pending.subarray(max);
        return chunk;
      },
      send(data) {
        if (socket.destroyed) return -1;
        socket.write(data);
        return data.length;
      },
      close: () => void socket.end(),
    };
  }

  /** Closes all listeners. */
  stop(): void {
    for (const server of this.servers) server.close();
    this.servers = [];
  }
}
