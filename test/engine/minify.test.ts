// The snippets of test/scripts/minify.test.ts, minified and pretokenised, on the real interpreter.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { pretokenise } from "../../scripts/pretokenise.ts";
import { withProgram } from "../support/needs.ts";
import { SNIPPETS } from "../support/snippets.ts";

const END = "#end of the snippets";

/** Lines that the script prints, up to END. */
function onEngine(script: string): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-engine-"));
  writeFileSync(path.join(folder, "script.js"), `${script}\nprint("${END}");\n`, "latin1");
  const [command, ...args] = process.env.ESPRUINO_BIN!.split(" ");
  // Its input stays open and silent: at its end the interpreter would read rubbish for ever.
  const child = spawn(command, [...args, "script.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60000);
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
    if (output.includes(`\n${END}`)) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true });
      resolve(output.split(/\r?\n/));
    });
  });
}

const FORMS: [string, (code: string) => string][] = [
  ["minified", (code) => code],
  ["pretokenised", pretokenise],
];

for (const [form, write] of FORMS)
  withProgram(
    "ESPRUINO_BIN",
    `${Object.keys(SNIPPETS).length} ${form} snippets print what they print in Node`,
    async () => {
      const parts: string[] = [];
      for (const [name, snippet] of Object.entries(SNIPPETS))
        parts.push(`print("#${name}");`, write(await minifyForEngine(`(function () {\n${snippet}\n})();\n`)));
      const lines = await onEngine(parts.join("\n"));
      for (const [name, snippet] of Object.entries(SNIPPETS)) {
        const expected: string[] = [];
        vm.runInNewContext(`(function () {\n${snippet}\n})();`, {
          print: (text: unknown) => void expected.push(String(text)),
        });
        const start = lines.indexOf(`#${name}`) + 1;
        assert.ok(start > 0, `${name} was not reached`);
        assert.equal(lines.slice(start, start + expected.length), expected, name);
      }
    },
  );

test.run();
