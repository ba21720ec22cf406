// The CAs whose clients are let in: `clientCa` of the settings (docs/PROTOCOL.md 6.5), certificates in PEM.
import type { Hal } from "../hal/engine.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Certificate } from "../pki/certificate.ts";
import { parsePem } from "../pki/pem.ts";

/** @returns undefined unless all are CAs, with keys whose signatures can be checked here. */
export function parseClientCas(hal: Hal, text: string): Certificate[] | undefined {
  const blocks = parsePem(hal, text) || [];
  const list: Certificate[] = [];
  for (let i = 0; i < blocks.length; i++) {
    const certificate = blocks[i].label === "CERTIFICATE" ? parseCertificate(blocks[i].bytes) : undefined;
    if (!certificate || !certificate.isCa || certificate.publicKey.kind !== "ec") return undefined;
    list.push(certificate);
  }
  return list.length ? list : undefined;
}
