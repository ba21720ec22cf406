// Keys and certificates as @peculiar/x509 and Node's own crypto write them, for the corpus.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPrivateKey, webcrypto } from "node:crypto";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA = {
  ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};

export type Peculiar = Record<
  "root" | "leaf" | "key" | "key-sec1" | "rsa" | "rsa-key" | "rsa-key-pkcs1" | "p521" | "p521-key" | "csr",
  string
>;

export async function makeWithPeculiar(): Promise<Peculiar> {
  const keysOf = async (kind: object) =>
    (await webcrypto.subtle.generateKey(kind as typeof EC, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const pkcs8 = async (keys: webcrypto.CryptoKeyPair) =>
    x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  const dates = { notBefore: new Date("2025-01-01"), notAfter: new Date("2045-01-01") };
  const [root, leaf, rsa, p521] = [
    await keysOf(EC),
    await keysOf(EC),
    await keysOf(RSA),
    await keysOf({ name: "ECDSA", namedCurve: "P-521" }),
  ];
  const rootCert = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ ...dates, name: "CN=peculiar root", keys: root, signingAlgorithm: EC },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const issue = async (keys: webcrypto.CryptoKeyPair) =>
    (
      await x509.X509CertificateGenerator.create({
        ...{ ...dates, subject: "CN=peculiar device", issuer: "CN=peculiar root", signingAlgorithm: EC },
        ...{ publicKey: keys.publicKey, signingKey: root.privateKey },
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "device.local" }])],
      })
    ).toString("pem");
  const key = await pkcs8(leaf);
  const rsaKey = await pkcs8(rsa);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=a", keys: leaf, signingAlgorithm: EC });
  return {
    ...{ "root": rootCert.toString("pem"), "leaf": await issue(leaf), key, "rsa": await issue(rsa), "rsa-key": rsaKey },
    "key-sec1": createPrivateKey(key).export({ type: "sec1", format: "pem" }) as string,
    "rsa-key-pkcs1": createPrivateKey(rsaKey).export({ type: "pkcs1", format: "pem" }) as string,
    "p521": await issue(p521),
    "p521-key": await pkcs8(p521),
    "csr": csr.toString("pem"),
  };
}
