// Who the device is: what is signed by which key, with keys in every form that the store may hold.
import { createPublicKey, createVerify, generateKeyPairSync, X509Certificate } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAuthority, issueLeaf } from "../../../client/ca.ts";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { createIdentity, describeCertificate, signBegin } from "../../../firmware/tls/identity.ts";
import { signedContent } from "../../../firmware/tls/server-messages.ts";
import { hal, hex, primitives as p } from "../../support/hal.ts";
import { testRandom } from "../../support/random.ts";

const authority = await createAuthority("CA", 1);
const leaf = await issueLeaf(authority, { commonName: "device", kind: "p256", days: 1, usage: "server" });
const x509 = new X509Certificate(leaf.cert);
const chain = [new Uint8Array(x509.raw)];
const { read } = { read: testRandom(1).bytes };
const random = { status: () => "", collect() {}, reseed() {}, read };

test("a P-256 key in SEC1 or PKCS#8 signs what a CertificateVerify is about", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const type of ["sec1", "pkcs8"] as const) {
    const key = new Uint8Array(privateKey.export({ type, format: "der" }));
    const identity = createIdentity(p, { key, chain, settings: "" })!;
    assert.is(identity.scheme, "\x04\x03");
    const content = signedContent(p, true, new Uint8Array(32).fill(9));
    const job = signBegin({ hal, p, random, identity }, createCurves(hal), content);
    while (job.step());
    const spki = createPublicKey(publicKey.export({ type: "spki", format: "pem" }));
    assert.ok(createVerify("sha256").update(content).verify(spki, job.finish()!));
    identity.document.fill(0);
    assert.equal([...identity.scalar!], new Array(32).fill(0), "wiped with its document");
  }
});

test("a key that this back end cannot sign with is none", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
  assert.is(createIdentity(p, { key, chain, settings: "" }), undefined, "RSA in plain ES5");
  assert.is(createIdentity(p, { key: new Uint8Array([1, 2, 3]), chain, settings: "" }), undefined);
});

test("the Certificate message has the chain as it was installed", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
  const { certificate } = createIdentity(p, { key, chain: [chain[0], chain[0].slice(0, 200)], settings: "" })!;
  const entry = (der: Uint8Array) => der.length.toString(16).padStart(6, "0") + hex(der) + "0000";
  const list = entry(chain[0]) + entry(chain[0].slice(0, 200));
  assert.is(hex(certificate).slice(8), "00" + (list.length / 2).toString(16).padStart(6, "0") + list);
  assert.is(hex(certificate).slice(0, 8), "0b" + (certificate.length - 4).toString(16).padStart(6, "0"));
});

test("what is signed begins with 64 blanks and says whose it is (RFC 8446 4.4.3)", () => {
  const text = (isServer: boolean) =>
    Buffer.from(signedContent(p, isServer, new Uint8Array(32).fill(1))).toString("latin1");
  for (const [isServer, who] of [
    [true, "server"],
    [false, "client"],
  ] as const)
    assert.is(text(isServer), " ".repeat(64) + `TLS 1.3, ${who} CertificateVerify\0` + "\x01".repeat(32));
});

test("the status describes the certificate: its fingerprint and its dates, also those of 1950 and 2050", () => {
  const described = JSON.parse(`{"x":0${describeCertificate(hal, p, chain[0])}}`).certificate;
  assert.is(described.sha256, x509.fingerprint256.replace(/:/g, "").toLowerCase());
  assert.is(Date.parse(described.notBefore), Date.parse(x509.validFrom));
  assert.is(Date.parse(described.notAfter), Date.parse(x509.validTo));
  const at = Buffer.from(chain[0]).indexOf(Buffer.from("170d", "hex")); // the first UTCTime
  const changed = (year: string) => {
    const der = chain[0].slice();
    der.set(Buffer.from(year), at + 2);
    return JSON.parse(`{"x":0${describeCertificate(hal, p, der)}}`).certificate.notBefore.slice(0, 4);
  };
  assert.equal([changed("49"), changed("50"), changed("99"), changed("00")], ["2049", "1950", "1999", "2000"]);
});

test.run();
