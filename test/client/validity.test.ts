// The owner is told of a certificate that is not valid today, before it is installed; the device takes it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { startConformance } from "../../client/conformance/start.ts";
import { provision } from "../../client/provision.ts";
import { validityWarnings } from "../../client/validity.ts";
import { readCorpus } from "../corpus/entry.ts";
import { readBlocks, writeBlocks } from "../support/der-tree.ts";

const corpus = readCorpus();
const textOf = (name: string) => corpus.find(({ file }) => file === `${name}.pem`)!.text;
const bytesOf = (name: string) => new Uint8Array(Buffer.from(textOf(name), "latin1"));
const NOW = Date.parse("2026-06-01");

test("expired, not valid yet, and neither: each certificate by its subject", () => {
  assert.equal(validityWarnings(bytesOf("ec-expired"), NOW), [
    "the certificate of CN=expired: it expired on Jan  1 00:00:00 2021 GMT",
  ]);
  assert.equal(validityWarnings(bytesOf("ec-not-yet-valid"), NOW), [
    "the certificate of CN=not-yet: it is not valid before Jan  1 00:00:00 2090 GMT",
  ]);
  const { validTo } = new X509Certificate(textOf("python-chain"));
  assert.equal(validityWarnings(bytesOf("python-chain"), NOW), []);
  assert.equal(
    validityWarnings(bytesOf("python-chain"), Date.parse(validTo) + 1),
    ["python device", "python root"].map((name) => `the certificate of CN=${name}: it expired on ${validTo}`),
  );
});

test("a name that is none, rubbish in place of a certificate, and text without one", () => {
  const year2100 = Date.parse("2100-01-01");
  assert.match(validityWarnings(bytesOf("python-no-names"), year2100)[0], /^the certificate of nobody: it expired/);
  // A name that clears the screen.
  const [certificate] = readBlocks(textOf("ec-expired"));
  const at = Buffer.from(certificate.der).lastIndexOf("expired");
  certificate.der.set(Buffer.from("\x1b[2Jxyz"), at);
  const [warning] = validityWarnings(new Uint8Array(Buffer.from(writeBlocks([certificate]))), NOW);
  assert.not(/\p{Cc}/u.test(warning), JSON.stringify(warning));
  assert.match(warning, "xyz");
  assert.equal(validityWarnings(bytesOf("edit-cut-certificate"), year2100), []);
  assert.equal(validityWarnings(bytesOf("pem-none"), year2100), []);
});

test("provision warns and goes on; what is to be installed is left alone", async () => {
  const conformance = await startConformance({ only: ["honest-x25519"] });
  try {
    const [{ url, serial, suites }] = conformance.cases;
    const warnings: string[] = [];
    const keyText = bytesOf("ec-expired");
    const onWarning = (text: string) => void warnings.push(text);
    const result = await provision({ url, serial, suite: suites[0], keyText, onWarning });
    assert.ok(result.installed);
    assert.match(warnings.at(-1)!, /^the certificate of CN=expired: it expired on/);
    assert.equal(keyText, bytesOf("ec-expired"));
  } finally {
    await conformance.close();
  }
});

test.run();
