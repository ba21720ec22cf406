// What the device needs to know of an X.509 certificate (RFC 5280): whose key it holds, who issued it, whether it
// is a CA. It is not a validator: there is no clock, and the owner's trust is the client's business.
import type { Bytes } from "../hal/engine.ts";
import * as Der from "./der.ts";
import type { Cursor } from "./der.ts";

export const OID_EC_PUBLIC_KEY = "2a8648ce3d0201"; // 1.2.840.10045.2.1
export const OID_P256 = "2a8648ce3d030107"; // 1.2.840.10045.3.1.7
export const OID_RSA = "2a864886f70d010101"; // 1.2.840.113549.1.1.1
const OID_BASIC_CONSTRAINTS = "551d13"; // 2.5.29.19

const VERSION = 0xa0;
const ISSUER_ID = 0x81;
const SUBJECT_ID = 0x82;
const EXTENSIONS = 0xa3;

export interface PublicKey {
  /** "ec" is P-256. "" is a kind of key that is not supported. */
  kind: "ec" | "rsa" | "";
  /** EC: x and y, 64 bytes. RSA: the modulus without leading zeros. */
  value: Bytes;
  exponent?: Bytes;
}

export interface Certificate {
  issuer: Bytes;
  subject: Bytes;
  publicKey: PublicKey;
  isCa: boolean;
}

/** The curve's OID; "?" for parameters written out, which nobody uses. Nothing may follow. */
export function takeCurve(c: Cursor): string {
  if (Der.peek(c) !== Der.OID) return "?";
  const oid = Der.takeOid(c);
  Der.close(c);
  return oid;
}

/** A SubjectPublicKeyInfo. */
export function takePublicKey(c: Cursor): PublicKey {
  const spki = Der.take(c, Der.SEQUENCE);
  const algorithm = Der.take(spki, Der.SEQUENCE);
  const oid = Der.takeOid(algorithm);
  const key: PublicKey = { kind: "", value: new Uint8Array(0) };
  if (oid === OID_EC_PUBLIC_KEY && takeCurve(algorithm) === OID_P256) {
    const point = Der.contents(Der.takeBits(spki));
    if (point.length === 65 && point[0] === 4) {
      key.kind = "ec";
      key.value = point.subarray(1, 65);
    } else if (point.length !== 33) c.fault.bad = true; // compressed points are well-formed, but not supported
  } else if (oid === OID_RSA) {
    Der.close(Der.take(algorithm, Der.NULL));
    Der.close(algorithm);
    const rsa = Der.take(Der.takeBits(spki), Der.SEQUENCE);
    key.kind = "rsa";
    key.value = Der.takeUnsigned(rsa);
    key.exponent = Der.takeUnsigned(rsa);
    Der.close(rsa);
  } else return key;
  Der.close(spki);
  return key;
}

function takeIsCa(extensions: Cursor): boolean {
  let isCa = false;
  while (Der.peek(extensions) === Der.SEQUENCE) {
    const extension = Der.take(extensions, Der.SEQUENCE);
    const oid = Der.takeOid(extension);
    if (Der.peek(extension) === Der.BOOLEAN) Der.takeBoolean(extension);
    const value = Der.take(extension, Der.OCTET_STRING);
    Der.close(extension);
    if (oid !== OID_BASIC_CONSTRAINTS) continue;
    const constraints = Der.take(value, Der.SEQUENCE);
    Der.close(value);
    if (Der.peek(constraints) === Der.BOOLEAN && Der.takeBoolean(constraints)) isCa = true;
    if (Der.peek(constraints) === Der.INTEGER) Der.take(constraints, Der.INTEGER); // length of the path
    Der.close(constraints);
  }
  Der.close(extensions);
  return isCa;
}

/** @returns undefined if it is not exactly one well-formed certificate. */
export function parseCertificate(bytes: Bytes): Certificate | undefined {
  const document = Der.openDer(bytes);
  const outer = Der.take(document, Der.SEQUENCE);
  Der.close(document);
  const tbs = Der.take(outer, Der.SEQUENCE);
  Der.take(outer, Der.SEQUENCE); // signature algorithm
  Der.takeBits(outer); // signature
  Der.close(outer);
  if (Der.peek(tbs) === VERSION) Der.take(tbs, VERSION);
  Der.take(tbs, Der.INTEGER); // serial number
  Der.take(tbs, Der.SEQUENCE); // signature algorithm again
  const issuer = Der.takeRaw(tbs, Der.SEQUENCE);
  Der.take(tbs, Der.SEQUENCE); // validity
  const subject = Der.takeRaw(tbs, Der.SEQUENCE);
  const publicKey = takePublicKey(tbs);
  if (Der.peek(tbs) === ISSUER_ID) Der.take(tbs, ISSUER_ID);
  if (Der.peek(tbs) === SUBJECT_ID) Der.take(tbs, SUBJECT_ID);
  let isCa = false;
  if (Der.peek(tbs) === EXTENSIONS) {
    const wrapper = Der.take(tbs, EXTENSIONS);
    isCa = takeIsCa(Der.take(wrapper, Der.SEQUENCE));
    Der.close(wrapper);
  }
  Der.close(tbs);
  return document.fault.bad ? undefined : { issuer: issuer, subject: subject, publicKey: publicKey, isCa: isCa };
}
