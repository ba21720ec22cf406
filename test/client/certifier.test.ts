// What a certifier answers with is looked at before it goes to a device.
import "reflect-metadata"; // @peculiar/x509 wants it loaded first
import { test } from "uvu";
import * as assert from "uvu/assert";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { certify, createAuthority, issueLeaf, P256 } from "../../client/ca.ts";
import type { Authority, LeafWishes } from "../../client/ca.ts";
import { checkChain } from "../../client/certifier.ts";
import type { Request } from "../../client/csr.ts";
import { decodePem, encodePem, pemBlocks } from "../../client/pem.ts";
import { requestFor } from "../support/csr.ts";
import { refusal } from "../support/refusal.ts";

const NAME = "lamp.local";
const WISHES: LeafWishes = { commonName: NAME, kind: "p256", days: 1, usage: "both", dnsNames: [NAME] };
let authority: Authority;
let other: Authority;
let asked: Request;
/** For the key that was asked for. */
let leaf: string;
/** For a key of its own. */
let stranger: string;

test.before(async () => {
  [authority, other, asked] = await Promise.all([
    createAuthority("Test CA", 1),
    createAuthority("Other CA", 1),
    requestFor(NAME),
  ]);
  leaf = await certify(authority, asked.publicKey, WISHES);
  stranger = (await issueLeaf(authority, WISHES)).cert;
});

const refused = (pem: string, message: string) => {
  const check = () => checkChain(pem, asked, "the CA in x");
  return refusal(check, 1, message).then((error) => {
    assert.match(error.message, /^the CA in x: /);
    assert.match(error.hint, "nothing was installed");
  });
};

test("a certificate alone is the chain; the result says which and until when", () => {
  const { fingerprint256, validTo } = new X509Certificate(leaf);
  assert.equal(checkChain(leaf, asked, "x"), { text: leaf, fingerprint: fingerprint256, validTo });
});

test("the device's certificate comes first, and its issuers stay in their order", () => {
  const [a, b] = [authority.cert, other.cert];
  for (const order of [leaf + a + b, a + leaf + b, a + b + leaf])
    assert.is(checkChain(order, asked, "x").text, leaf + a + b);
  assert.is(checkChain(b + leaf + a, asked, "x").text, leaf + b + a);
});

test("what stands around the blocks, keys and bytes behind a certificate go no further", () => {
  const long = encodePem("CERTIFICATE", Uint8Array.from([...decodePem(leaf, "CERTIFICATE")!, 1, 2, 3]));
  const key = encodePem("PRIVATE KEY", new Uint8Array(60).fill(7));
  const text = `subject=x\r\n${key}${long.replaceAll("\n", "\r\n")}issuer=y\n${authority.cert}`;
  assert.is(checkChain(text, asked, "x").text, leaf + authority.cert);
});

test("an answer without a certificate for the device's key is refused", async () => {
  const none = "0 of its certificates are for the device's key, not one";
  for (const text of ["", "hello", authority.cert, stranger, stranger + authority.cert]) await refused(text, none);
  await refused(leaf.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"), none);
});

test("two certificates for the device's key are refused, and so is one that is there twice", async () => {
  const second = await certify(authority, asked.publicKey, WISHES);
  for (const text of [leaf + second, leaf + authority.cert + second, leaf + leaf])
    await refused(text, "2 of its certificates");
});

test("a certificate that makes the device a CA is refused", async () => {
  const made = await x509.X509CertificateGenerator.create(
    {
      ...{
        subject: `CN=${NAME}`,
        issuer: authority.certificate.subject,
        publicKey: new x509.PublicKey(asked.publicKey),
      },
      ...{ signingKey: authority.keys.privateKey, signingAlgorithm: P256 },
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    },
    webcrypto,
  );
  await refused(encodePem("CERTIFICATE", new Uint8Array(made.rawData)) + authority.cert, "made the device a CA");
});

/** The CA's certificate with the OID of its key's algorithm changed into one that nobody knows. */
function withUnknownKey(): string {
  const der = Buffer.from(pemBlocks(authority.cert)[0].der);
  const idEcPublicKey = Buffer.from("06072a8648ce3d0201", "hex");
  der[der.indexOf(idEcPublicKey) + idEcPublicKey.length - 1] = 0x7f;
  return encodePem("CERTIFICATE", der);
}

test("rubbish in a block, and a certificate with a key that cannot be read, are refused", async () => {
  const message = "something that is no certificate";
  const der = decodePem(leaf, "CERTIFICATE")!;
  for (const bad of [new Uint8Array(200).fill(0x30), Uint8Array.of(0), der.slice(0, -1)])
    await refused(leaf + encodePem("CERTIFICATE", bad), message);
  await refused(leaf + withUnknownKey(), message);
});

test.run();
