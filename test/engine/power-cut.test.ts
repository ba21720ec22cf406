// A flash that lost its power somewhere in each phase of a device's life, booted by the real interpreter: it says what the
// firmware's store says of it, and can be set up. test/firmware/store/power-cut.test.ts tries every cut.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { composeKeyText } from "../../client/key-text.ts";
import { provision } from "../../client/provision.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { withProgram } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { found, phases } from "../support/power-cuts.ts";
import type { Phase } from "../support/power-cuts.ts";
import { testRandom } from "../support/random.ts";
import { engineTarget, SERIAL, until } from "../support/targets.ts";
import type { EngineTarget } from "../support/targets.ts";

const NAMES = ["install", "re-install", "factory reset", "seed update", "log: window", "log made anew"];
const random = testRandom();
let made: Phase[] | undefined;
let port = 0;
let target: EngineTarget | undefined;

test.after.each(async () => {
  await target?.stop();
  target = undefined;
});

for (const name of NAMES)
  withProgram("ESPRUINO_BIN", `${name}: the interpreter boots from what a cut leaves`, async () => {
    port ||= await freePort();
    made ??= await phases(port);
    const phase = made.find((one) => one.name.startsWith(name))!;
    const after = random.below(phase.total + 1);
    const label = `${phase.name}, cut after ${after} of ${phase.total} [WIB_SEED=${random.seed}]`;
    const expected = found(phase.cut(after));
    target = await engineTarget(phase.cut(after), process.env.ESPRUINO_BIN!, port);
    await until("it has randomness", async () => (await target!.status()).entropy === "ready");
    const { installed, failedTries } = await target.status();
    assert.equal([installed, failedTries], [expected.pair !== "none", expected.tries], label);
    const log: [number, string][] = JSON.parse(await target.ask("wib.log()"));
    assert.is(log.map(([number, event]) => [number, event]).join(), expected.log.join(), label);

    await target.openWindow();
    const keyText = composeKeyText(opensslPki().ec);
    await provision({ url: target.url, serial: SERIAL, suite: "x25519", allowBench: true, keyText });
    await until("the window has shut", async () => !(await target!.status()).window);
    assert.equal(await target.status().then((s) => [s.installed, s.failedTries]), [true, 0], label);
    const events = (JSON.parse(await target.ask("wib.log()")) as [number, string][]).map(([, event]) => event);
    assert.equal(events.slice(-3), ["authenticated", "installing", "installed"], label);
  });

test.run();
