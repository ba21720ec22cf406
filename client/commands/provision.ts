// wib provision: sets up one device.
import { SUITE_CPACE } from "../../firmware/protocol.ts";
import cliProgress from "cli-progress";
import type { Command } from "commander";
import { usageError } from "../errors.ts";
import { composeKeyText, readText } from "../key-text.ts";
import type { Settings } from "../key-text.ts";
import { askHidden } from "../prompt.ts";
import { parseDeviceUrl, provision } from "../provision.ts";
import { canonicalSerial } from "../serial.ts";

interface Options {
  serial?: string;
  serialFile?: string;
  cert: string;
  key?: string;
  suite: string;
  wifi?: string;
  wifiPskFile?: string;
  clientCa?: string;
  server?: string;
  bench?: boolean;
  json?: boolean;
}

const STEPS = ["greeting", "key agreement", "serial", "certificate"];

/** @throws WibError when there is none and nobody to ask. */
async function serialOf(options: Options): Promise<string> {
  if (options.serial !== undefined && options.serialFile !== undefined)
    throw usageError("two serials", "give --serial or --serial-file, not both");
  if (options.serial !== undefined) return options.serial;
  if (options.serialFile !== undefined) return readText(options.serialFile, "serial").trim();
  if (process.env.WIB_SERIAL) return process.env.WIB_SERIAL;
  if (process.stdin.isTTY && !options.json)
    return askHidden("serial on the device's back (it is not shown): ", process.stdin, process.stderr);
  throw usageError("no serial", "give it with --serial, --serial-file or in WIB_SERIAL");
}

function settingsOf(options: Options): Settings {
  const settings: Settings = {};
  if (options.wifi) {
    settings.wifi = { ssid: options.wifi };
    if (options.wifiPskFile) settings.wifi.psk = readText(options.wifiPskFile, "Wi-Fi password").trimEnd();
  } else if (options.wifiPskFile)
    throw usageError("a Wi-Fi password without a network", "give the network with --wifi");
  if (options.clientCa) settings.clientCa = readText(options.clientCa, "client CA");
  if (options.server) {
    if (!/^[A-Za-z0-9.-]+:\d{1,5}$/.test(options.server))
      throw usageError(`"${options.server}" is no server`, "give HOST:PORT");
    settings.server = options.server;
  }
  return settings;
}

export function addProvision(program: Command): void {
  program
    .command("provision")
    .description("Put a certificate and its private key into a device whose setup window is open.")
    .argument("<url>", "the device, like http://192.168.4.1")
    .requiredOption("--cert <file>", "certificate chain, PEM, in any order")
    .requiredOption("--key <file>", "the certificate's private key, PEM")
    .option(
      "--suite <name>",
      "another than cpace-x25519: x25519, p256 or ffdhe2048, none of which stops somebody in between",
      SUITE_CPACE,
    )
    .option("--serial <serial>", "the serial on the label (other users of this machine may see it: prefer the next)")
    .option("--serial-file <file>", "a file that holds the serial; or set WIB_SERIAL")
    .option("--wifi <ssid>", "the network the device joins after setup")
    .option("--wifi-psk-file <file>", "a file that holds that network's password")
    .option("--client-ca <file>", "certificates of who may connect to the device, PEM")
    .option("--server <host:port>", "the server that the device reports to")
    .option("--bench", "take a device that runs a bench build")
    .option("--json", "print the result, or the error, as JSON")
    .action(run);
}

async function run(url: string, options: Options): Promise<void> {
  const bar = new cliProgress.SingleBar(
    { format: "wib: [{bar}] {step}", hideCursor: true, clearOnComplete: true, stream: process.stderr },
    cliProgress.Presets.legacy,
  );
  const showBar = process.stderr.isTTY && !options.json;
  const talk = (text: string) => void process.stderr.write(`wib: ${text}\n`);
  try {
    // What can be wrong with the arguments is said before anybody is asked for anything.
    parseDeviceUrl(url);
    const keyText = composeKeyText({ cert: options.cert, key: options.key }, settingsOf(options));
    const serial = canonicalSerial(await serialOf(options));
    if (showBar) bar.start(STEPS.length, 0, { step: STEPS[0] });
    const result = await provision({
      ...{ url, serial, keyText },
      suite: options.suite,
      allowBench: options.bench,
      onWarning: (text) => talk(`warning: ${text}`),
      onProgress(step, done) {
        if (showBar) bar.update(STEPS.indexOf(step) + (done ? 1 : 0), { step });
        else if (done && !options.json) talk(`${step}: done`);
      },
    });
    if (showBar) bar.stop();
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${result.url} is set up (${result.suite})\n`);
  } catch (error) {
    if (showBar) bar.stop();
    if (options.json && error instanceof Error) {
      const { message, hint, code, exitCode } = error as Error & Record<string, unknown>;
      process.stdout.write(`${JSON.stringify({ error: message, hint, code, exitCode })}\n`);
    }
    throw error;
  }
}
