// The engine's TLS client on the real interpreter: what the simulator's does has to be the same, line by line. Then the
// device itself, set up and reporting to its owner's server.
import * as assert from "uvu/assert";
import { test } from "uvu";
import { withProgram } from "../support/needs.ts";
import { engineTarget, simTarget } from "../support/targets.ts";
import { REPORT_CASES } from "../support/report-cases.ts";
import { runTlsCase, TLS_CASES, tlsPki } from "../support/tls-cases.ts";

for (const c of TLS_CASES)
  withProgram("ESPRUINO_BIN", `as the simulator: ${c.name}`, async () => {
    const onInterpreter = await runTlsCase(c, engineTarget);
    assert.equal(onInterpreter, await runTlsCase(c, simTarget));
    assert.equal(onInterpreter.lines, c.lines);
    if (c.seen) assert.equal(onInterpreter.seen, c.seen(await tlsPki()));
  });

for (const { name, run } of REPORT_CASES) withProgram("ESPRUINO_BIN", name, () => run(engineTarget));

test.run();
