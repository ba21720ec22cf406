// Lets Node run the repository's TypeScript as it stands: `node --import ./hook.mjs file.ts`.
// The sources are erasable TypeScript, so from Node 22.18 on this file is superfluous; 20.19 needs it.
// Only types are stripped here. `npm run check` is what checks them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const CACHE = new URL("./node_modules/.cache/wib/", import.meta.url);

let typescript;

async function strip(source, name) {
  const file = new URL(createHash("sha256").update(name).update("\0").update(source).digest("hex") + ".mjs", CACHE);
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not in the cache yet.
  }
  // By `import` Node would read its nine megabytes once more to find the exports.
  typescript ??= createRequire(import.meta.url)("typescript");
  const { ModuleKind, ScriptTarget } = typescript;
  const text = typescript.transpileModule(source, {
    fileName: name,
    compilerOptions: {
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  }).outputText;
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
if (isMainThread) {
  register(import.meta.url);
  process.setSourceMapsEnabled(true); // or the lines in a stack trace would be those of what is run
}
