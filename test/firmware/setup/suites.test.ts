// The plain suites by themselves: a device's own public value sent back agrees on nothing, another one does.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCurves } from "../../../firmware/crypto/curves.ts";
import { createFfdhe2048 } from "../../../firmware/crypto/ffdhe2048.ts";
import { SUITE_FFDHE2048, SUITE_P256, SUITE_X25519 } from "../../../firmware/protocol.ts";
import { createSuites } from "../../../firmware/setup/suites.ts";
import type { Suite } from "../../../firmware/setup/suites.ts";
import { hal, primitives } from "../../support/hal.ts";
import { finishJob, runJob } from "../../support/jobs.ts";
import { testRandom } from "../../support/random.ts";

const random = testRandom();
const parts = {
  ...{ hal, p: primitives, curves: createCurves(hal), ffdhe2048: createFfdhe2048(hal) },
  ...{ draw: (length: number) => random.bytes(length), serial: "7K3M9QPX2D4RW8TF", salt: new Uint8Array(32) },
  names: [SUITE_X25519, SUITE_P256, SUITE_FFDHE2048],
};

function prepared(suite: Suite): Suite {
  suite.secret = suite.drawSecret();
  suite.value = finishJob(suite.prepareBegin(suite.secret)!);
  return suite;
}

function agree(suite: Suite, peer: Uint8Array): ReturnType<ReturnType<Suite["agreeBegin"]>["finish"]> {
  const job = suite.agreeBegin(peer, "");
  runJob(job);
  return job.finish();
}

const others = createSuites(parts).map(prepared);
for (const [i, suite] of createSuites(parts).map(prepared).entries())
  test(`${suite.name}: our own value sent back is no agreement, another one is the same for both`, () => {
    assert.is(agree(suite, suite.value!), undefined);
    const other = others[i];
    assert.equal(agree(suite, other.value!)!.ikm, agree(other, suite.value!)!.ikm);
  });

test.run();
