// wib bench on the real interpreter, as a program whose console the bench uses: all its parts, the setup by this machine's network.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { CRYPTO_CASES } from "../../client/bench/crypto-cases.ts";
import { readReport } from "../../client/bench/report.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { wib } from "../support/command-line.ts";
import { withProgram } from "../support/needs.ts";

/** Where the record's bundle has no such thing. */
const NOT_ON_LINUX = ["ecdsa-verify"];

/** A short sample of the timer of a busy or virtual machine is at times assessed below the claim: then the bench has to say so. */
const SAMPLES = 2000;

withProgram("ESPRUINO_BIN", "known answers, setups, a case and noise on the interpreter", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-bench-"));
  try {
    for (const build of ["bench", "probe"] as const)
      writeFileSync(path.join(folder, `linux-${build}.js`), await cachedBundle(boardNamed("linux"), build), "latin1");
    // It keeps its flash in the folder that it runs in.
    const port = `exec:env -C ${folder} ${process.env.ESPRUINO_BIN}`;
    const save = path.join(folder, "report.json");
    const args = ["--port", port, "--firmware", folder, "--yes", "--samples", String(SAMPLES), "--save", save];
    const { code, stdout, stderr } = await wib(["bench", ...args]);
    const { crypto, setup, cases, entropy, failures } = readReport(save);
    assert.is(code, failures.length ? 1 : 0, stdout + stderr);
    assert.equal(
      failures.filter((failure) => !failure.startsWith("timer: ")),
      [],
      stdout + stderr,
    );
    assert.equal(
      crypto!.map(({ name }) => name),
      CRYPTO_CASES.filter(({ operation }) => !NOT_ON_LINUX.includes(operation)).map(({ name }) => name),
    );
    assert.ok(
      crypto!.every(({ variables }) => variables! >= 0),
      "variables of every primitive",
    );
    assert.is(setup!.by, "network");
    const { rest, open, peak, after } = setup!.variables;
    assert.ok(rest! < after! + 500 && rest! < open! && open! <= peak!, JSON.stringify(setup!.variables));
    assert.ok(cases!.every(({ passed }) => passed));
    for (const { source, samples, minEntropy, claim, passed } of entropy!) {
      assert.is(samples, SAMPLES, source);
      assert.ok(minEntropy > 0, source);
      assert.is(passed, minEntropy >= claim, source);
      assert.is(
        failures.some((failure) => failure.startsWith(`${source}: `)),
        !passed,
        source,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
