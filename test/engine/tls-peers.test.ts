// The TLS server on the real interpreter: OpenSSL and curl get /status from it, hostile peers get their alerts, and afterwards it
// has as many variables in use as before.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { httpsDevice, targetOf } from "../support/https-device.ts";
import type { HttpsDevice } from "../support/https-device.ts";
import { withProgram } from "../support/needs.ts";
import { testRandom, times } from "../support/random.ts";
import { sleep } from "../support/targets.ts";
import { tempTree } from "../support/temp-tree.ts";
import { casesByKind } from "../support/tls-hostile/all-cases.ts";
import { HostileRun } from "../support/tls-hostile/run.ts";
import { curl, opensslClient } from "../support/tls-programs.ts";

/** What a timer, a line on the console or a ticket more may take; a connection left behind takes hundreds. */
const SLACK_VARIABLES = 40;

async function withDevice(use: (device: HttpsDevice) => Promise<void>): Promise<void> {
  const device = await httpsDevice({ program: process.env.ESPRUINO_BIN });
  await use(device).finally(() => device.stop());
}

async function variables(device: HttpsDevice): Promise<number> {
  await sleep(500);
  return Number(await device.ask("process.memory().usage"));
}

withProgram("ESPRUINO_BIN", "OpenSSL and curl verify the chain and get /status from the interpreter", () =>
  withDevice(async (device) => {
    const https = { ...targetOf(device), caFile: `${tempTree({ "ca.pem": device.caPem })}ca.pem` };
    for (const groups of ["X25519", "P-256", "P-384:X25519"]) {
      const { output } = await opensslClient(https, ["-groups", groups, "-alpn", "http/1.1"]);
      assert.match(output, "Verify return code: 0 (ok)");
      assert.match(output, '{"firmware"');
    }
    const { code, output } = await curl(https);
    assert.is(code, 0, output);
    assert.match(output, '{"firmware"');
  }),
);

withProgram("ESPRUINO_BIN", "hostile peers on the interpreter: the right alerts, and memory back to where it was", () =>
  withDevice(async (device) => {
    const random = testRandom();
    const run = new HostileRun({ ...targetOf(device), timeoutMs: 60000 }, random);
    const cases = Object.values(casesByKind(random)).flat();
    await run.honest();
    await run.honest();
    const before = await variables(device);
    const wrong: string[] = [];
    for (let i = 0; i < Math.min(times(20), 60); i++) {
      const { isRight, text } = await run.one(random.pick(cases));
      if (!isRight) wrong.push(text);
    }
    await run.honest();
    assert.is(wrong.join("\n"), "", `[WIB_SEED=${random.seed}]\n${wrong.join("\n")}`);
    const after = await variables(device);
    assert.ok(
      after - before <= SLACK_VARIABLES,
      `${before} variables before, ${after} after [WIB_SEED=${random.seed}]`,
    );
  }),
);

test.run();
