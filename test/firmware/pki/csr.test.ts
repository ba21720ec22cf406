// The device's certification request, read by a library and by OpenSSL.
import { p256 } from "@noble/curves/nist.js";
import "reflect-metadata";
import { SubjectAlternativeNameExtension, Pkcs10CertificateRequest } from "@peculiar/x509";
import { execFileSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { csrBegin } from "../../../firmware/pki/csr.ts";
import { encodeEcKey } from "../../../firmware/pki/ec-key.ts";
import { encodePem } from "../../../firmware/pki/pem.ts";
import { hal, hex, primitives as p, unhex } from "../../support/hal.ts";
import { withTool } from "../../support/needs.ts";

const curves = createCurves(hal);
const key = unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"); // RFC 6979 A.2.5
const value = p256.getPublicKey(key, false).slice(1);

function request(name: string): Uint8Array {
  const job = csrBegin(p, curves, key, value, name);
  while (job.step());
  return job.finish()!;
}

test("subject, name and key are the wish and the device's own, and the signature is good", async () => {
  for (const name of ["d", "device.local", "x".repeat(64)]) {
    const csr = new Pkcs10CertificateRequest(Buffer.from(request(name)));
    assert.is(csr.subject, `CN=${name}`);
    assert.ok(await csr.verify());
    const san = new SubjectAlternativeNameExtension(csr.getExtension("2.5.29.17")!.rawData);
    assert.equal(san.names.toJSON(), [{ type: "dns", value: name }]);
    assert.ok(hex(new Uint8Array(csr.publicKey.rawData)).endsWith(hex(value)));
  }
});

withTool(
  "openssl",
  "OpenSSL verifies the request and reads the private key",
  () => {
    const csr = encodePem(hal, "CERTIFICATE REQUEST", request("device.local"));
    const run = (args: string, input: string) =>
      execFileSync("openssl", args.split(" "), { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
    const text = run("req -verify -noout -text", csr);
    assert.match(text, "DNS:device.local");
    assert.match(text, "CN = device.local");
    const ec = encodePem(hal, "EC PRIVATE KEY", encodeEcKey(p, key));
    assert.match(run("ec -noout -text", ec).replace(/[\s:]/g, ""), hex(key));
  },
  "version",
);

test.run();
