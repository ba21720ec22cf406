// Makes the firmware bundle of a board: `npm run bundle -- --board linux [--product]`, or all of them.
// Reproducible: the same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import * as acorn from "acorn";
import { minify } from "terser";
import type { Identifier } from "typescript";
import { ts } from "./typescript.ts";
import { BOARDS, boardNamed } from "../boards/index.ts";
import { SOURCE_KINDS } from "../boards/record.ts";
import type { BoardRecord } from "../boards/index.ts";
import { ES5, SUITES } from "../firmware/crypto/back-ends.build.ts";
import { codeFor } from "../firmware/crypto/native/code.ts";
import { aliasBuiltin } from "./builtin-aliases.ts";
import { bundle, exportedFunction, nameOwners } from "./bundler.ts";
import type { Build } from "./cached-bundle.ts";
import { checkBundle, checkFunctionsFirst, MISSING_METHODS } from "./check-bundle.ts";
import { hoistVars } from "./hoist-vars.ts";
import { forgetFactories, sinkIntoRooms } from "./lifetimes.ts";
import { shortenTopNames } from "./top-names.ts";
import { pretokenise } from "./pretokenise.ts";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Rooms that exist while they are in use: the window's, in it the two steps that need most besides, and that of TLS. */
const LAZY = ["setup/setup.ts", "setup/key-body.ts", "pki/csr.ts", "tls/engine.ts"].map((file) =>
  root(`firmware/${file}`),
);

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

