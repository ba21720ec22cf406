// A device to test against over real HTTP: the simulator, or the real interpreter when ESPRUINO_BIN names it. Both boot
// the same bundle from the same flash image.
import { boardNamed } from "../../boards/index.ts";
import { openWindow } from "../../client/bench/target.ts";
import type { Target } from "../../client/bench/target.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { RealClock } from "../../host-sim/clock.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { HostNetwork } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { Interpreter } from "../../scripts/interpreter.ts";

export { sleep, until } from "../../client/bench/target.ts";
export type { Target } from "../../client/bench/target.ts";

export const SERIAL = "7K3M9QPX2D4RW8TF";

/** A target that serves HTTPS once it is set up. */
export interface TlsTarget extends Target {
  tlsPort(): number;
}

const record = boardNamed("linux");
/** Where devices serve HTTPS, as long as their flash says no other. */
export const TLS_PORT = 443;

/** The simulated device lives faster than we do, so that nobody waits for its button. */
const SIM_SPEED = 8;

export async function simTarget(flash?: NorFlash): Promise<TlsTarget> {
  const lines: string[] = [];
  const port = await freePort();
  let tlsPort = 0;
  const network = new HostNetwork(
    (devicePort) => (devicePort === TLS_PORT ? 0 : port),
    (devicePort, hostPort) => devicePort === TLS_PORT && (tlsPort = hostPort),
  );
  const image = flash ?? preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
  const board = new SimBoard({
    ...{ record, flash: image, network, clock: new RealClock(SIM_SPEED), seed: Date.now() % 1e9 },
    onConsole: (line) => void lines.push(line),
  });
  network.wake = () => board.wake();
  board.boot();
  const target: TlsTarget = {
    ...{ name: "simulator", serial: SERIAL, url: `http://127.0.0.1:${port}`, port, console: lines },
    tlsPort: () => tlsPort,
    status: async () => JSON.parse(String(board.evaluate("wib.status()"))),
    openWindow: () => openWindow(target),
    press: async (ms) => board.press(ms),
    restart: async () => board.boot(),
    async stop() {
      board.powerOff();
      network.stop();
    },
  };
  return target;
}

export interface EngineTarget extends TlsTarget {
  /** What an expression prints on the console. */
  ask(expression: string): Promise<string>;
  interpreter: Interpreter;
}

/** @param program with its arguments, a blank between. */
export async function engineTarget(
  flash?: NorFlash,
  program = process.env.ESPRUINO_BIN!,
  port?: number,
): Promise<EngineTarget> {
  port ??= await freePort();
  const tlsPort = await freePort();
  const image = flash ?? preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL, port, tlsPort });
  const interpreter = new Interpreter(program, image.snapshot());
  const ask = (expression: string) => interpreter.ask(expression);
  const target: EngineTarget = {
    ...{ name: "interpreter", serial: SERIAL, url: `http://127.0.0.1:${port}`, port, tlsPort: () => tlsPort },
    ...{ console: interpreter.lines, ask, interpreter },
    status: async () => JSON.parse(await ask('typeof wib=="undefined"?"{}":wib.status()')),
    openWindow: () => openWindow(target),
    press: async (ms) => void (await ask(`wib.press(${ms})`)),
    restart: () => interpreter.restart(),
    stop: () => interpreter.stop(),
  };
  return target;
}
