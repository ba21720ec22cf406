// How long the plain ES5 back end keeps the engine from everything else. A slice of the lane (firmware/crypto/lane.ts) is
// 25 ms and then what is left of a step; or it is the beginning or the end of a computation, if those are longer. A core of
// 100 MHz spends 50 ms on 5 million instructions.
import { fileURLToPath } from "node:url";
import { linux } from "../../boards/linux.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { minifyForEngine } from "../bundle.ts";
import { bundle } from "../bundler.ts";
import { pretokenise } from "../pretokenise.ts";
import { cannotCount, Machine } from "./machine.ts";
import { notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

/** By name; how many steps are skipped between two that are counted alone, so that it does not take an hour. */
const JOBS: Record<string, number> = { x25519: 30, elligator2: 5, p256: 120, comb: 60 };
const BAR = 5;
const SLICE = 2.5;
const UNIT = "million instructions";
const VARIABLES = 8190;
const NAME = (job: string) => `plain ES5: longest stretch of ${job} without a pause`;

async function longest(machine: Machine, job: string, skip: number): Promise<number> {
  const cost = async (expression: string): Promise<[number, string]> => {
    const before = machine.count();
    const answer = await machine.ask(expression);
    return [machine.count() - before, answer];
  };
  const nothing = Math.min(...[await cost("bench.nothing()"), await cost("bench.nothing()")].map(([n]) => n));
  let most = (await cost(`bench.begin("${job}")`))[0];
  for (let more = "true"; more === "true";) {
    const [one, left] = await cost("bench.steps(1)");
    most = Math.max(most, SLICE + one);
    more = left === "true" ? await machine.ask(`bench.steps(${skip})`) : left;
  }
  return Math.max(most, (await cost("bench.finish()"))[0]) - nothing;
}

export async function slices(progress: (what: string) => void): Promise<Row[]> {
  const missing = cannotCount();
  if (missing) return Object.keys(JOBS).map((job) => notMeasured(NAME(job), UNIT, BAR, missing));
  const entry = fileURLToPath(new URL("slices.entry.ts", import.meta.url));
  const code = pretokenise(await minifyForEngine(await bundle({ entry })));
  const machine = new Machine(VARIABLES, preparedFlash(linux, code, { serial: "" }).snapshot());
  try {
    const rows: Row[] = [];
    for (const [job, skip] of Object.entries(JOBS)) {
      progress(`${job}, plain ES5, step by step`);
      rows.push(row(NAME(job), await longest(machine, job, skip), UNIT, BAR));
    }
    return rows;
  } finally {
    await machine.stop();
  }
}
