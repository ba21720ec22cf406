import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority, LeafKind } from "../../client/ca.ts";
import { parseCertificate } from "../../firmware/pki/certificate.ts";
import { withTool } from "../support/needs.ts";
import { openssl } from "../support/pki.ts";

const DAY_MS = 86400000;
const KINDS: LeafKind[] = ["p256", "rsa2048"];
let authority: Authority;

test.before(async () => {
  authority = await createAuthority("Test CA", 30);
});

for (const kind of KINDS)
  test(`a ${kind} leaf is its CA's, no CA itself, and fits its key`, async () => {
    const leaf = await issueLeaf(authority, { commonName: "device.local", kind, days: 7, usage: "client" });
    const ca = new X509Certificate(authority.cert);
    const cert = new X509Certificate(leaf.cert);
    assert.ok(ca.ca && ca.verify(ca.publicKey));
    assert.ok(cert.checkIssued(ca) && cert.verify(ca.publicKey));
    assert.not(cert.ca);
    assert.ok(cert.checkPrivateKey(createPrivateKey(leaf.key)));
    assert.is(cert.subject, "CN=device.local");
    assert.is(cert.fingerprint256, leaf.fingerprint);
    const key = createPublicKey(leaf.key);
    assert.is(
      kind === "p256" ? key.asymmetricKeyDetails?.namedCurve : key.asymmetricKeyDetails?.modulusLength,
      kind === "p256" ? "prime256v1" : 2048,
    );
    const now = Date.now();
    assert.ok(Date.parse(cert.validFrom) < now - 30 * 60000, "clocks that are a little slow accept it");
    const days = (Date.parse(cert.validTo) - now) / DAY_MS;
    assert.ok(days > 6.9 && days < 7.1);
  });

test("the device's own parser takes what is issued", async () => {
  for (const kind of KINDS) {
    const leaf = await issueLeaf(authority, { commonName: "d", kind, days: 1, usage: "both", dnsNames: ["d.local"] });
    const parsed = parseCertificate(new Uint8Array(new X509Certificate(leaf.cert).raw))!;
    assert.is(parsed.publicKey.kind, kind === "p256" ? "ec" : "rsa");
    assert.not(parsed.isCa);
    assert.ok(parseCertificate(new Uint8Array(authority.certificate.rawData))!.isCa);
  }
});

test("a leaf does not outlive its CA", async () => {
  const wishes = { commonName: "d", kind: "p256" as const, usage: "client" as const };
  const end = async (days: number) =>
    new X509Certificate((await issueLeaf(authority, { ...wishes, days })).cert).validTo;
  const caEnd = new X509Certificate(authority.cert).validTo;
  assert.is(await end(31), caEnd);
  assert.ok(Date.parse(await end(29)) < Date.parse(caEnd));
});

test("two leaves share neither key nor serial number", async () => {
  const wishes = { commonName: "same", kind: "p256" as const, days: 1, usage: "client" as const };
  const [a, b] = await Promise.all([issueLeaf(authority, wishes), issueLeaf(authority, wishes)]);
  assert.is.not(a.key, b.key);
  assert.is.not(new X509Certificate(a.cert).serialNumber, new X509Certificate(b.cert).serialNumber);
});

withTool(
  "openssl",
  "openssl finds chain, names and purposes in order",
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "wib-ca-"));
    try {
      const server = {
        commonName: "owner",
        usage: "server" as const,
        dnsNames: ["owner.local"],
        ipAddresses: ["127.0.0.1"],
      };
      const owner = await issueLeaf(authority, { ...server, kind: "rsa2048", days: 1 });
      const device = await issueLeaf(authority, { commonName: "device", usage: "client", kind: "p256", days: 1 });
      writeFileSync(path.join(folder, "ca.pem"), authority.cert);
      writeFileSync(path.join(folder, "owner.pem"), owner.cert);
      writeFileSync(path.join(folder, "device.pem"), device.cert);
      const verify = (args: string) => openssl(`verify -x509_strict -CAfile ca.pem ${args}`, folder).trim();
      assert.is(verify("-purpose sslserver -verify_ip 127.0.0.1 owner.pem"), "owner.pem: OK");
      assert.is(verify("-purpose sslserver -verify_hostname owner.local owner.pem"), "owner.pem: OK");
      assert.is(verify("-purpose sslclient device.pem"), "device.pem: OK");
      assert.throws(() => verify("-purpose sslclient owner.pem"));
      assert.throws(() => verify("-purpose sslserver device.pem"));
      assert.throws(() => verify("-verify_hostname other.local owner.pem"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  "version",
);

test.run();
