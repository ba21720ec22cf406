// A whole setup over real HTTP against the simulator.
import { test } from "uvu";
import { hasTool } from "../support/needs.ts";
import { SETUP_CASES } from "../support/setup-cases.ts";
import { simTarget } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

let target: Target;

test.before(async () => {
  target = await simTarget();
});
test.after(() => target.stop());

for (const { name, run } of SETUP_CASES)
  if (hasTool("openssl", "version")) test(name, () => run(target));
  else test.skip(`${name} (needs openssl)`);

test.run();
