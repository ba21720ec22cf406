// Sets a device up: Diffie-Hellman, the serial, then the certificate (docs/PROTOCOL.md section 10 is this order).
// The client believes no status, error or CSR without a proof, sends nothing more after a missing or wrong one, and
// never tries again by itself.
import { equalBytes, hexToBytes } from "./bytes.ts";
import {
  AUTH_BYTES,
  COOKIE_NAME,
  PATH_AUTH,
  PATH_CSR,
  PATH_DH,
  PATH_KEY,
  STEP_AUTH,
  STEP_CSR,
  STEP_KEY,
  SUITE_CPACE,
  TAG_BYTES,
  TYPE_BYTES,
  TYPE_PEM,
} from "../firmware/protocol.ts";
import { checkChain } from "./certifier.ts";
import type { Certifier, Chain } from "./certifier.ts";
import { checkName, readRequest, wishesFor } from "./csr.ts";
import { EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "./errors.ts";
import { getOffer } from "./greeting.ts";
import type { Offer } from "./greeting.ts";
import { hintFor } from "./hints.ts";
import { request } from "./http.ts";
import type { HttpAnswer } from "./http.ts";
import { isCode, notADevice, refused } from "./refused.ts";
import { deriveKeys, expectedProof, seal, transcriptHash, wipeKeys } from "./schedule.ts";
import type { SessionKeys } from "./schedule.ts";
import { canonicalSerial } from "./serial.ts";
import { SUITES } from "./suites.ts";
import type { ClientExchange, ClientSuite } from "./suites.ts";
import { validityWarnings } from "./validity.ts";

type Progress = (step: string, done: boolean) => void;

/** Has a key that the device makes certified. */
export interface CsrPath {
  /** The device's name, in subject and subjectAltName. */
  name: string;
  certifier: Certifier;
  /** PEM, as settingsBlock() makes it. */
  settings?: string;
}

/** What is sealed into the last step (see client/key-text.ts), or who certifies a key that the device makes. */
export type Material = { keyText: Uint8Array } | { csr: CsrPath };

export type ProvisionOptions = Material & {
  url: string;
  serial: string;
  /** cpace-x25519 unless given. */
  suite?: string;
  /** Take a device that says it is a bench build. */
  allowBench?: boolean;
  onProgress?: Progress;
  onWarning?: (text: string) => void;
};

export interface ProvisionResult {
  url: string;
  build: string;
  suite: string;
  installed: true;
  /** Of a certificate that was made on the way. */
  name?: string;
  fingerprint?: string;
  validTo?: string;
}

/** @throws WibError */
export function parseDeviceUrl(text: string): URL {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) throw usageError(`"${text}" is no address`, "give something like http://192.168.4.1");
  const url = new URL(withScheme);
  if (url.protocol !== "http:")
    throw usageError("setup is plain HTTP", "the protocol brings its own protection: use http://");
  if (url.pathname !== "/" || url.search || url.hash || url.username || url.password)
    throw usageError("only host and port are wanted", `use http://${url.host}`);
  return url;
}

function suiteNamed(name: string): ClientSuite {
  const suite = SUITES.find((s) => s.name === name);
  if (!suite) throw usageError(`unknown suite "${name}"`, `known: ${SUITES.map((s) => s.name).join(", ")}`);
  return suite;
}

/** There is no falling back: who can change the greeting could choose for us. */
function checkOffered(name: string, offer: Offer): void {
  const offered = offer.offered.split(",");
  if (offered.includes(name)) return;
  const known = SUITES.filter((s) => offered.includes(s.name)).map((s) => s.name);
  const offers = known.length ? `it offers ${known.join(", ")}` : "it offers none that this client knows";
  throw usageError(
    `the device does not offer ${name}`,
    name === SUITE_CPACE
      ? `${offers}; if it should offer ${name}, somebody interferes. docs/SECURITY.md says when another --suite will do`
      : `${offers}; ${known.includes(SUITE_CPACE) ? "leave out --suite" : "choose with --suite"}`,
  );
}

async function exchangeKeys(base: URL, offer: Offer, suite: ClientSuite, serial: Uint8Array): Promise<SessionKeys> {
  const exchange = suite.begin({ serial, ...offer });
  try {
    return await agree(base, offer, suite.name, exchange);
  } finally {
    exchange.wipe();
  }
}

async function agree(base: URL, offer: Offer, suite: string, exchange: ClientExchange): Promise<SessionKeys> {
  const answer = await request(base, {
    method: "POST",
    path: PATH_DH,
    type: exchange.type,
    cookie: `${COOKIE_NAME}=${offer.cookie}`,
    body: exchange.body,
    timeoutMs: offer.waitMs,
  });
  if (answer.status !== 200) throw refused("key agreement", answer);
  if (answer.headers["content-type"] !== exchange.type)
    throw notADevice("the key agreement's answer has the wrong type");
  const transcript = transcriptHash({
    build: offer.build,
    suite,
    salt: offer.salt,
    offered: offer.offered,
    cookie: offer.cookie,
    request: exchange.body,
    response: answer.body,
  });
  return deriveKeys(exchange.finish(answer.body), transcript);
}

