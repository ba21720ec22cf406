// Private keys in DER: PKCS#8 (RFC 5958), SEC1 (RFC 5915) and PKCS#1 (RFC 8017 A.1.2). What is parsed shares the
// document's memory, so that wiping the document wipes the key.
import type { Bytes } from "../hal/engine.ts";
import { RSA } from "../crypto/back-ends.build.ts";
import { OID_EC_PUBLIC_KEY, OID_P256, OID_RSA, takeCurve, takePoint } from "./certificate.ts";
import * as Der from "./der.ts";
import type { Cursor } from "./der.ts";

const PARAMETERS = 0xa0;
const PUBLIC_KEY = 0xa1;
const ATTRIBUTES = 0xa0;
const OWN_PUBLIC_KEY = 0x81;

export interface PrivateKey {
  /** "" is a kind of key that is not supported. */
  kind: "ec" | "rsa" | "";
  /** EC: the scalar, 32 bytes, not yet checked to be below n. */
  scalar?: Bytes;
  /** EC: x and y, or x alone, if they are there too. */
  point?: Bytes;
  /** RSA: n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p. */
  numbers?: Bytes[];
}

function takeEc(c: Cursor, curve: string): PrivateKey {
  const key = Der.take(c, Der.SEQUENCE);
  if (Der.takeSmall(key) !== 1) key.fault.bad = true;
  const scalar = Der.contents(Der.take(key, Der.OCTET_STRING));
  if (Der.peek(key) === PARAMETERS) {
    const own = takeCurve(Der.take(key, PARAMETERS));
    if (curve && own !== curve) key.fault.bad = true;
    curve = own;
  }
  let point: Bytes | undefined;
  if (Der.peek(key) === PUBLIC_KEY) {
    const wrapper = Der.take(key, PUBLIC_KEY);
    if (curve === OID_P256) {
      point = takePoint(wrapper);
      Der.close(wrapper);
    }
  }
  Der.close(key);
  if (curve !== OID_P256) return { kind: "" };
  if (scalar.length !== 32) key.fault.bad = true;
  return { kind: "ec", scalar: scalar, point: point };
}

function takeRsa(c: Cursor): PrivateKey {
  const key = Der.take(c, Der.SEQUENCE);
  if (!RSA.isTaken) return { kind: "" };
  if (Der.takeSmall(key)) key.fault.bad = true; // two primes only
  const numbers: Bytes[] = [];
  for (let i = 0; i < 8; i++) numbers.push(Der.takeUnsigned(key));
  Der.close(key);
  return { kind: "rsa", numbers: numbers };
}

/** @param label of the PEM block. @returns undefined if it is not exactly one well-formed key. */
export function parsePrivateKey(label: string, bytes: Bytes): PrivateKey | undefined {
  const document = Der.openDer(bytes);
  let key: PrivateKey = { kind: "" };
  if (label === "EC PRIVATE KEY") key = takeEc(document, "");
  else if (label === "RSA PRIVATE KEY") key = takeRsa(document);
  else {
    const info = Der.take(document, Der.SEQUENCE);
    if (Der.takeSmall(info) > 1) info.fault.bad = true; // version
    const algorithm = Der.take(info, Der.SEQUENCE);
    const oid = Der.takeOid(algorithm);
    const inner = Der.take(info, Der.OCTET_STRING);
    if (oid === OID_EC_PUBLIC_KEY) key = takeEc(inner, takeCurve(algorithm));
    else if (oid === OID_RSA) {
      Der.close(Der.take(algorithm, Der.NULL));
      Der.close(algorithm);
      key = takeRsa(inner);
    } else inner.at = inner.end;
    Der.close(inner);
    if (Der.peek(info) === ATTRIBUTES) Der.take(info, ATTRIBUTES);
    if (Der.peek(info) === OWN_PUBLIC_KEY) Der.take(info, OWN_PUBLIC_KEY); // version 2
    Der.close(info);
  }
  Der.close(document);
  return document.fault.bad ? undefined : key;
}
