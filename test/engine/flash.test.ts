// wib flash against the real interpreter: a product and a bench build go onto its flash, run, and are healthy.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openConsole } from "../../client/flash/console.ts";
import { flashBoard } from "../../client/flash/flash.ts";
import { loadLabels } from "../../client/flash/labels.ts";
import { unflashBoard } from "../../client/flash/unflash.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { withProgram } from "../support/needs.ts";
import { RECORD } from "../support/flash-bench.ts";

withProgram("ESPRUINO_BIN", "the interpreter is flashed as a product, again as a bench build, and wiped", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-flash-engine-"));
  const before = process.cwd();
  process.chdir(folder); // where the interpreter keeps its flash
  try {
    const port = `exec:${process.env.ESPRUINO_BIN!}`;
    const bundles = { product: await cachedBundle(RECORD, "product"), bench: await cachedBundle(RECORD, "bench") };
    const common = { record: RECORD, port, labelFolder: path.join(folder, "labels"), confirm: async () => true };
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
    const first = await flashBoard({ ...common, build: "product", bundle: bytes(bundles.product) });
    assert.is(first.version.slice(0, 3), "2v2");
    assert.ok(readFileSync("espruino.flash").includes(Buffer.from(bundles.product, "latin1")));
    const locked = await openConsole(port);
    assert.ok(locked.isLocked);
    await locked.close();
    const password = loadLabels(common.labelFolder)[0].consolePassword;
    const again = await flashBoard({ ...common, build: "bench", bundle: bytes(bundles.bench), password });
    assert.is(again.label.serial, first.label.serial);
    const open = await openConsole(port);
    assert.is(JSON.parse(await open.ask("wib.status()")).build, "bench");
    await open.close();
    await unflashBoard(common);
    assert.ok(readFileSync("espruino.flash").every((byte) => byte === 0xff));
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
