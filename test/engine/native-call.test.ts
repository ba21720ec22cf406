// The model of E.nativeCall and E.getAddressOf against the real interpreter built for 32-bit Thumb with 8,190 variables, as
// ESPRUINO_ARM names it: one script, run by both, must print the same.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { NATIVE_CASES, PRELUDE } from "../support/native-script.ts";
import { nativeSim } from "../support/native-sim.ts";
import { withProgram } from "../support/needs.ts";

const ENGINE_LIMIT_MS = 60_000;
const SCRIPT = [PRELUDE, ...NATIVE_CASES.map(({ line }) => line)].join("\n");

async function runEngine(script: string): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-engine-"));
  writeFileSync(path.join(folder, "script.js"), `${script}\nquit();\n`);
  const [command, ...args] = process.env.ESPRUINO_ARM!.replace("{vars}", "8190").split(" ");
  // Its input stays open and silent: at its end the interpreter would read rubbish for ever.
  const child = spawn(command, [...args, "script.js"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const limit = setTimeout(() => child.kill("SIGKILL"), ENGINE_LIMIT_MS);
  let output = "";
  child.stdout!.setEncoding("latin1").on("data", (text: string) => (output += text));
  await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(limit);
  rmSync(folder, { recursive: true });
  return output.split(/\r?\n/).filter((line) => line.startsWith("@"));
}

withProgram("ESPRUINO_ARM", "nativeCall and getAddressOf do what the interpreter does", async () => {
  const theirs = await runEngine(SCRIPT);
  const ours = nativeSim().run(SCRIPT);
  assert.is(theirs.length, NATIVE_CASES.length);
  NATIVE_CASES.forEach(({ call }, i) => assert.is(ours[i], theirs[i], call));
});

test.run();
