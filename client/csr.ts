// The request for a certificate that a device makes for a key of its own (docs/PROTOCOL.md 6.3; RFC 2986).
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "./errors.ts";
import { decodePem, encodePem } from "./pem.ts";

/** What a name may be: the device takes no other. */
const NAME = /^[A-Za-z0-9.-]{1,64}$/;

/** @throws WibError unless it is 1 to 64 letters, digits, dots and hyphens. */
export function checkName(name: string): void {
  if (!NAME.test(name))
    throw usageError(`"${name}" is no name for a device`, "1 to 64 letters, digits, dots and hyphens, like lamp.local");
}

/** The text that is sealed into the csr step. */
export function wishesFor(name: string): Uint8Array {
  checkName(name);
  return new TextEncoder().encode(`key=p256\ncn=${name}\n`);
}

export interface Request {
  pem: string;
  name: string;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
}

/** A SEQUENCE of 128 to 65535 bytes, which every request is, and nothing behind it. */
function isOneElement(der: Uint8Array): boolean {
  const end = der[1] === 0x81 ? 3 + der[2] : der[1] === 0x82 ? 4 + der[2] * 256 + der[3] : 0;
  return der[0] === 0x30 && end === der.length;
}

/**
 * What a device answered, after its proof was found right.
 * @throws WibError for anything but one request for exactly this name and a P-256 key, signed by that key.
 */
export async function readRequest(body: Uint8Array, name: string): Promise<Request> {
  const broken = (what: string) =>
    new WibError(`csr: ${what}`, "this device's firmware is broken: do not use it", EXIT_REFUSED_BY_DEVICE);
  const der = decodePem(new TextDecoder().decode(body), "CERTIFICATE REQUEST");
  if (!der) throw broken("the answer is no certificate request");
  let csr: x509.Pkcs10CertificateRequest;
  let isSigned: boolean;
  let attributes: x509.Attribute[];
  let extensions: x509.Extension[];
  try {
    csr = new x509.Pkcs10CertificateRequest(der);
    isSigned = await csr.verify(webcrypto);
    ({ attributes, extensions } = csr); // parsed only now
  } catch {
    throw broken("the certificate request cannot be read");
  }
  if (!isOneElement(der)) throw broken("something stands behind the certificate request");
  const algorithm = csr.publicKey.algorithm as { name: string; namedCurve?: string };
  if (algorithm.name !== "ECDSA" || algorithm.namedCurve !== "P-256") throw broken("the key is not on P-256");
  const { hash } = csr.signatureAlgorithm as { hash?: { name: string } };
  if (!isSigned || hash?.name !== "SHA-256") throw broken("the signature is wrong");
  // What it says instead is not repeated: it goes to a terminal.
  if (csr.subject !== `CN=${name}`) throw broken(`the subject is not CN=${name}`);
  // Only the first value of the first attribute is looked at below, and the certifier may look at others.
  if (attributes.length !== 1 || attributes[0].values.length !== 1 || extensions.length !== 1)
    throw broken("it asks for more than a name");
  const [extension] = extensions;
  const names = extension instanceof x509.SubjectAlternativeNameExtension ? extension.names.items : [];
  if (names.length !== 1 || names[0].type !== "dns" || names[0].value !== name)
    throw broken(`the alternative name is not ${name}`);
  return { pem: encodePem("CERTIFICATE REQUEST", der), name, publicKey: new Uint8Array(csr.publicKey.rawData) };
}
