// What the device needs to know of an X.509 certificate (RFC 5280): whose key it holds, who issued it, whether it
// is a CA, and what its signature is over. It is not a validator: there is no clock, and the owner's trust is the
// client's business.
import type { Bytes } from "../hal/engine.ts";
import * as Der from "./der.ts";
import type { Cursor } from "./der.ts";

export const OID_EC_PUBLIC_KEY = "2a8648ce3d0201"; // 1.2.840.10045.2.1
export const OID_P256 = "2a8648ce3d030107"; // 1.2.840.10045.3.1.7
export const OID_RSA = "2a864886f70d010101"; // 1.2.840.113549.1.1.1
const OID_BASIC_CONSTRAINTS = "551d13"; // 2.5.29.19
const OID_EXTENDED_KEY_USAGE = "551d25"; // 2.5.29.37
const OID_ANY_USAGE = "551d2500"; // 2.5.29.37.0
const OID_CLIENT_AUTH = "2b06010505070302"; // 1.3.6.1.5.5.7.3.2

const VERSION = 0xa0;
const ISSUER_ID = 0x81;
const SUBJECT_ID = 0x82;
const EXTENSIONS = 0xa3;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** RFC 5280 4.1.2.2 says 20 bytes; unsigned random numbers of that size have a sign byte more. */
const SERIAL_MAX_BYTES = 21;
/** The parameters of RSASSA-PSS have five levels (RFC 4055), a name has three. */
const DEPTH = 6;

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
  /** As they stand: YYMMDDhhmmssZ, or with four digits of the year. */
  notBefore: Bytes;
  notAfter: Bytes;
  publicKey: PublicKey;
  isCa: boolean;
  /** May it authenticate a TLS client: is nothing said of its use, or that? */
  isClient: boolean;
  /** The signature's algorithm, the OID in hex; the bytes it is over, and the signature itself. */
  algorithm: string;
  signed: Bytes;
  signature: Bytes;
}

/** The curve's OID; "?" for parameters written out, which nobody uses. Nothing may follow. */
export function takeCurve(c: Cursor): string {
  if (Der.peek(c) !== Der.OID) return "?";
  const oid = Der.takeOid(c);
  Der.close(c);
  return oid;
}

/** A point in a BIT STRING: x and y, 64 bytes, or x alone, 32, if it is compressed. */
export function takePoint(c: Cursor): Bytes {
  const point = Der.contents(Der.takeBits(c));
  const isWhole = point.length === 65 && point[0] === 4;
  const isCompressed = point.length === 33 && (point[0] & 254) === 2;
  if (isWhole || isCompressed) return point.subarray(1, point.length);
  c.fault.bad = true;
  return point;
}

/** RSA of a supported size: exactly 2048, 3072 or 4096 bits; an odd exponent from 3 to 2^32 - 1. */
function isRsaSize(n: Bytes, e: Bytes): boolean {
  const isSize = n.length === 256 || n.length === 384 || n.length === 512;
  return isSize && n[0] > 127 && e.length < 5 && (e.length > 1 || e[0] > 1) && !!(e[e.length - 1] & 1);
}

/** A SubjectPublicKeyInfo. */
export function takePublicKey(c: Cursor): PublicKey {
  const spki = Der.take(c, Der.SEQUENCE);
  const algorithm = Der.take(spki, Der.SEQUENCE);
  const oid = Der.takeOid(algorithm);
  const key: PublicKey = { kind: "", value: new Uint8Array(0) };
  if (oid === OID_EC_PUBLIC_KEY && takeCurve(algorithm) === OID_P256) {
    key.value = takePoint(spki);
    if (key.value.length === 64) key.kind = "ec"; // compressed points are well-formed, but not supported
  } else if (oid === OID_RSA) {
    Der.close(Der.take(algorithm, Der.NULL));
    Der.close(algorithm);
    const rsa = Der.take(Der.takeBits(spki), Der.SEQUENCE);
    key.value = Der.takeUnsigned(rsa);
    key.exponent = Der.takeUnsigned(rsa);
    Der.close(rsa);
    if (isRsaSize(key.value, key.exponent)) key.kind = "rsa";
  } else return key;
  Der.close(spki);
  return key;
}

