// Requests for certificates as no honest device makes them, and the honest one read.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { P256 } from "../../client/ca.ts";
import { makeCsr } from "../../client/conformance/csr.ts";
import { readRequest } from "../../client/csr.ts";
import type { Request } from "../../client/csr.ts";

export const P384 = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-256" };
export const RSA = {
  ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** OID of PKCS #9's extensionRequest (RFC 2985 section 5.4.2). */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

export function requestFor(name: string): Promise<Request> {
  return readRequest(new TextEncoder().encode(makeCsr(name).csr), name);
}

export interface CsrWishes {
  key?: typeof P256 | typeof P384 | typeof RSA;
  hash?: string;
  subject?: x509.JsonName;
  extensions?: x509.Extension[];
  /** In place of the one that holds the extensions. */
  attributes?: (extensions: ArrayBuffer) => x509.Attribute[];
}

export const dnsName = (...values: string[]) =>
  new x509.SubjectAlternativeNameExtension(values.map((value) => ({ type: "dns", value })));

export const extensionRequest = (...values: ArrayBuffer[]) => new x509.Attribute(EXTENSION_REQUEST, values);

/** Signed by its key, whatever it says. @returns DER. */
export async function makeOddCsr(name: string, wishes: CsrWishes): Promise<Uint8Array> {
  const { key = P256, hash = "SHA-256", subject = [{ CN: [name] }], extensions = [dnsName(name)] } = wishes;
  const keys = (await webcrypto.subtle.generateKey(key, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const make = async (what: { attributes?: x509.Attribute[]; extensions?: x509.Extension[] }) =>
    x509.Pkcs10CertificateRequestGenerator.create(
      { ...{ name: new x509.Name(subject), keys, signingAlgorithm: { ...key, hash } }, ...what },
      webcrypto,
    );
  const usual = await make({ extensions });
  if (!wishes.attributes) return new Uint8Array(usual.rawData);
  const [attribute] = usual.attributes;
  return new Uint8Array((await make({ attributes: wishes.attributes(attribute.values[0]) })).rawData);
}
