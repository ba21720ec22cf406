// makeBundle, remembered as long as nothing it depends on changes: tests ask for the same bundle again and again, and
// what makes it, TypeScript and terser, takes longer to load than most of them to run.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BoardRecord } from "../boards/index.ts";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** `probe`: the crypto alone, for the first part of `wib bench`. */
export type Build = "product" | "bench" | "probe";

/** What a bundle depends on, as one hash: sources, records, and the tools that make it. */
function inputsHash(): string {
  const hash = createHash("sha256");
  const files = ["firmware", "boards", "scripts", "host-sim"]
    .flatMap((folder) => readdirSync(root(folder), { recursive: true }).map((file) => `${folder}/${String(file)}`))
    .filter((file) => file.endsWith(".ts") && (/^(firmware|boards)/.test(file) || /bundle|hoist|token/.test(file)));
  for (const file of [...files.sort(), "package-lock.json"]) hash.update(`${file}\0`).update(readFileSync(root(file)));
  return hash.digest("hex");
}

/** @throws Error as makeBundle. */
export async function cachedBundle(board: BoardRecord, build: Build): Promise<string> {
  const folder = root("node_modules/.cache/wib/");
  const file = `${folder}${board.name}-${build}-${inputsHash()}.js`;
  try {
    return readFileSync(file, "latin1");
  } catch {
    const { makeBundle } = await import("./bundle.ts");
    const code = await makeBundle(board, build);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code, "latin1");
    renameSync(`${file}.${process.pid}`, file);
    return code;
  }
}
