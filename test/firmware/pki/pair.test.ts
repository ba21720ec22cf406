// Does this private key belong to this certificate: every form of key, and every mix-up of two pairs.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { ERROR } from "../../../firmware/protocol.ts";
import { parseKeyBody } from "../../../firmware/setup/key-body.ts";
import { N256 } from "../../support/fields.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { hal } from "../../support/hal.ts";
import { runJob } from "../../support/jobs.ts";
import { keyNumbers, lastBlock, pkiKinds, withOpenssl } from "../../support/pki-kinds.ts";

const curves = createCurves(hal);

function verdict(...pems: string[]): string {
  const body = parseKeyBody(hal, curves, new Uint8Array(Buffer.from(pems.join(""), "latin1")));
  if (typeof body === "string") return body;
  if (body.job) runJob(body.job);
  return body.check();
}

function pem({ label, der }: { label: string; der: Uint8Array }): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;
}

/** The key's PEM with one number replaced by another of the same length. */
function withNumber(text: string, from: string, to: string): string {
  const { label, der } = lastBlock(text);
  const hex = Buffer.from(der).toString("hex");
  assert.is(hex.split(from).length, 2, "the number is there once");
  return pem({ label, der: new Uint8Array(Buffer.from(hex.replace(from, to), "hex")) });
}

withOpenssl("a pair is a pair in every form of the key, before or behind the certificate", () => {
  const { keys, certificates } = pkiKinds();
  for (const name of ["ec-sec1", "ec-pkcs8", "ec-with-parameters", "ec-without-public"] as const) {
    assert.is(verdict(certificates.ec, keys[name]), "", name);
    assert.is(verdict(keys[name], certificates.ec), "", name);
  }
  for (const name of ["rsa-pkcs1", "rsa-pkcs8"] as const) assert.is(verdict(keys[name], certificates.rsa), "", name);
});

withOpenssl("the wrong key for a certificate, of its own kind or another, is a mismatch", () => {
  const { keys, certificates } = pkiKinds();
  assert.is(verdict(certificates.rsa, keys["ec-sec1"]), ERROR.mismatch);
  assert.is(verdict(certificates.ec, keys["rsa-pkcs1"]), ERROR.mismatch);
  const { d } = keyNumbers(keys["ec-sec1"]);
  const next = Buffer.from(fromBigInt((toBigInt(new Uint8Array(Buffer.from(d, "hex"))) % (N256 - 1n)) + 1n));
  assert.is(verdict(certificates.ec, withNumber(keys["ec-without-public"], d, next.toString("hex"))), ERROR.mismatch);
});

withOpenssl("a scalar of 0, n or more is refused by itself, n - 1 is only a mismatch", () => {
  const { keys, certificates } = pkiKinds();
  const { d } = keyNumbers(keys["ec-sec1"]);
  const put = (value: bigint) => {
    const text = withNumber(keys["ec-without-public"], d, Buffer.from(fromBigInt(value)).toString("hex"));
    return verdict(certificates.ec, text);
  };
  for (const value of [0n, N256, N256 + 1n, 2n ** 256n - 1n]) assert.is(put(value), ERROR.badKey);
  for (const value of [1n, N256 - 1n]) assert.is(put(value), ERROR.mismatch);
});

withOpenssl("an RSA key whose modulus, exponent or primes are another's is a mismatch", () => {
  const { keys, certificates } = pkiKinds();
  const { n, e, p, q } = keyNumbers(keys["rsa-pkcs1"]);
  const flip = (number: string) => number.slice(0, -1) + (number.endsWith("1") ? "3" : "1");
  for (const number of [n, p, q]) {
    const text = withNumber(keys["rsa-pkcs1"], number, flip(number));
    assert.is(verdict(certificates.rsa, text), ERROR.mismatch);
  }
  assert.is(e, "010001");
  assert.is(verdict(certificates.rsa, withNumber(keys["rsa-pkcs1"], `0203${e}`, "0203010003")), ERROR.mismatch);
});

withOpenssl("keys and certificates of kinds that are not supported say so", () => {
  const { keys, certificates } = pkiKinds();
  assert.is(verdict(certificates.p384, keys["p384-sec1"]), ERROR.unsupportedKey);
  assert.is(verdict(certificates.ed25519, keys.ed25519), ERROR.unsupportedKey);
  assert.is(verdict(certificates["ec-compressed"], keys["ec-sec1"]), ERROR.unsupportedKey);
  assert.is(verdict(certificates.ec, keys["p384-pkcs8"]), ERROR.unsupportedKey);
  assert.is(verdict(certificates.ec, keys["ec-explicit"]), ERROR.unsupportedKey);
  assert.is(verdict(certificates.ec, keys.encrypted), ERROR.encryptedKey);
  assert.is(verdict(certificates.rsa, keys["rsa-three-primes"]), ERROR.malformedDer);
});

test.run();
