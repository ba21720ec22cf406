// Every file of test/corpus/key/: the code that is written down for it, from the firmware's own judge of key.wib; that
// what it would install Python's `cryptography` takes too; and a sample of each code through a whole setup.
import { execFileSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import { keyBodyBegin } from "../../../firmware/setup/key-body.ts";
import { readCorpus } from "../../corpus/entry.ts";
import { unhex } from "../../support/hal.ts";
import { runJob } from "../../support/jobs.ts";
import { keyTools, quickKeyTools } from "../../support/key-body.ts";
import { withPython } from "../../support/needs.ts";
import { IS_FULL } from "../../support/random.ts";
import { VirtualDevice } from "../../support/virtual-device.ts";

const CORPUS = readCorpus();

/** Those that what key.wib holds can give. */
const CODES: string[] = [
  ...[ERROR.malformedPem, ERROR.malformedDer, ERROR.noCertificate, ERROR.noPrivateKey, ERROR.twoPrivateKeys],
  ...[ERROR.keyNotWanted, ERROR.encryptedKey, ERROR.unsupportedKey, ERROR.badKey, ERROR.mismatch, ERROR.leafIsCa],
  ...[ERROR.badChain, ERROR.tooLarge, ERROR.malformedSettings],
];

test("there are enough of every kind, few of them from the mutator, each with its origin", () => {
  assert.ok(CORPUS.length >= 150, `${CORPUS.length} files`);
  for (const code of CODES) assert.ok(CORPUS.filter((entry) => entry.code === code).length >= 3, code);
  assert.ok(CORPUS.filter((entry) => !entry.code).length >= 40);
  assert.ok(CORPUS.filter(({ origin }) => origin.includes("key-mutations")).length <= 40);
  for (const { file, code, origin } of CORPUS) {
    assert.ok(origin.length > 3, file);
    assert.ok(!code || CODES.includes(code), `${file}: ${code}`);
  }
});

test("each gets the code that is written down for it, and what is refused installs nothing", () => {
  const wrong: string[] = [];
  for (const { file, code, own, text } of CORPUS) {
    const bytes = new Uint8Array(Buffer.from(text, "latin1"));
    const body = keyBodyBegin(IS_FULL ? keyTools : quickKeyTools, bytes, true, own ? unhex(own) : undefined);
    runJob(body);
    if (body.code() !== code) wrong.push(`${file}: ${body.code() || "installed"}, not ${code || "installed"}`);
    if (!code) assert.ok(body.pair.chain.length > 0, file);
    if (!code && !own) assert.ok(body.pair.key.some(Boolean), file);
    body.wipe();
    assert.not(body.pair.key.some(Boolean), `${file}: the key was not wiped`);
  }
  assert.is(wrong.join("\n"), "");
});

const PYTHON = `
import json, re, sys, warnings
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
warnings.simplefilter("ignore")
def spki(key): return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
def blocks(text, label): return re.findall(b"-----BEGIN " + label + b"-----.*?-----END " + label + b"-----", text, re.S)
for entry in json.load(sys.stdin):
    try:
        text = re.sub(rb"(?m)^[ \\t]+|[ \\t]+$", b"", entry["text"].encode("latin-1")) # older ones take no blanks there
        certificates = [x509.load_pem_x509_certificate(block) for block in blocks(text, b"CERTIFICATE")]
        keys = blocks(text, b"[A-Z ]*PRIVATE KEY")
        publics = [spki(c.public_key()) for c in certificates]
        names = [c.subject.rfc4514_string() + c.issuer.rfc4514_string() for c in certificates]
        if keys: assert spki(load_pem_private_key(keys[0], None).public_key()) in publics, "another key"
    except Exception as error:
        print(entry["file"], type(error).__name__, error)
`;

withPython("Python's cryptography takes all that is accepted, and finds the same pairs", (python) => {
  const input = JSON.stringify(CORPUS.filter(({ code }) => !code));
  assert.is(execFileSync(python, ["-c", PYTHON], { input, encoding: "utf8" }), "");
});

/** A build without native code does not look at signatures. */
const BY_SIGNATURE = /^(edit-link|chain-impostor|mutant)/;

test("a sample of each code through a whole setup: 400 with it, a proof, and nothing installed; then one that is", async () => {
  const device = await VirtualDevice.open();
  for (const code of CODES.filter((each) => each !== ERROR.keyNotWanted)) {
    const sample = CORPUS.filter(
      (entry) => entry.code === code && !entry.own && !BY_SIGNATURE.test(entry.file) && entry.text,
    );
    for (const { file, text } of sample.slice(0, IS_FULL ? 4 : 1)) {
      device.advance(61000); // slots are given free
      if (!device.isListening()) device.openWindow();
      const answer = device.authenticated().key(text);
      assert.is(`${answer.status} ${answer.code}`, `400 ${code}`, file);
      assert.is(answer.body, `${code.replaceAll("-", " ")}\n`);
      assert.match(answer.header("Wib-Proof") ?? "", /^[0-9a-f]{128}$/);
      assert.not(device.status().installed, file);
    }
  }
  for (const name of ["chain-3", "rsa-4096-pkcs1"]) {
    device.advance(61000);
    if (!device.isListening()) device.openWindow();
    const { text } = CORPUS.find(({ file }) => file === `${name}.pem`)!;
    assert.is(device.authenticated().key(text).status, 204, name);
    assert.ok(device.status().installed);
  }
  const after = CORPUS.find(({ file }) => file === "key-after-csr-ec.pem")!;
  const other = await VirtualDevice.open();
  const session = other.authenticated();
  assert.is(session.csr().status, 200);
  assert.is(session.key(after.text).code, ERROR.keyNotWanted);
  assert.not(other.status().installed);
});

test.run();
