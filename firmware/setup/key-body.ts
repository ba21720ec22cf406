// What came to key.wib, once it is decrypted: a chain, a private key or none, settings or none. Everything is checked
// before anything is written (docs/PROTOCOL.md 6.3).
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import { multiplyUnsigned } from "../crypto/bignum.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Certificate } from "../pki/certificate.ts";
import { bytesOf, parsePem } from "../pki/pem.ts";
import type { PemBlock } from "../pki/pem.ts";
import { parsePrivateKey } from "../pki/private-key.ts";
import type { PrivateKey } from "../pki/private-key.ts";
import { ERROR } from "../protocol.ts";
import type { Pair } from "../store/keystore.ts";
import { parseSettings } from "./settings.ts";

const MAX_CHAIN = 4;

export interface KeyBody {
  pair: Pair;
  /** Still to be run where it is there: tells whether the pair belongs together. */
  job?: PointJob;
  /** Called after the job. @returns "" or a code of protocol.ERROR. */
  check(): string;
}

function same(hal: Hal, a: Bytes, b: Bytes): boolean {
  return hal.E.toString(a) === hal.E.toString(b);
}

/** Leaf first, then each one's issuer. @returns undefined if they are no chain. */
function orderChain(hal: Hal, list: { bytes: Bytes; certificate: Certificate }[]): typeof list | undefined {
  let leaf: (typeof list)[0] | undefined;
  for (let i = 0; i < list.length; i++) {
    if (list[i].certificate.isCa) continue;
    if (leaf) return undefined;
    leaf = list[i];
  }
  if (!leaf) return undefined;
  for (let i = 0; i < list.length; i++)
    for (let k = 0; k < i; k++) if (same(hal, list[i].bytes, list[k].bytes)) return undefined;
  const chain = [leaf];
  while (chain.length < list.length) {
    const last = chain[chain.length - 1].certificate;
    let next: (typeof list)[0] | undefined;
    for (let i = 0; i < list.length; i++)
      if (chain.indexOf(list[i]) < 0 && same(hal, list[i].certificate.subject, last.issuer)) next = list[i];
    if (!next) return undefined;
    chain.push(next);
  }
  return chain;
}

function isRsaPair(hal: Hal, key: PrivateKey, certificate: Certificate): boolean {
  const numbers = key.numbers!;
  return (
    same(hal, numbers[0], certificate.publicKey.value) &&
    same(hal, numbers[1], certificate.publicKey.exponent!) &&
    same(hal, multiplyUnsigned(hal, numbers[3], numbers[4]), numbers[0])
  );
}

/**
 * @param ownPublic x and y of the key made for this session's CSR, if there was one.
 * @returns a code of protocol.ERROR, or what is to be installed once it has been checked. Wipes `text`.
 */
export function parseKeyBody(hal: Hal, curves: Curves, text: Bytes, ownPublic?: Bytes): string | KeyBody {
  const pem = hal.E.toString(text);
  wipe(text);
  const blocks = parsePem(hal, pem);
  bytesOf(hal, pem).fill(0);
  if (!blocks) return ERROR.malformedPem;
  const result = readBlocks(hal, curves, blocks, ownPublic);
  if (typeof result === "string") for (let i = 0; i < blocks.length; i++) wipe(blocks[i].bytes);
  return result;
}

function readBlocks(hal: Hal, curves: Curves, blocks: PemBlock[], ownPublic?: Bytes): string | KeyBody {
  const list: { bytes: Bytes; certificate: Certificate }[] = [];
  let keyBlock: PemBlock | undefined;
  let settings = "";
  for (let i = 0; i < blocks.length; i++) {
    const label = blocks[i].label;
    const bytes = blocks[i].bytes;
    if (label === "CERTIFICATE") {
      const certificate = parseCertificate(bytes);
      if (!certificate) return ERROR.malformedDer;
      list.push({ bytes: bytes, certificate: certificate });
    } else if (label === "ENCRYPTED PRIVATE KEY") return ERROR.encryptedKey;
    else if (label === "PRIVATE KEY" || label === "EC PRIVATE KEY" || label === "RSA PRIVATE KEY") {
      if (keyBlock) return ERROR.twoPrivateKeys;
      keyBlock = blocks[i];
    } else if (label === "WIB SETTINGS") {
      if (settings) return ERROR.malformedSettings;
      settings = hal.E.toString(bytes);
      if (!parseSettings(settings)) return ERROR.malformedSettings;
    } else if (label !== "EC PARAMETERS") return ERROR.malformedPem; // openssl ecparam writes those before the key
  }
  if (!list.length) return ERROR.noCertificate;
  if (list.length > MAX_CHAIN) return ERROR.tooLarge;
  if (keyBlock && ownPublic) return ERROR.keyNotWanted;
  if (!keyBlock && !ownPublic) return ERROR.noPrivateKey;
  const chain = orderChain(hal, list);
  if (!chain) return list.length === 1 ? ERROR.leafIsCa : ERROR.badChain;
  const leaf = chain[0].certificate;
  if (!leaf.publicKey.kind) return ERROR.unsupportedKey;
  const ders: Bytes[] = [];
  for (let i = 0; i < chain.length; i++) ders.push(chain[i].bytes);

  const pair: Pair = { key: keyBlock ? keyBlock.bytes : new Uint8Array(0), chain: ders, settings: settings };
  if (!keyBlock) {
    if (!same(hal, leaf.publicKey.value, ownPublic!)) return ERROR.mismatch;
    return { pair: pair, check: () => "" };
  }
  const key = parsePrivateKey(keyBlock.label, keyBlock.bytes);
  if (!key) return ERROR.malformedDer;
  if (!key.kind) return ERROR.unsupportedKey;
  if (key.kind !== leaf.publicKey.kind) return ERROR.mismatch;
  if (key.kind === "rsa") return isRsaPair(hal, key, leaf) ? { pair: pair, check: () => "" } : ERROR.mismatch;
  if (!curves.p256IsScalar(key.scalar!)) return ERROR.badKey;
  const job = curves.p256Begin(key.scalar!);
  return {
    pair: pair,
    job: job,
    check: function () {
      const own = job.finish();
      return own && same(hal, own, leaf.publicKey.value) ? "" : ERROR.mismatch;
    },
  };
}
