// What firmware modules receive as `hal`, with time, sockets and flash of a test: for tests that run a room of the
// firmware from its sources. `virtual-device.ts` runs the shipped bundle.
import type { EngineNet, EngineWatchEvent, Hal } from "../../firmware/hal/engine.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import { createFlashModule } from "../../host-sim/flash-module.ts";
import { NorFlash } from "../../host-sim/flash.ts";
import type { Region } from "../../host-sim/flash.ts";
import { createEngineNet } from "../../host-sim/net.ts";
import type { Connection, Network } from "../../host-sim/network.ts";
import { createStorage } from "../../host-sim/storage.ts";
import { HOST_REALM } from "../../host-sim/natives.ts";
import { hal as natives } from "./hal.ts";

/** A peer whose every move a test makes. */
export interface WirePeer {
  received: string;
  closed: boolean;
  /** Bytes it will still take; the device waits with the rest. */
  takes: number;
  write(text: string): void;
  /** No more will be written. */
  end(): void;
  /** It is gone, and with it what it has written; `code` is the engine's. */
  vanish(code?: number): void;
}

export class Wire {
  private readonly ports = new Map<number, Connection[]>();

  isListening(port: number): boolean {
    return this.ports.has(port);
  }

  listen(port: number): { accept(): Connection | undefined; close(): void } {
    if (this.ports.has(port)) throw new Error(`port ${port} is taken`);
    const waiting: Connection[] = [];
    this.ports.set(port, waiting);
    return { accept: () => waiting.shift(), close: () => void this.ports.delete(port) };
  }

  connect(port: number, text = ""): WirePeer {
    let pending = Buffer.from(text, "latin1");
    let ended = false;
    let gone = 0;
    const peer: WirePeer = {
      ...{ received: "", closed: false, takes: Infinity },
      write: (more) => void (pending = Buffer.concat([pending, Buffer.from(more, "latin1")])),
      end: () => void (ended = true),
      vanish: (code = -1) => void (gone = code),
    };
    this.ports.get(port)!.push({
      receive(max) {
        if (gone) return gone;
        if (!pending.length) return ended ? -1 : new Uint8Array(0);
        const piece = pending.subarray(0, max);
        pending = pending.subarray(max);
        return piece;
      },
      send(data) {
        if (gone) return gone;
        const taken = Math.min(peer.takes, data.length);
        peer.takes -= taken;
        peer.received += Buffer.from(data.subarray(0, taken)).toString("latin1");
        return taken;
      },
      close: () => void (peer.closed = true),
    });
    return peer;
  }
}

export const PAGES: Region = { start: 0x08004000, bytes: 65536, page: 16384 };

export interface VirtualHal {
  hal: Hal;
  clock: ManualClock;
  wire: Wire;
  flash: NorFlash;
  area: Region;
  /** The engine's idle loop until nothing is left to do. */
  idle(): void;
  advance(ms: number): void;
  /** Sockets that the engine holds. */
  sockets(): number;
  /** What callbacks threw. */
  uncaught: unknown[];
  /** How often the firmware has asked for garbage to be collected. */
  collections(): number;
}

export function virtualHal(flash?: NorFlash, area: Region = PAGES): VirtualHal {
  const nor = flash ?? new NorFlash([area]);
  const clock = new ManualClock();
  const wire = new Wire();
  const uncaught: unknown[] = [];
  let collections = 0;
  const run = (callback: () => void): void => {
    try {
      callback();
    } catch (error) {
      uncaught.push(error);
    }
  };
  const net = createEngineNet(HOST_REALM, wire as unknown as Network, run);
  const idle = (): void => {
    while (net.pass());
  };
  clock.afterEach = idle;
  const clear = (id: number): void => {
    if (typeof id !== "number") throw new Error("clearTimeout(undefined) not allowed");
    clock.clearTimer(id);
  };
  const hal = {
    ...natives,
    storage: createStorage(nor, { region: area }),
    flash: createFlashModule(nor),
    net: net.module as EngineNet,
    getTime: () => clock.now(),
    setTimeout: (callback: () => void, ms: number) => clock.setTimer(() => run(callback), ms, false),
    setInterval: (callback: () => void, ms: number) => clock.setTimer(() => run(callback), ms, true),
    clearTimeout: clear,
    clearInterval: clear,
    collectGarbage: () => void collections++,
    setWatch: (_callback: (event: EngineWatchEvent) => void) => 1,
  } as unknown as Hal;
  const advance = (ms: number): void => {
    clock.advance(ms);
    idle();
  };
  const counts = { sockets: () => net.count(), collections: () => collections };
  return { hal, clock, wire, flash: nor, area, idle, advance, uncaught, ...counts };
}
