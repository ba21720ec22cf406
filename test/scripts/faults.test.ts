// The fault lists apply to the sources as they are, and the runner that plants them tells a noticed fault from one that
// survives. On a tiny tree of its own.
import { readFileSync, symlinkSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { faultProblems, loadFaults, runFaults } from "../../scripts/fault-run.ts";
import type { Fault, ListedFault } from "../../scripts/fault-run.ts";
import { ROOT, tempTree } from "../support/temp-tree.ts";

const SOURCE = "export function twice(x: number): number {\n  return 2 * x; // doubled\n}\nexport const other = 1;\n";
const tree = tempTree({
  "package.json": '{ "type": "module" }',
  "hook.mjs": readFileSync(`${ROOT}hook.mjs`, "utf8"),
  "twice.ts": SOURCE,
  "test/twice.test.ts": `import { test } from "uvu";
import * as assert from "uvu/assert";
import { twice } from "../twice.ts";
test("twice", () => assert.is(twice(3), 6));
test.run();
`,
  "test/red.test.ts": `import { test } from "uvu";\ntest("red", () => { throw new Error("always"); });\ntest.run();\n`,
});
symlinkSync(`${ROOT}node_modules`, `${tree}node_modules`);

function listed(...faults: Partial<Fault>[]): ListedFault[] {
  const usual = { file: "twice.ts", find: "2 * x", replace: "3 * x", tests: ["twice"], why: "because" };
  return faults.map((fault, i) => ({ ...usual, ...fault, part: "tiny", number: i + 1 }));
}

const options = { workers: 1, seed: 1 };

test("every entry of every list applies: its text is there once, and so are its tests", async () => {
  const faults = await loadFaults(ROOT);
  assert.equal(faultProblems(ROOT, faults), []);
  for (const part of ["crypto", "pki", "scripts"])
    assert.ok(faults.filter((fault) => fault.part === part).length >= 20, part);
  for (const fault of faults) assert.ok(fault.why, `${fault.part} ${fault.number}`);
});

test("one part can be asked for, and an unknown one is told from an empty one", async () => {
  const faults = await loadFaults(ROOT, "pki");
  assert.ok(faults.every(({ part }) => part === "pki"));
  assert.is(faults[0].number, 1);
  let message = "";
  await loadFaults(ROOT, "nonsense").catch((error: Error) => (message = error.message));
  assert.match(message, /no list "nonsense".*crypto, .*pki/);
});

test("an entry that does not apply is named, with the reason", () => {
  const faults = listed(
    { find: "4 * x" },
    { find: "x" },
    { find: "" },
    { replace: "2 * x" },
    { file: "gone.ts" },
    { tests: ["nowhere"] },
    { tests: [] },
    {},
  );
  assert.equal(faultProblems(tree, faults), [
    'tiny 1 (twice.ts): "4 * x" is there 0 times, not once',
    'tiny 2 (twice.ts): "x" is there 4 times, not once',
    'tiny 3 (twice.ts): "" is there 0 times, not once',
    "tiny 4 (twice.ts): changes nothing",
    "tiny 5 (gone.ts): no such file",
    'tiny 6 (twice.ts): no test file matches "nowhere"',
    "tiny 7 (twice.ts): names no test",
  ]);
});

test("a fault is noticed, a harmless change survives, and each starts from the sources as they are", async () => {
  const verdicts = await runFaults(
    tree,
    listed(
      {},
      { find: "// doubled", replace: "// times two" },
      { find: "function twice", replace: "function thrice" },
      { find: "2 * x", replace: "x + x" },
    ),
    options,
  );
  assert.equal(
    verdicts.map(({ noticed, how }) => [noticed, how]),
    [
      [true, "failed"],
      [false, ""],
      [true, "did not load"],
      [false, ""],
    ],
  );
  assert.is(verdicts[0].by, "test/twice.test.ts");
  assert.is(readFileSync(`${tree}twice.ts`, "utf8"), SOURCE); // only ever in the copy
});

test("a fault that makes a test hang is noticed, when its time is over", async () => {
  const hanging = listed({ find: "  return", replace: "  for (;;);\n  return" });
  const [verdict] = await runFaults(tree, hanging, { ...options, timeoutMs: 3000 });
  assert.equal([verdict.noticed, verdict.how], [true, "timed out"]);
});

test("tests that are red without any fault prove nothing, and neither do lists that do not apply", async () => {
  const failure = (faults: ListedFault[]) =>
    runFaults(tree, faults, options).then(
      () => "",
      (error: Error) => error.message,
    );
  assert.match(await failure(listed({ tests: ["red"] })), /red without any fault: test\/red\.test\.ts/);
  assert.match(await failure(listed({ find: "nowhere" })), /do not apply/);
});

test.run();
