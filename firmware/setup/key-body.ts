// What came to key.wib, once it is decrypted: a chain, a private key or none, settings or none. Everything is checked
// before anything is written (docs/PROTOCOL.md 6.4): what is cheap first, in the order of the blocks, then what is not.
import type { Bytes, Hal } from "../hal/engine.ts";
import { CHAIN, RSA } from "../crypto/back-ends.build.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Curves } from "../crypto/curves.ts";
import type { Job } from "../crypto/field.ts";
import type { Check } from "../crypto/jobs.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Certificate } from "../pki/certificate.ts";
import { ecPairBegin, isRsaShape, rsaChecks } from "../pki/pair.ts";
import { bytesOf, parsePem } from "../pki/pem.ts";
import type { PemBlock } from "../pki/pem.ts";
import { parsePrivateKey } from "../pki/private-key.ts";
import { canVerify, signatureBegin } from "../pki/signature.ts";
import { ERROR } from "../protocol.ts";
import type { Pair } from "../store/keystore.ts";
import { parseSettings } from "./settings.ts";

const MAX_CHAIN = 4;

interface Listed {
  bytes: Bytes;
  certificate: Certificate;
}

interface Stage {
  /** Of the refusal, if it does not pass. */
  code: string;
  begin(): Check;
}

export interface KeyTools {
  hal: Hal;
  p: Primitives;
  curves: Curves;
}

export interface KeyBody extends Job {
  /** To be installed once `step` has said false and `code` says "". Shares its memory with what `wipe` wipes. */
  pair: Pair;
  /** Once `step` has said false: "", or a code of protocol.ERROR. */
  code(): string;
  wipe(): void;
}

function same(hal: Hal, a: Bytes, b: Bytes): boolean {
  return hal.E.toString(a) === hal.E.toString(b);
}

/** Leaf first, then each one's issuer. @returns a code of protocol.ERROR if they are no chain. */
function orderChain(hal: Hal, list: Listed[]): string | Listed[] {
  let leaf: Listed | undefined;
  for (let i = 0; i < list.length; i++) {
    if (list[i].certificate.isCa) continue;
    if (leaf) return ERROR.badChain;
    leaf = list[i];
  }
  if (!leaf) return ERROR.leafIsCa;
  for (let i = 0; i < list.length; i++)
    for (let k = 0; k < i; k++) if (same(hal, list[i].bytes, list[k].bytes)) return ERROR.badChain;
  const chain = [leaf];
  while (chain.length < list.length) {
    const last = chain[chain.length - 1].certificate;
    let next: Listed | undefined;
    for (let i = 0; i < list.length; i++)
      if (chain.indexOf(list[i]) < 0 && same(hal, list[i].certificate.subject, last.issuer)) next = list[i];
    if (!next) return ERROR.badChain;
    chain.push(next);
  }
  return chain;
}

/**
 * @param takesEc can the board's TLS use P-256 keys?
 * @param ownPublic x and y of the key made for this session's CSR, if there was one.
 * @returns a job: a block a step, then the long checks. Wipes `text` at once.
 */
