// The `wib` command as people run it: exit codes, what goes to which stream, and the serial in none of them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startConformance } from "../../client/conformance/start.ts";
import type { Conformance } from "../../client/conformance/start.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { wib as wibHere } from "../support/command-line.ts";

const WIB = fileURLToPath(new URL("../../client/wib.mjs", import.meta.url));
const vector = (name: string) => fileURLToPath(new URL(`../../docs/vectors/${name}`, import.meta.url));
const PAIR = ["--cert", vector("device.pem"), "--key", vector("device.key")];
const SERIAL = "7K3M9QPX2D4RW8TF";
const PRINTED = "WIB-7K3M-9QPX-2D4R-W8TF";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

let conformance: Conformance;
const folder = mkdtempSync(path.join(tmpdir(), "wib-cli-"));
test.before(async () => {
  const only = ["honest-x25519", "refused-auth-not-authenticated", "forged-key-204-without-proof", "honest-p256"];
  only.push("honest-cpace-x25519", "greeting-plain-suites");
  conformance = await startConformance({ only, serial: SERIAL });
});
test.after(async () => {
  await conformance.close();
  rmSync(folder, { recursive: true });
});

const urlOf = (name: string) => conformance.cases.find((c) => c.case === name)!.url;

/** Every run: no stream ever shows the serial. */
function wib(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const inherited = { ...process.env };
    delete inherited.WIB_SERIAL;
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const child = spawn(process.execPath, [WIB, ...args], { env: { ...inherited, ...env }, stdio });
    const out = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (out.stdout += data));
    child.stderr.on("data", (data) => (out.stderr += data));
    child.on("close", (code) => {
      const all = (out.stdout + out.stderr).replace(/[\s-]/g, "").toUpperCase();
      assert.not.ok(all.includes(SERIAL.slice(0, 8)) || all.includes(SERIAL.slice(8)), "the serial is shown");
      resolve({ code, ...out });
    });
  });
}

const provision = (url: string, more: string[], env = {}) =>
  wib(["provision", url, "--suite", "x25519", ...PAIR, ...more], env);

test("help goes to stdout, names the exit codes, and ends with 0", async () => {
  const help = await wib(["--help"]);
  assert.is(help.code, 0);
  for (const command of ["provision", "ca", "inspect", "status", "conformance"])
    assert.match(help.stdout, new RegExp(`^  ${command} `, "m"));
  assert.match(help.stdout, "Exit codes: 0 done");
  assert.is((await wib(["--version"])).code, 0);
  for (const command of ["provision", "ca", "inspect", "status", "conformance"]) {
    const own = await wibHere([command, "--help"]);
    assert.is(own.code, 0);
    assert.match(own.stdout, `Usage: wib ${command}`);
  }
});

const NOBODY = "http://127.0.0.1:1";
const WRONG: [string, string[]][] = [
  ["no command", []],
  ["an unknown command", ["provide"]],
  ["an unknown option", ["provision", "--force"]],
  ["no address", ["provision", "--suite", "x25519", ...PAIR]],
  ["no certificate", ["provision", "a", "--suite", "x25519", "--serial", SERIAL, "--ca", "/nowhere"]],
  ["an unknown suite", ["provision", NOBODY, "--suite", "rot13", "--serial", SERIAL, ...PAIR]],
  ["a port that is none", ["conformance", "--port", "65536"]],
  ["a case that is none", ["conformance", "--case", "none"]],
  ["days that are none", ["ca", "init", "--days", "0"]],
  ["a file that is missing", ["inspect", "/nowhere/at/all"]],
];
for (const [name, args] of WRONG)
  test(`${name} is wrong use, exit 1, and stdout stays empty`, async () => {
    const ended = await wibHere(args);
    assert.is(ended.code, 1, ended.stderr);
    assert.is(ended.stdout, "");
    assert.is.not(ended.stderr, "");
    assert.not(ended.stderr.includes(SERIAL));
  });

for (const [name, args] of WRONG)
  test(`${name}: --json tells it to machines, in the words that people get`, async () => {
    const { code, stdout, stderr } = await wibHere([...args, "--json"]);
    assert.is(code, 1, stderr);
    const { error, hint, exitCode, ...more } = JSON.parse(stdout);
    assert.equal([exitCode, more], [1, {}]);
    assert.match(stderr, name === "no command" ? "unknown option '--json'" : `error: ${error}`);
    assert.match(stderr, `hint: ${hint}`);
  });

test("--json tells a command that is missing, and a device that is not there", async () => {
  const missing = await wibHere(["ca", "--json"]);
  assert.equal([missing.code, JSON.parse(missing.stdout).exitCode], [1, 1]);
  const { code, stdout } = await wibHere(["status", `http://127.0.0.1:${await freePort()}`, "--json"]);
  const { error, hint, exitCode } = JSON.parse(stdout);
  assert.equal([code, exitCode], [3, 3]);
  assert.match(error, "nothing listens");
  assert.match(hint, "button");
});

test("help is no error for machines either", async () => {
  const { code, stdout } = await wibHere(["status", "--json", "--help"]);
  assert.is(code, 0);
  assert.match(stdout, /^Usage: wib status/);
});

test("without a serial and without a terminal the ways to give one are told", async () => {
  const ended = await provision(NOBODY, []); // of whose input is no terminal
  assert.is(ended.code, 1);
  assert.match(ended.stderr, /^wib: error: no serial\nwib: hint: .*--serial-file.*WIB_SERIAL\n$/);
});

