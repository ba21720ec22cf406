// A device that is set up already and serves HTTPS on a real socket: in the simulator, or on the real interpreter. The pair is
// put into its flash as a setup would have left it, by the firmware's own keystore.
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority, LeafKind } from "../../client/ca.ts";
import { boardNamed } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { RealClock } from "../../host-sim/clock.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { HostNetwork } from "../../host-sim/network.ts";
import { makeBundle } from "../../scripts/bundle.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { installedFlash } from "../../scripts/installed-flash.ts";
import { Interpreter } from "../../scripts/interpreter.ts";
import { SERIAL, until } from "./targets.ts";

export const SERVERNAME = "device.local";
const HOST = "127.0.0.1";

export interface HttpsDevice {
  host: string;
  port: number;
  /** The owner's CA, for a client to trust; and its key, to issue client certificates with. */
  caPem: string;
  authority: Authority;
  /** The name in the device's certificate. */
  servername: string;
  /** SHA-256 of its certificate, pairs of hex digits with colons. */
  fingerprint: string;
  /** Everything it printed. */
  console: string[];
  /** What an expression gives on its console. */
  ask(expression: string): Promise<string>;
  /** Pulls the plug and boots again from the same flash. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface HttpsOptions {
  kind?: LeafKind;
  /** JSON of the WIB SETTINGS, such as a clientCa. @param authority the owner's. */
  settings?: (authority: Authority) => Record<string, unknown>;
  record?: BoardRecord;
  /** A command that runs the interpreter, arguments with a blank between; the simulator unless given. */
  program?: string;
  /** How many seconds pass on the simulated board while one passes here. */
  speed?: number;
}

interface Installed {
  authority: Authority;
  fingerprint: string;
  flash: NorFlash;
}

async function install(record: BoardRecord, tlsPort: number, options: HttpsOptions): Promise<Installed> {
  const authority = await createAuthority("Owner's CA", 365);
  const names = { dnsNames: [SERVERNAME], ipAddresses: [HOST] };
  const leaf = await issueLeaf(authority, {
    ...{ commonName: SERVERNAME, kind: options.kind ?? "p256", days: 365, usage: "both" as const, ...names },
  });
  const flashed = { serial: SERIAL, port: await freePort(), tlsPort };
  const settings = options.settings ? JSON.stringify(options.settings(authority)) : "";
  const pair = { key: leaf.key, chain: leaf.cert, settings };
  const bundle = await (options.record ? makeBundle(record, "bench") : cachedBundle(record, "bench"));
  const flash = installedFlash(record, bundle, flashed, pair);
  return { authority, fingerprint: leaf.fingerprint, flash };
}

/** Waits until it listens. */
export async function httpsDevice(options: HttpsOptions = {}): Promise<HttpsDevice> {
  const record = options.record ?? boardNamed("linux");
  const port = await freePort();
  const { authority, fingerprint, flash } = await install(record, port, options);
  const common = { host: HOST, port, caPem: authority.cert, authority, servername: SERVERNAME, fingerprint };
  const ready = async (ask: (expression: string) => Promise<string>) =>
    until(
      "TLS is served",
      async () => JSON.parse(await ask('typeof wib=="undefined"?"{}":wib.status()')).tls === "server",
    );
  if (options.program) {
    const interpreter = new Interpreter(options.program, flash.snapshot());
    const ask = (expression: string) => interpreter.ask(expression);
    await ready(ask);
    return {
      ...{ ...common, console: interpreter.lines, ask, stop: () => interpreter.stop() },
      restart: async () => {
        await interpreter.restart();
        await ready(ask);
      },
    };
  }
  const lines: string[] = [];
  const network = new HostNetwork((devicePort) => devicePort);
  const board = new SimBoard({
    ...{ record, flash, network, clock: new RealClock(options.speed), seed: Date.now() % 1e9 },
    onConsole: (line) => void lines.push(line),
  });
  network.wake = () => board.wake();
  board.boot();
  const ask = async (expression: string) => String(board.evaluate(expression));
  await ready(ask);
  return {
    ...{ ...common, console: lines, ask },
    restart: async () => {
      board.boot();
      await ready(ask);
    },
    async stop() {
      board.powerOff();
      network.stop();
    },
  };
}

/** What a client of the tests has to know of it. */
export function targetOf({ host, port, caPem, servername }: HttpsDevice) {
  return { host, port, caPem, servername, path: "/status" };
}
