// What a PEM file holds, and that no secret of it is shown.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority, Leaf } from "../../client/ca.ts";
import { makeCsr } from "../../client/conformance/csr.ts";
import { inspect } from "../../client/inspect.ts";
import type { Finding } from "../../client/inspect.ts";
import { settingsBlock } from "../../client/key-text.ts";
import { decodePem, encodePem, pemBlocks } from "../../client/pem.ts";
import { makeOddCsr, P384 } from "../support/csr.ts";
import { reread } from "../support/key-objects.ts";
import { refusal } from "../support/refusal.ts";
import { rsaTestKey } from "../support/rsa-keys.ts";

const NAME = "lamp.local";
const PSK = "correct horse battery";
let authority: Authority;
let leaf: Leaf;

test.before(async () => {
  authority = await createAuthority("Test CA", 30);
  const wishes = { commonName: NAME, dnsNames: [NAME], ipAddresses: ["192.168.1.20"], days: 7 };
  leaf = await issueLeaf(authority, { ...wishes, kind: "p256", usage: "both" });
});

async function only(text: string, now?: number): Promise<Finding> {
  const findings = await inspect(text, now);
  assert.is(findings.length, 1);
  return findings[0];
}

test("a certificate's facts are those that Node reads in it", async () => {
  const c = new X509Certificate(leaf.cert);
  const { label, facts, warnings } = await only(`text before\n${leaf.cert}`);
  assert.is(label, "CERTIFICATE");
  assert.equal(facts, {
    ...{ "subject": `CN=${NAME}`, "issuer": "CN=Test CA", "names": `DNS:${NAME}, IP Address:192.168.1.20` },
    ...{ "key": "P-256", "valid from": c.validFrom, "valid to": c.validTo },
    ...{ "is a CA": "no", "fingerprint": leaf.fingerprint },
  });
  assert.equal(warnings, []);
  const ca = await only(authority.cert);
  assert.is(ca.facts["is a CA"], "yes");
  assert.is(ca.facts["names"], "none");
});

test("a certificate that has expired, or is not valid yet, is told, to the millisecond", async () => {
  const { validFrom, validTo } = new X509Certificate(leaf.cert);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  for (const now of [from, to]) assert.equal((await only(leaf.cert, now)).warnings, []);
  assert.equal((await only(leaf.cert, from - 1)).warnings, [`it is not valid before ${validFrom}`]);
  assert.equal((await only(leaf.cert, to + 1)).warnings, [`it expired on ${validTo}`]);
});

test("a request is told with its names, and whether its key has signed it", async () => {
  const { csr } = makeCsr(NAME);
  const facts = { subject: `CN=${NAME}`, names: `dns:${NAME}`, key: "P-256", signature: "right" };
  assert.equal(await only(csr), { label: "CERTIFICATE REQUEST", facts, warnings: [] });
  const der = decodePem(csr, "CERTIFICATE REQUEST")!;
  der[der.length - 1] ^= 1;
  const forged = await only(encodePem("CERTIFICATE REQUEST", der));
  assert.is(forged.facts["signature"], "WRONG");
  assert.equal(forged.warnings, ["it was not signed by its key"]);
  const odd = await only(encodePem("CERTIFICATE REQUEST", await makeOddCsr(NAME, { key: P384, extensions: [] })));
  assert.is(odd.facts["key"], "ec secp384r1");
  assert.is(odd.facts["names"], "none");
});

/** Is anything of a PEM text's contents, or of the numbers of a key, shown in any spelling? */
function leaks(findings: Finding[], pem: string, key: KeyObject): boolean {
  const shown = JSON.stringify(findings).replace(/[\s:]/g, "").toLowerCase();
  const { d, p, q } = key.export({ format: "jwk" });
  const secrets = [
    pem.replace(/-----.*-----|\n/g, ""),
    ...[d, p, q].map((number) => Buffer.from(number ?? "", "base64url").toString("hex")),
  ];
  return secrets.some((secret) =>
    Array.from({ length: Math.max(0, secret.length - 11) }, (_, i) => secret.slice(i, i + 12).toLowerCase()).some(
      (part) => shown.includes(part),
    ),
  );
}

test("the check for secrets below would see one", () => {
  const key = createPrivateKey(leaf.key);
  const { d } = key.export({ format: "jwk" });
  const colons = Buffer.from(d!, "base64url").toString("hex").toUpperCase().match(/../g)!.join(":");
  for (const shown of [colons.slice(9, 40), leaf.key.split("\n")[2].slice(5, 30)])
    assert.ok(leaks([{ label: "", facts: { shown }, warnings: [] }], leaf.key, key));
});

