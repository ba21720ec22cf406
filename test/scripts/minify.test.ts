// Minified code does what the code did: tricky snippets run as they stand in Node, and minified in the simulator's odd
// language. (test/engine/minify.test.ts runs the same on the real interpreter.)
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { makeOdd } from "../../host-sim/language.ts";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { checkBundle } from "../../scripts/check-bundle.ts";
import { SNIPPETS } from "../support/snippets.ts";

function run(code: string, odd: boolean): string {
  const context = vm.createContext({});
  if (odd) makeOdd(context);
  const said: string[] = [];
  Object.defineProperty(context, "print", { value: (text: unknown) => void said.push(String(text)) });
  vm.runInContext(code, context);
  return said.join("\n");
}

for (const [name, snippet] of Object.entries(SNIPPETS)) {
  test(`${name} is the same after minifying`, async () => {
    const code = await minifyForEngine(`(function () {\n${snippet}\n})();\n`);
    const expected = run(`(function () {\n${snippet}\n})();`, false);
    assert.ok(expected.length > 0);
    assert.is(run(code, true), expected, code);
    assert.equal(checkBundle(code), [], code);
  });
}

test("names of the engine and of the language stay, others are shortened, quoted ones are kept", async () => {
  const code = await minifyForEngine(
    `(function () { function use(hal, own) { hal.E.toUint8Array(own.myOwnMember, own["quotedMember"]); return [own].concat(own.length); } use(start(), { myOwnMember: 1, "quotedMember": 2, length: 3 }); use(start(), start()); })();`,
  );
  for (const kept of ["toUint8Array", "quotedMember", "length", "concat"]) assert.ok(code.includes(kept), kept);
  assert.not(code.includes("myOwnMember"));
});

test("names that the engine lacks are shortened like any other: a cursor's `at` is no method", async () => {
  const code = await minifyForEngine(
    `(function () { function size(c) { return c.end - c.at; } print(size({ at: 1, end: 2 }) + size(start())); })();`,
  );
  assert.not(/\bat\b/.test(code), code);
});

test("a function that is used once stays where it is defined once, and is not made anew at every call", async () => {
  const code = await minifyForEngine(
    `(function () { function helper(a) { var s = 0; for (var i = 0; i < a; i++) s += i * a; return s; } function outer(n) { while (n--) print(helper(n)); } outer(start()); outer(start() + 1); })();`,
  );
  const first = code.indexOf("function", code.indexOf("function") + 1);
  assert.is(code.slice(first).match(/^function \w+\(\w+\)\{[^{}]*(\{[^{}]*\})*[^{}]*\}function \w+\(/)?.index, 0, code);
});

test("the output is ASCII, and the same every time", async () => {
  const source = `(function () { print("\\xe9\\u00ff" + "é".length); })();`;
  const code = await minifyForEngine(source);
  assert.not(/[^\n\x20-\x7e]/.test(code));
  assert.is(code, await minifyForEngine(source));
});

test.run();
