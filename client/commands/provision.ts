// wib provision: sets up one device.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { SUITE_CPACE } from "../../firmware/protocol.ts";
import cliProgress from "cli-progress";
import type { Command } from "commander";
import { checkName } from "../csr.ts";
import { usageError } from "../errors.ts";
import { days, DEFAULT_FOLDER } from "./ca.ts";
import { folderCertifier } from "../ca-folder.ts";
import type { Certifier } from "../certifier.ts";
import { estCertifier } from "../est.ts";
import { composeKeyText, readText, settingsBlock } from "../key-text.ts";
import type { Settings } from "../key-text.ts";
import { askHidden } from "../prompt.ts";
import { parseDeviceUrl, provision } from "../provision.ts";
import type { Material, ProvisionResult } from "../provision.ts";
import { canonicalSerial } from "../serial.ts";

interface Options {
  serial?: string;
  serialFile?: string;
  ca?: string;
  est?: string;
  estCa?: string;
  estUser?: string;
  estPasswordFile?: string;
  estCert?: string;
  estKey?: string;
  name?: string;
  ip?: string[];
  days?: number;
  cert?: string;
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
const CSR_STEPS = ["greeting", "key agreement", "serial", "request", "certification", "certificate"];
const LEAF_DAYS = 825;

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

/** Options that would do nothing are a misunderstanding. @throws WibError */
function checkUse(o: Options): void {
  const ofEst = { "--est-ca": o.estCa, "--est-user": o.estUser, "--est-password-file": o.estPasswordFile };
  const ofCa = { "--ip": o.ip, "--days": o.days };
  const given = (options: object) => Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  const isCa = o.est === undefined && o.cert === undefined;
  const idle =
    (o.est === undefined && given({ ...ofEst, "--est-cert": o.estCert, "--est-key": o.estKey })) ||
    (!isCa && given(ofCa));
  if (idle)
    throw usageError(
      `${idle} does nothing here`,
      idle.startsWith("--est") ? "it goes with --est" : "it goes with a CA in a folder",
    );
}

/** Who is to sign for a key that the device makes. */
function certifierOf(o: Options): Promise<Certifier> | Certifier {
  if (o.est === undefined) {
    const folder = o.ca ?? DEFAULT_FOLDER;
    if (!existsSync(folder))
      throw usageError(
        `there is no CA in ${folder}`,
        "make one with wib ca init, name an EST server with --est, or bring a certificate with --cert and --key",
      );
    return folderCertifier(folder, { days: o.days ?? LEAF_DAYS, ipAddresses: o.ip });
  }
  if (o.ca !== undefined) throw usageError("two certifiers", "give --ca or --est, not both");
  if ((o.estCert === undefined) !== (o.estKey === undefined))
    throw usageError("half a pair for the EST server", "give --est-cert and --est-key");
  return estCertifier(o.est, {
    ca: o.estCa && readText(o.estCa, "EST CA"),
    user: o.estUser,
    password: o.estPasswordFile && readText(o.estPasswordFile, "EST password").trimEnd(),
    cert: o.estCert && readText(o.estCert, "EST certificate"),
    key: o.estKey && readText(o.estKey, "EST key"),
  });
}

/** A device that is reached by a name is called that; one that is reached by an address gets a name of its own. */
function nameFor(url: URL): string {
  return isIP(url.hostname.replace(/^\[|\]$/g, "")) ? `wib-${randomBytes(4).toString("hex")}.local` : url.hostname;
}

async function materialOf(url: URL, options: Options): Promise<Material> {
  checkUse(options);
  const settings = settingsOf(options);
  const { cert, key } = options;
  if (cert !== undefined || key !== undefined) {
    if (cert === undefined || key === undefined)
      throw usageError(
        "a certificate and its private key come together",
        "give --cert and --key, or neither: then the device makes its own key",
      );
    if (options.ca !== undefined || options.est !== undefined || options.name !== undefined)
      throw usageError("a certificate is there already", "--cert goes without --ca, --est and --name");
    return { keyText: composeKeyText({ cert, key }, settings) };
  }
  const name = options.name ?? nameFor(url);
  checkName(name);
  const wrong = options.ip?.find((address) => !isIP(address));
  if (wrong !== undefined) throw usageError(`"${wrong}" is no address`, "give something like --ip 192.168.1.20");
  return { csr: { name, certifier: await certifierOf(options), settings: settingsBlock(settings) } };
}

export function addProvision(program: Command): void {
  program
    .command("provision")
    .description(
      "Set up a device whose setup window is open. The device makes its own key, and your CA or an EST server certifies it; or you bring a certificate with its key.",
    )
    .argument("<url>", "the device, like http://192.168.4.1")
    .option("--ca <folder>", `the CA that certifies, made by wib ca init (default: "${DEFAULT_FOLDER}")`)
    .option("--name <name>", "what the certificate calls the device (default: its name in the URL, or one made up)")
    .option("--ip <address...>", "addresses that the certificate is for, beside the name (with --ca)")
    .option("--days <n>", `how long the certificate is valid (with --ca; default: ${LEAF_DAYS})`, days)
    .option("--est <url>", "the EST server that certifies, in place of a CA in a folder")
    .option("--est-ca <file>", "who has certified the EST server, PEM (default: the system's roots)")
    .option("--est-user <name>", "user for the EST server")
    .option("--est-password-file <file>", "a file that holds that user's password")
    .option("--est-cert <file>", "a certificate of yours for the EST server, PEM")
    .option("--est-key <file>", "its private key, PEM")
    .option("--cert <file>", "bring a certificate chain: PEM, in any order")
    .option("--key <file>", "that certificate's private key, PEM: it crosses the network, sealed")
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
  let steps = STEPS;
  let result: ProvisionResult;
  const talk = (text: string) => void process.stderr.write(`wib: ${text}\n`);
  try {
    // What can be wrong with the arguments is said before anybody is asked for anything.
    const material = await materialOf(parseDeviceUrl(url), options);
    steps = "csr" in material ? CSR_STEPS : STEPS;
    const serial = canonicalSerial(await serialOf(options));
    if (showBar) bar.start(steps.length, 0, { step: steps[0] });
    result = await provision({
      ...{ ...material, url, serial },
      suite: options.suite,
      allowBench: options.bench,
      onWarning: (text) => talk(`warning: ${text}`),
      onProgress(step, done) {
        if (showBar) bar.update(steps.indexOf(step) + (done ? 1 : 0), { step });
        else if (done && !options.json) talk(`${step}: done`);
      },
    });
  } finally {
    if (showBar) bar.stop();
  }
  const made =
    result.name === undefined
      ? ""
      : `\n${result.name}: certificate ${result.fingerprint}, valid until ${result.validTo}`;
  const text = `${result.url} is set up (${result.suite})${made}`;
  process.stdout.write(`${options.json ? JSON.stringify(result) : text}\n`);
}
