// tlsfuzzer's scripts (github.com/tlsfuzzer/tlsfuzzer, with tlslite-ng's folder tlslite in its place) against the simulated device. It
// is fetched, never installed: WIB_TLSFUZZER names its folder, and python3-ecdsa has to be there.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readdirSync } from "node:fs";
import { httpsDevice } from "../support/https-device.ts";
import { hasTool, withProgram } from "../support/needs.ts";
import { ROOT } from "../support/temp-tree.ts";
import { run } from "../support/tls-programs.ts";
import { NOT_FOR_US, SCRIPTS } from "../support/tlsfuzzer-scripts.ts";
import type { Script } from "../support/tlsfuzzer-scripts.ts";

const place = process.env.WIB_TLSFUZZER ?? "";
const LAUNCHER = `${ROOT}test/python/tlsfuzzer_script.py`;
const SCRIPT_MS = 900_000;
const python = ["python3", "/usr/bin/python3"].find((each) => hasTool(each, "-c", "import ecdsa")) ?? "python3";

interface Result {
  passed: number;
  excused: number;
  failed: string[];
}

async function runScript({ name, args = [], excused = [] }: Script, port: number): Promise<Result> {
  const script = [LAUNCHER, place, `test-tls13-${name}.py`, "-h", "127.0.0.1", "-p", String(port), ...args];
  const { output } = await run(python, script, { timeoutMs: SCRIPT_MS });
  const passed = /^PASS: (\d+)$/m.exec(output);
  if (!passed) throw new Error(`${name} did not come to its end: ${output.slice(-400)}`);
  const failed = [...(output.split("\nFAILED:\n")[1] ?? "").matchAll(/^\t'(.*)'$/gm)].map((match) => match[1]);
  const isExcused = (each: string) => excused.some(({ conversations }) => conversations.test(each));
  const left = failed.filter((each) => !isExcused(each));
  return { passed: Number(passed[1]), excused: failed.length - left.length, failed: left };
}

withProgram("WIB_TLSFUZZER", "every script for TLS 1.3 is run, or has a reason not to be", () => {
  const there = readdirSync(`${place}/scripts`)
    .map((file) => /^test-tls13-(.*)\.py$/.exec(file)?.[1])
    .filter((name) => name !== undefined);
  const known = [...SCRIPTS.map(({ name }) => name), ...Object.keys(NOT_FOR_US)];
  assert.equal(
    there.filter((name) => !known.includes(name)),
    [],
  );
});

withProgram("WIB_TLSFUZZER", "tlsfuzzer's conversations", async () => {
  const device = await httpsDevice();
  const sum = { passed: 0, excused: 0, failed: [] as string[] };
  try {
    for (const script of SCRIPTS) {
      const { passed, excused, failed } = await runScript(script, device.port);
      sum.passed += passed;
      sum.excused += excused;
      sum.failed.push(...failed.map((each) => `${script.name}: ${each}`));
    }
  } finally {
    await device.stop();
  }
  const scripts = `${SCRIPTS.length} scripts, ${Object.keys(NOT_FOR_US).length} for other servers`;
  process.stdout.write(
    `tlsfuzzer: ${sum.passed} conversations passed, ${sum.failed.length} failed, ${sum.excused} do not apply (${scripts})\n`,
  );
  assert.equal(sum.failed, []);
});

test.run();
