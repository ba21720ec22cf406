// An owner's CA in a folder: `ca.pem`, `ca.key` (PKCS#8, mode 0600), and in `issued/` a copy of every certificate. Nothing
// that is there is ever overwritten.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { webcrypto, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as x509 from "@peculiar/x509";
import { certify, createAuthority, P256 } from "./ca.ts";
import type { Authority } from "./ca.ts";
import type { Certifier } from "./certifier.ts";
import { EXIT_REFUSED_BY_US, usageError, WibError } from "./errors.ts";
import { readText } from "./key-text.ts";
import { decodePem, encodePem } from "./pem.ts";

const CERT_FILE = "ca.pem";
const KEY_FILE = "ca.key";
const ISSUED = "issued";

function alreadyThere(file: string): WibError {
  return usageError(`${file} is there already`, "it is never overwritten: take another folder");
}

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") throw alreadyThere(file);
    throw usageError(`${file} cannot be written: ${code}`, "check the folder");
  }
}

/**
 * Makes a CA and its folder.
 * @throws WibError if there is one, or the folder cannot be written.
 */
export async function initAuthority(folder: string, commonName: string, days: number): Promise<X509Certificate> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(path.join(folder, ISSUED), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw usageError(`${folder} cannot be made: ${(error as NodeJS.ErrnoException).code}`, "check the path");
  }
  // Whose key may lie elsewhere: it gets no other one beside it.
  if (existsSync(path.join(folder, CERT_FILE))) throw alreadyThere(path.join(folder, CERT_FILE));
  const authority = await createAuthority(commonName, days);
  const pkcs8 = new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", authority.keys.privateKey));
  try {
    write(path.join(folder, KEY_FILE), encodePem("PRIVATE KEY", pkcs8), 0o600); // first: without it the rest is useless
  } finally {
    pkcs8.fill(0);
  }
  write(path.join(folder, CERT_FILE), authority.cert, 0o644);
  return new X509Certificate(authority.cert);
}

/** @throws WibError for a folder without a CA, a key that others may read, and a key that is another CA's. */
export async function loadAuthority(folder: string): Promise<Authority> {
  const keyFile = path.join(folder, KEY_FILE);
  const cert = readText(path.join(folder, CERT_FILE), "CA certificate");
  const keyText = readText(keyFile, "CA key");
  if (process.platform !== "win32" && statSync(keyFile).mode & 0o077)
    throw usageError(`${keyFile} can be read by others`, `chmod 600 ${keyFile}`);
  const broken = (what: string) => new WibError(`${folder}: ${what}`, "restore it from a copy", EXIT_REFUSED_BY_US);
  const der = decodePem(keyText, "PRIVATE KEY");
  const certificateDer = decodePem(cert, "CERTIFICATE");
  if (!der || !certificateDer) throw broken("no CA as `wib ca init` makes one");
  try {
    const certificate = new x509.X509Certificate(certificateDer);
    const privateKey = await webcrypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]);
    const publicKey = await certificate.publicKey.export(P256, ["verify"], webcrypto);
    const said = new TextEncoder().encode("does this pair match?");
    const signature = await webcrypto.subtle.sign(P256, privateKey, said);
    if (!(await webcrypto.subtle.verify(P256, publicKey, signature, said))) throw new Error("mismatch");
    return { cert, certificate, keys: { privateKey, publicKey } as webcrypto.CryptoKeyPair };
  } catch {
    throw broken("the CA's certificate and key do not belong together");
  } finally {
    der.fill(0);
  }
}

export interface IssueOptions {
  days: number;
  /** Addresses beside the request's name. */
  ipAddresses?: string[];
}

/** @throws WibError, see loadAuthority. */
export async function folderCertifier(folder: string, options: IssueOptions): Promise<Certifier> {
  const authority = await loadAuthority(folder);
  return {
    name: `the CA in ${folder}`,
    async certify({ publicKey, name }) {
      const cert = await certify(authority, publicKey, {
        ...{ commonName: name, usage: "both", dnsNames: [name], kind: "p256" },
        ...options,
      });
      mkdirSync(path.join(folder, ISSUED), { recursive: true, mode: 0o700 });
      const serial = new X509Certificate(cert).serialNumber;
      write(path.join(folder, ISSUED, `${name}-${serial}.pem`), cert, 0o644);
      return cert;
    },
  };
}

/** The CA's own certificate, for whoever has to trust it. */
export function authorityFile(folder: string): string {
  return path.join(folder, CERT_FILE);
}
