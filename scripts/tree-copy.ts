// A copy of the repository in a temporary folder, to plant faults in. Packages are links to those of the original; what
// the tools cache lies in the copy, so that neither sees the other's.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const LEFT_OUT = new Set(["node_modules", ".git", "build", "espruino.flash"]);

export interface TreeCopy {
  /** Ends in a slash. */
  root: string;
  remove(): void;
}

/** @param keep which top-level entries to copy; all by default. */
export function copyTree(original: string, keep: (entry: string) => boolean = () => true): TreeCopy {
  const root = `${mkdtempSync(path.join(tmpdir(), "wib-tree-"))}/`;
  for (const entry of readdirSync(original))
    if (!LEFT_OUT.has(entry) && keep(entry)) cpSync(path.join(original, entry), root + entry, { recursive: true });
  const packages = path.join(original, "node_modules");
  mkdirSync(`${root}node_modules`);
  if (existsSync(packages))
    for (const entry of readdirSync(packages))
      if (entry !== ".cache") symlinkSync(path.join(packages, entry), `${root}node_modules/${entry}`);
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once("exit", remove);
  return { root, remove };
}
