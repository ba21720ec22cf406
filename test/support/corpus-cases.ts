// Setups with what the corpus holds, on a device over real HTTP; beside the cases of client/bench/setup-cases.ts.
import * as assert from "uvu/assert";
import type { SetupCase } from "../../client/bench/setup-cases.ts";
import { until } from "../../client/bench/target.ts";
import { provision } from "../../client/provision.ts";
import { readCorpus } from "../corpus/entry.ts";

export const CORPUS_CASES: SetupCase[] = ["rsa-4096-pkcs8", "chain-4-mixed"].map((file) => ({
  name: `a device is set up with ${file} of the corpus`,
  async run(target) {
    await target.openWindow();
    const { text } = readCorpus().find((entry) => entry.file === `${file}.pem`)!;
    const keyText = new TextEncoder().encode(text);
    await provision({ url: target.url, serial: target.serial, suite: "x25519", allowBench: true, keyText });
    await until("the window has shut", async () => !(await target.status()).window);
    assert.ok((await target.status()).installed);
  },
}));