/** What main.ts knows as BOARD. */
function constants(board: BoardRecord, build: Build): Record<string, unknown> {
  const { version } = JSON.parse(readFileSync(root("package.json"), "utf8"));
  const { pins, network, console: reached, ...rest } = board;
  const { start, bytes, page, bitwise, seedBytes } = rest.storage;
  const storage = { start, bytes, page, ...(bitwise && { bitwise }), ...(seedBytes && { seedBytes }) };
  const { name, sources, maxKeyBytes, windowS, waitS, authS, sessionS, watchdogS, tls } = rest;
  const uses = SOURCE_KINDS.map((kind) => [
    `uses${kind[0].toUpperCase()}${kind.slice(1)}`,
    sources.some((source) => source.kind === kind),
  ]);
  return {
    ...Object.fromEntries(uses),
    ...{
      usesWifi: network.by === "wifi",
      usesWiznet: network.by === "wiznet",
      hasBle: reached.also.includes("ble-esp32"),
    },
    ...{ idDigits: network.idDigits ?? [], netPins: network.pins ?? [] },
    ...{ name, build, version, button: pins.button ?? "", pressed: pins.pressed, ready: pins.ready ?? "" },
    ...{
      busy: pins.busy ?? "",
      lit: pins.lit ?? 1,
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
export function backEnds(board: BoardRecord): Record<string, Record<string, unknown>> {
  const runs = !!board.native;
  const missing = (["sha256", "sha512"] as const).filter((name) => !board.crypto.includes(name));
  const servesTls = board.tls === "own-server";
  const routines = runs
    ? ["field", "aes", "chacha", "xor", ...(servesTls ? ["aead", "hello", "derive"] : []), ...missing]
    : [];
  const es5 = runs
    ? []
    : [
        "field",
        "chacha",
        "hmac",
        ...(servesTls ? ["poly", "ghash", "hello"] : []),
        ...missing,
        ...(board.crypto.includes("aes") ? [] : ["aes"]),
      ];
  return {
    THUMB: { runs },
    RSA: { isTaken: board.takesRsa !== false },
    CHAIN: { isVerified: runs && !(board.variables! < LEAST_VARIABLES_TO_VERIFY) },
    SUITES: Object.fromEntries(Object.keys(SUITES).map((name) => [name, board.suites.some((s) => s.startsWith(name))])),
    NATIVE: { ...codeFor(routines) },
    ES5: Object.fromEntries(Object.keys(ES5).map((name) => [name, es5.includes(name)])),
  };
}

/** Joined but not minified: for reading, and for finding out what is large. */
export function bundleSource(board: BoardRecord, build: Build): Promise<string> {
  const known = { BOARD: constants(board, build), ...backEnds(board) };
  if (build === "probe") return bundle({ entry: root("firmware/probe.ts"), constants: known });
  return bundle({ entry: root("firmware/main.ts"), lazy: LAZY, constants: known });
}

const FIRST_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";

/** The nth name for a property; none that is a keyword, or that the bundle check takes for a method. */
export function shortName(n: number): string {
  const letters = FIRST_LETTERS.length;
  const name = (n < letters ? "" : shortName(Math.floor(n / letters) - 1)) + FIRST_LETTERS[n % letters];
  return MISSING_METHODS.has(name) || /^(do|if|in|of)$/.test(name) ? `$${name}` : name;
}

/** Everything that makes it smaller but shorter names: what nothing uses is gone. */
async function shrink(source: string): Promise<string> {
  const { code } = await minify(source, {
    ecma: 5,
    compress: { directives: false, inline: 1, reduce_funcs: false, properties: false, toplevel: true },
    format: { keep_quoted_props: true },
    mangle: false,
  });
  return code!;
}

/**
 * How a product bundle's bytes are shared among its modules, by their paths below firmware/: as their texts are before names
 * are shortened. What has been drawn into another module's function counts there.
 */
export async function moduleShares(board: BoardRecord): Promise<Map<string, number>> {
  const known = { BOARD: constants(board, "product"), ...backEnds(board) };
  const owners = await nameOwners({ entry: root("firmware/main.ts"), constants: known });
  const code = await shrink(await bundleSource(board, "product"));
  const rooms = LAZY.map(exportedFunction);
  const bytes = new Map<string, number>();
  const add = (file: string, count: number) => void bytes.set(file, (bytes.get(file) ?? 0) + count);
  const visit = (body: acorn.Program["body"], around: string) => {
    const pieces: (acorn.AnyNode | acorn.VariableDeclarator)[] = [];
    for (const node of body) pieces.push(...(node.type === "VariableDeclaration" ? node.declarations : [node]));
    for (const node of pieces) {
      const name = "id" in node && node.id && "name" in node.id ? String(node.id.name) : "";
      const file = owners.get(name) ?? around;
      if (file === around) continue;
      add(file, node.end - node.start);
      add(around, node.start - node.end);
      if (node.type === "FunctionDeclaration" && rooms.includes(name)) visit(node.body.body, file);
    }
  };
  const main = root("firmware/main.ts");
  add(main, code.length);
  visit(acorn.parse(code, { ecmaVersion: 5 }).body, main);
  return new Map([...bytes].map(([file, count]) => [file.slice(root("firmware/").length), count / code.length]));
}

/**
 * Twice: first everything that makes it smaller, but no function moved or inlined where the engine would define it
 * anew at every call; then every `var` to the start of its function, because on the engine a variable may not be
 * touched before its `var`.
 */
export async function minifyForEngine(source: string): Promise<string> {
  const reserved = [...engineNames(), ...languageNames()];
  const rooms = LAZY.map(exportedFunction);
  const smaller = await shrink(source);
  const { code } = await minify(
    shortenTopNames(aliasBuiltin(forgetFactories(sinkIntoRooms(hoistVars(smaller), rooms), rooms))),
    {
      ecma: 5,
      compress: { defaults: false, hoist_funs: true, hoist_vars: true, join_vars: true },
      mangle: { properties: { builtins: true, keep_quoted: true, reserved, nth_identifier: { get: shortName } } },
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
    .option("--bench", "bench builds only, and the probes of wib bench")
    .option("--json", "print what was made as JSON")
    .parse();
  const options = program.opts<{ board?: string; product?: boolean; bench?: boolean; json?: boolean }>();
  const made: { file: string; bytes: number; sha256: string }[] = [];
  mkdirSync(root("build/firmware"), { recursive: true });
  for (const board of options.board ? [boardNamed(options.board)] : BOARDS)
    for (const build of ["product", "bench", "probe"] as const) {
      if ((options.product && build !== "product") || (options.bench && build === "product")) continue;
      const code = await makeBundle(board, build);
      const file = `build/firmware/${board.name}-${build}.js`;
      writeFileSync(root(file), code, "latin1");
      made.push({ file, bytes: code.length, sha256: createHash("sha256").update(code, "latin1").digest("hex") });
    }
  if (options.json) console.log(JSON.stringify(made));
  else for (const { file, bytes, sha256 } of made) console.log(`${file}  ${bytes} bytes  sha256 ${sha256}`);
}
