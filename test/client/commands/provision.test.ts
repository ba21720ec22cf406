// wib provision with a key that the device makes: what is wrong with the arguments is said before the device hears
// anything, and what is right comes to a certificate.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createAuthority, issueLeaf } from "../../../client/ca.ts";
import type { Authority, Leaf } from "../../../client/ca.ts";
import { initAuthority } from "../../../client/ca-folder.ts";
import { startConformance } from "../../../client/conformance/start.ts";
import type { Conformance } from "../../../client/conformance/start.ts";
import { wib } from "../../support/command-line.ts";
import type { Ended } from "../../support/command-line.ts";
import { withEstServer } from "../../support/est-server.ts";

const SERIAL = "7K3M9QPX2D4RW8TF";
const DAY_MS = 86400000;
const PASSWORD = "correct horse";
const root = mkdtempSync(path.join(tmpdir(), "wib-provision-"));
const before = process.cwd();
let device: Conformance;
let authority: Authority;
let owner: Leaf;

test.before(async () => {
  process.chdir(root);
  device = await startConformance({ only: ["honest-cpace-x25519"], serial: SERIAL });
  await initAuthority("my-ca", "Test CA", 36500);
  mkdirSync("empty");
  authority = await createAuthority("EST CA", 1);
  owner = await issueLeaf(authority, { commonName: "owner", kind: "p256", days: 1, usage: "client" });
  const other = await issueLeaf(authority, { commonName: "other", kind: "p256", days: 1, usage: "client" });
  const files = { "est.pem": authority.cert, "o.pem": owner.cert, "o.key": owner.key, "other.key": other.key };
  for (const [name, text] of Object.entries({ ...files, password: `${PASSWORD}\n` })) writeFileSync(name, text);
});
test.after(async () => {
  await device.close();
  process.chdir(before);
  rmSync(root, { recursive: true });
});

/** No stream ever shows the serial or a password. */
async function provision(url: string, ...args: string[]): Promise<Ended> {
  const ended = await wib(["provision", url, ...args], { WIB_SERIAL: SERIAL });
  for (const secret of [SERIAL, PASSWORD]) assert.not((ended.stdout + ended.stderr).includes(secret));
  return ended;
}

const CA = ["--ca", "my-ca"];
const PAIR = ["--cert", "o.pem", "--key", "o.key"];
const EST = ["--est", "https://127.0.0.1:1"];
const WRONG: [string, string[], RegExp][] = [
  ["a certificate without its key", ["--cert", "o.pem"], /come together.*\n.*--cert and --key, or neither/],
  ["a key without its certificate", ["--key", "o.key"], /come together/],
  ["a pair and a CA", [...PAIR, ...CA], /there already.*\n.*without --ca, --est and --name/],
  ["a pair and an EST server", [...PAIR, ...EST], /there already/],
  ["a pair and a name", [...PAIR, "--name", "lamp"], /there already/],
  ["a CA and an EST server", [...CA, ...EST], /two certifiers.*\n.*--ca or --est, not both/],
  ["an address that is none", [...CA, "--ip", "300.1.1.1"], /"300\.1\.1\.1" is no address/],
  ["a second address that is none", [...CA, "--ip", "10.0.0.1", "lamp"], /"lamp" is no address/],
  ["EST's options without it", [...CA, "--est-user", "me"], /--est-user does nothing here.*\n.*with --est/],
  ["a CA's options without it", [...EST, "--ip", "10.0.0.1"], /--ip does nothing here.*\n.*CA in a folder/],
  ["days of a certificate that is there", [...PAIR, "--days", "9"], /--days does nothing here/],
  ["0 days", [...CA, "--days", "0"], /--days.*1 to 36500/],
  ["36501 days", [...CA, "--days", "36501"], /--days.*1 to 36500/],
  ["half a day", [...CA, "--days", "0.5"], /--days/],
  ["no CA in the usual folder", [], /no CA in wib-ca.*\n.*wib ca init.*--est.*--cert and --key/],
  ["no CA in a folder", ["--ca", "nowhere"], /no CA in nowhere/],
  ["an empty folder for a CA", ["--ca", "empty"], /CA certificate empty.ca\.pem: no such file/],
  ["a file for a CA", ["--ca", "est.pem"], /ENOTDIR/],
  ["half a pair for EST", [...EST, "--est-cert", "o.pem"], /half a pair.*\n.*--est-cert and --est-key/],
  ["the other half for EST", [...EST, "--est-key", "o.key"], /half a pair/],
  ["no pair for EST", [...EST, "--est-cert", "o.pem", "--est-key", "other.key"], /cannot be used.*\n.*--est-cert/],
  ["an EST server without TLS", ["--est", "http://127.0.0.1"], /EST needs TLS/],
  ["a password in EST's address", ["--est", "https://me:correct%20horse@a"], /only host, port and path/],
  ["an EST CA that is missing", [...EST, "--est-ca", "none"], /EST CA none: no such file/],
  ["an EST password that is missing", [...EST, "--est-password-file", "none"], /EST password none: no such file/],
  ["a name of 65 characters", [...CA, "--name", "a".repeat(65)], /is no name for a device/],
  ["a name with a blank", [...CA, "--name", "a b"], /is no name for a device/],
  ["no name", [...CA, "--name", ""], /is no name for a device/],
  ["a Wi-Fi password without a network", [...CA, "--wifi-psk-file", "password"], /without a network/],
  ["a server without a port", [...CA, "--server", "owner.local"], /is no server/],
  ["an unknown suite", [...CA, "--suite", "rot13"], /unknown suite/],
];
for (const [what, args, message] of WRONG)
  test(`${what} is wrong use, with advice, and the device hears nothing`, async () => {
    const { url } = device.cases[0];
    const { code, stdout, stderr } = await provision(url, ...args);
    assert.is(code, 1, stderr);
    assert.is(stdout, "");
    assert.match(stderr, /^wib: error: .+\nwib: hint: .+\n$/);
    assert.match(stderr, message);
    assert.is(device.verdicts()[0].why, "no request yet");
  });

