// A simulated board on a real clock and real sockets, as scripts need it: ready, pressed, listening, stopped.
import { randomBytes } from "node:crypto";
import type { BoardRecord } from "../boards/index.ts";
import { SimBoard } from "../host-sim/board.ts";
import { RealClock } from "../host-sim/clock.ts";
import { HostNetwork } from "../host-sim/network.ts";
import { preparedFlash } from "../host-sim/prepare.ts";

const TLS_PORT = 443;

export interface SimulatedDevice {
  /** It has enough randomness: the button works. */
  ready: Promise<void>;
  /** The port of its setup server here, once it has one. */
  listening: Promise<number>;
  /** And that of HTTPS. */
  serving: Promise<number>;
  press(ms: number): void;
  stop(): void;
}

export interface DeviceOptions {
  record: BoardRecord;
  bundle: string;
  serial: string;
  /** Seconds that pass on the device in one of ours. */
  speed: number;
  /** 0 for any. */
  port: number;
}

export function startSimulatedDevice(options: DeviceOptions): SimulatedDevice {
  const { record, bundle, serial } = options;
  let onReady: () => void;
  let onListening: (port: number) => void;
  let onServing: (port: number) => void;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const listening = new Promise<number>((resolve) => (onListening = resolve));
  const serving = new Promise<number>((resolve) => (onServing = resolve));
  const network = new HostNetwork(
    (devicePort) => (devicePort === TLS_PORT ? 0 : options.port),
    (devicePort, hostPort) => (devicePort === TLS_PORT ? onServing(hostPort) : onListening(hostPort)),
  );
  const board = new SimBoard({
    ...{ record, network, clock: new RealClock(options.speed), seed: randomBytes(4).readUInt32LE() },
    flash: preparedFlash(record, bundle, { serial }),
    onConsole: (line) => line === "wib: ready" && onReady(),
  });
  network.wake = () => board.wake();
  board.boot();
  return {
    ...{ ready, listening, serving },
    press: (ms) => board.press(ms),
    stop() {
      board.powerOff();
      network.stop();
    },
  };
}