test("wrong use ends a process of its own with 1", async () => {
  const ended = await wib(["provide"]);
  assert.is(ended.code, 1);
  assert.is(ended.stdout, "");
  assert.match(ended.stderr, /^wib: error: .*\nwib: hint: /);
});

test("a serial that is none is refused, and not repeated", async () => {
  const refused = (...more: string[]) => wibHere(["provision", NOBODY, "--suite", "x25519", ...PAIR, ...more]);
  for (const bad of [PRINTED.slice(0, -1), `${SERIAL}U`, SERIAL.replace("X", "U")]) {
    const { code, stderr } = await refused("--serial", bad);
    assert.is(code, 1);
    assert.not(stderr.includes(bad.slice(0, 8)) || stderr.includes(bad.slice(-7)));
  }
  const two = await refused("--serial", SERIAL, "--serial-file", "x");
  assert.match(two.stderr, "two serials");
});

test("nobody listening is exit 3, with advice", async () => {
  const ended = await provision(`http://127.0.0.1:${await freePort()}`, ["--serial", PRINTED]);
  assert.is(ended.code, 3, ended.stderr);
  assert.match(ended.stderr, /wib: error: nothing listens at .*\nwib: hint: .*button/);
});

test("a refusal by the device is exit 2, and --json tells it to machines", async () => {
  const ended = await provision(urlOf("refused-auth-not-authenticated"), ["--json"], { WIB_SERIAL: PRINTED });
  assert.is(ended.code, 2);
  const said = JSON.parse(ended.stdout);
  assert.equal(Object.keys(said), ["error", "hint", "code", "exitCode"]);
  assert.is(said.code, "not-authenticated");
  assert.is(said.exitCode, 2);
  assert.match(said.error, "401");
  assert.match(ended.stderr, "wib: hint: wrong serial");
});

test("a forged 204 is exit 2", async () => {
  const ended = await provision(urlOf("forged-key-204-without-proof"), [], { WIB_SERIAL: SERIAL });
  assert.is(ended.code, 2);
  assert.is(ended.stdout, "");
  assert.match(ended.stderr, "an answer 204 without proof");
});

test("a setup says its result on stdout and the rest on stderr, warning included", async () => {
  const file = path.join(folder, "serial");
  writeFileSync(file, `${PRINTED}\n`, { mode: 0o600 });
  const ended = await provision(urlOf("honest-x25519"), ["--serial-file", file]);
  assert.is(ended.code, 0, ended.stderr);
  assert.is(ended.stdout, `${urlOf("honest-x25519")} is set up (x25519)\n`);
  assert.match(ended.stderr, "warning: x25519: ");
  for (const step of ["greeting", "key agreement", "serial", "certificate"])
    assert.match(ended.stderr, `wib: ${step}: done\n`);
});

test("the default suite is CPace, which costs no warning", async () => {
  const url = urlOf("honest-cpace-x25519");
  const ended = await wib(["provision", url, ...PAIR], { WIB_SERIAL: PRINTED });
  assert.is(ended.code, 0, ended.stderr);
  assert.is(ended.stdout, `${url} is set up (cpace-x25519)\n`);
  assert.not.match(ended.stderr, "warning");
});

test("a device without CPace is exit 1: what it offers is told, and not used", async () => {
  const ended = await wib(["provision", urlOf("greeting-plain-suites"), ...PAIR], { WIB_SERIAL: SERIAL });
  assert.is(ended.code, 1);
  assert.is(ended.stdout, "");
  assert.match(ended.stderr, "wib: error: the device does not offer cpace-x25519\n");
  assert.match(ended.stderr, /wib: hint: it offers x25519, p256, ffdhe2048; .*somebody interferes.*--suite/);
  const verdict = conformance.verdicts().find((v) => v.case === "greeting-plain-suites")!;
  assert.is(verdict.why, "has come as far as GET dh");
});

test("a CA is made, a device has its own key certified by it, and the certificate can be looked at", async () => {
  const ca = path.join(folder, "ca");
  assert.is((await wib(["ca", "init", ca])).code, 0);
  const fresh = await startConformance({ only: ["honest-cpace-x25519"], serial: SERIAL });
  try {
    const { url } = fresh.cases[0];
    const ended = await wib(["provision", url, "--ca", ca, "--name", "lamp.local", "--json"], { WIB_SERIAL: PRINTED });
    assert.is(ended.code, 0, ended.stderr);
    const { name, fingerprint } = JSON.parse(ended.stdout);
    assert.is(name, "lamp.local");
    const [copy] = readdirSync(path.join(ca, "issued"));
    const seen = await wib(["inspect", path.join(ca, "issued", copy)]);
    assert.is(seen.code, 0);
    assert.match(seen.stdout, fingerprint);
  } finally {
    await fresh.close();
  }
});

test("--json gives the result as one line", async () => {
  const url = urlOf("honest-p256");
  const args = ["provision", url, "--suite", "p256", ...PAIR, "--json"];
  const ended = await wib(args, { WIB_SERIAL: SERIAL.toLowerCase() });
  assert.is(ended.code, 0, ended.stderr);
  assert.equal(JSON.parse(ended.stdout), { url, build: "product", suite: "p256", installed: true });
});

test("wib.mjs may be run as it stands", () => assert.is(statSync(WIB).mode & 0o111, 0o111));

test.run();
