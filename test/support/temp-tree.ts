// Small trees of files for tests of the tools.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository; ends in a slash. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const made: string[] = [];

/** @param files text by path. @returns the folder, ending in a slash; it is removed when the process ends. */
export function tempTree(files: Record<string, string>): string {
  const folder = `${mkdtempSync(path.join(tmpdir(), "wib-test-"))}/`;
  if (!made.length) process.once("exit", () => made.forEach((each) => rmSync(each, { recursive: true, force: true })));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) put(folder, name, text);
  return folder;
}

export function put(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(folder + name), { recursive: true });
  writeFileSync(folder + name, text);
}
