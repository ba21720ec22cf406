// A forbidden import or a named global, planted in a small tree, is found; the tree without it is clean.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkLayers } from "../../scripts/layers.ts";
import { put, tempTree } from "../support/temp-tree.ts";

const GLOBALS = "firmware/hal/globals.d.ts";

/** One file in every room, each importing what it may. */
const CLEAN: Record<string, string> = {
  [GLOBALS]: "declare const E: object;\ndeclare function setWatch(): void;\ndeclare function print(): void;\n",
  "boards/index.ts": `import { LINUX } from "./linux.ts";\nexport const BOARDS = [LINUX];`,
  "boards/linux.ts": `export const LINUX = {};`,
  "firmware/protocol.ts": `export const PATH = "/";`,
  "firmware/hal/engine.ts": `export interface Hal { print(): void; }`,
  "firmware/hal/hal.ts": `import type { Hal } from "./engine.ts";\nexport function createHal(): Hal { return { print: print }; }`,
  "firmware/crypto/bytes.ts": `import type { Hal } from "../hal/engine.ts";\nexport function wipe(hal: Hal) { hal.print(); }`,
  "firmware/entropy/random.ts": `import { wipe } from "../crypto/bytes.ts";\nexport const draw = wipe;`,
  "firmware/entropy/health.ts": `export const health = 1;`,
  "firmware/store/keystore.ts": `import { wipe } from "../crypto/bytes.ts";\nexport const store = wipe;`,
  "firmware/http/server.ts": `import { PATH } from "../protocol.ts";\nexport const server = PATH;`,
  "firmware/pki/der.ts": `export const take = 1;`,
  "firmware/setup/setup.ts": `import { draw } from "../entropy/random.ts";\nimport { take } from "../pki/der.ts";\nexport const setup = [draw, take];`,
  "firmware/tls/tls.ts": `import { store } from "../store/keystore.ts";\nexport const tls = store;`,
  "firmware/main.ts": `import { health } from "./entropy/health.ts";\nimport { createHal } from "./hal/hal.ts";\nE; health; createHal();`,
  "host-sim/board.ts": `import { LINUX } from "../boards/linux.ts";\nimport vm from "node:vm";\nLINUX; vm;`,
  "client/index.ts": `import { PATH } from "../firmware/protocol.ts";\nimport { x } from "@noble/curves";\nPATH; x;`,
  "client/wib.mjs": `import "../hook.mjs";`,
  "scripts/bundle.ts": `import { setup } from "../firmware/setup/setup.ts";\nsetup;`,
  "test/one.test.ts": `import { take } from "../firmware/pki/der.ts";\nimport "../scripts/bundle.ts";\ntake;`,
};

const root = tempTree(CLEAN);

/** The problems of the tree with one file changed. */
function withFile(file: string, text: string): string[] {
  put(root, file, text);
  try {
    return checkLayers(root);
  } finally {
    put(root, file, CLEAN[file] ?? "export {};");
  }
}

function found(file: string, text: string, problem: string): void {
  assert.equal(withFile(file, text), [`${file}: ${problem}`], text);
}

test("the tree itself is clean, and so is the repository", () => {
  assert.equal(checkLayers(root), []);
  assert.equal(checkLayers(), []);
});

test("every import that the layers forbid", () => {
  const cases: [string, string][] = [
    ["boards/linux.ts", "../firmware/protocol.ts"],
    ["firmware/protocol.ts", "./crypto/bytes.ts"],
    ["firmware/hal/engine.ts", "../crypto/bytes.ts"],
    ["firmware/crypto/bytes.ts", "../pki/der.ts"],
    ["firmware/crypto/bytes.ts", "../hal/hal.ts"],
    ["firmware/crypto/bytes.ts", "../protocol.ts"],
    ["firmware/entropy/random.ts", "../store/keystore.ts"],
    ["firmware/store/keystore.ts", "../setup/setup.ts"],
    ["firmware/http/server.ts", "../store/keystore.ts"],
    ["firmware/pki/der.ts", "../setup/setup.ts"],
    ["firmware/setup/setup.ts", "../entropy/health.ts"],
    ["firmware/setup/setup.ts", "../tls/tls.ts"],
    ["firmware/setup/setup.ts", "../main.ts"],
    ["firmware/tls/tls.ts", "../setup/setup.ts"],
    ["firmware/main.ts", "../boards/linux.ts"],
    ["host-sim/board.ts", "../firmware/protocol.ts"],
    ["host-sim/board.ts", "../client/index.ts"],
    ["client/index.ts", "../firmware/crypto/bytes.ts"],
    ["client/index.ts", "../host-sim/board.ts"],
    ["client/index.ts", "../scripts/bundle.ts"],
    ["client/wib.mjs", "../test/one.test.ts"],
    ["scripts/bundle.ts", "../test/one.test.ts"],
    ["firmware/pki/der.ts", "../../test/one.test.ts"],
  ];
  for (const [file, target] of cases) {
    const resolved = new URL(target, `file:///${file}`).pathname.slice(1);
    found(file, `import "${target}";`, `may not import ${resolved}`);
  }
});

test("every form of an import is one", () => {
  const target = "firmware/setup/setup.ts";
  for (const text of [
    `import { setup } from "../setup/setup.ts";\nsetup;`,
    `import * as S from "../setup/setup.ts";\nS;`,
    `import type { setup } from "../setup/setup.ts";\nexport type T = typeof setup;`,
    `export { setup } from "../setup/setup.ts";`,
    `export * from "../setup/setup.ts";`,
    `export const later = import("../setup/setup.ts");`,
    `export type T = import("../setup/setup.ts").T;`,
    `const s = require("../setup/setup.ts");\ns;`,
  ])
    found("firmware/pki/der.ts", text, `may not import ${target}`);
});

test("a package on the device, and anything of Node's", () => {
  found(
    "firmware/pki/der.ts",
    `import { p256 } from "@noble/curves/nist.js";\np256;`,
    "may not import package @noble/curves/nist.js",
  );
  found("boards/linux.ts", `import fs from "node:fs";\nexport const LINUX = fs;`, "may not import package node:fs");
  found("firmware/store/keystore.ts", `const s = require("Storage");\ns;`, "may not import package Storage");
  assert.equal(withFile("firmware/hal/hal.ts", `export const storage = require("Storage");`), []);
});

test("one of the engine's globals by its name, outside the adapter", () => {
  for (const text of [
    `E;`,
    `setWatch();`,
    `const x = { E };\nx;`,
    `export function f() { return print; }`,
    `typeof E;`,
  ])
    assert.is(withFile("firmware/store/keystore.ts", text).length, 1, text);
  for (const text of [
    `export function f(hal: { E: object }) { return hal.E; }`,
    `export function f(E: object) { return E; }`,
    `export const x = { print: 1 };`,
    `import type { E } from "../crypto/bytes.ts";\nexport type F = E;`,
  ])
    assert.equal(withFile("firmware/store/keystore.ts", text), [], text);
  assert.equal(withFile("client/index.ts", `const E = 1;\nE;`), []);
});

test("a file that is in no room", () => {
  found("firmware/stray.ts", "export {};", "in no room");
  assert.equal(checkLayers(tempTree({ ...CLEAN, "firmware/deep/er.ts": "export {};" })), [
    "firmware/deep/er.ts: in no room",
  ]);
});

test.run();
