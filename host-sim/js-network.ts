// The engine's NetworkJS: JavaScript on the device as its network (libs/network/js/network_js.c). `create` takes the driver, and
// from then on all sockets go through it: 536 bytes at most a receive, a receive that gives no text closes the socket.
import type { Duplex } from "node:stream";
import { DialError } from "./dial.ts";
import { bytesFrom } from "./natives.ts";
import type { Connection, Listener, Network } from "./network.ts";
import { strict } from "./strict.ts";

/** What the firmware, or the bench, hands over. `socketType` is left out: there is only TCP here. */
export interface Driver {
  /** @returns the number of a socket, below 0 if there is none. */
  create(host: string | undefined, port: number): number;
  close(socket: number): void;
  /** @returns the number of the new connection, below 0 if there is none. */
  accept(socket: number): number;
  recv(socket: number, length: number): unknown;
  /** @returns bytes taken, below 0 if it has gone. */
  send(socket: number, data: string): number;
}

function connectionOf(driver: Driver, socket: number): Connection {
  return {
    receive(max) {
      const data = driver.recv(socket, max);
      return typeof data === "string" ? Uint8Array.from(bytesFrom(data)) : -1;
    },
    send: (data) => driver.send(socket, Buffer.from(data).toString("latin1")),
    close: () => driver.close(socket),
  };
}

/** A network that can be replaced at run time. */
export class ReplaceableNetwork implements Network {
  private readonly own: Network;
  private driver: Driver | undefined;

  constructor(own: Network) {
    this.own = own;
  }

  /** require("NetworkJS") */
  readonly module = strict("NetworkJS", {
    create: (driver: Driver): Driver => (this.driver = driver),
  });

  /** Is there a driver, which nobody wakes the engine for? */
  hasDriver(): boolean {
    return this.driver !== undefined;
  }

  listen(port: number): Listener {
    const driver = this.driver;
    if (!driver) return this.own.listen(port);
    const server = driver.create(undefined, port);
    if (server < 0) throw new Error("Unable to create socket");
    return {
      accept() {
        const socket = driver.accept(server);
        return socket < 0 ? undefined : connectionOf(driver, socket);
      },
      close: () => driver.close(server),
    };
  }

  dial(host: string, port: number): Duplex {
    if (this.driver) throw new DialError("the network of NetworkJS reaches nobody in the simulator", false);
    return this.own.dial(host, port);
  }

  wake(): void {
    this.own.wake();
  }
}
