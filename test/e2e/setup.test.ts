// A whole setup over real HTTP against the simulator.
import { test } from "uvu";
import { SETUP_CASES } from "../../client/bench/setup-cases.ts";
import { CORPUS_CASES } from "../support/corpus-cases.ts";
import { simTarget } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

let target: Target;

test.before(async () => {
  target = await simTarget();
});
test.after(() => target.stop());

for (const { name, run } of [...SETUP_CASES, ...CORPUS_CASES]) test(name, () => run(target));

test.run();
