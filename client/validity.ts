// Whether certificates are valid today. A device has no clock and takes any; that others will refuse it is for the owner
// to hear before it is installed.
import { X509Certificate } from "node:crypto";
import { pemBlocks } from "./pem.ts";

/** @returns what is wrong with a certificate's dates, in words. */
export function dateWarnings(certificate: X509Certificate, now: number): string[] {
  const warnings: string[] = [];
  if (Date.parse(certificate.validTo) < now) warnings.push(`it expired on ${certificate.validTo}`);
  if (Date.parse(certificate.validFrom) > now) warnings.push(`it is not valid before ${certificate.validFrom}`);
  return warnings;
}

function warningsOf(der: Uint8Array, now: number): string[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return []; // the device will say so
  }
  const subject = certificate.subject?.replaceAll("\n", ", ") ?? "";
  return dateWarnings(certificate, now).map((warning) => `the certificate of ${subject || "nobody"}: ${warning}`);
}

/** The same of all certificates in what is to be installed, each with its subject. */
export function validityWarnings(text: Uint8Array, now = Date.now()): string[] {
  const blocks = pemBlocks(Buffer.from(text).toString("latin1"));
  const warnings = blocks.flatMap(({ label, der }) => (label === "CERTIFICATE" ? warningsOf(der, now) : []));
  for (const { der } of blocks) der.fill(0); // there is a private key among them
  return warnings;
}
