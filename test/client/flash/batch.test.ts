// A box of boards: no serial twice, no row lost, and a second run goes on where the first stopped.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { flashBatch, loadRows, reportFile, rowFor, saveReport } from "../../../client/flash/batch.ts";
import type { BatchOptions } from "../../../client/flash/batch.ts";
import { VirtualBoard } from "../../../host-sim/console.ts";
import { NorFlash } from "../../../host-sim/flash.ts";
import { freePort } from "../../../client/bench/free-port.ts";
import { closeBenches, openBench, RECORD, smallBundle } from "../../support/flash-bench.ts";
import { until } from "../../support/targets.ts";

const SERIALS = ["WIB-7K3M-9QPX-2D4R-W8TF", "8K3M9QPX2D4RW8TF"];

test.after(closeBenches);

async function csv(text: string): Promise<string> {
  const { folder } = await openBench();
  const file = path.join(folder, "labels.csv");
  writeFileSync(file, text);
  return file;
}

test("a box: each board as it is plugged in, a row each, and nothing is done twice", async () => {
  const file = await csv(`serial,note\n${SERIALS.join(",x\n")},y\n,drawn\n`);
  const port = await freePort();
  const said: string[] = [];
  const options: BatchOptions = {
    ...{ record: RECORD, build: "product", bundle: smallBundle("product", 800), file, port: `tcp://127.0.0.1:${port}` },
    ...{ labelFolder: path.join(path.dirname(file), "labels"), talk: (text: string) => said.push(text) },
    ...{ confirm: async () => false, onDone: async () => {} },
  };
  const plug = async (chip: string, flash = new NorFlash([RECORD.storage])) => {
    const virtual = new VirtualBoard({ record: RECORD, flash, port, faults: { env: { "SERIAL": chip } } });
    await virtual.start();
    return { virtual, flash };
  };
  const states = () => loadRows(file).map(({ state }) => state);
  const batch = flashBatch(options);
  // The power of the first goes while it is written; it is plugged in again, and gets its own row.
  const first = await plug("chip-1");
  first.flash.cutAfter(600);
  await until("its power has gone", () => first.flash.poweredOff && said.some((text) => text.includes("hint")));
  assert.equal(states(), ["begun", "free", "free"]);
  await first.virtual.stop();
  await new Promise((next) => setTimeout(next, 700));
  first.flash.powerOn();
  const again = await plug("chip-1", first.flash);
  await until("the first is done", () => states()[0] === "done", 15000).catch(() =>
    assert.unreachable(said.join("\n")),
  );
  await again.virtual.stop();
  for (const [i, chip] of [
    [1, "chip-2"],
    [2, "chip-3"],
  ] as const) {
    await new Promise((next) => setTimeout(next, 700));
    const { virtual } = await plug(chip);
    await until(`${chip} is done`, () => states()[i] === "done");
    await virtual.stop();
  }
  const result = await batch;
  assert.equal([result.rows, result.done], [3, 3]);
  const rows = loadRows(file);
  assert.equal(
    rows.map(({ chip }) => chip),
    ["chip-1", "chip-2", "chip-3"],
  );
  assert.is(new Set(rows.map(({ serial }) => serial)).size, 3);
  assert.is(rows[0].serial, "7K3M9QPX2D4RW8TF");
  assert.is(statSync(reportFile(file)).mode & 0o777, 0o600);
  const done = await flashBatch(options); // nothing is left: no board is waited for
  assert.is(done.done, 3);
});

test("a row that was begun belongs to its chip; what is drawn stays drawn", async () => {
  const file = await csv("serial\n\n8K3M9QPX2D4RW8TF\n");
  const rows = loadRows(file);
  assert.is(rows.length, 2);
  rows[0].state = "begun";
  rows[0].chip = "a";
  assert.is(rowFor(rows, "a"), rows[0]);
  assert.is(rowFor(rows, "b"), rows[1]);
  rows[1].state = "done";
  assert.is(rowFor(rows, "b"), undefined);
  rows[0].error = 'a "quoted", error\nof two lines';
  saveReport(file, rows);
  const loaded = loadRows(file);
  assert.is(loaded[0].serial, rows[0].serial);
  assert.is(loaded[0].error, 'a "quoted", error of two lines');
  assert.is(rowFor(loaded, "a"), loaded[0]);
});

test("files that are wrong are refused with their line, and nothing is written", async () => {
  const cases: [string, RegExp][] = [
    ["name\nx\n", /no column serial/],
    ["serial\n7K3M9QPX2D4RW8TF\nWIB-7K3M-9QPX-2D4R-W8TF\n", /line 3: the serial of line 2 again/],
    ["serial\n7K3M9QPX2D4RW8T\n", /line 2: a serial has 16/],
  ];
  for (const [text, pattern] of cases) {
    const file = await csv(text);
    assert.throws(() => loadRows(file), pattern);
    assert.throws(() => readFileSync(reportFile(file)));
  }
  assert.throws(() => loadRows("/nowhere/labels.csv"), /cannot be read/);
  const file = await csv("serial\n7K3M9QPX2D4RW8TF\n");
  saveReport(file, [{ ...loadRows(file)[0], state: "done" }]);
  writeFileSync(file, "serial\n9K3M9QPX2D4RW8TF\n");
  assert.throws(() => loadRows(file), /another when it was used/);
});

test.run();
