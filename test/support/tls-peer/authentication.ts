// Who the server is, and who the client is (RFC 8446 section 4.4): the chain up to the owner's CA, CertificateVerify and its making.
// X.509 and RSA are Node's; ECDSA is @noble's.
import { p256 } from "@noble/curves/nist.js";
import { constants, createPrivateKey, verify, X509Certificate } from "node:crypto";
import { HANDSHAKE, SCHEME } from "./codes.ts";
import { message, readExtensions } from "./hello.ts";
import { ascii, join, Reader, u16, vec16, vec24, vec8 } from "./wire.ts";
import type { Bytes } from "./wire.ts";

/** 4.4.3. */
export function signedContent(side: "client" | "server", transcriptHash: Bytes): Bytes {
  const context = ascii(`TLS 1.3, ${side} CertificateVerify`);
  return join(new Uint8Array(64).fill(32), context, Uint8Array.of(0), transcriptHash);
}

export interface CertificateMessage {
  context: Bytes;
  chain: { der: Bytes; extensions: Map<number, Bytes> }[];
}

export function readCertificate(body: Bytes): CertificateMessage {
  const r = new Reader(body);
  const context = r.vec(1);
  const list = new Reader(r.vec(3));
  r.end();
  const chain: CertificateMessage["chain"] = [];
  while (list.left) chain.push({ der: list.vec(3), extensions: readExtensions(list.vec(2)) });
  return { context, chain };
}

/** @returns the leaf, once every link to the CA, the dates and the name are right. */
export function checkChain(chain: Bytes[], caPem: string, servername: string): X509Certificate {
  const certificates = chain.map((der) => new X509Certificate(der));
  const ca = new X509Certificate(caPem);
  if (!certificates.length) throw new Error("the server sent no certificate");
  for (const [i, certificate] of certificates.entries()) {
    if (certificate.fingerprint256 === ca.fingerprint256) break;
    const issuer = certificates[i + 1] ?? ca;
    if (!issuer.ca) throw new Error("an issuer is no CA");
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
      throw new Error(`certificate ${i} is not from the next one`);
    const now = Date.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
      throw new Error(`certificate ${i} is not valid now`);
  }
  if (servername && !certificates[0].checkHost(servername)) throw new Error(`the leaf is not of ${servername}`);
  return certificates[0];
}

export function checkCertificateVerify(body: Bytes, leaf: X509Certificate, hash: Bytes, offered: number[]): number {
  const r = new Reader(body);
  const scheme = r.uint(2);
  const signature = r.vec(2);
  r.end();
  if (!offered.includes(scheme)) throw new Error(`scheme ${scheme} was not offered`);
  const content = signedContent("server", hash);
  if (scheme === SCHEME.ecdsaP256Sha256) {
    const jwk = leaf.publicKey.export({ format: "jwk" });
    const point = join(Uint8Array.of(4), ...[jwk.x!, jwk.y!].map((each) => Buffer.from(each, "base64url")));
    if (!p256.verify(signature, content, point, { format: "der", lowS: false }))
      throw new Error("CertificateVerify is wrong");
  } else {
    const key = { key: leaf.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    if (leaf.publicKey.asymmetricKeyType !== "rsa" || scheme !== SCHEME.rsaPssRsaeSha256)
      throw new Error("a scheme that is not the key's");
    if (!verify("sha256", content, key, signature)) throw new Error("CertificateVerify is wrong");
  }
  return scheme;
}

export interface ClientIdentity {
  chain: Bytes[];
  sign(content: Bytes): { scheme: number; signature: Bytes };
}

/** From PEM: an ECDSA P-256 key, leaf first. */
export function clientIdentity(chainPem: string, privatePem: string): ClientIdentity {
  const jwk = createPrivateKey(privatePem).export({ format: "jwk" });
  const d = new Uint8Array(Buffer.from(jwk.d!, "base64url"));
  const blocks = chainPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return {
    chain: blocks.map((pem) => new Uint8Array(new X509Certificate(pem).raw)),
    sign: (content) => ({
      ...{ scheme: SCHEME.ecdsaP256Sha256, signature: p256.sign(content, d, { format: "der", lowS: false }) },
    }),
  };
}

export function certificateMessage(chain: Bytes[], context: Bytes = new Uint8Array(0)): Bytes {
  return message(HANDSHAKE.certificate, vec8(context), vec24(...chain.flatMap((der) => [vec24(der), vec16()])));
}

export function certificateVerifyMessage(scheme: number, signature: Bytes): Bytes {
  return message(HANDSHAKE.certificateVerify, u16(scheme), vec16(signature));
}