const KEYS: [string, KeyObject][] = [
  ["P-256", reread(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey)],
  ["ec secp384r1", reread(generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey)],
  ["rsa2048", rsaTestKey(2048).privateKey],
  ["ed25519", reread(generateKeyPairSync("ed25519").privateKey)],
];
for (const [kind, key] of KEYS)
  test(`a private key of kind ${kind} is told by its kind, and nothing of it is shown`, async () => {
    const legacy: Record<string, string[]> = { ec: ["sec1"], rsa: ["pkcs1"] };
    for (const type of ["pkcs8", ...(legacy[key.asymmetricKeyType!] ?? [])] as "pkcs8"[]) {
      const pem = String(key.export({ type, format: "pem" }));
      const finding = await only(pem);
      assert.is(finding.label, pemBlocks(pem)[0].label);
      assert.equal(finding.facts, { key: kind, belongs: "to no certificate in this file" });
      assert.equal(finding.warnings, [], "a key alone is nothing to warn of");
      assert.not(leaks([finding], pem, key));
    }
  });

test("a key is told by the certificate it belongs to, wherever that stands", async () => {
  for (const text of [leaf.key + leaf.cert + authority.cert, authority.cert + leaf.cert + leaf.key]) {
    const findings = await inspect(text);
    const { facts, warnings } = findings.find(({ label }) => label === "PRIVATE KEY")!;
    assert.equal([facts["belongs"], warnings], [`to CN=${NAME}`, []]);
    assert.not(leaks(findings, leaf.key, createPrivateKey(leaf.key)));
  }
  const [, { facts, warnings }] = await inspect(authority.cert + leaf.key);
  assert.is(facts["belongs"], "to no certificate in this file");
  assert.equal(warnings, ["no certificate here is for this key"]);
});

test("a damaged key, an encrypted one and a key under a false label are named, and nothing of them is shown", async () => {
  const key = createPrivateKey(leaf.key);
  const [{ der }] = pemBlocks(leaf.key);
  const encrypted = String(key.export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: PSK }));
  for (const [text, warning] of [
    [encodePem("PRIVATE KEY", der.slice(0, -3)), "it is damaged, or encrypted"],
    [encodePem("RSA PRIVATE KEY", der), "it is damaged, or encrypted"],
    [encodePem("CERTIFICATE", der), "it is damaged, or encrypted"],
    [encodePem("CERTIFICATE REQUEST", der), "it is damaged, or encrypted"],
    [encodePem("WIB SETTINGS", der), "it is damaged, or encrypted"],
    [encodePem("X509 CRL", der), "a device does not take it"],
    [encrypted, "it is encrypted: a device does not take it"],
  ]) {
    const finding = await only(text);
    assert.equal(finding.facts, {}, finding.label);
    assert.equal(finding.warnings, [warning], finding.label);
    assert.not(leaks([finding], text, key));
  }
});

test("one damaged block does not hide the others, and EC PARAMETERS are nothing to warn of", async () => {
  const parameters = encodePem("EC PARAMETERS", Buffer.from("06082a8648ce3d030107", "hex"));
  const findings = await inspect(encodePem("CERTIFICATE", new Uint8Array(9)) + parameters + leaf.cert + leaf.key);
  assert.equal(
    findings.map(({ label, warnings }) => [label, warnings]),
    [
      ["CERTIFICATE", ["it is damaged, or encrypted"]],
      ["EC PARAMETERS", []],
      ["CERTIFICATE", []],
      ["PRIVATE KEY", []],
    ],
  );
});

test("settings are told without the network's password", async () => {
  const settings = { wifi: { ssid: "Küche", psk: PSK }, clientCa: authority.cert, server: "owner.local:8443", time: 7 };
  const finding = await only(settingsBlock(settings));
  assert.equal(finding.facts, {
    wifi: "Küche, its password not shown",
    ...{ clientCa: "1 PEM block(s)", server: "owner.local:8443", time: "7" },
  });
  assert.equal(finding.warnings, []);
  const open = await only(settingsBlock({ wifi: { ssid: "guests" } }));
  assert.is(open.facts["wifi"], "guests, without a password");
});

const json = (value: unknown) => encodePem("WIB SETTINGS", new TextEncoder().encode(JSON.stringify(value)));
for (const value of [
  { psk: PSK },
  { WIFI: { ssid: "x", psk: PSK } },
  { wifi: PSK },
  { wifi: [PSK] },
  { wifi: { ssid: "x", psk: { is: PSK } } },
  { wifi: { ssid: "x", password: PSK } },
  { clientCa: PSK },
  { clientCa: `-----BEGIN PRIVATE KEY-----\r${PSK}` },
])
  test(`a password in an odd place is not shown either: ${JSON.stringify(value).slice(0, 40)}`, async () => {
    const finding = await only(json(value));
    assert.not(JSON.stringify(finding).includes(PSK));
    const [name] = Object.keys(value);
    const isKnown = ["wifi", "clientCa"].includes(name);
    assert.equal(finding.warnings, isKnown ? [] : [`${name} is no setting of a device`]);
  });

test("a text without any block is wrong use, and not repeated", async () => {
  for (const text of ["", "hello", PSK, leaf.key.replace("END", "FIN")]) {
    const { message, hint } = await refusal(() => inspect(text), 1, "no PEM block");
    assert.not((message + hint).includes(PSK));
  }
});

test.run();
