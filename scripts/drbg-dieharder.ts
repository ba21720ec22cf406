// Runs a named list of dieharder's tests, each fed from an endless pipe of the firmware's own generator (with a seed of
// its own). A weak result is repeated once with another seed: weak twice, or a failure, fails. Takes some twenty minutes;
// not part of npm test. `--tests 0,1` picks. Ends with how much was drawn.
import { spawn } from "node:child_process";
import { Command } from "commander";
import { seededDrbg } from "./drbg-stream.ts";

/**
 * All tests that dieharder itself calls good, but for those that take hours from a pipe: 17 (8 GB), 200, 201, 203, 206
 * and 209.
 */
const TESTS = "0,1,2,3,4,8,9,10,11,12,13,15,16,100,101,102,202,204,205,207,208";
const CHUNK_BYTES = 1 << 18;

interface Outcome {
  lines: string[];
  bytes: number;
}

function run(test: string, seed: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("dieharder", ["-g", "200", "-d", test], { stdio: ["pipe", "pipe", "inherit"] });
    const drbg = seededDrbg(seed);
    let output = "";
    let bytes = 0;
    let open = true;
    const feed = (): void => {
      while (open) {
        bytes += CHUNK_BYTES;
        if (!child.stdin.write(drbg.read(CHUNK_BYTES))) return void child.stdin.once("drain", feed);
      }
    };
    child.on("error", reject);
    child.stdin.on("error", () => (open = false)); // it has what it wanted
    child.stdout.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => {
      open = false;
      const lines = output.split("\n").filter((line) => /PASSED|WEAK|FAILED/.test(line));
      if (code !== 0 || !lines.length) reject(new Error(`dieharder -d ${test} ended with ${code}: ${output}`));
      else resolve({ lines, bytes });
    });
    feed();
  });
}

const options = new Command("drbg-dieharder")
  .description("dieharder on the firmware's generator.")
  .option("--tests <list>", "numbers of tests, see dieharder -l", TESTS)
  .option("--seed <text>", "what the seeds are made from", "wib")
  .parse()
  .opts<{ tests: string; seed: string }>();

let total = 0;
let failed = false;
for (const test of options.tests.split(",")) {
  const { lines, bytes } = await run(test, `${options.seed} ${test}`);
  total += bytes;
  for (const line of lines) console.log(line);
  if (!lines.every((line) => line.includes("PASSED"))) {
    const bad = lines.map((line) => !line.includes("PASSED"));
    const again = await run(test, `${options.seed} ${test} again`);
    total += again.bytes;
    for (const line of again.lines) console.log(`${line}  again`);
    if (again.lines.some((line, i) => bad[i] && !line.includes("PASSED")) || lines.some((l) => l.includes("FAILED")))
      failed = true;
  }
}
console.log(
  `${(total / 1e9).toFixed(2)} GB drawn; ${failed ? "a weak result came again, or a test failed" : "no weak result came again"}`,
);
process.exitCode = failed ? 1 : 0;
