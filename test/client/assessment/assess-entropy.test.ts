// The command, run as a person runs it: what is on stdout, what on stderr, and the exit code.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type RecordingHeader, writeRecording } from "../../../client/assessment/recording.ts";
import { record } from "./sources.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wib-assess-"));
const at = (name: string) => join(folder, name);

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

function assessEntropy(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ["--import", "./hook.mjs", "scripts/assess-entropy.ts", ...args], {
    cwd: ROOT,
  });
  const outcome = { status: null, stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (outcome.stdout += text));
  child.stderr.on("data", (text) => (outcome.stderr += text));
  return new Promise((resolve) => child.on("close", (status) => resolve({ ...outcome, status })));
}

async function fails(args: string[], error: RegExp): Promise<void> {
  const { status, stdout, stderr } = await assessEntropy(...args);
  assert.is(status, 1, stderr);
  assert.is(stdout, "");
  assert.match(stderr, error);
  assert.match(stderr, /^wib: error: /);
  assert.match(stderr, /^wib: hint: /m);
}

const HEADER: RecordingHeader = { board: "pico_r1_3", source: "adc", bits: 4, kind: "consecutive", claim: 0.5 };
const RESTARTS: RecordingHeader = { ...HEADER, kind: "restart", rows: 40, columns: 50 };

test.before(() => {
  writeFileSync(at("good.bin"), record("uniform", 4, 2400));
  writeFileSync(at("good.rec"), writeRecording(HEADER, record("uniform", 4, 2400)));
  writeFileSync(at("restarts.rec"), writeRecording(RESTARTS, record("uniform", 4, 2000)));
  writeFileSync(at("stuck.rec"), writeRecording(RESTARTS, record("uniform", 4, 2000).fill(1, 0, 50)));
  writeFileSync(at("one.bin"), new Uint8Array(100).fill(9));
});
test.after(() => rmSync(folder, { recursive: true }));

test("bare samples: the table, a note on their number, no verdict without a claim", async () => {
  const { status, stdout, stderr } = await assessEntropy(at("good.bin"), "--bits", "4");
  assert.is(status, 0, stderr);
  assert.match(stdout, /^Most common value +\d\.\d{6} +\d\.\d{6}$/m);
  assert.match(stdout, /^min-entropy: \d\.\d{6} bits a sample of 4\nNo claim was given/m);
  assert.match(stderr, /^wib: note: 2,400 samples: NIST asks for 1,000,000/m);
});

test("the claim decides the exit code", async () => {
  const { status, stdout } = await assessEntropy(at("good.bin"), "--claim", "3.99");
  assert.is(status, 2);
  assert.match(stdout, /claim of 3.99 bits a sample is not met/);
});

test("--json is one JSON value, --html writes the page, and the recording's own claim is the default", async () => {
  const { status, stdout } = await assessEntropy(at("good.rec"), "--json", "--html", at("page.html"));
  const result = JSON.parse(stdout);
  assert.is(status, 0);
  assert.is(result.board, "pico_r1_3");
  assert.is(result.estimators["most-common-value"].literal > 3, true);
  assert.is(result.claim, 0.5);
  assert.is(result.claimMet, true);
  assert.match(readFileSync(at("page.html"), "utf8"), /^<!doctype html>/);
});

test("--restart validates, and can fail", async () => {
  const [good, stuck] = await Promise.all([
    assessEntropy(at("good.rec"), "--restart", at("restarts.rec")),
    assessEntropy(at("good.rec"), "--restart", at("stuck.rec"), "--html", at("stuck.html")),
  ]);
  assert.is(good.status, 0, good.stderr);
  assert.match(good.stdout, /min-entropy: 0\.500000/);
  assert.match(good.stderr, /NIST asks for 1000 restarts/);
  assert.is(stuck.status, 2);
  assert.match(stuck.stdout, /min-entropy: 0\.000000.*\nThe restart sanity check failed/);
  assert.ok(existsSync(at("stuck.html")));
});

test("a restart recording alone is tested against its claim", async () => {
  const { status, stdout } = await assessEntropy(at("restarts.rec"), "--html", at("restarts.html"));
  assert.is(status, 0);
  assert.match(stdout, /restarts: 40 of 50 samples, H_I 0\.500000/);
});

test("a stuck source is a result, not an error", async () => {
  const { status, stdout, stderr } = await assessEntropy(at("one.bin"), "--bits", "4", "--claim", "0.1");
  assert.is(status, 2);
  assert.match(stdout, /min-entropy: 0\.000000/);
  assert.match(stderr, /all samples are equal/);
});

const REFUSALS: [args: string[], error: RegExp][] = [
  [[at("missing.bin")], /cannot read .*missing\.bin/],
  [[at("good.bin"), "--bits", "3"], /sample \d+ is \d+, which does not fit 3 bits/],
  [[at("good.bin"), "--bits", "9"], /It must be 1 to 8/],
  [[at("good.bin"), "--claim", "5"], /claim of 5 does not fit samples of 4 bits/],
  [[at("good.bin"), "--restart", at("good.bin")], /holds 2400 samples, not 1000000/],
  [[at("good.bin"), "--html", at("no/such/page.html")], /cannot write a page/],
  [[], /missing required argument/],
];

test("what cannot be done is refused with an error and a hint", async () => {
  await Promise.all(REFUSALS.map(([args, error]) => fails(args, error)));
});

test.run();
