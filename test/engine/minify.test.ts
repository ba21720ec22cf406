// The snippets of test/scripts/minify.test.ts, minified and pretokenised, on the real interpreter.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { pretokenise } from "../../scripts/pretokenise.ts";
import { withProgram } from "../support/needs.ts";
import { SNIPPETS } from "../support/snippets.ts";

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
      const { lines } = await runScript(process.env.ESPRUINO_BIN!, parts.join("\n"));
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