function takeIsCa(constraints: Cursor): boolean {
  const isCa = Der.peek(constraints) === Der.BOOLEAN && Der.takeBoolean(constraints);
  if (Der.peek(constraints) === Der.INTEGER) Der.take(constraints, Der.INTEGER); // length of the path
  Der.close(constraints);
  return isCa;
}

function takeIsClient(usages: Cursor): boolean {
  let isClient = false;
  while (Der.peek(usages) === Der.OID) {
    const oid = Der.takeOid(usages);
    if (oid === OID_CLIENT_AUTH || oid === OID_ANY_USAGE) isClient = true;
  }
  Der.close(usages);
  return isClient;
}

function takeExtensions(extensions: Cursor, certificate: { isCa: boolean; isClient: boolean }): void {
  while (Der.peek(extensions) === Der.SEQUENCE) {
    const extension = Der.take(extensions, Der.SEQUENCE);
    const oid = Der.takeOid(extension);
    if (Der.peek(extension) === Der.BOOLEAN) Der.takeBoolean(extension);
    const value = Der.take(extension, Der.OCTET_STRING);
    Der.close(extension);
    if (oid !== OID_BASIC_CONSTRAINTS && oid !== OID_EXTENDED_KEY_USAGE) continue;
    const contents = Der.take(value, Der.SEQUENCE);
    Der.close(value);
    if (oid === OID_EXTENDED_KEY_USAGE) certificate.isClient = takeIsClient(contents);
    else if (takeIsCa(contents)) certificate.isCa = true;
  }
  Der.close(extensions);
}

/** An AlgorithmIdentifier. @returns the OID in hex. */
function takeAlgorithm(c: Cursor): string {
  const algorithm = Der.take(c, Der.SEQUENCE);
  const oid = Der.takeOid(algorithm);
  Der.closeWhole(algorithm, DEPTH);
  return oid;
}

/** A Name, whole. */
function takeName(c: Cursor): Bytes {
  const start = c.at;
  Der.closeWhole(Der.take(c, Der.SEQUENCE), DEPTH);
  return c.bytes.subarray(start, c.at);
}

function takeTime(c: Cursor): Bytes {
  return Der.contents(Der.take(c, Der.peek(c) === UTC_TIME ? UTC_TIME : GENERALIZED_TIME));
}

/** @returns undefined if it is not exactly one well-formed certificate. */
export function parseCertificate(bytes: Bytes): Certificate | undefined {
  const document = Der.openDer(bytes);
  const outer = Der.take(document, Der.SEQUENCE);
  Der.close(document);
  const start = outer.at;
  const tbs = Der.take(outer, Der.SEQUENCE);
  const signed = bytes.subarray(start, outer.at);
  const algorithm = takeAlgorithm(outer);
  const signature = Der.contents(Der.takeBits(outer));
  Der.close(outer);
  let version = 0;
  if (Der.peek(tbs) === VERSION) {
    const wrapper = Der.take(tbs, VERSION);
    version = Der.takeSmall(wrapper);
    Der.close(wrapper);
    if (version !== 1 && version !== 2) tbs.fault.bad = true; // v2 and v3; v1 is not written
  }
  if (Der.takeInteger(tbs).length > SERIAL_MAX_BYTES || takeAlgorithm(tbs) !== algorithm) tbs.fault.bad = true;
  const issuer = takeName(tbs);
  const validity = Der.take(tbs, Der.SEQUENCE);
  const notBefore = takeTime(validity);
  const notAfter = takeTime(validity);
  Der.close(validity);
  const subject = takeName(tbs);
  const publicKey = takePublicKey(tbs);
  if (Der.peek(tbs) === ISSUER_ID) Der.take(tbs, ISSUER_ID);
  if (Der.peek(tbs) === SUBJECT_ID) Der.take(tbs, SUBJECT_ID);
  const said = { isCa: false, isClient: true };
  if (version === 2 && Der.peek(tbs) === EXTENSIONS) {
    const wrapper = Der.take(tbs, EXTENSIONS);
    takeExtensions(Der.take(wrapper, Der.SEQUENCE), said);
    Der.close(wrapper);
  }
  Der.close(tbs);
  if (document.fault.bad) return undefined;
  return {
    issuer: issuer,
    subject: subject,
    notBefore: notBefore,
    notAfter: notAfter,
    publicKey: publicKey,
    isCa: said.isCa,
    isClient: said.isClient,
    algorithm: algorithm,
    signed: signed,
    signature: signature,
  };
}
