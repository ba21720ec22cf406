// What is sealed into the last step, from files as people have them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { WibError } from "../../client/errors.ts";
import { composeKeyText } from "../../client/key-text.ts";
import { encodePem, pemBlocks } from "../../client/pem.ts";

const folder = mkdtempSync(path.join(tmpdir(), "wib-key-text-"));
test.after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string | Uint8Array): string {
  const at = path.join(folder, name);
  writeFileSync(at, text, { mode: 0o600 });
  return at;
}

function refusal(action: () => unknown): WibError {
  try {
    action();
  } catch (error) {
    assert.instance(error, WibError);
    return error as WibError;
  }
  throw new Error("was taken");
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const block = (label: string, n: number) => encodePem(label, new Uint8Array(60).fill(n));
const labels = (bytes: Uint8Array) => pemBlocks(text(bytes)).map(({ label, der }) => `${label} ${der[0]}`);
const chain = file("chain", `subject: me\n${block("CERTIFICATE", 1)}issuer\n${block("CERTIFICATE", 2)}`);
const key = file("key", block("EC PARAMETERS", 3) + block("EC PRIVATE KEY", 4));

test("blocks are taken in order, and the text around them is left out", () => {
  const made = composeKeyText({ cert: chain, key });
  assert.equal(labels(made), ["CERTIFICATE 1", "CERTIFICATE 2", "EC PRIVATE KEY 4"]);
  assert.not.match(text(made), "subject");
});

test("one file may hold both", () => {
  const both = file("both", readFileSync(key, "utf8") + readFileSync(chain, "utf8"));
  assert.equal(labels(composeKeyText({ cert: both, key: both })), labels(composeKeyText({ cert: chain, key })));
});

test("CRLF files and keys of every kind are taken", () => {
  for (const label of ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]) {
    const crlf = file("crlf", block(label, 5).replaceAll("\n", "\r\n"));
    assert.equal(labels(composeKeyText({ cert: chain, key: crlf })).slice(2), [`${label} 5`]);
  }
});

test("settings are one block of JSON, and none makes none", () => {
  const settings = { wifi: { ssid: "Küche", psk: "12345678" }, server: "a:1", time: 1 };
  const blocks = pemBlocks(text(composeKeyText({ cert: chain, key }, settings)));
  assert.is(blocks.at(-1)!.label, "WIB SETTINGS");
  assert.equal(JSON.parse(text(blocks.at(-1)!.der)), settings);
  assert.equal(labels(composeKeyText({ cert: chain, key }, {})).length, 3);
});

test("an encrypted key is refused before anything is sent, in either form", () => {
  const legacy =
    "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
  for (const encrypted of [block("ENCRYPTED PRIVATE KEY", 6), legacy]) {
    const error = refusal(() => composeKeyText({ cert: chain, key: file("encrypted", encrypted) }));
    assert.match(error.message, "is encrypted");
    assert.match(error.hint, "openssl pkey");
    assert.is(error.exitCode, 1);
  }
});

test("files that are missing, or hold something else, are the user's mistake", () => {
  const cases: [string, string, RegExp][] = [
    [path.join(folder, "none"), key, /certificate .*: no such file/],
    [chain, path.join(folder, "none"), /key .*: no such file/],
    [key, key, /holds no certificate/],
    [chain, chain, /holds no private key/],
    [file("der", new Uint8Array(200).fill(48)), key, /holds no certificate/],
    [file("empty", ""), key, /holds no certificate/],
    [folder, key, /EISDIR/],
  ];
  for (const [cert, keyFile, message] of cases) {
    const error = refusal(() => composeKeyText({ cert, key: keyFile }));
    assert.match(error.message, message);
    assert.is(error.exitCode, 1);
    assert.ok(error.hint);
  }
});

test.run();
