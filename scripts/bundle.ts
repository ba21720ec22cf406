// Makes the firmware bundle of a board: `npm run bundle -- --board linux [--product]`, or all of them.
// Reproducible: the same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { minify } from "terser";
import type { Identifier } from "typescript";
import { ts } from "./typescript.ts";
import { BOARDS, boardNamed } from "../boards/index.ts";
import { SOURCE_KINDS } from "../boards/record.ts";
import type { BoardRecord } from "../boards/index.ts";
import { ES5, SUITES } from "../firmware/crypto/back-ends.build.ts";
import { codeFor } from "../firmware/crypto/native/code.ts";
import { bundle, exportedFunction } from "./bundler.ts";
import type { Build } from "./cached-bundle.ts";
import { checkBundle, checkFunctionsFirst, MISSING_METHODS } from "./check-bundle.ts";
import { hoistVars } from "./hoist-vars.ts";
import { forgetFactories, sinkIntoRooms } from "./lifetimes.ts";
import { shortenTopNames } from "./top-names.ts";
import { pretokenise } from "./pretokenise.ts";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Rooms that exist while they are in use: the window's, and in it the two steps that need most besides. */
const LAZY = ["setup/setup.ts", "setup/key-body.ts", "pki/csr.ts"].map((file) => root(`firmware/${file}`));

/** A Pico's 5,100 are too few for a certificate's signature (docs/MEMORY.md). */
const LEAST_VARIABLES_TO_VERIFY = 7000;

/** Members of JavaScript's own objects, less those that the engine has not. */
function languageNames(): string[] {
  const owners = [Object, Function, Array, String, Number, Boolean, Math, JSON, RegExp, Error, Date];
  const typed = [ArrayBuffer, Uint8Array, Object.getPrototypeOf(Uint8Array)];
  return [...owners, ...typed]
    .flatMap((owner) => [...Object.getOwnPropertyNames(owner), ...Object.getOwnPropertyNames(owner.prototype ?? {})])
    .filter((name) => !MISSING_METHODS.has(name));
}