test("--json tells wrong use to machines, and people all the same", async () => {
  for (const args of [["--cert", "o.pem"], [...CA, ...EST], [...CA, "--ip", "lamp"], []]) {
    const { code, stdout, stderr } = await provision(device.cases[0].url, ...args, "--json");
    assert.is(code, 1);
    const { error, hint, exitCode, ...more } = JSON.parse(stdout);
    assert.is(stderr, `wib: error: ${error}\nwib: hint: ${hint}\n`);
    assert.is(exitCode, 1);
    assert.equal(more, {});
  }
});

const issued = () => readdirSync(path.join("my-ca", "issued"));

test("the device's key is certified by the CA in the folder, as was wished", async () => {
  const { url } = device.cases[0];
  const wishes = ["--name", "a".repeat(64), "--ip", "192.168.1.20", "fe80::1", "--days", "36500"];
  const { code, stdout, stderr } = await provision(url, ...CA, ...wishes);
  assert.is(code, 0, stderr);
  for (const step of ["request", "certification", "certificate"]) assert.match(stderr, `wib: ${step}: done\n`);
  const [copy] = issued();
  const certificate = new X509Certificate(readFileSync(path.join("my-ca", "issued", copy)));
  assert.is(certificate.subject, `CN=${"a".repeat(64)}`);
  assert.match(certificate.subjectAltName!, "IP Address:192.168.1.20, IP Address:FE80:");
  assert.is(Math.round((Date.parse(certificate.validTo) - Date.now()) / DAY_MS), 36500);
  const { fingerprint256, validTo } = certificate;
  const made = `${"a".repeat(64)}: certificate ${fingerprint256}, valid until ${validTo}`;
  assert.is(stdout, `${url} is set up (cpace-x25519)\n${made}\n`);
});

/** A device that nobody has set up yet. */
async function withDevice(run: (url: string) => Promise<void>): Promise<void> {
  const fresh = await startConformance({ only: ["honest-cpace-x25519"], serial: SERIAL });
  try {
    await run(fresh.cases[0].url);
    fresh.told(fresh.cases[0].case, true);
    assert.is(fresh.verdicts()[0].verdict, "pass", fresh.verdicts()[0].why);
  } finally {
    await fresh.close();
  }
}

test("a device that is reached by its name is called that, by an address it is given a name; --json tells it", async () => {
  for (const [host, name] of [
    ["localhost", /^localhost$/],
    ["127.0.0.1", /^wib-[0-9a-f]{8}\.local$/],
  ] as const)
    await withDevice(async (url) => {
      const { code, stdout, stderr } = await provision(url.replace("127.0.0.1", host), ...CA, "--json");
      assert.is(code, 0, stderr);
      const result = JSON.parse(stdout);
      assert.match(result.name, name);
      const copy = issued().find((file) => file.startsWith(`${result.name}-`))!;
      const certificate = new X509Certificate(readFileSync(path.join("my-ca", "issued", copy)));
      assert.is(result.fingerprint, certificate.fingerprint256);
      assert.is(result.validTo, certificate.validTo);
      assert.is(Math.round((Date.parse(certificate.validTo) - Date.now()) / DAY_MS), 825);
    });
});

test("the device's key is certified by an EST server, with the owner's password or certificate", async () => {
  const files = ["--est-ca", "est.pem", "--est-password-file", "password", "--est-user", "owner"];
  await withEstServer({ authority }, (est) =>
    withDevice(async (url) => {
      const { code, stdout, stderr } = await provision(url, "--est", est.url, ...files, "--name", "lamp");
      assert.is(code, 0, stderr);
      assert.match(stdout, "\nlamp: certificate ");
      const basic = Buffer.from(`owner:${PASSWORD}`).toString("base64");
      assert.is(est.seen[0].headers.authorization, `Basic ${basic}`, "without the line end of the file");
    }),
  );
  await withEstServer({ authority, wantsCertificate: true }, (est) =>
    withDevice(async (url) => {
      const pair = ["--est-cert", "o.pem", "--est-key", "o.key"];
      const { code, stderr } = await provision(url, "--est", est.url, "--est-ca", "est.pem", ...pair);
      assert.is(code, 0, stderr);
      assert.is(est.seen[0].client, owner.fingerprint);
    }),
  );
});

test("an EST server that refuses ends it: nothing is installed, and no password told", () =>
  withEstServer({ authority, answer: () => ({ status: 401, body: "" }) }, async (est) => {
    const fresh = await startConformance({ only: ["honest-cpace-x25519"], serial: SERIAL });
    try {
      const files = ["--est-ca", "est.pem", "--est-password-file", "password", "--est-user", "owner"];
      const { code, stdout } = await provision(fresh.cases[0].url, "--est", est.url, ...files, "--json");
      assert.is(code, 1);
      assert.match(JSON.parse(stdout).error, "it answers 401");
      assert.is(fresh.verdicts()[0].why, "has come as far as POST csr");
    } finally {
      await fresh.close();
    }
  }));

test.run();
