// Who may import whom (DESIGN section 2), and which files may name the engine's globals.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Node } from "typescript";
import { ts } from "./typescript.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Longest prefix wins. A room may always import itself; `hal types` is firmware/hal/engine.ts, which is types only. */
const ALLOWED: Record<string, string[]> = {
  "boards": [],
  "firmware/protocol.ts": [],
  "firmware/hal": [],
  "firmware/crypto": ["hal types"],
  "firmware/entropy": ["hal types", "firmware/crypto", "firmware/protocol.ts"],
  "firmware/store": ["hal types", "firmware/crypto"],
  "firmware/net": ["hal types"],
  "firmware/http": ["hal types", "firmware/crypto", "firmware/protocol.ts"],
  "firmware/pki": ["hal types", "firmware/crypto"],
  "firmware/setup": [
    ...["hal types", "firmware/http", "firmware/pki", "firmware/store", "firmware/entropy/random.ts"],
    ...["firmware/crypto", "firmware/protocol.ts"],
  ],
  "firmware/tls": [
    ...["hal types", "firmware/crypto", "firmware/pki", "firmware/http", "firmware/store"],
    ...["firmware/entropy/random.ts", "firmware/protocol.ts"],
  ],
  "firmware/app.ts": ["hal types", "firmware/http"],
  "firmware/main.ts": ["firmware", "hal types"],
  "firmware/probe.ts": ["firmware", "hal types"],
  "host-sim": ["boards"],
  "client": ["firmware/protocol.ts", "boards", "hook.mjs"],
  "scripts": ["boards", "client", "host-sim", "firmware"],
  "test": ["boards", "client", "host-sim", "firmware", "scripts"],
};

/** Rooms that run on the device, or are data for it: no packages, nothing of Node. */
const NO_PACKAGES = /^(boards|firmware)\//;

const HAL_TYPES = "firmware/hal/engine.ts";
const MAY_NAME_GLOBALS = ["firmware/hal/hal.ts", "firmware/main.ts", "firmware/probe.ts"];

function roomOf(file: string): string {
  const rooms = Object.keys(ALLOWED).filter((room) => file === room || file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? "";
}

function sources(root: string): string[] {
  return ["boards", "firmware", "host-sim", "client", "scripts", "test"]
    .flatMap((room) => readdirSync(root + room, { recursive: true }).map((file) => `${room}/${String(file)}`))
    .filter((file) => /\.m?[jt]s$/.test(file) && !/\.d\.ts$/.test(file));
}

function globals(root: string): string[] {
  const text = readFileSync(`${root}firmware/hal/globals.d.ts`, "utf8");
  return [...text.matchAll(/^declare (?:const|function) (\w+)/gm)].map((m) => m[1]);
}

/** What a file imports, in any form: paths in the repository, and other names as they stand. */
function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? path.join(path.dirname(file), fileName) : `package ${fileName}`,
    );
}

/** Identifiers of a file that are neither declared in it nor a property's name. */
function freeNames(file: string, text: string): Set<string> {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const names = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: Node): void => {
    if ((ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name)
      declared.add(node.name.getText());
    if (ts.isImportSpecifier(node)) declared.add(node.name.text);
    if (ts.isIdentifier(node)) {
      const parent = node.parent;
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
          parent.name === node) ||
        ts.isTypeNode(parent) ||
        ts.isQualifiedName(parent);
      if (!isMember) names.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const name of declared) names.delete(name);
  return names;
}

/**
 * @param root ends in a slash.
 * @returns one line a breach.
 */
export function checkLayers(root = ROOT): string[] {
  const problems: string[] = [];
  const engineGlobals = globals(root);
  for (const file of sources(root)) {
    const text = readFileSync(root + file, "utf8");
    const room = roomOf(file);
    if (!room) {
      problems.push(`${file}: in no room`);
      continue;
    }
    for (const target of importsOf(file, text)) {
      const allowed = target.startsWith("package ")
        ? !NO_PACKAGES.test(file) || MAY_NAME_GLOBALS.includes(file)
        : roomOf(target) === room ||
          (target === HAL_TYPES && ALLOWED[room].includes("hal types")) ||
          ALLOWED[room].some((prefix) => target === prefix || target.startsWith(`${prefix}/`));
      if (!allowed) problems.push(`${file}: may not import ${target}`);
    }
    if (!file.startsWith("firmware/") || MAY_NAME_GLOBALS.includes(file)) continue;
    const named = freeNames(file, text);
    for (const name of engineGlobals) if (named.has(name)) problems.push(`${file}: names the engine's ${name}`);
  }
  return problems;
}
