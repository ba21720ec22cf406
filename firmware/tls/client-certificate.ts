// What a client says of itself (RFC 8446 4.4.2, 4.4.3) where the settings name a CA: its chain up to that CA, and its
// signature. Read here, checked later, one signature after the other. There is no clock that could be trusted, so dates are
// not looked at, and no revocation; a client's access is ended with another clientCa.
import type { Bytes, Hal } from "../hal/engine.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Certificate, PublicKey } from "../pki/certificate.ts";
import { canVerify } from "../pki/signature.ts";
import { ALERT, CODE } from "./codes.build.ts";

const MAX_CLIENT_CHAIN = 4;
const VERIFY_HEADER_BYTES = 8;

/** A signature that has to be right. */
export interface Link {
  signed: Bytes;
  signature: Bytes;
  issuer: PublicKey;
}

/** That of a certificate; the first is the client's own. */
export interface CertificateLink extends Link {
  publicKey: PublicKey;
}

/** @returns the links of the chain from the client's certificate to the CA, or an alert. */
export function readClientChain(hal: Hal, message: Bytes, cas: Certificate[]): CertificateLink[] | number {
  const end = message.length;
  const list: Certificate[] = [];
  if (end < 8) return ALERT.decodeError;
  if (message[4]) return ALERT.illegalParameter; // the context of our request is empty
  let at = 8;
  if (at + ((message[5] << 16) | (message[6] << 8) | message[7]) !== end) return ALERT.decodeError;
  if (at === end) return ALERT.certificateRequired;
  while (at < end) {
    const start = at + 3;
    at = start + ((message[at] << 16) | (message[at + 1] << 8) | message[at + 2]) + 2;
    if (at > end || start + 2 === at) return ALERT.decodeError;
    const extensionsBytes = (message[at - 2] << 8) | message[at - 1];
    if (extensionsBytes) return at + extensionsBytes > end ? ALERT.decodeError : ALERT.unsupportedExtension;
    const certificate = parseCertificate(message.subarray(start, at - 2));
    if (!certificate || list.length === MAX_CLIENT_CHAIN) return ALERT.badCertificate;
    list.push(certificate);
  }

  const links: CertificateLink[] = [];
  /** The one of this subject in a list. */
  function named(name: Bytes, among: Certificate[]): Certificate | undefined {
    for (let i = 0; i < among.length; i++)
      if (hal.E.toString(among[i].subject) === hal.E.toString(name)) return among[i];
    return undefined;
  }

  for (let i = 0; ; i++) {
    const child = list[i];
    const ca = named(child.issuer, cas);
    const issuer = ca || named(child.issuer, list.slice(i + 1, i + 2));
    if (!issuer || !issuer.isCa) return ALERT.unknownCa;
    if (!i && (!child.isClient || child.isCa)) return ALERT.badCertificate;
    if (child.publicKey.kind !== "ec" || !canVerify(child, issuer.publicKey)) return ALERT.unsupportedCertificate;
    links.push({
      signed: child.signed,
      signature: child.signature,
      issuer: issuer.publicKey,
      publicKey: child.publicKey,
    });
    if (ca) return links;
  }
}

/** in: a CertificateVerify. @returns its signature, or an alert. */
export function readVerify(message: Bytes): Bytes | number {
  const end = message.length;
  if (end < VERIFY_HEADER_BYTES || VERIFY_HEADER_BYTES + ((message[6] << 8) | message[7]) !== end)
    return ALERT.decodeError;
  const isOffered = message[4] === CODE.ecdsa.charCodeAt(0) && message[5] === CODE.ecdsa.charCodeAt(1);
  return isOffered ? message.subarray(VERIFY_HEADER_BYTES, end) : ALERT.illegalParameter;
}
