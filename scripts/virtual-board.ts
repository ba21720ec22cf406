// npm run virtual-board: a virtual board whose console is on a TCP port, for flashing tools: ours, the `espruino` command line, the
// Web IDE's. It is blank unless --flash names a file with the flash of an earlier one. stdout: its port, then what it prints.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { boardNamed } from "../boards/index.ts";
import { VirtualBoard } from "../host-sim/console.ts";
import { NorFlash } from "../host-sim/flash.ts";

function port(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65535) throw new InvalidArgumentError("a port is a number up to 65535.");
  return n;
}

const options = new Command("virtual-board")
  .description("Run a virtual board until it is stopped (SIGTERM, Ctrl-C).")
  .option("--board <name>", "which board", "linux")
  .option("--port <n>", "TCP port of its console on this machine, 0 for any", port, 2323)
  .option("--http <n>", "port of the setup server, 0 for any", port, 8080)
  .option("--https <n>", "port of its HTTPS once it is set up, 0 for any", port, 8443)
  .option("--flash <file>", "keep its flash in this file")
  .option("--json", "one JSON line an event, nothing else")
  .parse()
  .opts<{ board: string; port: number; http: number; https: number; flash?: string; json?: boolean }>();

function say(event: Record<string, unknown>, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(event)}\n` : `${text}\n`);
}

const record = boardNamed(options.board);
const flash = new NorFlash([record.storage]);
if (options.flash && existsSync(options.flash)) flash.restore(new Uint8Array(readFileSync(options.flash)));

const virtual = new VirtualBoard({
  ...{
    record,
    flash,
    port: options.port,
    httpPort: options.http,
    httpsPort: options.https,
    seed: randomBytes(4).readUInt32LE(),
  },
  onConsole: (line) => say({ event: "console", line }, `board: ${line}`),
  onListening: (hostPort, isSecure) => {
    const url = `${isSecure ? "https" : "http"}://127.0.0.1:${hostPort}`;
    say({ event: isSecure ? "https" : "setup", url }, `${isSecure ? "HTTPS" : "setup server"} at ${url}`);
  },
});
const consolePort = await virtual.start();
say(
  { event: "started", port: `tcp://127.0.0.1:${consolePort}` },
  `virtual ${record.title}: console at tcp://127.0.0.1:${consolePort}`,
);

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (options.flash) writeFileSync(options.flash, flash.snapshot(), { mode: 0o600 });
    void virtual.stop().then(() => process.exit(0));
  });
