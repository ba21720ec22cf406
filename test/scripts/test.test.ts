// The test runner on trees of its own: what counts as a failure, what is counted where, and its last line.
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { judge } from "../../scripts/run-test-file.ts";
import { copyTree } from "../../scripts/tree-copy.ts";
import { put, ROOT } from "../support/temp-tree.ts";

const UVU = `import { test } from "uvu";\nimport * as assert from "uvu/assert";\n`;
const PASS = `test("passes", () => assert.ok(true));\n`;
const RUN = `test.run();\n`;

const FILES: Record<string, string> = {
  "passes": `${UVU}${PASS}${PASS}${RUN}`,
  "fails": `${UVU}${PASS}test("fails", () => assert.ok(false));\n${RUN}`,
  "skips": `${UVU}${PASS}test.skip("skipped", () => {});\n${RUN}`,
  "not-here": `import { withProgram } from "./support/needs.ts";\n${UVU}withProgram("WIB_NO_SUCH_PROGRAM", "needs it", () => {});\n${RUN}`,
  "empty": "",
  "never-run": `${UVU}${PASS}`,
  "crashes-after": `${UVU}${PASS}${RUN}setTimeout(() => { throw new Error("late"); }, 50);\n`,
  "crashes-before": `throw new Error("early");\n${UVU}${PASS}${RUN}`,
  "leaves-early": `${UVU}${PASS}process.exit(0);\n${RUN}`,
  "exits-with-2": `${UVU}${PASS}${RUN}process.on("exit", () => { process.exitCode = 2; });\n`,
  "claims": `${UVU}console.log("\\n  Total:     9\\n  Passed:    9\\n");\ntest("fails", () => assert.ok(false));\n${RUN}`,
};

const tree = copyTree(ROOT, (entry) => entry !== "docs" && entry !== "test");
for (const [name, text] of Object.entries(FILES)) put(tree.root, `test/${name}.test.ts`, text);
put(
  tree.root,
  "test/support/needs.ts",
  `import { test } from "uvu";\nexport function withProgram(variable: string, name: string, callback: () => void) {
  if (process.env[variable]) return void test(name, callback);
  process.stdout.write(\`wib-test: not run here: \${name}\\n\`);
  test.skip(name);\n}\n`,
);
// The bundle is no concern of this test.
put(tree.root, "scripts/cached-bundle.ts", "export async function cachedBundle() {}\n");

interface Run {
  status: number | null;
  lines: string[];
}

function run(args: string[], env: Record<string, string> = {}): Run {
  const { status, stdout } = spawnSync(process.execPath, ["--import", "./hook.mjs", "scripts/test.ts", ...args], {
    cwd: tree.root,
    env: { ...process.env, CI: "", ESPRUINO_BIN: "", ...env },
    encoding: "utf8",
  });
  return { status, lines: stdout.trimEnd().split("\n") };
}

test("green: exit 0; skips and what needs a fetched program are counted apart; the last line sums up", () => {
  const { status, lines } = run(["skips", "passes", "not-here"]);
  assert.is(status, 0);
  assert.ok(lines.includes("skipped in test/skips.test.ts: 1"));
  assert.ok(lines.includes("not run here: 1"));
  assert.is(lines.at(-1), "3 passed, 0 failed, 1 skipped");
});

test("in CI a skip is a failure, and what needs a fetched program is none", () => {
  const { status, lines } = run(["skips", "passes"], { CI: "true" });
  assert.is(status, 1);
  assert.is(lines.at(-1), "3 passed, 1 failed, 0 skipped");
  assert.is(run(["not-here"], { CI: "true" }).status, 0);
});

test("every way to be red, each counted once, with its output, in text and JSON", () => {
  const { status, lines } = run(["--json"]);
  assert.is(status, 1);
  const red = lines.filter((line) => line.startsWith("failed: ")).sort();
  const expected = [
    "claims",
    "crashes-after",
    "crashes-before",
    "empty",
    "exits-with-2",
    "fails",
    "leaves-early",
    "never-run",
  ];
  assert.equal(
    red,
    expected.map((name) => `failed: test/${name}.test.ts`),
  );
  assert.ok(lines.some((line) => line.includes("Error: early")));
  assert.match(lines.at(-1)!, /^\d+ passed, 8 failed, 1 skipped$/);
  assert.equal(JSON.parse(lines.at(-2)!), { passed: 6, failed: 8, skipped: 1 });
});

test("no such file is a failure, not nothing to do", () => {
  assert.is(run(["no-such-test"]).status, 1);
});

test("the engine's tests ask for the engine", () => {
  assert.is(run(["--engine"]).status, 1);
});

test("what an output means", () => {
  const summary = (total: number, passed: number, skipped = 0) =>
    `\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n`;
  const numbers = (code: number | null, output: string) => {
    const { passed, failed, skipped, notRun } = judge("x", code, output);
    return [passed, failed, skipped, notRun];
  };
  assert.equal(numbers(0, summary(3, 3)), [3, 0, 0, 0]);
  assert.equal(numbers(1, summary(3, 1, 2)), [1, 2, 2, 0]);
  assert.equal(numbers(1, summary(3, 3)), [3, 1, 0, 0]);
  assert.equal(numbers(null, summary(3, 3)), [3, 1, 0, 0]); // killed
  assert.equal(numbers(0, ""), [0, 1, 0, 0]);
  assert.equal(numbers(0, summary(0, 0)), [0, 1, 0, 0]);
  assert.equal(numbers(0, summary(0, 0, 1)), [0, 0, 1, 0]);
  assert.equal(numbers(0, `wib-test: not run here: a\n${summary(0, 0, 1)}`), [0, 0, 0, 1]);
});

test.run();
