// wib inspect and wib status: what is printed for people and for machines.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createAuthority, issueLeaf } from "../../../client/ca.ts";
import type { Authority, Leaf } from "../../../client/ca.ts";
import { startConformance } from "../../../client/conformance/start.ts";
import { settingsBlock } from "../../../client/key-text.ts";
import { encodePem } from "../../../client/pem.ts";
import { freePort } from "../../../client/bench/free-port.ts";
import { wib } from "../../support/command-line.ts";
import { makeOddCsr } from "../../support/csr.ts";

const PSK = "correct horse battery";
const root = mkdtempSync(path.join(tmpdir(), "wib-inspect-"));
test.after(() => rmSync(root, { recursive: true }));
let authority: Authority;
let leaf: Leaf;
test.before(async () => {
  authority = await createAuthority("Test CA", 30);
  const wishes = { commonName: "lamp", days: 7, ipAddresses: ["127.0.0.1"] };
  leaf = await issueLeaf(authority, { ...wishes, kind: "p256", usage: "both" });
});

function file(name: string, text: string): string {
  const at = path.join(root, name);
  writeFileSync(at, text);
  return at;
}

test("what a file holds is told block by block, with warnings, and without its secrets", async () => {
  const settings = settingsBlock({ wifi: { ssid: "Küche", psk: PSK } });
  const text = authority.cert + leaf.key + settings;
  const { code, stdout, stderr } = await wib(["inspect", file("all", text)]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /^CERTIFICATE\n {2}subject {6}CN=Test CA\n/);
  assert.match(stdout, `\n  warning: no certificate here is for this key\n`);
  assert.match(stdout, `\nWIB SETTINGS\n  wifi  Küche, its password not shown\n`);
  for (const secret of [PSK, ...leaf.key.split("\n").slice(1, 4)]) assert.not(stdout.includes(secret));
  const json = await wib(["inspect", file("all", text), "--json"]);
  const findings: { label: string; facts: object; warnings: string[] }[] = JSON.parse(json.stdout);
  assert.equal(
    findings.map(({ label, warnings }) => [label, warnings.length]),
    [
      ["CERTIFICATE", 0],
      ["PRIVATE KEY", 1],
      ["WIB SETTINGS", 0],
    ],
  );
  assert.not(json.stdout.includes(PSK));
});

test("what a file says to the terminal is not passed on", async () => {
  const der = await makeOddCsr("x", { subject: [{ CN: ["\x1b[2Jowned\x9b"] }] });
  const settings = encodePem("WIB SETTINGS", Buffer.from('{"server":"a\\u001b[2J:1","\\u001b[1m":1}'));
  const { code, stdout } = await wib(["inspect", file("odd", encodePem("CERTIFICATE REQUEST", der) + settings)]);
  assert.is(code, 0);
  assert.match(stdout, "CN=?[2Jowned?");
  assert.match(stdout, "a?[2J:1");
  assert.match(stdout, "warning: ?[1m is no setting");
  assert.not.match(stdout.replaceAll("\n", ""), /\p{Cc}/u);
});

test("a file that is missing, or holds no PEM, is wrong use with advice", async () => {
  for (const [name, message] of [
    [path.join(root, "none"), /^wib: error: file .*none: no such file\nwib: hint: /],
    [root, /^wib: error: .*EISDIR\nwib: hint: /],
    [file("text", `hello ${PSK}`), /^wib: error: no PEM block in it\nwib: hint: /],
  ] as const) {
    const { code, stdout, stderr } = await wib(["inspect", name]);
    assert.is(code, 1);
    assert.is(stdout, "");
    assert.match(stderr, message);
    assert.not(stderr.includes(PSK));
  }
});

test("a device with an open window is told in lines, and in JSON", async () => {
  const conformance = await startConformance({ only: ["honest-cpace-x25519"] });
  try {
    const [{ url }] = conformance.cases;
    const { code, stdout } = await wib(["status", url]);
    assert.is(code, 0);
    assert.match(stdout, /^ {2}setup window {8}open for 300 s more\n {2}build {15}product\n/);
    assert.is(JSON.parse((await wib(["status", url, "--json"])).stdout)["wrong serials left"], "5");
    const withCa = await wib(["status", url, "--ca", file("ca.pem", authority.cert)]);
    assert.is(withCa.code, 1);
    assert.match(withCa.stderr, /^wib: error: --ca is for https:\/\/\nwib: hint: /);
  } finally {
    await conformance.close();
  }
});

test("a device that is set up is told when the CA in the file has certified it, and else not reached", async () => {
  const server = https.createServer({ cert: leaf.cert, key: leaf.key }, (_, response) => response.end("\x1b[2Jgood"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout } = await wib(["status", url, "--ca", file("ca.pem", authority.cert)]);
    assert.is(code, 0);
    assert.match(stdout, `  fingerprint  ${leaf.fingerprint}\n`);
    assert.match(stdout, "  status       ?[2Jgood\n");
    const untrusted = await wib(["status", url]);
    assert.is(untrusted.code, 3);
    assert.is(untrusted.stdout, "");
    assert.match(untrusted.stderr, /^wib: error: 127\.0\.0\.1:.*\nwib: hint: .*--ca\n$/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("nobody there is exit 3, what is no device is exit 1", async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  assert.is((await wib(["status", nobody])).code, 3);
  assert.is((await wib(["status", `https://${nobody}`])).code, 3);
  for (const args of [["ftp://a"], ["https://a b"], [], [nobody, "--ca", path.join(root, "none")]]) {
    const { code, stderr } = await wib(["status", ...args]);
    assert.is(code, 1, stderr);
    assert.match(stderr, /^wib: error: .*\nwib: hint: /);
  }
});

test.run();
