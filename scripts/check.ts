// npm run check: types, lint, formatting, layers, derived tables, and every bundle. Says all that is wrong, then fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BOARDS } from "../boards/index.ts";
import { makeBundle } from "./bundle.ts";
import { checkLayers } from "./layers.ts";
import { secretsInLogs } from "./secrets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
let failed = false;

function report(name: string, problems: string[]): void {
  console.log(`${problems.length ? "FAIL" : "ok  "} ${name}`);
  for (const problem of problems) console.log(`     ${problem.replaceAll("\n", "\n     ")}`);
  if (problems.length) failed = true;
}

function command(name: string, ...args: string[]): void {
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  report(name, run.status === 0 ? [] : [`${run.stdout}${run.stderr}`.trim()]);
}

async function bundles(): Promise<void> {
  for (const board of BOARDS)
    for (const build of ["product", "bench"] as const) {
      const problems: string[] = [];
      try {
        if ((await makeBundle(board, build)) !== (await makeBundle(board, build))) problems.push("not reproducible");
      } catch (error) {
        problems.push((error as Error).message);
      }
      report(`bundle ${board.name} ${build}`, problems);
    }
}

command("types", "node_modules/typescript/bin/tsc", "-p", ".");
command("types of the firmware", "node_modules/typescript/bin/tsc", "-p", "firmware", "--noEmit");
command("lint", "node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0");
command("formatting", "node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", ".");
command("cut-offs", "--import", "./hook.mjs", "scripts/cutoffs.ts", "--check");
command("worked exchanges", "--import", "./hook.mjs", "scripts/vectors.ts", "--check");
report("layers", checkLayers());
report("no secrets in logs", secretsInLogs());
await bundles();
process.exitCode = failed ? 1 : 0;
