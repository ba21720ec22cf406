// The examples that the simulator is held to, on the real interpreter.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withProgram } from "../support/needs.ts";
import { ODDITIES } from "../support/oddities.ts";

const examples = ODDITIES.flatMap(({ simulated = [] }) => simulated);

function runOnEngine(script: string, lastLine: string): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-engine-"));
  writeFileSync(path.join(folder, "script.js"), script);
  const [command, ...args] = process.env.ESPRUINO_BIN!.split(" ");
  const child = spawn(command, [...args, "script.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), 60000);
    child.on("error", reject);
    child.stdout.on("data", (data) => {
      output += data;
      if (output.includes(lastLine)) child.kill("SIGKILL");
    });
    child.on("close", () => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true });
      resolve(output.split(/\r?\n/));
    });
  });
}

withProgram("ESPRUINO_BIN", `${examples.length} examples of odd language`, async () => {
  const script = examples
    .map(({ code }, i) => `var r;try{r=String(${code})}catch(e){r="throws"}print("#${i} "+JSON.stringify(r));`)
    .join("\n");
  const lines = await runOnEngine(`${script}\nprint("#done");\n`, "#done");
  examples.forEach(({ code, engine }, i) => {
    const line = lines.find((l) => l.startsWith(`#${i} `));
    assert.is(line, `#${i} ${JSON.stringify(engine)}`, code);
  });
});

test.run();