/** Sends one sealed body and checks the proof of what comes back. */
async function sealedStep(
  base: URL,
  offer: Offer,
  keys: SessionKeys,
  step: { name: string; path: string; number: number; plaintext: Uint8Array },
): Promise<HttpAnswer> {
  const body = seal(keys, step.number, step.plaintext);
  const answer = await request(base, {
    method: "POST",
    path: step.path,
    type: TYPE_BYTES,
    cookie: `${COOKIE_NAME}=${offer.cookie}`,
    body,
    timeoutMs: offer.waitMs,
  });
  const proof = answer.headers["wib-proof"];
  const code = answer.headers["wib-error"] ?? "";
  if (proof === undefined) {
    // 401, 429 and 503 come without one; anything else without one is not the device's.
    if ([401, 429, 503].includes(answer.status)) throw refused(step.name, answer);
    throw new WibError(
      `${step.name}: an answer ${answer.status} without proof`,
      "somebody interferes, or this is no Wib device: do not go on in this network",
      EXIT_REFUSED_BY_DEVICE,
    );
  }
  const requestTag = body.slice(body.length - TAG_BYTES);
  const expected = expectedProof(keys, { path: step.path, status: answer.status, code, requestTag, body: answer.body });
  if (!/^[0-9a-f]{128}$/.test(proof) || !equalBytes(hexToBytes(proof), expected))
    throw new WibError(
      `${step.name}: the proof is wrong`,
      "somebody interferes: do not go on in this network",
      EXIT_REFUSED_BY_DEVICE,
    );
  if (answer.status >= 400 && !isCode(code))
    throw notADevice(`${step.name}: an answer ${answer.status} with a code that is none`);
  if (answer.status >= 400)
    throw new WibError(
      `${step.name}: the device refuses: ${code}`,
      hintFor(code, answer.status),
      EXIT_REFUSED_BY_DEVICE,
      code,
    );
  return answer;
}

function checkSize(text: Uint8Array, offer: Offer): void {
  if (text.length + TAG_BYTES <= offer.maxBytes) return;
  throw usageError(
    `certificates, key and settings are ${text.length} bytes, the device takes ${offer.maxBytes - TAG_BYTES}`,
    "leave out the root certificate, or use a P-256 key",
  );
}

/** Steps csr and certification. @returns what is to be installed. */
async function haveCertified(
  base: URL,
  offer: Offer,
  keys: SessionKeys,
  { name, certifier, settings }: CsrPath,
  progress: Progress,
): Promise<{ text: Uint8Array; chain: Chain }> {
  progress("request", false);
  const step = { name: "csr", path: PATH_CSR, number: STEP_CSR, plaintext: wishesFor(name) };
  const answer = await sealedStep(base, offer, keys, step);
  if (answer.status !== 200 || answer.headers["content-type"] !== TYPE_PEM)
    throw notADevice("csr: not the answer it should be");
  const csr = await readRequest(answer.body, name);
  progress("request", true);
  progress("certification", false);
  const chain = checkChain(await certifier.certify(csr), csr, certifier.name);
  const text = new TextEncoder().encode(chain.text + (settings ?? ""));
  checkSize(text, offer);
  progress("certification", true);
  return { text, chain };
}

/** @throws WibError */
export async function provision(options: ProvisionOptions): Promise<ProvisionResult> {
  const base = parseDeviceUrl(options.url);
  const suite = suiteNamed(options.suite ?? SUITE_CPACE);
  const serial = new TextEncoder().encode(canonicalSerial(options.serial));
  if ("csr" in options) checkName(options.csr.name);
  try {
    return await setUp(base, suite, serial, options);
  } finally {
    serial.fill(0);
  }
}

async function setUp(
  base: URL,
  suite: ClientSuite,
  serial: Uint8Array,
  options: ProvisionOptions,
): Promise<ProvisionResult> {
  const progress = options.onProgress ?? (() => {});

  progress("greeting", false);
  const offer = await getOffer(base);
  if (offer.build === "bench" && !options.allowBench)
    throw usageError(
      "the device runs a bench build, which protects nothing",
      "for tests only: --bench takes it all the same",
    );
  if ("keyText" in options) checkSize(options.keyText, offer);
  checkOffered(suite.name, offer);
  if (suite.warning) options.onWarning?.(`${suite.name}: ${suite.warning}`);
  progress("greeting", true);

  progress("key agreement", false);
  const keys = await exchangeKeys(base, offer, suite, serial);
  progress("key agreement", true);
  const result: ProvisionResult = { url: base.origin, build: offer.build, suite: suite.name, installed: true };
  try {
    progress("serial", false);
    const auth = { name: "serial", path: PATH_AUTH, number: STEP_AUTH, plaintext: serial };
    if (serial.length + TAG_BYTES !== AUTH_BYTES) throw new Error("serial has the wrong length");
    if ((await sealedStep(base, offer, keys, auth)).status !== 204)
      throw notADevice("serial: not the answer it should be");
    progress("serial", true);

    let plaintext: Uint8Array;
    if ("csr" in options) {
      const { text, chain } = await haveCertified(base, offer, keys, options.csr, progress);
      plaintext = text;
      Object.assign(result, { name: options.csr.name, fingerprint: chain.fingerprint, validTo: chain.validTo });
    } else plaintext = options.keyText;
    for (const warning of validityWarnings(plaintext)) options.onWarning?.(warning);

    progress("certificate", false);
    const install = { name: "certificate", path: PATH_KEY, number: STEP_KEY, plaintext };
    if ((await sealedStep(base, offer, keys, install)).status !== 204)
      throw notADevice("certificate: not the answer it should be");
    progress("certificate", true);
  } finally {
    wipeKeys(keys);
  }
  return result;
}
