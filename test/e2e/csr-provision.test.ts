// A device makes its own key, and the owner's CA certifies it: our client from end to end against the simulated device.
// What was installed is read in the device's flash, where the key is that never crossed the network.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { boardNamed } from "../../boards/index.ts";
import { createAuthority } from "../../client/ca.ts";
import { folderCertifier, initAuthority } from "../../client/ca-folder.ts";
import { estCertifier } from "../../client/est.ts";
import { settingsBlock } from "../../client/key-text.ts";
import { provision } from "../../client/provision.ts";
import type { CsrPath, ProvisionResult } from "../../client/provision.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { wib } from "../support/command-line.ts";
import { issue, withEstServer } from "../support/est-server.ts";
import { withTool } from "../support/needs.ts";
import { openssl } from "../support/pki.ts";
import { refusal } from "../support/refusal.ts";
import { SERIAL, simTarget, until } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

const record = boardNamed("linux");
const NAME = "lamp.local";
const folder = mkdtempSync(path.join(tmpdir(), "wib-csr-"));
const issued = path.join(folder, "issued");
const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
let target: Target;
let ca: X509Certificate;

test.before(async () => {
  ca = await initAuthority(folder, "Owner CA", 10);
  target = await simTarget(flash);
});
test.after(async () => {
  await target.stop();
  rmSync(folder, { recursive: true });
});

const holds = (bytes: Buffer | string) => Buffer.from(flash.snapshot()).includes(bytes);

/** P-256 keys in the flash, as the device keeps its own (RFC 5915). */
function keysInFlash(): KeyObject[] {
  const image = Buffer.from(flash.snapshot());
  const start = Buffer.from("30310201010420", "hex");
  const end = Buffer.from("a00a06082a8648ce3d030107", "hex");
  const keys: KeyObject[] = [];
  for (let at = image.indexOf(start); at >= 0; at = image.indexOf(start, at + 1)) {
    const der = image.subarray(at, at + 51);
    if (der.subarray(39).equals(end)) keys.push(createPrivateKey({ key: der, format: "der", type: "sec1" }));
  }
  return keys;
}

async function setUp(csr: Omit<CsrPath, "name">): Promise<ProvisionResult> {
  if (!(await target.status()).window) await target.openWindow();
  return provision({ url: target.url, serial: SERIAL, allowBench: true, csr: { name: NAME, ...csr } });
}

/** It is set up with exactly this certificate, and has the key for it. */
async function assertInstalled(certificate: X509Certificate, result: ProvisionResult): Promise<void> {
  await until("the window has shut", async () => !(await target.status()).window);
  assert.ok((await target.status()).installed);
  assert.ok(holds(certificate.raw), "the certificate is in the flash");
  assert.ok(keysInFlash().some((key) => certificate.checkPrivateKey(key)));
  assert.is(certificate.subject, `CN=${NAME}`);
  const { fingerprint256: fingerprint, validTo } = certificate;
  assert.equal([result.name, result.fingerprint, result.validTo], [NAME, fingerprint, validTo]);
}

let first: X509Certificate;

test("a CA in a folder certifies the device's own key, and nobody else has that key", async () => {
  assert.equal(keysInFlash(), []);
  const certifier = await folderCertifier(folder, { days: 3, ipAddresses: ["192.168.1.20"] });
  const settings = settingsBlock({ server: "owner.local:8443" });
  const result = await setUp({ certifier, settings });
  const [copy] = readdirSync(issued);
  first = new X509Certificate(readFileSync(path.join(issued, copy)));
  await assertInstalled(first, result);
  assert.ok(first.checkIssued(ca) && first.verify(ca.publicKey));
  assert.is(first.subjectAltName, `DNS:${NAME}, IP Address:192.168.1.20`);
  assert.ok(holds("owner.local:8443"), "so are the settings");
  assert.is(keysInFlash().length, 1);
  const [{ d }] = keysInFlash().map((key) => key.export({ format: "jwk" }));
  const texts = [folder, issued].flatMap((at) =>
    readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) =>
        Buffer.from(readFileSync(path.join(at, name), "utf8").replace(/-----.*-----|\n/g, ""), "base64"),
      ),
  );
  for (const der of texts) assert.not(der.includes(Buffer.from(d!, "base64url")));
});

