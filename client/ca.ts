// An owner's own certificate authority: makes a CA certificate and issues leaves from it (RFC 5280 4.2.1.3, 4.2.1.9).
// The keys are Node's webcrypto's and stay in memory; ca-folder.ts keeps a CA in files.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { encodePem } from "./pem.ts";

const DAY_MS = 86400000;
/** Devices have no clock to speak of, and the machines that check have: they may be a little slow. */
const BACKDATED_MS = 3600000;

export const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA_2048 = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

export type LeafKind = "p256" | "rsa2048";

export interface Authority {
  /** PEM. */
  cert: string;
  certificate: x509.X509Certificate;
  keys: webcrypto.CryptoKeyPair;
}

export interface Leaf {
  /** PEM, and the private key as PKCS#8 PEM. */
  cert: string;
  key: string;
  /** SHA-256, as Node writes it: pairs of hex digits with colons. */
  fingerprint: string;
}

export interface LeafWishes {
  commonName: string;
  kind: LeafKind;
  days: number;
  usage: "client" | "server" | "both";
  dnsNames?: string[];
  ipAddresses?: string[];
}

function makeKeys(algorithm: typeof P256 | typeof RSA_2048): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + days * DAY_MS) };
}

/** Not longer than its CA: nobody would believe it. */
function leafValidity(authority: Authority, days: number): ReturnType<typeof validity> {
  const { notBefore, notAfter } = validity(days);
  const end = authority.certificate.notAfter;
  return { notBefore, notAfter: notAfter > end ? end : notAfter };
}

/** A CA that may issue leaves only. */
export async function createAuthority(commonName: string, days: number): Promise<Authority> {
  const keys = await makeKeys(P256);
  const { cRLSign, keyCertSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...{ name: [{ CN: [commonName] }], keys, signingAlgorithm: P256, ...validity(days) },
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: encodePem("CERTIFICATE", new Uint8Array(certificate.rawData)), certificate, keys };
}

/** @param publicKey SubjectPublicKeyInfo, DER. @returns PEM. */
export async function certify(authority: Authority, publicKey: Uint8Array, wishes: LeafWishes): Promise<string> {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const usages = { client: [clientAuth], server: [serverAuth], both: [clientAuth, serverAuth] }[wishes.usage];
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  // RSA key exchange encrypts with the server's key.
  const keyUsages = wishes.kind === "rsa2048" ? digitalSignature | keyEncipherment : digitalSignature;
  const names: x509.JsonGeneralNames = [
    ...(wishes.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(wishes.ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: [{ CN: [wishes.commonName] }],
      issuer: authority.certificate.subject,
      publicKey: new x509.PublicKey(publicKey),
      signingKey: authority.keys.privateKey,
      signingAlgorithm: P256,
      ...leafValidity(authority, wishes.days),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(keyUsages, true),
        new x509.ExtendedKeyUsageExtension(usages),
        await x509.AuthorityKeyIdentifierExtension.create(authority.certificate, false, webcrypto),
        ...(names.length ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    },
    webcrypto,
  );
  return encodePem("CERTIFICATE", new Uint8Array(certificate.rawData));
}

/** A leaf with a fresh key. */
export async function issueLeaf(authority: Authority, wishes: LeafWishes): Promise<Leaf> {
  const keys = await makeKeys(wishes.kind === "p256" ? P256 : RSA_2048);
  const spki = new Uint8Array(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  const cert = await certify(authority, spki, wishes);
  const pkcs8 = new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = encodePem("PRIVATE KEY", pkcs8);
  pkcs8.fill(0);
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
}