export function keyBodyBegin(tools: KeyTools, text: Bytes, takesEc: boolean, ownPublic?: Bytes): KeyBody {
  const hal = tools.hal;
  const curves = tools.curves;
  let pem = hal.E.toString(text);
  wipe(text);
  const blocks = parsePem(hal, pem) || [];
  bytesOf(hal, pem).fill(0);
  pem = ""; // or it would stay as long as the functions below
  const pair: Pair = { key: new Uint8Array(0), chain: [], settings: "" };
  const list: Listed[] = [];
  const stages: Stage[] = [];
  let keyBlock: PemBlock | undefined;
  let check: Check | undefined;
  let code = "";
  let at = 0; // blocks, then judge(), then stages

  function read(block: PemBlock): string {
    const label = block.label;
    if (label === "CERTIFICATE") {
      const certificate = parseCertificate(block.bytes);
      if (!certificate) return ERROR.malformedDer;
      list.push({ bytes: block.bytes, certificate: certificate });
    } else if (label === "ENCRYPTED PRIVATE KEY") return ERROR.encryptedKey;
    else if (label === "PRIVATE KEY" || label === "EC PRIVATE KEY" || label === "RSA PRIVATE KEY") {
      if (keyBlock) return ERROR.twoPrivateKeys;
      keyBlock = block;
    } else if (label === "WIB SETTINGS") {
      if (pair.settings) return ERROR.malformedSettings;
      pair.settings = hal.E.toString(block.bytes);
      if (!parseSettings(pair.settings)) return ERROR.malformedSettings;
    } else if (/ PRIVATE KEY$/.test(label)) return ERROR.unsupportedKey;
    else if (label !== "EC PARAMETERS") return ERROR.malformedPem; // openssl ecparam writes those before the key
    return "";
  }

  /** Does the key go with the leaf, as far as that is seen at once? */
  function judgeKey(block: PemBlock, leaf: Certificate): string {
    const key = parsePrivateKey(block.label, block.bytes);
    const value = leaf.publicKey.value;
    if (!key) return ERROR.malformedDer;
    if (!key.kind) return ERROR.unsupportedKey;
    if (key.kind !== leaf.publicKey.kind) return ERROR.mismatch;
    pair.key = block.bytes;
    const numbers = key.numbers;
    if (RSA.isTaken && numbers) {
      if (!same(hal, numbers[0], value) || !same(hal, numbers[1], leaf.publicKey.exponent!)) return ERROR.mismatch;
      if (!isRsaShape(numbers)) return ERROR.badKey;
      rsaChecks(hal, numbers).forEach(function (begin) {
        stages.push({ code: ERROR.badKey, begin: begin });
      });
      return "";
    }
    const scalar = key.scalar!;
    const point = key.point;
    if (!curves.p256IsScalar(scalar)) return ERROR.badKey;
    if (point && !same(hal, point, value.subarray(0, point.length))) return ERROR.mismatch;
    stages.push({
      code: point ? ERROR.badKey : ERROR.mismatch, // a public half that fits, and is not its own
      begin: function () {
        return ecPairBegin(hal, curves, scalar, value);
      },
    });
    return "";
  }

  function judgeLink(child: Certificate, issuer: Certificate): void {
    if (canVerify(child, issuer.publicKey))
      stages.push({
        code: ERROR.badChain,
        begin: function () {
          return signatureBegin(tools.p, tools.curves, child, issuer.publicKey);
        },
      });
  }

  function judge(): string {
    if (!blocks.length) return ERROR.malformedPem;
    if (!list.length) return ERROR.noCertificate;
    if (list.length > MAX_CHAIN) return ERROR.tooLarge;
    if (keyBlock && ownPublic) return ERROR.keyNotWanted;
    if (!keyBlock && !ownPublic) return ERROR.noPrivateKey;
    const chain = orderChain(hal, list);
    if (typeof chain === "string") return chain;
    const leaf = chain[0].certificate;
    const kind = leaf.publicKey.kind;
    if (!kind || !(kind === "ec" ? takesEc : RSA.isTaken)) return ERROR.unsupportedKey;
    if (ownPublic && !same(hal, leaf.publicKey.value, ownPublic)) return ERROR.mismatch;
    const refused = keyBlock ? judgeKey(keyBlock, leaf) : "";
    for (let i = 0; i < chain.length; i++) {
      pair.chain.push(chain[i].bytes);
      // On plain ES5 a signature takes minutes, and a small board has no memory for it; the owner's client can check it.
      if (CHAIN.isVerified && i) judgeLink(chain[i - 1].certificate, chain[i].certificate);
    }
    return refused;
  }

  function drop(): void {
    if (check) check.wipe();
    check = undefined;
  }

  return {
    pair: pair,
    step: function () {
      if (at < blocks.length) code = read(blocks[at]);
      else if (at === blocks.length) code = judge();
      else {
        const stage = stages[at - blocks.length - 1];
        if (!check) {
          check = stage.begin(); // a slice of its own
          return true;
        }
        if (check.step()) return true;
        if (!check.passes()) code = stage.code;
        drop();
      }
      return !code && ++at <= blocks.length + stages.length;
    },
    code: function () {
      return code;
    },
    wipe: function () {
      drop();
      for (let i = 0; i < blocks.length; i++) wipe(blocks[i].bytes);
    },
  };
}
