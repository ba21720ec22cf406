// Lets Node run the repository's TypeScript as it stands: `node --import ./hook.mjs file.ts`.
// The sources are erasable TypeScript, so from Node 22.18 on this file is superfluous; 20.19 needs it.
// Types become blanks, so that lines and columns in a stack trace are the source's. `npm run check` is what checks them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const CACHE = new URL("./node_modules/.cache/wib/", import.meta.url);

let blank;

async function strip(source, name) {
  const file = new URL(createHash("sha256").update(source).digest("hex") + ".mjs", CACHE);
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not in the cache yet.
  }
  blank ??= (await import("ts-blank-space")).default;
  const text = blank(source, (node) => {
    throw new SyntaxError(`${name}: more than types would have to go: ${node.getText().slice(0, 60)}`);
  });
  mkdirSync(CACHE, { recursive: true });
  const fresh = new URL(`${file.href}.${process.pid}`);
  writeFileSync(fresh, text);
  renameSync(fresh, file);
  return text;
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const name = fileURLToPath(url);
  return { format: "module", shortCircuit: true, source: await strip(readFileSync(name, "utf8"), name) };
}

// The hooks run on a thread of their own, which must not register them again.
if (isMainThread) register(import.meta.url);
