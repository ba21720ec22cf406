// A CA that nobody here wrote certifies what a device asks for: cfssl (Debian's golang-cfssl) makes its own root, signs
// the request of a simulated device, and OpenSSL judges request and certificate.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { boardNamed } from "../../boards/index.ts";
import type { Request } from "../../client/csr.ts";
import { provision } from "../../client/provision.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { withTool } from "../support/needs.ts";
import { openssl } from "../support/pki.ts";
import { SERIAL, simTarget, until } from "../support/targets.ts";

const NAME = "lamp.local";
const ROOT = { CN: "Their Root", key: { algo: "ecdsa", size: 256 }, names: [{ O: "Somebody else" }] };
const PROFILE = {
  signing: {
    default: { expiry: "24h", usages: ["digital signature", "key agreement", "server auth", "client auth"] },
  },
};

const folder = mkdtempSync(path.join(tmpdir(), "wib-cfssl-"));
test.after(() => rmSync(folder, { recursive: true }));

/** @returns the JSON that it prints. */
function cfssl(args: string, input?: string): Record<string, string> {
  const stdio: ["pipe", "pipe", "ignore"] = ["pipe", "pipe", "ignore"];
  return JSON.parse(execFileSync("cfssl", args.split(" "), { cwd: folder, input, encoding: "utf8", stdio }));
}

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

/** A CA as its own manual has it made, and a certifier that lets it sign. */
function theirCa(): { cert: string; certify(request: Request): Promise<string> } {
  write("root.json", JSON.stringify(ROOT));
  write("profile.json", JSON.stringify(PROFILE));
  const { cert, key } = cfssl("gencert -initca root.json");
  write("ca.pem", cert);
  write("ca.key", key);
  return {
    cert,
    async certify({ pem }) {
      write("device.csr", pem);
      const signed = cfssl("sign -ca ca.pem -ca-key ca.key -config profile.json -", pem).cert;
      write("device.pem", signed);
      return signed + cert;
    },
  };
}

withTool(
  "cfssl",
  "cfssl signs a device's request, the device takes the chain, and OpenSSL finds it as was wished",
  async () => {
    const record = boardNamed("linux");
    const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL });
    const target = await simTarget(flash);
    const ca = theirCa();
    try {
      await target.openWindow();
      const csr = { name: NAME, certifier: { name: "cfssl", certify: ca.certify } };
      const result = await provision({ url: target.url, serial: SERIAL, allowBench: true, csr });
      await until("the window has shut", async () => !(await target.status()).window);
      assert.ok((await target.status()).installed);

      const leaf = new X509Certificate(openssl("x509 -in device.pem", folder));
      assert.is(result.fingerprint, leaf.fingerprint256);
      const image = Buffer.from(flash.snapshot());
      for (const raw of [leaf.raw, new X509Certificate(ca.cert).raw])
        assert.ok(image.includes(raw), "it is in the flash");
      const at = image.lastIndexOf(Buffer.from("30310201010420", "hex")); // as the device keeps its key (RFC 5915)
      const key = createPrivateKey({ key: image.subarray(at, at + 51), format: "der", type: "sec1" });
      assert.ok(leaf.checkPrivateKey(key));

      openssl("req -in device.csr -verify -noout", folder);
      for (const purpose of ["sslserver", "sslclient"]) {
        const verify = `verify -x509_strict -CAfile ca.pem -purpose ${purpose} -verify_hostname ${NAME} device.pem`;
        assert.is(openssl(verify, folder), "device.pem: OK\n");
      }
      const text = openssl("x509 -in device.pem -noout -text", folder).replaceAll(" = ", "="); // newer ones print it so
      assert.match(text, /Issuer: O=Somebody else, CN=Their Root\n/);
      assert.match(text, /Subject: CN=lamp\.local\n/);
      assert.match(text, /Key Usage: critical\n\s+Digital Signature, Key Agreement\n/);
      assert.match(text, /Extended Key Usage: ?\n\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
      assert.match(text, /Basic Constraints: critical\n\s+CA:FALSE\n/);
      assert.match(text, /Subject Alternative Name: ?\n\s+DNS:lamp\.local\n/);
    } finally {
      await target.stop();
    }
  },
  "version",
);

test.run();
