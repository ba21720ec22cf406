// Runs the tests, each file in a process of its own, and fails if any file ran no test.
//   npm test          quickly      npm run test:full    the same with more cases
//   npm run test:engine            what runs on the real interpreter (ESPRUINO_BIN, ESPRUINO_ARM)
//   npm test -- --times            which files took longest
// uvu counts; this adds up. Ends with `N passed, N failed, N skipped`.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { boardNamed } from "../boards/index.ts";
import { cachedBundle } from "./cached-bundle.ts";
import { runTestFile } from "./run-test-file.ts";
import type { Outcome } from "./run-test-file.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FULL_COUNT = "20";
const SLOWEST = 40;
/** In CI a file that never ends is a failure with a name, not an hour of silence. More than twice what the longest takes. */
const CI_FILE_LIMIT_MS = 600_000;

const program = new Command("test")
  .description("Run the tests, each file in a process of its own.")
  .argument("[part...]", "only files with one of these in their path")
  .option("--full", `more cases: WIB_COUNT=${FULL_COUNT}`)
  .option("--engine", "only what runs on the real interpreter, which ESPRUINO_BIN names")
  .option("--times", "list the files that took longest")
  .option("--json", "print the sums as JSON too")
  .parse();
const options = program.opts<{ full?: boolean; engine?: boolean; times?: boolean; json?: boolean }>();
const positionals = program.args;

function testFiles(): string[] {
  return readdirSync(`${root}test`, { recursive: true })
    .map((name) => `test/${String(name)}`)
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => !options.engine || file.startsWith("test/engine/"))
    .filter((file) => !positionals.length || positionals.some((part) => file.includes(part)))
    .sort();
}

async function main(): Promise<void> {
  if (options.engine && !process.env.ESPRUINO_BIN) {
    console.error("wib: error: ESPRUINO_BIN is not set");
    console.error("wib: hint: name an Espruino program built for this machine, see docs/SIMULATOR.md");
    process.exitCode = 1;
    return;
  }
  // Once for all, or every test process would make the same bundle; few ask for another.
  await cachedBundle(boardNamed("linux"), "bench");
  const queue = testFiles();
  const env: Record<string, string> = options.full ? { WIB_COUNT: FULL_COUNT } : {};
  const outcomes: Outcome[] = [];
  const started = Date.now();
  const total = queue.length;
  if (!total) throw new Error("no test file matches");
  const isCi = process.env.CI === "true";
  const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const outcome = await runTestFile(root, file, env, isCi ? CI_FILE_LIMIT_MS : undefined);
      outcomes.push(outcome);
      if (outcome.timedOut) console.log(`${file} was ended after ${CI_FILE_LIMIT_MS / 1000} s`);
      if (outcome.failed) console.log(`${outcome.output.trim()}\nFAILED ${file}`);
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${outcomes.length} of ${total} files`);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker));
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

  const sum = (key: "passed" | "failed" | "skipped" | "notRun") => outcomes.reduce((n, o) => n + o[key], 0);
  for (const o of outcomes) if (o.skipped) console.log(`skipped in ${o.file}: ${o.skipped}`);
  for (const o of outcomes.filter((o) => o.failed)) console.log(`failed: ${o.file}`);
  if (options.times)
    for (const o of outcomes.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST))
      console.log(`${o.seconds.toFixed(1).padStart(7)} s  ${o.file}`);
  console.log(`${total} files in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (sum("notRun")) console.log(`not run here: ${sum("notRun")}`);
  // What CI can install must run there.
  const failed = sum("failed") + (isCi ? sum("skipped") : 0);
  if (options.json) console.log(JSON.stringify({ passed: sum("passed"), failed, skipped: sum("skipped") }));
  console.log(`${sum("passed")} passed, ${failed} failed, ${isCi ? 0 : sum("skipped")} skipped`);
  process.exitCode = failed ? 1 : 0;
}

await main();
