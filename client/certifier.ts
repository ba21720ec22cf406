// Who turns a device's request into certificates: a CA in a folder (ca-folder.ts), or an EST server (est.ts).
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { X509Certificate } from "node:crypto";
import type { Request } from "./csr.ts";
import { equalBytes } from "./bytes.ts";
import { EXIT_REFUSED_BY_US, WibError } from "./errors.ts";
import { encodePem, pemBlocks } from "./pem.ts";

export interface Certifier {
  /** For people: who it is. */
  name: string;
  /** @returns PEM: the device's certificate, and those of its issuers that the device has to send along. */
  certify(request: Request): Promise<string>;
}

export interface Chain {
  /** Clean PEM, the device's certificate first. */
  text: string;
  /** SHA-256 of the device's certificate, as Node writes it. */
  fingerprint: string;
  validTo: string;
}

/**
 * Nobody but the certifier has looked at what it made.
 * @throws WibError unless exactly one certificate is for the request's key, and it is for a device.
 */
export function checkChain(pem: string, request: Request, certifier: string): Chain {
  const refuse = (what: string) =>
    new WibError(
      `${certifier}: ${what}`,
      "nothing was installed; look at how it issues certificates",
      EXIT_REFUSED_BY_US,
    );
  const isOurs = (c: X509Certificate) => {
    const spki = c.publicKey.export({ type: "spki", format: "der" });
    return equalBytes(new Uint8Array(spki), request.publicKey);
  };
  let certificates: X509Certificate[];
  let leaves: X509Certificate[];
  try {
    certificates = pemBlocks(pem)
      .filter(({ label }) => label === "CERTIFICATE")
      .map(({ der }) => new X509Certificate(der));
    leaves = certificates.filter(isOurs); // throws for a kind of key that OpenSSL does not know
  } catch {
    throw refuse("it answered with something that is no certificate");
  }
  if (leaves.length !== 1) throw refuse(`${leaves.length} of its certificates are for the device's key, not one`);
  const [leaf] = leaves;
  if (leaf.ca) throw refuse("it made the device a CA");
  const issuers = certificates.filter((c) => c !== leaf);
  const text = [leaf, ...issuers].map((c) => encodePem("CERTIFICATE", new Uint8Array(c.raw))).join("");
  return { text, fingerprint: leaf.fingerprint256, validTo: leaf.validTo };
}
