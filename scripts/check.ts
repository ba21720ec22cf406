// npm run check: types, lint, formatting, layers, derived tables, and every bundle. Says all that is wrong, then fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { BOARDS } from "../boards/index.ts";
import { checkBoardsPage } from "./boards.ts";
import { makeBundle } from "./bundle.ts";
import { cachedBundle } from "./cached-bundle.ts";
import { checkLayers } from "./layers.ts";
import { secretsInLogs } from "./secrets.ts";

new Command("check").description("Check types, lint, formatting, layers, derived tables and every bundle.").parse();

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
    // Nothing that makes them knows of boards or builds, so one is made twice. Of the others the larger build, which the tests then find.
    for (const build of board.name === "linux" ? (["product", "bench", "probe"] as const) : (["bench"] as const)) {
      const problems: string[] = [];
      try {
        if (board.name !== "linux" || build !== "product") await cachedBundle(board, build);
        else if ((await makeBundle(board, build)) !== (await makeBundle(board, build)))
          problems.push("not reproducible");
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
report("boards page", checkBoardsPage());
report("no secrets in logs", secretsInLogs());
await bundles();
process.exitCode = failed ? 1 : 0;
