// The project's main job on one machine, step by step: a simulated device without any key makes one, has it certified over
// HTTP by a CA made on the spot, and then has to prove over TLS what a real one would have to prove. Every part that could
// fail comes in as an argument, so that a test can put in one that does. Nothing is written to disk but the bundle's cache.
import { randomBytes } from "node:crypto";
import net from "node:net";
import { boardNamed } from "../boards/index.ts";
import { certify, createAuthority } from "../client/ca.ts";
import type { Request } from "../client/csr.ts";
import { EXIT_NOT_REACHED, EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "../client/errors.ts";
import { provision } from "../client/provision.ts";
import { fetchSecureStatus } from "../client/secure-status.ts";
import type { SecureStatus } from "../client/secure-status.ts";
import { formatSerial, serialFromBytes } from "../client/serial.ts";
import { SUITE_CPACE } from "../firmware/protocol.ts";
import { cachedBundle } from "./cached-bundle.ts";
import { startSimulatedDevice } from "./simulated-device.ts";

/** How client and device agree on a key. */
export const SUITE = SUITE_CPACE;

const HOST = "127.0.0.1";
const DEVICE_NAME = "device.local";
const CERTIFICATE_DAYS = 1;
const HOLD_MS = 3500;
const READY_TIMEOUT_MS = 30000;
const SHUT_TIMEOUT_MS = 5000;
const SERVING_TIMEOUT_MS = 20000;
const POLL_MS = 25;

export interface SetupParts {
  bundle: typeof cachedBundle;
  startDevice: typeof startSimulatedDevice;
  createAuthority: typeof createAuthority;
  certify: typeof certify;
  provision: typeof provision;
  fetchSecureStatus: typeof fetchSecureStatus;
}

export const REAL_PARTS: SetupParts = {
  ...{
    bundle: cachedBundle,
    startDevice: startSimulatedDevice,
    createAuthority,
    certify,
    provision,
    fetchSecureStatus,
  },
};

export interface SetupOptions {
  /** Seconds that pass on the device in one of ours. */
  speed: number;
  /** Of the device's setup server, here; 0 for any. */
  port: number;
}

export interface Steps {
  begin(step: string): void;
  /** @param text for people. @param facts the same for machines. */
  done(step: string, text: string, facts?: Record<string, unknown>): void;
  warn(text: string): void;
}

/** @throws WibError after `ms`. */
async function within<T>(ms: number, what: Promise<T>, error: WibError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(error), ms)));
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a connection attempt ends with: a code such as ECONNREFUSED, or "connected". */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, HOST);
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("connect", () => {
      socket.destroy();
      resolve("connected");
    });
  });
}

/** @throws WibError if somebody has it. */
function checkFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      reject(usageError(`port ${port} cannot be used: ${error.code}`, "take another, or 0 for any free one")),
    );
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}

