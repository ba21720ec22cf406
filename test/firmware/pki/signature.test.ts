// Links of a chain: @peculiar/x509 signs, the firmware checks; and every way to forge one.
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseCertificate } from "../../../firmware/pki/certificate.ts";
import type { Certificate } from "../../../firmware/pki/certificate.ts";
import { canVerify, signatureBegin } from "../../../firmware/pki/signature.ts";
import * as Der from "../../../firmware/pki/der.ts";
import { runJob } from "../../support/jobs.ts";
import { keyTools } from "../../support/key-body.ts";
import { der } from "../../support/pki-kinds.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA = {
  ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};

async function made(issuerKind: object, hash = "SHA-256"): Promise<{ child: Uint8Array; issuer: Uint8Array }> {
  const keys = (kind: object) =>
    webcrypto.subtle.generateKey(kind as typeof P256, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;
  const [ca, leaf] = [await keys(issuerKind), await keys(P256)];
  const common = {
    notBefore: new Date(),
    notAfter: new Date(Date.now() + 1e9),
    signingAlgorithm: { ...issuerKind, hash },
  };
  const issuer = await x509.X509CertificateGenerator.createSelfSigned({ ...common, name: "CN=ca", keys: ca });
  const child = await x509.X509CertificateGenerator.create({
    ...{ ...common, subject: "CN=device", issuer: "CN=ca" },
    ...{ publicKey: leaf.publicKey, signingKey: ca.privateKey },
  });
  return { child: new Uint8Array(child.rawData), issuer: new Uint8Array(issuer.rawData) };
}

function passes(child: Certificate, issuer: Certificate): boolean {
  assert.ok(canVerify(child, issuer.publicKey));
  const check = signatureBegin(keyTools.p, keyTools.curves, child, issuer.publicKey);
  runJob(check);
  return check.passes();
}

const N = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"); // SP 800-186, order of P-256

function integer(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return der(Der.INTEGER, bytes[0] > 127 ? [0] : [], bytes);
}

test("a signature by the issuer passes, by anybody else or over anything else it does not", async () => {
  const { child, issuer } = await made(P256);
  const other = parseCertificate((await made(P256)).issuer)!;
  const [c, ca] = [parseCertificate(child)!, parseCertificate(issuer)!];
  assert.ok(passes(c, ca));
  assert.ok(passes(ca, ca));
  assert.not(passes(c, other));
  assert.not(passes(c, c));
  assert.not(passes({ ...c, signed: c.signed.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }, ca));
  assert.not(passes({ ...c, signed: c.signed.subarray(0, c.signed.length - 1) }, ca));
  assert.not(passes({ ...c, signature: ca.signature }, ca));
});

test("a signature is two positive numbers below n in strict DER", async () => {
  const { child, issuer } = await made(P256);
  const [c, ca] = [parseCertificate(child)!, parseCertificate(issuer)!];
  const cursor = Der.take(Der.openDer(c.signature), Der.SEQUENCE);
  const [r, s] = [0, 0].map(() => BigInt(`0x${Buffer.from(Der.takeUnsigned(cursor)).toString("hex")}`));
  const signed = (...parts: Uint8Array[]) => passes({ ...c, signature: der(Der.SEQUENCE, ...parts) }, ca);
  assert.ok(signed(integer(r), integer(s)));
  assert.ok(signed(integer(r), integer(N - s))); // as ECDSA has it
  for (const bad of [
    [integer(s), integer(r)],
    [integer(r)],
    [integer(r), integer(s), integer(1n)],
    [integer(r + N), integer(s)],
    [integer(r), integer(s + N)],
    [integer(r), integer(N)],
    [integer(r), integer(s << 256n)],
    [integer(r), der(Der.INTEGER, [0])],
    [der(Der.INTEGER, [0]), integer(s)],
    [der(Der.INTEGER, [0, 0], integer(r).slice(2)), integer(s)],
    [der(Der.OCTET_STRING, integer(r).slice(2)), integer(s)],
    [],
  ])
    assert.not(signed(...bad));
  assert.not(passes({ ...c, signature: new Uint8Array([...c.signature, 0]) }, ca));
  assert.not(passes({ ...c, signature: new Uint8Array(0) }, ca));
});

test("r and s with zeros in front are as good as any", async () => {
  const { child, issuer } = await made(P256);
  const [c, ca] = [parseCertificate(child)!, parseCertificate(issuer)!];
  const z = BigInt(`0x${Buffer.from(sha256(c.signed)).toString("hex")}`);
  const d = 3n;
  const publicKey = { kind: "ec" as const, value: p256.Point.BASE.multiply(d).toBytes(false).slice(1) };
  const found = new Set<string>();
  const { Fn } = p256.Point;
  for (let k = 1n; found.size < 2; k++) {
    const r = p256.Point.BASE.multiply(k).x % N;
    const s = Fn.mul(Fn.inv(k), Fn.create(z + r * d));
    const which = r >> 248n ? (s >> 248n ? "" : "s") : "r";
    if (!which || found.has(which)) continue;
    found.add(which);
    const signature = der(Der.SEQUENCE, integer(r), integer(s));
    assert.ok(passes({ ...c, signature }, { ...ca, publicKey }), `short ${which}, nonce ${k}`);
  }
});

test("other algorithms and other keys are not to be verified here", async () => {
  for (const [kind, hash] of [
    [RSA, "SHA-256"],
    [P256, "SHA-384"],
    [{ name: "ECDSA", namedCurve: "P-384" }, "SHA-256"],
  ] as const) {
    const { child, issuer } = await made(kind, hash);
    assert.not(canVerify(parseCertificate(child)!, parseCertificate(issuer)!.publicKey));
  }
});

test.run();
