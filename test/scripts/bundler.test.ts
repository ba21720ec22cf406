// The bundler on small trees: what it joins runs, in the right order, and what the device could not run is refused.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bundle } from "../../scripts/bundler.ts";
import type { BundleOptions } from "../../scripts/bundler.ts";
import { checkBundle } from "../../scripts/check-bundle.ts";
import { tempTree } from "../support/temp-tree.ts";

function make(files: Record<string, string>, options: Partial<BundleOptions> = {}): Promise<string> {
  const folder = tempTree(files);
  const lazy = options.lazy?.map((file) => folder + file);
  return bundle({ ...options, entry: `${folder}main.ts`, lazy });
}

/** Runs a bundle; what it says with `say` is returned. */
function run(code: string): unknown[] {
  assert.equal(checkBundle(code), []);
  const said: unknown[] = [];
  vm.runInNewContext(code, { say: (...words: unknown[]) => void said.push(...words) });
  return said;
}

const say = "declare function say(...words: unknown[]): void;\n";

async function refused(
  message: RegExp,
  files: Record<string, string>,
  options?: Partial<BundleOptions>,
): Promise<void> {
  let error: Error | undefined;
  await make(files, options).catch((e: Error) => (error = e));
  assert.ok(error, `not refused: ${message}`);
  assert.match(error!.message, message);
}

test("what is needed comes before who needs it, whatever the order of imports", async () => {
  const code = await make({
    "main.ts": `import { c } from "./c.ts";\nimport { a } from "./a.ts";\n${say}say(a + c);`,
    "a.ts": `import { b } from "./lib/b.ts";\nexport const a = b + "a";`,
    "lib/b.ts": `import { c } from "../c.ts";\nexport const b = c + "b";`,
    "c.ts": `export const c = "c";`,
  });
  assert.equal(run(code), ["cbac"]);
  assert.is(code.match(/"c"/g)?.length, 1); // a module is there once, whoever imports it
  assert.not(/import|export/.test(code));
});

test("a module is joined for what it does, even if nothing of it is used", async () => {
  const main = `import "./side.ts";\nimport type { T } from "./types.ts";\n${say}const t: T = 2;\nsay(t);`;
  const code = await make({ "main.ts": main, "side.ts": `${say}say(1);`, "types.ts": `export type T = number;` });
  assert.equal(run(code), [1, 2]);
});

test("members of a namespace become plain names, in code, calls and nested functions", async () => {
  const code = await make({
    "main.ts": `import * as M from "./m.ts";\n${say}function f(x: number) { return () => M.twice(x) + M.ONE; }\nsay(f(4)(), { M: 3 }.M, [M.ONE][0]);`,
    "m.ts": `export const ONE = 1;\nexport function twice(x: number) { return 2 * x; }`,
  });
  assert.equal(run(code), [9, 3, 1]);
  assert.not(/\bM\.(ONE|twice)/.test(code));
});

test("*.build.ts and protocol.ts run when the bundle is made; only values are in it", async () => {
  const code = await make({
    "main.ts": `import { SUM, LIST } from "./table.build.ts";\nimport * as P from "./protocol.ts";\nimport { ERROR } from "./protocol.ts";\n${say}say(SUM, LIST.second, P.ERROR.bad, ERROR.worse, P.PATH);`,
    "table.build.ts": `import { add } from "./tool.ts";\nexport const SUM = add(2n, 3n);\nexport const LIST = { first: 1, second: [1, "x"] };`,
    "tool.ts": `export function add(a: bigint, b: bigint) { return Number(a + b); }`,
    "protocol.ts": `export const PATH = "/x";\nexport const ERROR = { bad: "is-bad", worse: "is-worse" };`,
  });
  assert.equal(JSON.stringify(run(code)), '[5,[1,"x"],"is-bad","is-worse","/x"]');
  assert.not(/add|first|ERROR/.test(code));
});

test("constants given to the bundler are written out where they are used", async () => {
  const main = `declare const BOARD: { name: string; pins: { a: number } };\n${say}say(BOARD.name, BOARD.pins.a, { BOARD: 1 }.BOARD);`;
  const code = await make({ "main.ts": main }, { constants: { BOARD: { name: "linux", pins: { a: 7 } } } });
  assert.equal(run(code), ["linux", 7, 1]);
});

test("a constant that is not there, and an object of constants as a whole, are refused", async () => {
  const constants = { BOARD: { name: "linux" } };
  await refused(/BOARD has no nmae/, { "main.ts": `say(BOARD.nmae);` }, { constants });
  await refused(/BOARD has no toString/, { "main.ts": `say(BOARD.toString());` }, { constants });
  await refused(/BOARD is used as a whole/, { "main.ts": `say(BOARD);` }, { constants });
  await refused(/BOARD is used as a whole/, { "main.ts": `say(BOARD["name"]);` }, { constants });
  await refused(/not a constant/, {
    "main.ts": `import { f } from "./f.build.ts"; f();`,
    "f.build.ts": `export function f() {}`,
  });
});

