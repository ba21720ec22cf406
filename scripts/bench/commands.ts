// The lines of DESIGN section 8 that are not about the firmware's cost: commands.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

const START = "npm start";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export async function commands(progress: (what: string) => void): Promise<Row[]> {
  progress("npm start");
  const from = Date.now();
  const { status } = spawnSync("npm", ["start"], { cwd: ROOT, stdio: "ignore" });
  const seconds = (Date.now() - from) / 1000;
  const fixed = "it takes minutes; use `time`";
  return [
    status === 0 ? row(START, seconds, "s", 10) : notMeasured(START, "s", 10, "it failed"),
    notMeasured("npm cit", "s", 120, fixed),
    notMeasured("npm run test:full", "s", 900, fixed),
  ];
}
