// `wib conformance` as a program: for people a table, for machines a line a case and a line a verdict.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { CASES } from "../../../client/conformance/cases.ts";
import { DEVICE_SUITES } from "../../../client/conformance/public-keys.ts";
import { selectCases } from "../../../client/conformance/start.ts";
import { SUITE_CPACE } from "../../../firmware/protocol.ts";
import { freePort } from "../../../client/bench/free-port.ts";
import { greet } from "../../support/free-client.ts";
import { until } from "../../support/targets.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Our client as it is without further options. */
const DEFAULT = `"${process.execPath}" client/wib.mjs provision "$WIB_URL" --cert docs/vectors/device.pem --key docs/vectors/device.key`;
const OWN = `${DEFAULT} --suite "$WIB_SUITE"`;

interface Run {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<number | null>;
}

function conformance(...args: string[]): Run {
  const child = spawn(process.execPath, ["client/wib.mjs", "conformance", ...args], { cwd: root });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

const jsonLines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("--list says what is expected, and listens nowhere", async () => {
  const run = conformance("--list", "--json");
  assert.is(await run.ended, 0);
  const lines = jsonLines(run.stdout());
  assert.is(lines.length, CASES.length);
  for (const { case: name, expect } of lines) assert.ok(name && /the client must/.test(expect));
  const p256 = conformance("--list", "--suite", "p256");
  assert.is(await p256.ended, 0);
  assert.match(p256.stdout(), "value-off-curve: ");
  assert.not.match(p256.stdout(), "low-order");
});

test("without --suite all cases are for a client that uses CPace, and it is offered first", () => {
  for (const c of selectCases()) assert.ok(!c.suites || c.suites.includes(SUITE_CPACE), c.name);
  const without = CASES.filter((c) => !selectCases().includes(c));
  for (const c of without) assert.ok(c.suites, `${c.name} is for everybody`);
  for (const { name } of DEVICE_SUITES)
    for (const c of selectCases(undefined, name)) assert.ok(!c.suites || c.suites.includes(name), `${name}: ${c.name}`);
});

test("--run passes a client with its defaults; a device of plain suites only makes it stop", async () => {
  const names = ["honest-cpace-x25519", "serial-as-typed", "greeting-plain-suites", "forged-auth-204-wrong-proof"];
  const run = conformance("--json", "--case", ...names, "--run", DEFAULT);
  assert.is(await run.ended, 0, run.stdout() + run.stderr());
  const lines = jsonLines(run.stdout());
  assert.is(lines.length, 2 * names.length);
  for (const { suites } of lines.slice(0, names.length)) assert.is(suites[0], SUITE_CPACE);
});

test("--run fails a client that falls back to a plain suite", async () => {
  const run = conformance("--case", "greeting-plain-suites", "--run", `${DEFAULT} || ${DEFAULT} --suite x25519`);
  assert.is(await run.ended, 1);
  assert.match(run.stdout(), /fail {5}greeting-plain-suites: it started again by itself/);
});

test("--run judges a client by wire and exit code, and ends with 0 when all pass", async () => {
  const names = ["honest-x25519", "forged-key-204-without-proof", "forged-auth-204-without-proof"];
  const run = conformance("--json", "--case", ...names, "--run", OWN);
  assert.is(await run.ended, 0, run.stdout() + run.stderr());
  const lines = jsonLines(run.stdout());
  assert.is(lines.length, 6);
  for (const line of lines.slice(0, 3)) {
    assert.match(line.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(line.serial, /^WIB-/);
    assert.ok(line.expect && line.suites.length && line.section);
  }
  for (const line of lines.slice(3)) assert.equal(Object.keys(line), ["case", "verdict", "why"]);
  assert.equal(
    lines.slice(3).map((line) => line.verdict),
    ["pass", "pass", "pass"],
  );
});

test("--run fails a client that believes everything, and ends with 1", async () => {
  const run = conformance("--case", "forged-key-204-without-proof", "--run", `${OWN} || true`);
  assert.is(await run.ended, 1);
  assert.match(run.stdout(), /fail {5}forged-key-204-without-proof: it says that it has succeeded/);
  assert.match(run.stdout(), "0 passed, 1 failed, 0 pending");
});

test("Ctrl-C prints the table; what is pending is not passed", async () => {
  const port = await freePort();
  const run = conformance("--port", String(port), "--case", "honest-x25519", "honest-p256");
  await until("it is ready", () => run.stdout().includes("Ctrl-C ends"));
  assert.match(run.stdout(), `http://127.0.0.1:${port}  honest-x25519  [x25519]`);
  assert.match(run.stdout(), `http://127.0.0.1:${port + 1}  honest-p256  [p256]`);
  assert.is((await greet(`http://127.0.0.1:${port}`)).status, 200);
  run.child.kill("SIGINT");
  assert.is(await run.ended, 1);
  assert.match(run.stdout(), /honest-x25519 +pending +has come as far as GET dh/);
  assert.match(run.stdout(), /honest-p256 +pending +no request yet/);
});

test("a port that is taken, and a range that is too long, are told", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  const taken = conformance("--port", String(port), "--case", "honest-x25519");
  assert.is(await taken.ended, 1);
  assert.match(taken.stderr(), /EADDRINUSE\nwib: hint: .*--port/);
  server.close();
  const far = conformance("--port", "65530");
  assert.is(await far.ended, 1);
  assert.match(far.stderr(), `give a port of at most ${65536 - selectCases().length}`);
});

test.run();