/** The device hangs up a moment after its last answer. @throws WibError if it does not. */
async function untilRefused(port: number): Promise<void> {
  let outcome = "";
  for (const end = Date.now() + SHUT_TIMEOUT_MS; Date.now() < end;) {
    outcome = await knock(port);
    if (outcome === "ECONNREFUSED") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new WibError(
    `port ${port} still answers after setup (${outcome})`,
    "plain HTTP must be gone once a certificate is installed: this firmware is broken",
    EXIT_REFUSED_BY_DEVICE,
  );
}

/** @throws WibError unless it is this certificate and a device that says it is installed. */
export function checkStatus({ fingerprint, status }: SecureStatus, installed: string): void {
  const broken = (message: string, hint: string) => new WibError(message, hint, EXIT_REFUSED_BY_DEVICE);
  if (fingerprint !== installed)
    throw broken(
      `the device shows certificate ${fingerprint}, and ${installed} was installed`,
      "something else than the device that was set up has answered",
    );
  const told = (status.certificate as { sha256?: string } | undefined)?.sha256;
  if (status.installed !== true || status.window !== false || told !== installed.replace(/:/g, "").toLowerCase())
    throw broken(
      `the device says ${JSON.stringify(status)}`,
      "this certificate has to be installed, and the setup window shut",
    );
}

/** @throws WibError at the first thing that is not as it should be. */
export async function firstSetup(options: SetupOptions, steps: Steps, parts: SetupParts = REAL_PARTS): Promise<void> {
  const cleanups: (() => void | Promise<void>)[] = [];
  try {
    await run(options, steps, parts, (cleanup) => void cleanups.unshift(cleanup));
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
}

async function run(
  options: SetupOptions,
  steps: Steps,
  parts: SetupParts,
  atEnd: (cleanup: () => void | Promise<void>) => void,
): Promise<void> {
  const record = boardNamed("linux");
  await checkFree(options.port);
  steps.begin("bundle");
  const bundle = await parts.bundle(record, "bench");
  steps.done("bundle", `firmware for ${record.title}: ${bundle.length} bytes`, { bytes: bundle.length });

  steps.begin("device");
  const serial = serialFromBytes(randomBytes(10));
  const device = parts.startDevice({ record, bundle, serial, speed: options.speed, port: options.port });
  atEnd(() => device.stop());
  const silent = new WibError("the device does not get ready", "npm run sim shows what it prints", EXIT_NOT_REACHED);
  await within(READY_TIMEOUT_MS, device.ready, silent);
  const label = formatSerial(serial);
  steps.done(
    "device",
    `simulated, with no key in it, its clock ${options.speed} times as fast as ours; its label says ${label}`,
    { serial: label, speed: options.speed },
  );

  steps.begin("authority");
  const authority = await parts.createAuthority("Wib throw-away CA", CERTIFICATE_DAYS);
  steps.done("authority", "a throw-away CA with a P-256 key, which is all that the owner trusts");

  steps.begin("button");
  device.press(HOLD_MS);
  const shut = new WibError("the setup window does not open", "npm run sim shows what it prints", EXIT_NOT_REACHED);
  const port = await within(READY_TIMEOUT_MS, device.listening, shut);
  const url = `http://${HOST}:${port}`;
  steps.done("button", `held for ${HOLD_MS / 1000} s of the device's time: setup window open at ${url}`, { url });

  const certifier = {
    name: "the throw-away CA",
    certify: async ({ publicKey }: Request) =>
      (await parts.certify(authority, publicKey, {
        ...{ commonName: DEVICE_NAME, kind: "p256", days: CERTIFICATE_DAYS, usage: "both", dnsNames: [DEVICE_NAME] },
      })) + authority.cert,
  };
  const TEXTS: Record<string, string> = {
    "greeting": "the device says what it speaks",
    "key agreement": `both have the same keys (${SUITE})`,
    "serial": "the device has checked the serial, and proved it",
    "request": "the device has made a P-256 key and asks for a certificate for it",
    "certification": `the CA has certified it as ${DEVICE_NAME}`,
    "certificate": "installed: the device answered 204 with a proof",
  };
  const { fingerprint } = await parts.provision({
    ...{ url, serial, csr: { name: DEVICE_NAME, certifier }, suite: SUITE, allowBench: true, onWarning: steps.warn },
    onProgress: (step, isDone) => (isDone ? steps.done(step, TEXTS[step] ?? "done") : steps.begin(step)),
  });

  steps.begin("port shut");
  await untilRefused(port);
  steps.done("port shut", `port ${port} refuses connections (ECONNREFUSED)`, { port, code: "ECONNREFUSED" });

  steps.begin("https");
  const unheard = new WibError("the device does not serve TLS", "npm run sim shows what it prints", EXIT_NOT_REACHED);
  const tlsPort = await within(SERVING_TIMEOUT_MS, device.serving, unheard);
  const asked = await parts.fetchSecureStatus({
    ...{ host: HOST, port: tlsPort, servername: DEVICE_NAME, ca: authority.cert },
  });
  checkStatus(asked, fingerprint!);
  const { protocol, cipher, status } = asked;
  const shown = `https://${DEVICE_NAME}/status, ${protocol}, ${cipher}, certificate ${asked.fingerprint} of that CA`;
  steps.done("https", `${shown}: ${JSON.stringify(status)}`, {
    ...{ port: tlsPort, fingerprint: asked.fingerprint, protocol, cipher, status },
  });

  steps.begin("plain HTTP");
  const again = await knock(port);
  if (again !== "ECONNREFUSED")
    throw new WibError(`port ${port} answers again (${again})`, "plain HTTP must be gone", EXIT_REFUSED_BY_DEVICE);
  steps.done("plain HTTP", `http://${HOST}:${port} is still refused (${again})`, { port, code: again });
  steps.warn("the device: a bench build, whose button is pressed from the console, with simulated noise");
}