/** Names that belong to the engine: every member of an interface in hal/engine.ts. */
function engineNames(): string[] {
  const file = root("firmware/hal/engine.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .flatMap((declaration) => declaration.members.map((member) => (member.name as Identifier)?.text ?? ""));
}

/** What of the engine's crypto the board's stock firmware has. */
function engineCrypto(board: BoardRecord & { crypto?: string[] }): string[] {
  return board.crypto ?? ["sha256", "sha512", "aes"];
}

/** What main.ts knows as BOARD. */
function constants(board: BoardRecord, build: Build): Record<string, unknown> {
  const { version } = JSON.parse(readFileSync(root("package.json"), "utf8"));
  const { pins, ...rest } = board;
  const { name, storage, sources, maxKeyBytes, windowS, waitS, authS, sessionS, watchdogS, tls } = rest;
  const uses = SOURCE_KINDS.map((kind) => [
    `uses${kind[0].toUpperCase()}${kind.slice(1)}`,
    sources.some((source) => source.kind === kind),
  ]);
  return {
    ...Object.fromEntries(uses),
    ...{ name, build, version, button: pins.button ?? "", pressed: pins.pressed, ready: pins.ready ?? "" },
    ...{
      busy: pins.busy ?? "",
      variables: board.variables ?? 0,
      storage,
      sources,
      suites: board.suites.join(","),
      tls,
      maxKeyBytes,
      windowS,
      waitS,
      authS,
      sessionS,
      watchdogS,
    },
  };
}

/** Which back ends of the crypto go in: native code for what the engine lacks or is slow at, or plain ES5. */
function backEnds(board: BoardRecord): Record<string, Record<string, unknown>> {
  const runs = !!board.native;
  const missing = ["sha256", "sha512"].filter((name) => !engineCrypto(board).includes(name));
  const routines = runs ? ["field", "aes", "chacha", ...missing] : [];
  const es5 = runs
    ? []
    : ["field", "chacha", "poly", "ghash", ...missing, ...(engineCrypto(board).includes("aes") ? [] : ["aes"])];
  return {
    THUMB: { runs },
    CHAIN: { isVerified: runs && !(board.variables! < LEAST_VARIABLES_TO_VERIFY) },
    SUITES: Object.fromEntries(Object.keys(SUITES).map((name) => [name, board.suites.some((s) => s.startsWith(name))])),
    NATIVE: { ...codeFor(routines) },
    ES5: Object.fromEntries(Object.keys(ES5).map((name) => [name, es5.includes(name)])),
  };
}

/** Joined but not minified: for reading, and for finding out what is large. */
export function bundleSource(board: BoardRecord, build: Build): Promise<string> {
  const known = { BOARD: constants(board, build), ...backEnds(board) };
  return bundle({ entry: root("firmware/main.ts"), lazy: LAZY, constants: known });
}

/**
 * Twice: first everything that makes it smaller, but no function moved or inlined where the engine would define it
 * anew at every call; then every `var` to the start of its function, because on the engine a variable may not be
 * touched before its `var`.
 */
export async function minifyForEngine(source: string): Promise<string> {
  const reserved = [...engineNames(), ...languageNames()];
  const rooms = LAZY.map(exportedFunction);
  const smaller = await minify(source, {
    ecma: 5,
    compress: { directives: false, inline: 1, reduce_funcs: false, properties: false, toplevel: true },
    format: { keep_quoted_props: true },
    mangle: false,
  });
  const { code } = await minify(
    shortenTopNames(forgetFactories(sinkIntoRooms(hoistVars(smaller.code!), rooms), rooms)),
    {
      ecma: 5,
      compress: { defaults: false, hoist_funs: true, hoist_vars: true, join_vars: true },
      mangle: { properties: { builtins: true, keep_quoted: true, reserved } },
      format: { ascii_only: true, comments: false },
    },
  );
  return code!;
}

/** @returns one line for all that the board could not run, or has no room for. */
export function bundleProblems(source: string, bytes: number, board: BoardRecord): string[] {
  const problems = [...checkBundle(source), ...checkFunctionsFirst(source)];
  if (bytes > board.bundleBytes) problems.push(`${bytes} bytes, and ${board.bundleBytes} are allowed`);
  return problems;
}

/**
 * @returns the file as a board has it, one byte a character.
 * @throws Error listing what the engine could not run, or that it is too large.
 */
export async function makeBundle(board: BoardRecord, build: Build): Promise<string> {
  const source = await minifyForEngine(await bundleSource(board, build));
  const code = pretokenise(source);
  const problems = bundleProblems(source, code.length, board);
  if (problems.length) throw new Error(`the ${board.name} bundle cannot run:\n  ${problems.join("\n  ")}`);
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const program = new Command("bundle")
    .description("Make firmware bundles into build/firmware/.")
    .option("--board <name>", "one board only")
    .option("--product", "product builds only")
    .option("--bench", "bench builds only")
    .option("--json", "print what was made as JSON")
    .parse();
  const options = program.opts<{ board?: string; product?: boolean; bench?: boolean; json?: boolean }>();
  const made: { file: string; bytes: number; sha256: string }[] = [];
  mkdirSync(root("build/firmware"), { recursive: true });
  for (const board of options.board ? [boardNamed(options.board)] : BOARDS)
    for (const build of ["product", "bench"] as const) {
      if ((options.product && build !== "product") || (options.bench && build !== "bench")) continue;
      const code = await makeBundle(board, build);
      const file = `build/firmware/${board.name}-${build}.js`;
      writeFileSync(root(file), code, "latin1");
      made.push({ file, bytes: code.length, sha256: createHash("sha256").update(code, "latin1").digest("hex") });
    }
  if (options.json) console.log(JSON.stringify(made));
  else for (const { file, bytes, sha256 } of made) console.log(`${file}  ${bytes} bytes  sha256 ${sha256}`);
}
