// The project's main job on one machine, step by step: a simulated device without any key is set up over HTTP with a
// certificate made on the spot, and then has to prove what a real one would have to prove. Every part that could fail
// comes in as an argument, so that a test can put in one that does. Nothing is written to disk but the bundle's cache.
import { randomBytes } from "node:crypto";
import net from "node:net";
import { boardNamed } from "../boards/index.ts";
import { createAuthority, issueLeaf } from "../client/ca.ts";
import { EXIT_NOT_REACHED, EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "../client/errors.ts";
import { encodePem } from "../client/pem.ts";
import { provision } from "../client/provision.ts";
import { serveReports } from "../client/report-server.ts";
import type { Report } from "../client/report-server.ts";
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
const REPORT_TIMEOUT_MS = 20000;
const POLL_MS = 25;

export interface SetupParts {
  bundle: typeof cachedBundle;
  startDevice: typeof startSimulatedDevice;
  createAuthority: typeof createAuthority;
  issueLeaf: typeof issueLeaf;
  serveReports: typeof serveReports;
  provision: typeof provision;
}

export const REAL_PARTS: SetupParts = {
  ...{ bundle: cachedBundle, startDevice: startSimulatedDevice, createAuthority, issueLeaf, serveReports, provision },
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
export function checkReport(report: Report, fingerprint: string): Record<string, unknown> {
  const broken = (message: string, hint: string) => new WibError(message, hint, EXIT_REFUSED_BY_DEVICE);
  if (report.fingerprint !== fingerprint)
    throw broken(
      `the device shows certificate ${report.fingerprint}, and ${fingerprint} was installed`,
      "something else than the device that was set up has connected",
    );
  let status: Record<string, unknown>;
  try {
    status = JSON.parse(report.text);
  } catch {
    throw broken("the device's report is no JSON", "look at statusText() in firmware/main.ts");
  }
  if (status.installed !== true || status.window !== false)
    throw broken(
      `the device reports ${report.text.trim()}`,
      "a certificate has to be installed, and the setup window shut",
    );
  return status;
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

/** The owner's CA, the device's certificate and that of the owner's server. */
async function issueCertificates(parts: SetupParts) {
  const authority = await parts.createAuthority("Wib throw-away CA", CERTIFICATE_DAYS);
  const ofCa = { days: CERTIFICATE_DAYS, kind: "rsa2048" as const };
  const [leaf, own] = await Promise.all([
    parts.issueLeaf(authority, { ...ofCa, commonName: DEVICE_NAME, usage: "client" }),
    parts.issueLeaf(authority, { ...ofCa, commonName: "owner", usage: "server", ipAddresses: [HOST] }),
  ]);
  return { authority, leaf, own };
}

async function run(
  options: SetupOptions,
  steps: Steps,
  parts: SetupParts,
  atEnd: (cleanup: () => void | Promise<void>) => void,
): Promise<void> {
  const record = boardNamed("linux");
  await checkFree(options.port);
  // RSA keys are drawn by threads of their own, so that is begun before the bundle, which is not.
  const certificates = issueCertificates(parts);
  certificates.catch(() => {}); // shown once it is awaited

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
  const { authority, leaf, own } = await certificates;
  steps.done("authority", `a throw-away CA and, for the device, RSA-2048 certificate ${leaf.fingerprint}`, {
    fingerprint: leaf.fingerprint,
  });

  steps.begin("server");
  let onReport: (report: Report) => void = () => {};
  const reported = new Promise<Report>((resolve) => (onReport = resolve));
  let refusals = "";
  const server = await parts.serveReports({
    ...{ cert: own.cert, key: own.key, ca: authority.cert, host: HOST, port: 0, onReport },
    onRefused: (reason) => (refusals += ` ${reason}`),
  });
  atEnd(() => server.close());
  const address = `${HOST}:${server.port}`;
  steps.done("server", `the owner's TLS server at ${address} lets in only this CA's certificates`, { address });

  steps.begin("button");
  device.press(HOLD_MS);
  const shut = new WibError("the setup window does not open", "npm run sim shows what it prints", EXIT_NOT_REACHED);
  const port = await within(READY_TIMEOUT_MS, device.listening, shut);
  const url = `http://${HOST}:${port}`;
  steps.done("button", `held for ${HOLD_MS / 1000} s of the device's time: setup window open at ${url}`, { url });

  const settings = encodePem("WIB SETTINGS", new TextEncoder().encode(JSON.stringify({ server: address })));
  const keyText = new TextEncoder().encode(leaf.cert + leaf.key + settings);
  const TEXTS: Record<string, string> = {
    "greeting": "the device says what it speaks",
    "key agreement": `both have the same keys (${SUITE})`,
    "serial": "the device has checked the serial, and proved it",
    "certificate": "installed: the device answered 204 with a proof",
  };
  try {
    await parts.provision({
      ...{ url, serial, keyText, suite: SUITE, allowBench: true, onWarning: steps.warn },
      onProgress: (step, isDone) => (isDone ? steps.done(step, TEXTS[step] ?? "done") : steps.begin(step)),
    });
  } finally {
    keyText.fill(0);
  }

  steps.begin("port shut");
  await untilRefused(port);
  steps.done("port shut", `port ${port} refuses connections (ECONNREFUSED)`, { port, code: "ECONNREFUSED" });

  steps.begin("report");
  const unheard = new WibError(
    "the device does not connect to the owner's server",
    "npm run sim shows what it prints",
    EXIT_NOT_REACHED,
  );
  const report = await within(REPORT_TIMEOUT_MS, reported, unheard).catch((error: Error) => {
    if (refusals) error.message += `, which refused:${refusals}`;
    throw error;
  });
  const status = checkReport(report, leaf.fingerprint);
  const { fingerprint, cipher } = report;
  steps.done("report", `the device came by TLS (${cipher}) with that very certificate: ${report.text.trim()}`, {
    ...{ fingerprint, cipher, status },
  });
  steps.warn("the device: a bench build, whose button is pressed from the console, with simulated noise");
  steps.warn("that TLS client is the engine's own: the device does not authenticate the server it reports to");
}
