// A PKCS#10 request (RFC 2986) for a fresh P-256 key, by hand: some twenty DER fields of known shape.
import { p256 } from "@noble/curves/nist.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { encodePem } from "../pem.ts";
import { P256_PREFIX } from "./public-keys.ts";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const SEQUENCE = 0x30;
const SET = 0x31;
const DNS_NAME = 0x82;
const ATTRIBUTES = 0xa0;

/** Object identifiers, encoded. */
const COMMON_NAME = "550403";
const EXTENSION_REQUEST = "2a864886f70d01090e";
const SUBJECT_ALT_NAME = "551d11";
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";

function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const contents = concatBytes(...parts);
  const n = contents.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return concatBytes(Uint8Array.of(tag, ...length), contents);
}

const oid = (hex: string) => der(OID, hexToBytes(hex));

/** @returns the request as PEM, and 04 x y. */
export function makeCsr(cn: string): { csr: string; publicKey: Uint8Array } {
  const secret = p256.utils.randomSecretKey();
  const publicKey = p256.getPublicKey(secret, false);
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid(COMMON_NAME), der(UTF8_STRING, utf8ToBytes(cn)))));
  const names = der(OCTET_STRING, der(SEQUENCE, der(DNS_NAME, utf8ToBytes(cn))));
  const extensions = der(SEQUENCE, der(SEQUENCE, oid(SUBJECT_ALT_NAME), names));
  const attributes = der(ATTRIBUTES, der(SEQUENCE, oid(EXTENSION_REQUEST), der(SET, extensions)));
  const info = der(SEQUENCE, der(INTEGER, Uint8Array.of(0)), name, concatBytes(P256_PREFIX, publicKey), attributes);
  const signature = p256.sign(info, secret, { format: "der" }); // hashes with SHA-256
  secret.fill(0);
  const algorithm = der(SEQUENCE, oid(ECDSA_WITH_SHA256));
  const whole = der(SEQUENCE, info, algorithm, der(BIT_STRING, Uint8Array.of(0), signature));
  return { csr: encodePem("CERTIFICATE REQUEST", whole), publicKey };
}
