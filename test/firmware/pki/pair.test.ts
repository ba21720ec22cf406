// Does this private key belong to this certificate: every form of key, and every mix-up of two pairs.
import { generateKeyPairSync } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import { keyBodyBegin } from "../../../firmware/setup/key-body.ts";
import { N256 } from "../../support/fields.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { keyTools } from "../../support/key-body.ts";
import { runJob } from "../../support/jobs.ts";
import { der, keyNumbers, lastBlock, pkiKinds, withOpenssl } from "../../support/pki-kinds.ts";

function verdict(...pems: string[]): string {
  const body = keyBodyBegin(keyTools, new Uint8Array(Buffer.from(pems.join(""), "latin1")), true);
  runJob(body);
  return body.code();
}

function pem({ label, der: bytes }: { label: string; der: Uint8Array }): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString("base64")}\n-----END ${label}-----\n`;
}

/** The key's PEM with one number replaced by another of the same length. */
function withNumber(text: string, from: string, to: string): string {
  const { label, der: bytes } = lastBlock(text);
  const hex = Buffer.from(bytes).toString("hex");
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

withOpenssl("a scalar that is not that of the public key beside it is inconsistent", () => {
  const { keys, certificates } = pkiKinds();
  const { d, x } = keyNumbers(keys["ec-sec1"]);
  const changed = d.slice(0, -1) + (d.endsWith("1") ? "2" : "1");
  assert.is(verdict(certificates.ec, withNumber(keys["ec-sec1"], d, changed)), ERROR.badKey);
  const other = x.slice(0, -1) + (x.endsWith("1") ? "2" : "1");
  assert.is(verdict(certificates.ec, withNumber(keys["ec-sec1"], x, other)), ERROR.mismatch);
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

withOpenssl("an RSA key whose modulus or exponent is another's is a mismatch", () => {
  const { keys, certificates } = pkiKinds();
  const { n, e } = keyNumbers(keys["rsa-pkcs1"]);
  const flipped = n.slice(0, -1) + (n.endsWith("1") ? "3" : "1");
  assert.is(verdict(certificates.rsa, withNumber(keys["rsa-pkcs1"], n, flipped)), ERROR.mismatch);
  assert.is(e, "010001");
  assert.is(verdict(certificates.rsa, withNumber(keys["rsa-pkcs1"], `0203${e}`, "0203010003")), ERROR.mismatch);
});

// ---- RSA keys written anew from their numbers ----

const NAMES = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;
type Numbers = Record<(typeof NAMES)[number], bigint>;

function numbersOf(text: string): Numbers {
  const jwk = keyNumbers(text);
  return Object.fromEntries(NAMES.map((name) => [name, BigInt(`0x${jwk[name]}`)])) as Numbers;
}

function integer(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return der(0x02, bytes[0] > 127 ? [0] : [], bytes);
}

function rsaPem(numbers: Numbers): string {
  return pem({ label: "RSA PRIVATE KEY", der: der(0x30, integer(0n), ...NAMES.map((name) => integer(numbers[name]))) });
}

withOpenssl("of RSA's numbers each bit counts, and each relation between them", () => {
  const { keys, certificates } = pkiKinds();
  const good = numbersOf(keys["rsa-pkcs1"]);
  const { p, q, dp, dq, qi, d } = good;
  const judge = (changed: Partial<Numbers>) => verdict(certificates.rsa, rsaPem({ ...good, ...changed }));
  assert.is(judge({}), "");
  for (const name of ["d", "p", "q", "dp", "dq", "qi"] as const)
    for (const bit of [0n, 1n, 15n, 16n, 17n, 500n, 1022n])
      assert.is(judge({ [name]: good[name] ^ (1n << bit) }), ERROR.badKey, `${name} bit ${bit}`);
  assert.is(judge({ dp: dq, dq: dp }), ERROR.badKey);
  assert.is(judge({ p: q, q: p }), ERROR.badKey);
  assert.is(judge({ p: q, q: p, dp: dq, dq: dp }), ERROR.badKey);
  assert.is(judge({ qi: p - qi }), ERROR.badKey);
  assert.is(judge({ p: p * q, q: 1n }), ERROR.badKey);
  assert.is(judge({ d: d + 2n }), ERROR.badKey);
  assert.is(judge({ dp: d }), ERROR.badKey); // not reduced
  assert.is(judge({ d: d << 4096n }), ERROR.badKey);
  // A whole key of another modulus behind this one's.
  const another = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs1",
    format: "pem",
  });
  assert.is(judge({ ...numbersOf(another as string), n: good.n }), ERROR.badKey);
});

withOpenssl("d modulo the least common multiple or modulo (p - 1) (q - 1), and the primes in either order", () => {
  const { keys, certificates } = pkiKinds();
  const good = numbersOf(keys["rsa-pkcs1"]);
  const { e, p, q, dp, dq } = good;
  const gcd = (a: bigint, b: bigint): bigint => (b ? gcd(b, a % b) : a);
  const power = (base: bigint, exponent: bigint, m: bigint): bigint => {
    let [x, y] = [base % m, 1n];
    for (let left = exponent; left; left >>= 1n, x = (x * x) % m) if (left & 1n) y = (y * x) % m;
    return y;
  };
  const inverse = (a: bigint, m: bigint) => {
    let [r, s, t, u] = [m, a % m, 0n, 1n];
    while (s) [r, s, t, u] = [s, r % s, u, t - (r / s) * u];
    return ((t % m) + m) % m;
  };
  const phi = (p - 1n) * (q - 1n);
  for (const m of [phi, phi / gcd(p - 1n, q - 1n)])
    assert.is(verdict(certificates.rsa, rsaPem({ ...good, d: inverse(e, m) })), "");
  const turned = { ...good, p: q, q: p, dp: dq, dq: dp, qi: power(p, q - 2n, q) };
  assert.is(verdict(certificates.rsa, rsaPem(turned)), "");
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
