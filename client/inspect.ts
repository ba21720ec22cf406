// What a PEM file holds, for people: certificates, keys, requests, settings. Secrets are named, never shown.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { usageError } from "./errors.ts";
import { pemBlocks } from "./pem.ts";
import type { PemBlock } from "./pem.ts";
import { dateWarnings } from "./validity.ts";

export interface Finding {
  /** The block's label. */
  label: string;
  /** In the order of showing; nothing of it is secret. */
  facts: Record<string, string>;
  warnings: string[];
}

function kindOf(key: KeyObject): string {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const name = key.asymmetricKeyType ?? "unknown";
  return namedCurve === "prime256v1" ? "P-256" : namedCurve ? `${name} ${namedCurve}` : `${name}${modulusLength ?? ""}`;
}

const spkiOf = (key: KeyObject) => key.export({ type: "spki", format: "der" }).toString("hex");

function certificate(c: X509Certificate, now: number): Finding {
  const facts = {
    ...{ subject: c.subject.replaceAll("\n", ", "), issuer: c.issuer.replaceAll("\n", ", ") },
    names: c.subjectAltName ?? "none",
    key: kindOf(c.publicKey),
    ...{ "valid from": c.validFrom, "valid to": c.validTo },
    ...{ "is a CA": c.ca ? "yes" : "no", "fingerprint": c.fingerprint256 },
  };
  return { label: "CERTIFICATE", facts, warnings: dateWarnings(c, now) };
}

function privateKey({ label, der }: PemBlock, certificates: X509Certificate[]): Finding {
  const type = label === "EC PRIVATE KEY" ? "sec1" : label === "RSA PRIVATE KEY" ? "pkcs1" : "pkcs8";
  const key = createPublicKey(createPrivateKey({ key: Buffer.from(der), format: "der", type }));
  const own = certificates.filter((c) => spkiOf(c.publicKey) === spkiOf(key)).map((c) => c.subject);
  const facts = { key: kindOf(key), belongs: own.length ? `to ${own.join(", ")}` : "to no certificate in this file" };
  return { label, facts, warnings: certificates.length && !own.length ? ["no certificate here is for this key"] : [] };
}

async function request(der: Uint8Array): Promise<Finding> {
  const csr = new x509.Pkcs10CertificateRequest(der);
  const isSigned = await csr.verify(webcrypto);
  const key = createPublicKey({ key: Buffer.from(csr.publicKey.rawData), format: "der", type: "spki" });
  const names = csr.extensions.flatMap((e) => (e instanceof x509.SubjectAlternativeNameExtension ? e.names.items : []));
  const facts = {
    ...{ subject: csr.subject, names: names.map(({ type, value }) => `${type}:${value}`).join(", ") || "none" },
    ...{ key: kindOf(key), signature: isSigned ? "right" : "WRONG" },
  };
  return { label: "CERTIFICATE REQUEST", facts, warnings: isSigned ? [] : ["it was not signed by its key"] };
}

/** Those that are no secret; whatever is not known here may be one. */
const PLAIN_SETTINGS = ["server", "time"];

function settings(der: Uint8Array): Finding {
  const json = JSON.parse(new TextDecoder().decode(der)) as Record<string, unknown>;
  const shown = (name: string, value: unknown) => {
    const { ssid, psk } = Object(value) as { ssid?: unknown; psk?: unknown };
    if (name === "wifi") return `${ssid}, ${psk === undefined ? "without a password" : "its password not shown"}`;
    if (name === "clientCa") return `${pemBlocks(String(value)).length} PEM block(s)`;
    return PLAIN_SETTINGS.includes(name) ? String(value) : "not shown";
  };
  const facts = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, shown(name, value)]));
  const warnings = Object.keys(json).filter((name) => ![...PLAIN_SETTINGS, "wifi", "clientCa"].includes(name));
  return { label: "WIB SETTINGS", facts, warnings: warnings.map((name) => `${name} is no setting of a device`) };
}

/**
 * @param text PEM, with anything around the blocks.
 * @throws WibError if there is no block in it.
 */
export async function inspect(text: string, now = Date.now()): Promise<Finding[]> {
  const blocks = pemBlocks(text);
  if (!blocks.length) throw usageError("no PEM block in it", "it should have lines like -----BEGIN CERTIFICATE-----");
  const findings: Finding[] = [];
  const certificates: X509Certificate[] = [];
  for (const { label, der } of blocks)
    try {
      if (label === "CERTIFICATE") certificates.push(new X509Certificate(der));
    } catch {
      // said below, at its place
    }
  for (const block of blocks) {
    const { label, der } = block;
    try {
      if (label === "CERTIFICATE") findings.push(certificate(new X509Certificate(der), now));
      else if (label === "CERTIFICATE REQUEST") findings.push(await request(der));
      else if (label === "WIB SETTINGS") findings.push(settings(der));
      else if (label === "ENCRYPTED PRIVATE KEY")
        findings.push({ label, facts: {}, warnings: ["it is encrypted: a device does not take it"] });
      else if (label.endsWith("PRIVATE KEY")) findings.push(privateKey(block, certificates));
      else
        findings.push({ label, facts: {}, warnings: label === "EC PARAMETERS" ? [] : ["a device does not take it"] });
    } catch {
      // The reason may quote what it read.
      findings.push({ label, facts: {}, warnings: ["it is damaged, or encrypted"] });
    } finally {
      der.fill(0);
    }
  }
  return findings;
}
