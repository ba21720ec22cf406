// The same setups against the same bundle on the real interpreter.
import { test } from "uvu";
import { withProgram } from "../support/needs.ts";
import { SETUP_CASES } from "../../client/bench/setup-cases.ts";
import { CORPUS_CASES } from "../support/corpus-cases.ts";
import { engineTarget } from "../support/targets.ts";
import type { Target } from "../support/targets.ts";

let target: Target | undefined;

test.after(async () => {
  await target?.stop();
});

for (const { name, run } of [...SETUP_CASES, ...CORPUS_CASES])
  withProgram("ESPRUINO_BIN", name, async () => {
    target ??= await engineTarget();
    await run(target);
  });

test.run();
