// After setup: the simulated device reports to its owner's server.
import { test } from "uvu";
import { REPORT_CASES } from "../support/report-cases.ts";
import { simTarget } from "../support/targets.ts";

for (const { name, run } of REPORT_CASES) test(name, () => run(simTarget));

test.run();
