// Who the device is: the installed chain as the Certificate message that every handshake sends, and the signature that only
// the holder of the key can make (RFC 8446 4.2.3). Which kind of key it is decides the signature scheme.
import type { Bytes, Hal } from "../hal/engine.ts";
import { RSA, THUMB } from "../crypto/back-ends.build.ts";
import type { Curves, PointJob } from "../crypto/curves.ts";
import { createEcdsa } from "../crypto/ecdsa.ts";
import { hex } from "../crypto/primitives.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { encodePss, PSS_SALT_BYTES } from "../crypto/pss.ts";
import { rsaBegin } from "../crypto/rsa.ts";
import type { Random } from "../entropy/random.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { encodeDer, encodeUnsigned } from "../pki/der-writer.ts";
import * as Der from "../pki/der.ts";
import { parsePrivateKey } from "../pki/private-key.ts";
import type { Pair } from "../store/keystore.ts";
import { CODE } from "./codes.build.ts";
import { encodeCertificate } from "./server-messages.ts";

const PEM_LABELS = ["EC PRIVATE KEY", "PRIVATE KEY", "RSA PRIVATE KEY"];

export interface Signer {
  hal: Hal;
  p: Primitives;
  random: Random;
  identity: Identity;
}

export interface Identity {
  /** A handshake message. */
  certificate: Bytes;
  /** Two characters. */
  scheme: string;
  /** EC: the scalar; RSA: the key's numbers. They share the memory of `document`, to be wiped when it is over. */
  scalar?: Bytes;
  numbers?: Bytes[];
  document: Bytes;
}

/** Takes over the pair's key. @returns undefined for a key that this server cannot sign with: RSA in plain ES5. */
export function createIdentity(p: Primitives, pair: Pair): Identity | undefined {
  // The store keeps keys as they came, and not which label they had.
  for (let i = 0; i < PEM_LABELS.length; i++) {
    const key = parsePrivateKey(PEM_LABELS[i], pair.key);
    if (!key || (!key.scalar && !(RSA.isTaken && THUMB.runs && p.native && key.numbers))) continue;
    return {
      certificate: encodeCertificate(p, pair.chain),
      scheme: RSA.isTaken && key.numbers ? CODE.rsaPss : CODE.ecdsa,
      scalar: key.scalar,
      numbers: key.numbers,
      document: pair.key,
    };
  }
  return undefined;
}

/** UTCTime or GeneralizedTime (RFC 5280 4.1.2.5) as ISO 8601. */
function isoTime(text: string): string {
  const t = text.length === 13 ? (text < "5" ? "20" : "19") + text : text;
  const at = function (from: number): string {
    return t.substr(from, 2);
  };
  return t.substr(0, 4) + "-" + at(4) + "-" + at(6) + "T" + at(8) + ":" + at(10) + ":" + at(12) + "Z";
}

/** For the status: members of a JSON object, behind a comma. in: a certificate that was installed. */
export function describeCertificate(hal: Hal, p: Primitives, leaf: Bytes): string {
  const certificate = parseCertificate(leaf);
  return (
    ',"certificate":{"sha256":"' +
    hex(hal, p.sha256(leaf)) +
    (certificate
      ? '","notBefore":"' +
        isoTime(hal.E.toString(certificate.notBefore)) +
        '","notAfter":"' +
        isoTime(hal.E.toString(certificate.notAfter))
      : "") +
    '"}'
  );
}

/**
 * @param content what is to be signed.
 * @returns a job whose `finish` gives the signature, or undefined if it has come out wrong.
 */
export function signBegin(parts: Signer, curves: Curves, content: Bytes): PointJob {
  const p = parts.p;
  const identity = parts.identity;
  const digest = p.sha256(content);
  if (RSA.isTaken && THUMB.runs && identity.numbers) {
    const size = identity.numbers[0].length;
    const encoded = encodePss(p, digest, parts.random.read(PSS_SALT_BYTES), size);
    return rsaBegin(parts.hal, p.native!, identity.numbers, encoded);
  }
  const job = createEcdsa(p, curves).signBegin(identity.scalar!, digest);
  return {
    step: job.step,
    wipe: job.wipe,
    finish: function () {
      const rs = job.finish()!;
      const r = encodeUnsigned(p, rs.subarray(0, 32));
      return encodeDer(p, Der.SEQUENCE, r, encodeUnsigned(p, rs.subarray(32, 64)));
    },
  };
}
