// The model of E.nativeCall and E.getAddressOf against the real interpreter built for 32-bit Thumb with 8,190 variables, as
// ESPRUINO_ARM names it: one script, run by both, must print the same.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runScript } from "../../scripts/interpreter.ts";
import { NATIVE_CASES, PRELUDE } from "../support/native-script.ts";
import { nativeSim } from "../support/native-sim.ts";
import { withProgram } from "../support/needs.ts";

const SCRIPT = [PRELUDE, ...NATIVE_CASES.map(({ line }) => line)].join("\n");

async function runEngine(script: string): Promise<string[]> {
  const { lines } = await runScript(process.env.ESPRUINO_ARM!.replace("{vars}", "8190"), script);
  return lines.filter((line) => line.startsWith("@"));
}

withProgram("ESPRUINO_ARM", "nativeCall and getAddressOf do what the interpreter does", async () => {
  const theirs = await runEngine(SCRIPT);
  const ours = nativeSim().run(SCRIPT);
  assert.is(theirs.length, NATIVE_CASES.length);
  NATIVE_CASES.forEach(({ call }, i) => assert.is(ours[i], theirs[i], call));
});

test.run();