test("the same by the command makes another key and another certificate", async () => {
  await target.openWindow();
  const wishes = ["--name", NAME, "--days", "3", "--server", "second.local:8443"];
  const env = { WIB_SERIAL: SERIAL };
  const { code, stdout, stderr } = await wib(
    ["provision", target.url, "--bench", "--ca", folder, ...wishes, "--json"],
    env,
  );
  assert.is(code, 0, stderr);
  const result = JSON.parse(stdout);
  assert.ok(holds("second.local:8443"), "the settings are installed");
  const copy = readdirSync(issued).find((name) => !name.includes(first.serialNumber))!;
  const second = new X509Certificate(readFileSync(path.join(issued, copy)));
  await assertInstalled(second, result);
  assert.not(second.publicKey.equals(first.publicKey));
});

test("an EST server certifies the device's own key, and its CA is sent along", async () => {
  const authority = await createAuthority("EST CA", 1);
  const answer = async (request: Parameters<typeof issue>[1]) => {
    assert.is(request.headers.authorization, `Basic ${Buffer.from("owner:secret").toString("base64")}`);
    return issue(authority, request);
  };
  await withEstServer({ authority, answer }, async (est) => {
    const options = { ca: authority.cert, user: "owner", password: "secret" };
    const texts: string[] = [];
    const certifier = estCertifier(est.url, options);
    const result = await setUp({
      certifier: {
        ...certifier,
        async certify(request) {
          texts.push(await certifier.certify(request));
          return texts[0];
        },
      },
    });
    const certificates = texts[0].split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
    const leaf = certificates.find((certificate) => !certificate.ca)!;
    await assertInstalled(leaf, result);
    assert.ok(leaf.verify(certificates.find((certificate) => certificate.ca)!.publicKey));
    assert.ok(holds(new X509Certificate(authority.cert).raw), "so is the CA's");
  });
});

test("when an EST server refuses, the device keeps what it has, and can still be set up", async () => {
  const before = keysInFlash().length;
  await withEstServer({ answer: () => ({ status: 401, body: "" }) }, async (est) => {
    const certifier = estCertifier(est.url, { ca: est.ca });
    await refusal(() => setUp({ certifier }), 1, "it answers 401");
  });
  const status = await target.status();
  assert.ok(status.window && status.installed);
  assert.is(keysInFlash().length, before, "the key that nobody has certified was never kept");
  const result = await setUp({ certifier: await folderCertifier(folder, { days: 1 }) });
  await until("the window has shut", async () => !(await target.status()).window);
  assert.is(result.installed, true);
});

withTool(
  "openssl",
  "openssl finds what lies in the flash certified by the CA, for server and client",
  () => {
    const image = Buffer.from(flash.snapshot());
    const copies = readdirSync(issued).map((name) => new X509Certificate(readFileSync(path.join(issued, name))).raw);
    const there = copies.filter((raw) => holds(raw));
    assert.ok(there.length > 0, "the last one at least; older ones are erased when their place is needed");
    for (const raw of there) {
      const at = image.indexOf(raw);
      writeFileSync(path.join(folder, "read.der"), image.subarray(at, at + raw.length));
      openssl("x509 -inform DER -in read.der -out read.pem", folder);
      for (const purpose of ["sslserver", "sslclient"]) {
        const verify = `verify -x509_strict -CAfile ca.pem -purpose ${purpose} -verify_hostname ${NAME} read.pem`;
        assert.is(openssl(verify, folder).trim(), "read.pem: OK");
      }
    }
  },
  "version",
);

test.run();