test("a local name is never taken for a constant or a namespace, and captures neither", async () => {
  const m = `export const ONE = 1;`;
  const use = (body: string) => ({ "main.ts": `import * as M from "./m.ts";\n${say}${body}`, "m.ts": m });
  assert.equal(
    run(await make(use(`function f(M: { ONE: number }) { return M.ONE; }\nsay(f({ ONE: 5 }), M.ONE);`))),
    [5, 1],
  );
  const shadows = [
    `function f(ONE: number) { return ONE + M.ONE; }\nsay(f(1));`,
    `function f() { var ONE = 2; return function () { return M.ONE; }; }\nsay(f());`,
    `function f() { function ONE() {} return M.ONE; }\nsay(f());`,
    `try { say(1); } catch (e) { say(2); }\nfunction f() { try { say(1); } catch (ONE) { say(M.ONE); } }`,
  ];
  for (const body of shadows) await refused(/"ONE" of a namespace is a local name/, use(body));
  await refused(/M is a namespace/, use(`say(M);`));
});

test("one name, one module", async () => {
  const main = `import { a } from "./a.ts";\nimport { b } from "./b.ts";\na(); b();`;
  const clash = {
    "main.ts": main,
    "a.ts": `export function a() {}\nfunction helper() {}`,
    "b.ts": `export function b() {}\nvar helper = 1;`,
  };
  await refused(/"helper" is a top-level name of both .*a\.ts and .*b\.ts/, clash);
  await refused(/"T" is a top-level name of both|T is used as a whole/, {
    "main.ts": `import { T } from "./t.build.ts";\nimport { f } from "./f.ts";\nf(T.a);`,
    ...{
      "t.build.ts": `export const T = { a: 1 };`,
      "f.ts": `const T = 2;\nexport function f(x: number) { return x + T; }`,
    },
  });
});

test("imports and exports that cannot be joined are refused, with the file's name", async () => {
  const m = { "m.ts": `export const x = 1;\nexport default 2;` };
  const plain = { "m.ts": `export const x = 1;` };
  await refused(/main\.ts: renamed or default import/, { "main.ts": `import { x as y } from "./m.ts"; y;`, ...plain });
  await refused(/main\.ts: renamed or default import|m\.ts: ExportDefaultDeclaration/, {
    "main.ts": `import d from "./m.ts"; d;`,
    ...m,
  });
  await refused(/m\.ts: ExportDefaultDeclaration/, { "main.ts": `import { x } from "./m.ts"; x;`, ...m });
  await refused(/main\.ts: export list/, { "main.ts": `const x = 1;\nexport { x };` });
  await refused(/main\.ts: ExportAllDeclaration/, { "main.ts": `export * from "./m.ts";`, ...plain });
  await refused(/import cycle: .*main\.ts -> .*a\.ts -> .*main\.ts/, {
    ...{
      "main.ts": `import { a } from "./a.ts";\nexport const m = 1; a;`,
      "a.ts": `import { m } from "./main.ts";\nexport const a = m;`,
    },
  });
  await refused(/ENOENT.*fs/s, { "main.ts": `import { readFileSync } from "fs"; readFileSync("x");` });
});

const lazyTree = {
  "main.ts": `import { open } from "./room.ts";\nimport { shared } from "./shared.ts";\n${say}say(shared(1), open(2, 3), open(4, 5));`,
  "room.ts": `import { inner } from "./inner.ts";\nimport { shared } from "./shared.ts";\nvar count = 0;\nexport function open(a: number, b: number) { count++; return shared(inner(a) + b) + count; }`,
  "inner.ts": `export function inner(x: number) { return 10 * x; }`,
  "shared.ts": `export function shared(x: number) { return x + 0.5; }`,
};

test("a lazy room: its modules are inside its function, made anew at every call; shared ones are outside", async () => {
  const code = await make(lazyTree, { lazy: ["room.ts"] });
  assert.equal(run(code), [1.5, 24.5, 46.5]); // count starts again
  const entry = code.indexOf("function open(a, b) {");
  assert.ok(code.indexOf("function shared") < entry);
  assert.ok(code.indexOf("function inner") > entry);
  assert.is(code.match(/function shared/g)?.length, 1);
  assert.is(code.match(/function open/g)?.length, 2);
  assert.equal(run(await make(lazyTree)), [1.5, 24.5, 47.5]); // eager: count runs on
});

test("a lazy entry exports one function, and its parameters hide nothing", async () => {
  const lazy = ["room.ts"];
  const room = lazyTree["room.ts"];
  await refused(
    /exports exactly one function/,
    { ...lazyTree, "room.ts": `${room}\nexport function other() {}` },
    { lazy },
  );
  await refused(/a lazy entry exports one function/, { ...lazyTree, "room.ts": "export const open = 1;" }, { lazy });
  const hiding = room.replace("a: number, b", "inner: number, b").replace("inner(a)", "a");
  await refused(
    /room\.ts: parameter "inner" is a top-level name too/,
    { ...lazyTree, "room.ts": `var a = 1;${hiding}` },
    { lazy },
  );
});

test("the same sources give the same bytes, wherever they are", async () => {
  assert.is(await make(lazyTree, { lazy: ["room.ts"] }), await make(lazyTree, { lazy: ["room.ts"] }));
});

test.run();
