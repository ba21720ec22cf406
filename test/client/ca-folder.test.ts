// A CA in a folder: what lies there, who may read it, that nothing is lost, and what it issues.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { authorityFile, folderCertifier, initAuthority, loadAuthority } from "../../client/ca-folder.ts";
import { encodePem } from "../../client/pem.ts";
import { requestFor } from "../support/csr.ts";
import { withTool } from "../support/needs.ts";
import { openssl } from "../support/pki.ts";
import { refusal } from "../support/refusal.ts";

const DAY_MS = 86400000;
const NAME = "lamp.local";
const root = mkdtempSync(path.join(tmpdir(), "wib-ca-folder-"));
test.after(() => rmSync(root, { recursive: true }));

let count = 0;
const fresh = () => path.join(root, String(++count), "deeper");
const modeOf = (...at: string[]) => statSync(path.join(...at)).mode & 0o777;
const read = (...at: string[]) => readFileSync(path.join(...at), "utf8");

async function made(): Promise<string> {
  const folder = fresh();
  await initAuthority(folder, "Test CA", 30);
  return folder;
}

/** Everything in a folder, by name. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, read(folder, name)]));
}

const certificateIn = (folder: string) => new X509Certificate(readFileSync(authorityFile(folder)));

test("a CA is two files and a folder, the key readable by its owner only", async () => {
  const folder = fresh();
  const umask = process.umask(0); // what a careless owner has set
  try {
    const certificate = await initAuthority(folder, "Test CA", 30);
    assert.equal(readdirSync(folder).sort(), ["ca.key", "ca.pem", "issued"]);
    for (const [name, mode] of Object.entries({ "": 0o700, "issued": 0o700, "ca.key": 0o600, "ca.pem": 0o644 }))
      assert.is(modeOf(folder, name), mode, name || "the folder");
    assert.is(certificate.raw.compare(certificateIn(folder).raw), 0);
    assert.is(certificate.subject, "CN=Test CA");
    assert.ok(certificate.ca && certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey));
    const days = (Date.parse(certificate.validTo) - Date.now()) / DAY_MS;
    assert.ok(days > 29.9 && days < 30.1);
    const key = createPrivateKey(read(folder, "ca.key"));
    assert.is(key.asymmetricKeyDetails!.namedCurve, "prime256v1");
    assert.ok(certificate.checkPrivateKey(key));
  } finally {
    process.umask(umask);
  }
});

for (const gone of [[], ["ca.key"], ["ca.pem"]])
  test(`what is there is never overwritten${gone.length ? `, not even without ${gone}` : ""}`, async () => {
    const folder = await made();
    for (const name of gone) rmSync(path.join(folder, name));
    const before = contents(folder);
    await refusal(() => initAuthority(folder, "New CA", 1), 1, "is there already");
    assert.equal(contents(folder), before, "nothing is lost, and nothing that does not fit is added");
  });

test("a folder with other things in it is taken, one that cannot be made is not", async () => {
  const folder = await made();
  for (const name of ["ca.key", "ca.pem"]) rmSync(path.join(folder, name));
  writeFileSync(path.join(folder, "notes"), "keep me");
  await initAuthority(folder, "Test CA", 1);
  assert.is(read(folder, "notes"), "keep me");
  await refusal(() => initAuthority(path.join(folder, "notes"), "Test CA", 1), 1, /notes cannot be made: EEXIST/);
  await refusal(() => initAuthority(path.join(folder, "notes", "x"), "Test CA", 1), 1, /x cannot be made: ENOTDIR/);
});

test("a CA is loaded again when only its owner may read the key", async () => {
  const folder = await made();
  for (const mode of [0o600, 0o400, 0o700]) {
    chmodSync(path.join(folder, "ca.key"), mode);
    assert.is((await loadAuthority(folder)).cert, read(folder, "ca.pem"));
  }
  if (process.platform === "win32") return;
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644]) {
    chmodSync(path.join(folder, "ca.key"), mode);
    const { hint } = await refusal(() => loadAuthority(folder), 1, "can be read by others");
    assert.match(hint, /^chmod 600 .*ca\.key$/);
  }
});

test("a folder that is missing, or lacks a file, is told with the file", async () => {
  await refusal(() => loadAuthority(fresh()), 1, /CA certificate .*ca\.pem: no such file/);
  const folder = await made();
  rmSync(path.join(folder, "ca.key"));
  await refusal(() => loadAuthority(folder), 1, /CA key .*ca\.key: no such file/);
});

const other = (type: "ec" | "rsa", curve = "prime256v1") => {
  const pair =
    type === "ec"
      ? generateKeyPairSync("ec", { namedCurve: curve })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return pair.privateKey;
};
const pkcs8 = { type: "pkcs8", format: "pem" } as const;
const BROKEN: [string, string, (text: string, folder: string) => string, string][] = [
  ["the key of another CA", "ca.key", () => String(other("ec").export(pkcs8)), "do not belong together"],
  ["a key on P-384", "ca.key", () => String(other("ec", "secp384r1").export(pkcs8)), "do not belong together"],
  ["an RSA key", "ca.key", () => String(other("rsa").export(pkcs8)), "do not belong together"],
  ["a key in SEC1", "ca.key", () => String(other("ec").export({ type: "sec1", format: "pem" })), "no CA as"],
  [
    "an encrypted key",
    "ca.key",
    (text) => String(createPrivateKey(text).export({ ...pkcs8, cipher: "aes-128-cbc", passphrase: "x" })),
    "no CA as",
  ],
  ["no key but rubbish", "ca.key", () => "rubbish", "no CA as"],
  [
    "rubbish in the key's block",
    "ca.key",
    () => encodePem("PRIVATE KEY", new Uint8Array(99)),
    "do not belong together",
  ],
  ["two keys", "ca.key", (text) => text + text, "no CA as"],
  ["no certificate but rubbish", "ca.pem", () => "rubbish", "no CA as"],
  ["rubbish in the certificate's block", "ca.pem", () => encodePem("CERTIFICATE", new Uint8Array(99)), "do not belong"],
  ["a chain", "ca.pem", (text) => text + text, "no CA as"],
  ["the key where the certificate should be", "ca.pem", (_, folder) => read(folder, "ca.key"), "no CA as"],
];
for (const [what, file, change, message] of BROKEN)
  test(`a folder with ${what} is refused, and no key is shown`, async () => {
    const folder = await made();
    const key = read(folder, "ca.key").split("\n")[1];
    const text = change(read(folder, file), folder);
    writeFileSync(path.join(folder, file), text);
    const { message: said, hint } = await refusal(() => loadAuthority(folder), 1, message);
    for (const secret of [key, text.split("\n")[1] ?? "rubbish"]) assert.not(`${said} ${hint}`.includes(secret));
    await refusal(() => folderCertifier(folder, { days: 1 }), 1, message);
  });

test("a certificate has the name, the addresses and the days, and a copy of it is kept", async () => {
  const folder = await made();
  rmSync(path.join(folder, "issued"), { recursive: true }); // somebody has tidied up
  const ipAddresses = ["192.168.1.20", "fe80::1"];
  const certifier = await folderCertifier(folder, { days: 7, ipAddresses });
  assert.is(certifier.name, `the CA in ${folder}`);
  const request = await requestFor(NAME);
  const text = await certifier.certify(request);
  const cert = new X509Certificate(text);
  const ca = certificateIn(folder);
  assert.ok(cert.checkIssued(ca) && cert.verify(ca.publicKey));
  assert.is(cert.subject, `CN=${NAME}`);
  assert.is(cert.subjectAltName, `DNS:${NAME}, IP Address:192.168.1.20, IP Address:FE80:0:0:0:0:0:0:1`);
  assert.equal(new Uint8Array(cert.publicKey.export({ type: "spki", format: "der" })), request.publicKey);
  const days = (Date.parse(cert.validTo) - Date.now()) / DAY_MS;
  assert.ok(days > 6.9 && days < 7.1);
  const copy = `${NAME}-${cert.serialNumber}.pem`;
  assert.equal(readdirSync(path.join(folder, "issued")), [copy]);
  assert.is(read(folder, "issued", copy), text);
});

test("without addresses it is for the name only; every certificate has a copy of its own", async () => {
  const folder = await made();
  const certifier = await folderCertifier(folder, { days: 1 });
  const request = await requestFor(NAME);
  for (let i = 0; i < 3; i++) {
    const cert = new X509Certificate(await certifier.certify(request));
    assert.is(cert.subjectAltName, `DNS:${NAME}`);
  }
  assert.is(readdirSync(path.join(folder, "issued")).length, 3);
});

withTool(
  "openssl",
  "openssl takes the certificate as a server's and a client's, and reads in it what was wished for",
  async () => {
    const folder = await made();
    const certifier = await folderCertifier(folder, { days: 7, ipAddresses: ["192.168.1.20"] });
    writeFileSync(path.join(folder, "lamp.pem"), await certifier.certify(await requestFor(NAME)));
    const verify = (args: string) => openssl(`verify -x509_strict -CAfile ca.pem ${args} lamp.pem`, folder).trim();
    for (const args of [
      "-purpose sslserver",
      "-purpose sslclient",
      `-verify_hostname ${NAME}`,
      "-verify_ip 192.168.1.20",
    ])
      assert.is(verify(args), "lamp.pem: OK", args);
    for (const args of ["-verify_hostname other.local", "-verify_ip 192.168.1.21"])
      assert.throws(() => verify(args), args);
    const text = openssl("x509 -in lamp.pem -noout -text", folder);
    for (const line of [
      /Issuer: CN ?= ?Test CA/,
      /Subject: CN ?= ?lamp\.local/,
      "ASN1 OID: prime256v1",
      "Signature Algorithm: ecdsa-with-SHA256",
      "CA:FALSE",
      "Digital Signature",
      `DNS:${NAME}, IP Address:192.168.1.20`,
    ])
      assert.match(text, line);
    assert.match(openssl("x509 -in ca.pem -noout -text", folder), /CA:TRUE, pathlen:0/);
  },
  "version",
);

test.run();
