// npm run sim: a simulated board to play with, on a real clock and real sockets. For scripts and for people who write
// clients: `npm run -s sim -- --port N --serial S --open --json` prints {"url":...,"serial":...} and then a line an event.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { boardNamed } from "../boards/index.ts";
import { canonicalSerial, formatSerial, serialFromBytes } from "../client/serial.ts";
import { SimBoard } from "../host-sim/board.ts";
import { RealClock } from "../host-sim/clock.ts";
import { HostNetwork } from "../host-sim/network.ts";
import { NorFlash } from "../host-sim/flash.ts";
import type { NoiseModel } from "../host-sim/noise.ts";
import { NOISE_HELP, parseNoise } from "../host-sim/noise/models.ts";
import { preparedFlash } from "../host-sim/prepare.ts";
import { cachedBundle } from "./cached-bundle.ts";

interface Options {
  board: string;
  port: number;
  tlsPort: number;
  serial?: string;
  open?: boolean;
  json?: boolean;
  flash?: string;
  noise: Record<string, NoiseModel>;
}

function port(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65535) throw new InvalidArgumentError("a port is a number up to 65535.");
  return n;
}

const seed = randomBytes(4).readUInt32LE();

function noise(text: string, before: Record<string, NoiseModel>): Record<string, NoiseModel> {
  try {
    return { ...before, ...parseNoise(text, seed) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const options = new Command("sim")
  .description("Run a simulated board until it is stopped.")
  .option("--board <name>", "which board", "linux")
  .option("--port <n>", "port of the setup server on this machine, 0 for any", port, 8080)
  .option("--tls-port <n>", "port of its HTTPS server once it is set up, 0 for any", port, 8443)
  .option("--serial <serial>", "its serial; drawn unless given")
  .option("--open", "press the button as soon as it is ready")
  .option("--flash <file>", "keep its flash in this file")
  .option("--noise <source=model>", "what a noise source gives, as in timer=stuck-value; may be repeated", noise, {})
  .option("--json", "one JSON line an event, nothing else")
  .addHelpText("after", `\n${NOISE_HELP}`)
  .parse()
  .opts<Options>();

const HELP = `keys:  b press the button for 3.5 s   r hold it for 10.5 s (factory reset)   s status   l setup log   f flash
       p pull the plug   q quit`;

function say(event: Record<string, unknown>, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(event)}\n` : `${text}\n`);
}

const record = boardNamed(options.board);
const serial = options.serial ? canonicalSerial(options.serial) : serialFromBytes(randomBytes(10));
const bundle = await cachedBundle(record, "bench");
const flash = preparedFlash(record, bundle, { serial });
if (options.flash && existsSync(options.flash)) flash.restore(new Uint8Array(readFileSync(options.flash)));

let opened = false;
const TLS_PORT = 443;
const network = new HostNetwork(
  (devicePort) => (devicePort === TLS_PORT ? options.tlsPort : options.port),
  (devicePort, hostPort) => {
    if (devicePort === TLS_PORT) {
      const https = `https://127.0.0.1:${hostPort}`;
      return say(
        { https },
        `TLS at ${https}: curl --cacert CA --resolve NAME:${hostPort}:127.0.0.1 https://NAME:${hostPort}/status`,
      );
    }
    const url = `http://127.0.0.1:${hostPort}`;
    say({ url, serial }, `setup window open at ${url}, serial ${formatSerial(serial)}`);
  },
);
const board = new SimBoard({
  ...{ record, flash, network, clock: new RealClock(), seed, noise: options.noise },
  onConsole(line) {
    say({ event: "console", line }, `device: ${line}`);
    if (options.open && !opened && line === "wib: ready") {
      opened = true;
      board.press(3100);
    }
  },
  onLed: (pin, on) => say({ event: "led", pin, on }, `LED ${pin} ${on ? "on" : "off"}`),
});
network.wake = () => board.wake();

function save(): void {
  if (options.flash) writeFileSync(options.flash, flash.snapshot(), { mode: 0o600 });
}

function onKey(key: string): void {
  if (key === "q" || key === "\x03") {
    save();
    process.exit(0);
  } else if (key === "b") board.press(3500);
  else if (key === "r") board.press(10500);
  else if (key === "s") say({ event: "status" }, String(board.evaluate("wib.status()")));
  else if (key === "l") say({ event: "log" }, String(board.evaluate("wib.log()")));
  else if (key === "f") say({ event: "flash" }, describeFlash(flash));
  else if (key === "p") {
    say({ event: "restart" }, "plug pulled, and in again");
    board.boot();
  } else process.stdout.write(`${HELP}\n`);
}

function describeFlash(f: NorFlash): string {
  return `flash: ${f.programmed} bytes programmed, ${f.erased} pages erased since the start`;
}

if (!options.json) {
  process.stdout.write(`simulated ${record.title}, serial ${formatSerial(serial)}\n${HELP}\n`);
  if (process.stdin.isTTY) {
    process.stdin.setRawMode(true).setEncoding("utf8");
    process.stdin.on("data", (data) => [...String(data)].forEach(onKey));
  }
}
process.on("SIGTERM", () => {
  save();
  process.exit(0);
});
board.boot();
