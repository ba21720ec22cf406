// NIST's own tool run beside ours, on its own sample files and on our recordings. It is not part of this repository:
//   git clone https://github.com/usnistgov/SP800-90B_EntropyAssessment && make -C SP800-90B_EntropyAssessment/cpp non_iid
//   WIB_NIST_90B=.../SP800-90B_EntropyAssessment node --import ./hook.mjs test/client/assessment/nist-tool.test.ts
// The sample files hold a million samples each; all together take some five minutes, half of them the tool's.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assess, ESTIMATORS, type Estimates } from "../../../client/assessment/assess.ts";
import { widthOf } from "../../../client/assessment/samples.ts";
import { withProgram } from "../../support/needs.ts";
import { NIST_FIGURES } from "./nist-figures.ts";
import { record } from "./sources.ts";

const NIST_FOLDER = process.env.WIB_NIST_90B;

/** What the tool calls the estimators, in the order of ESTIMATORS. */
const TOOL_NAMES = [
  "Most Common Value",
  "Collision",
  "Markov",
  "Compression",
  "t-Tuple",
  "LRS",
  "MultiMCW Prediction",
  "Lag Prediction",
  "MultiMMC Prediction",
  "LZ78Y Prediction",
];

function askTool(file: string, bits: number): string {
  const tool = join(NIST_FOLDER!, "cpp", "ea_non_iid");
  const { status, stdout, stderr } = spawnSync(tool, ["-vv", file, String(bits)], { encoding: "utf8" });
  assert.is(status, 0, `${file}: ${stderr || stdout}`);
  return stdout;
}

function compare(file: string, samples: Uint8Array, bits: number): void {
  const report = askTool(file, bits);
  const figure = (label: string) => {
    const found = new RegExp(`^${label}(.*)$`, "m").exec(report);
    return found ? Number(found[1]).toFixed(6) : undefined;
  };
  const { literal, bitstring, minEntropy } = assess(samples, bits);
  const check = (view: string, estimates: Estimates | null) =>
    ESTIMATORS.forEach((name, i) => {
      const theirs = figure(`${view} ${TOOL_NAMES[i]} Estimate: min entropy = `);
      assert.is(estimates?.[name]?.toFixed(6), theirs, `${name}, ${view}`);
    });
  check("Literal", literal);
  check("Bitstring", bitstring);
  assert.is(minEntropy.toFixed(6), figure("Assessed min entropy: "));
}

const folder = join(NIST_FOLDER ?? "", "bin");
const files = NIST_FOLDER ? readdirSync(folder).filter((file) => file.endsWith(".bin")) : ["NIST's sample files"];
for (const name of files)
  withProgram("WIB_NIST_90B", `both tools agree to six decimals: ${name}`, () => {
    const samples = readFileSync(join(folder, name));
    compare(join(folder, name), samples, widthOf(samples));
  });

for (const { source, bits, samples: length } of NIST_FIGURES)
  withProgram("WIB_NIST_90B", `both tools agree to six decimals: ${source}, ${bits} bits`, () => {
    const scratch = mkdtempSync(join(tmpdir(), "wib-nist-"));
    try {
      const samples = record(source, bits, length);
      writeFileSync(join(scratch, "samples.bin"), samples);
      compare(join(scratch, "samples.bin"), samples, bits);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

test.run();
