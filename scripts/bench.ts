// npm run bench: measures what can be measured here and holds it to the bars. `--json` prints the rows; `--write` puts the
// tables into the README.
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { bundles } from "./bench/bundles.ts";
import { commands } from "./bench/commands.ts";
import { entropy } from "./bench/entropy.ts";
import { es5Crypto } from "./bench/es5-crypto.ts";
import { nativeCrypto } from "./bench/native-crypto.ts";
import { shown, tables } from "./bench/row.ts";
import type { Row } from "./bench/row.ts";
import { setup } from "./bench/setup.ts";
import { slices } from "./bench/slices.ts";
import { tlsServer } from "./bench/tls.ts";

const PARTS: Record<string, (progress: (what: string) => void) => Promise<Row[]>> = {
  bundles,
  "native-crypto": nativeCrypto,
  "es5-crypto": es5Crypto,
  slices,
  entropy,
  setup,
  tls: tlsServer,
  commands,
};
const README = new URL("../README.md", import.meta.url);
const [BEGIN, END] = ["<!-- bench -->", "<!-- /bench -->"];

interface Options {
  json?: boolean;
  write?: boolean;
}

const program = new Command("bench")
  .description("Measure sizes, instructions and memory. Needs ESPRUINO_BIN and valgrind for most of it.")
  .argument("[part...]", `which parts: ${Object.keys(PARTS).join(", ")}; all unless given`)
  .option("--json", "print the rows as JSON")
  .option("--write", "put the tables into the README; with parts, only theirs")
  .parse();
const options = program.opts<Options>();
const parts = program.args.length ? program.args : Object.keys(PARTS);
const unknown = parts.find((name) => !PARTS[name]);
if (unknown) program.error(`wib: error: no part "${unknown}"\nwib: hint: one of ${Object.keys(PARTS).join(", ")}`);

function progress(what: string): void {
  process.stderr.write(`wib: measuring ${what}\n`);
}

const measured: Record<string, Row[]> = {};
for (const part of parts) measured[part] = await PARTS[part](progress);
const rows = Object.values(measured).flat();

if (options.json) console.log(JSON.stringify(rows));
else
  for (const r of rows) {
    const bar = r.bar === null ? "" : `  (bar ${shown(r.bar)}: ${r.ok === null ? "?" : r.ok ? "kept" : "NOT KEPT"})`;
    console.log(`${r.name}: ${r.value === null ? `not measured, ${r.note}` : `${shown(r.value)} ${r.unit}`}${bar}`);
  }
if (options.write) {
  const text = readFileSync(README, "utf8");
  const [above, before, below] = text.split(new RegExp(`${BEGIN}|${END}`));
  const made = tables(before, Object.keys(PARTS), measured);
  writeFileSync(README, `${above}${BEGIN}\n\n${made}\n\n${END}${below}`);
}
process.exitCode = rows.some((r) => r.ok === false) ? 1 : 0;
