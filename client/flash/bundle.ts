// The firmware bundle to flash: what --bundle names, or build/firmware/, which `npm run bundle` makes. The client knows nothing of
// compilers, and the bundle is what has been tested and can be compared by its hash, so it is taken as a file. In a source tree that
// has changed since, or never made one, the bundle script runs as a program of its own.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { usageError } from "../errors.ts";

export type Build = "product" | "bench";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SOURCES = ["firmware", "boards", "scripts"];

function isStale(file: string): boolean {
  if (!existsSync(file)) return true;
  const made = statSync(file).mtimeMs;
  return SOURCES.filter((folder) => existsSync(root(folder))).some((folder) =>
    readdirSync(root(folder), { recursive: true })
      .filter((name) => String(name).endsWith(".ts"))
      .some((name) => statSync(root(`${folder}/${String(name)}`)).mtimeMs > made),
  );
}

/** @throws WibError when there is none and it cannot be made. */
export function readBundle(
  board: string,
  build: Build,
  given: string | undefined,
  talk: (text: string) => void,
): Uint8Array {
  const file = given ?? root(`build/firmware/${board}-${build}.js`);
  if (!given && existsSync(root("scripts/bundle.ts")) && isStale(file)) {
    talk(`making the ${build} bundle for ${board}`);
    const args = ["--import", root("hook.mjs"), root("scripts/bundle.ts"), "--board", board, `--${build}`];
    const made = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (made.status !== 0)
      throw usageError(
        `the bundle for ${board} cannot be made`,
        `npm run bundle -- --board ${board} says why: ${lastLine(made.stderr)}`,
      );
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(file));
  } catch (error) {
    throw usageError(
      `there is no bundle ${file} (${(error as NodeJS.ErrnoException).code})`,
      given ? "check the path" : `make it with npm run bundle -- --board ${board}`,
    );
  }
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.includes(board) || !text.includes(build))
    throw usageError(`${file} is no ${build} bundle for ${board}`, `make it with npm run bundle -- --board ${board}`);
  return bytes;
}

function lastLine(text: string | null): string {
  return (text ?? "").trim().split("\n").at(-1) ?? "";
}
