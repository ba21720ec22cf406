// npm run record-entropy against the simulator, against a console on TCP, and against the interpreter.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readRecording } from "../../client/assessment/recording.ts";
import { boardNamed } from "../../boards/index.ts";
import { VirtualBoard } from "../../host-sim/console.ts";
import type { ConsoleFaults } from "../../host-sim/console.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { noiseNamed } from "../../host-sim/noise/models.ts";
import { withProgram } from "../support/needs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "wib-record-"));
test.after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, ["--import", "./hook.mjs", "scripts/record-entropy.ts", ...args], { cwd });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (outcome.stdout += chunk));
  child.stderr.on("data", (chunk) => (outcome.stderr += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ ...outcome, code })));
}

/** The bytes between the first few and the last of a model's, wherever they begin. */
function comesFrom(samples: Uint8Array, model: string, seed: number, bits: number): boolean {
  const noise = noiseNamed(model, seed);
  const all = Buffer.from(Uint8Array.from({ length: samples.length + 20000 }, () => noise(bits)));
  return all.includes(Buffer.from(samples));
}

test("consecutive samples of a simulated source are its raw noise, in the format that assess-entropy reads", async () => {
  const out = at("a.rec");
  const { code, stdout, stderr } = await run(
    "--source",
    "os",
    "--samples",
    "3000",
    "--noise",
    "hum",
    "--out",
    out,
    "--json",
  );
  assert.is(code, 0, stderr);
  const { header, samples } = readRecording(readFileSync(out));
  assert.equal(
    { ...header },
    {
      board: "linux",
      source: "os /dev/urandom",
      bits: 8,
      kind: "consecutive",
      claim: 1,
      rows: undefined,
      columns: undefined,
    },
  );
  assert.is(samples.length, 3000);
  assert.ok(comesFrom(samples, "hum", 1, 8));
  assert.is(JSON.parse(stdout).samples, 3000);
});

test("restarts are rows, each from a board that was off; a source that starts from a constant repeats itself", async () => {
  const args = ["--source", "timer", "--restarts", "--rows", "4", "--columns", "50", "--out"];
  assert.is((await run(...args, at("b.rec"), "--noise", "constant-start")).code, 0);
  assert.is((await run(...args, at("c.rec"), "--noise", "uniform")).code, 0);
  const rowsOf = (file: string) => {
    const { header, samples } = readRecording(readFileSync(file));
    assert.equal([header!.kind, header!.rows, header!.columns], ["restart", 4, 50]);
    return new Set([0, 1, 2, 3].map((row) => Buffer.from(samples.subarray(row * 50, row * 50 + 50)).toString("hex")));
  };
  assert.is(rowsOf(at("b.rec")).size, 1);
  assert.is(rowsOf(at("c.rec")).size, 4);
});

test("wrong use is refused with a hint and exit code 1, and leaves no file", async () => {
  writeFileSync(at("there"), "kept");
  const cases: [string[], string][] = [
    [["--source", "adc", "--out", at("x")], "it has: os, timer"],
    [["--source", "2", "--out", at("x")], "it has: os, timer"],
    [["--source", "os", "--out", at("there")], "--force"],
    [["--source", "os", "--out", at("x"), "--noise", "nothing"], "unknown noise model"],
    [["--source", "os", "--out", at("x"), "--noise", "hum", "--port", "tcp://127.0.0.1:1"], "for the simulator"],
    [["--source", "os", "--out", at("no/such/folder"), "--samples", "9"], "cannot write"],
    [["--out", at("x")], "--source"],
    [["--source", "os", "--out", at("x"), "--samples", "0"], "from 1 on"],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await run(...args);
    assert.is(code, 1, args.join(" "));
    assert.match(stderr, expected);
    assert.match(stderr, "wib: hint: ");
  }
  assert.is(readFileSync(at("there"), "utf8"), "kept");
  assert.equal(
    readdirSync(folder).filter((name) => /^x|part$/.test(name)),
    [],
  );
});

/** A virtual board with its bench build. */
async function virtualBoard(faults: ConsoleFaults = {}): Promise<{ virtual: VirtualBoard; port: string }> {
  const record = boardNamed("linux");
  const flash = preparedFlash(record, await cachedBundle(record, "bench"), { serial: "0".repeat(16) });
  const virtual = new VirtualBoard({ record, flash, faults });
  return { virtual, port: `tcp://127.0.0.1:${await virtual.start()}` };
}

test("a board's console on TCP gives samples, and restarts when it is told to", async () => {
  const { virtual, port } = await virtualBoard();
  const args = ["--source", "1", "--port", port, "--out"];
  const plain = await run(...args, at("d.rec"), "--samples", "700");
  assert.is(plain.code, 0, plain.stderr);
  assert.is(readRecording(readFileSync(at("d.rec"))).samples.length, 700);
  const restarted = await run(...args, at("e.rec"), "--restarts", "--rows", "3", "--columns", "40");
  assert.is(restarted.code, 0, restarted.stderr);
  assert.is(virtual.restarts, 3);
  await virtual.stop();
});

test("a board that is not there, or goes away, is exit code 3, and no recording is left", async () => {
  const gone = await run("--source", "os", "--port", "tcp://127.0.0.1:1", "--out", at("f.rec"));
  assert.is(gone.code, 3);
  const noDevice = await run("--source", "os", "--port", at("no-such-tty"), "--out", at("f.rec"));
  assert.is(noDevice.code, 3);
  const { virtual, port } = await virtualBoard({ cutAfter: 700 });
  const cut = await run("--source", "os", "--port", port, "--out", at("f.rec"), "--samples", "5000");
  assert.is(cut.code, 3, cut.stderr);
  assert.not(existsSync(at("f.rec")));
  await virtual.stop();
});

withProgram("ESPRUINO_BIN", "the interpreter's own timer is recorded, over restarts too", async () => {
  const args = ["--source", "timer", "--engine", process.env.ESPRUINO_BIN!, "--out"];
  const plain = await run(...args, at("g.rec"), "--samples", "2000");
  assert.is(plain.code, 0, plain.stderr);
  const { samples } = readRecording(readFileSync(at("g.rec")));
  assert.ok(new Set(samples).size > 4);
  const restarted = await run(...args, at("h.rec"), "--restarts", "--rows", "2", "--columns", "100");
  assert.is(restarted.code, 0, restarted.stderr);
});

test.run();
