// wib flash on the virtual board: what is on a board afterwards, what is refused, and what is kept of a board that is flashed again.
import { statSync } from "node:fs";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boot0For } from "../../../client/boot0.ts";
import type { WibError } from "../../../client/errors.ts";
import { formatSerial } from "../../../client/serial.ts";
import { openConsole } from "../../../client/flash/console.ts";
import { closeBenches, openBench, RECORD, smallBundle } from "../../support/flash-bench.ts";
import type { Bench } from "../../support/flash-bench.ts";

const SERIAL = "7K3M9QPX2D4RW8TF";

async function on(work: (bench: Bench) => Promise<void>, ...args: Parameters<typeof openBench>): Promise<void> {
  const bench = await openBench(...args);
  try {
    await work(bench);
  } finally {
    await bench.stop();
  }
}

/** The error of something that has to fail. */
async function failure(work: Promise<unknown>): Promise<WibError> {
  const error = await work.then(
    () => undefined,
    (reason: WibError) => reason,
  );
  assert.ok(error, "it did not fail");
  return error!;
}

test("a product: its bundle byte for byte, locked by .boot0, serial and blank files, and a label with its password", () =>
  on(async (bench) => {
    const steps: string[] = [];
    const { label } = await bench.run({ serial: SERIAL, onStep: (step) => steps.at(-1) === step || steps.push(step) });
    assert.equal(bench.files().sort(), [".boot0", ".bootcde", "wib.cfg", "wib.l0", "wib.sed", "wib.try"]);
    assert.is(bench.file(".bootcde"), Buffer.from(smallBundle()).toString("latin1"));
    assert.is(bench.file(".boot0"), boot0For(label.consolePassword!));
    assert.equal(JSON.parse(bench.file("wib.cfg")!), { serial: SERIAL });
    assert.equal(
      ["wib.sed", "wib.try", "wib.l0"].map((name) => bench.file(name)!.length),
      [2048, 1024, 1024],
    );
    const seed = bench.file("wib.sed")!;
    assert.match(seed.slice(32), /^\xff+$/);
    assert.ok(new Set(seed.slice(0, 32)).size > 16, "random bytes in the first slot");
    await bench.run({ password: label.consolePassword });
    assert.is.not(bench.file("wib.sed"), seed);
    assert.ok(bench.virtual.board.locked());
    assert.is(label.state, "done");
    assert.equal(steps.slice(0, 7), ["connect", "check", "erase", "write", "read back", "restart", "entropy"]);
  }));

test("a bench build is not locked, and has no password", () =>
  on(async (bench) => {
    const { label } = await bench.run({ build: "bench" });
    assert.not(bench.virtual.board.locked());
    assert.not(bench.files().includes(".boot0"));
    assert.is(label.consolePassword, undefined);
  }));

test("labels are for their owner only, and the password is nowhere but there and on the board", () =>
  on(async (bench) => {
    const said: string[] = [];
    const { label } = await bench.run({
      onWarning: (text) => said.push(text),
      onStep: (step, share) => said.push(`${step} ${share}`),
    });
    const folder = path.join(bench.folder, "labels");
    assert.is(statSync(folder).mode & 0o777, 0o700);
    assert.is(statSync(path.join(folder, `${(await import("node:fs")).readdirSync(folder)[0]}`)).mode & 0o777, 0o600);
    for (const secret of [label.consolePassword!, label.serial]) {
      assert.not.match(said.join("\n") + bench.printed.join("\n"), secret);
      assert.not.match((await import("node:fs")).readdirSync(folder).join(), secret);
    }
  }));

test("a locked board is refused without its password, and with another one; with it, it keeps its serial", () =>
  on(async (bench) => {
    const first = await bench.run({ serial: SERIAL });
    const before = bench.flash.snapshot();
    const refused = await failure(bench.run());
    assert.is(refused.exitCode, 2);
    assert.match(refused.hint, "--password-file");
    const wrong = await failure(bench.run({ password: "X".repeat(20) }));
    assert.match(wrong.message, "another password");
    assert.equal(bench.flash.snapshot(), before);
    const again = await bench.run({ password: first.label.consolePassword });
    assert.is(again.label.serial, SERIAL);
    assert.is(again.label.consolePassword, first.label.consolePassword);
    const renewed = await bench.run({ password: first.label.consolePassword, newSerial: true });
    assert.is.not(renewed.label.serial, SERIAL);
    assert.ok(bench.virtual.board.locked());
  }));

test("what would be destroyed is asked for first; a no changes nothing, and locks the console again", () =>
  on(async (bench) => {
    const { label } = await bench.run();
    const open = await openConsole(bench.port, { password: label.consolePassword });
    await open.writeFile("wib.k0", new Uint8Array(100).fill(7), RECORD.storage);
    await open.writeFile("notes", new Uint8Array(100).fill(8), RECORD.storage);
    await open.lock();
    await open.close();
    const before = bench.flash.snapshot();
    const asked: string[] = [];
    const no = await failure(
      bench.run({ password: label.consolePassword, confirm: async (what) => !asked.push(...what) }),
    );
    assert.is(no.exitCode, 1);
    assert.match(asked.join("; "), /private key.*notes/);
    assert.equal(bench.flash.snapshot(), before);
    assert.ok(bench.virtual.board.locked());
    await bench.run({ password: label.consolePassword });
    assert.not(bench.files().includes("wib.k0"));
    assert.not(
      Buffer.from(bench.flash.snapshot()).includes(Buffer.alloc(16, 7)),
      "nothing of the key is left in flash",
    );
  }));

test("another board, an old engine, too little flash: refused before anything is changed", async () => {
  const small = { ...RECORD, storage: { ...RECORD.storage, bytes: 6144 } };
  const cases: [Parameters<typeof openBench>, RegExp][] = [
    [[{ env: { "BOARD": "PIXLJS" } }], /says that it is PIXLJS, not LINUX/],
    [[{ env: { "BOARD": "RP2040_PICO" } }], /says that it is RP2040_PICO/],
    [[{ env: { "VERSION": "2v28.900" } }], /2v28.900, and Wib needs 2v29/],
    [[{ env: { "VERSION": "1v99" } }], /1v99, and Wib needs/],
    [[{}, small], /not enough flash/],
  ];
  for (const [args, pattern] of cases)
    await on(
      async (bench) => {
        const error = await failure(bench.run());
        assert.match(error.message, pattern);
        assert.is(error.exitCode, 2);
        assert.ok(error.hint);
        assert.is(bench.flash.operations, 0);
        assert.equal(bench.labels(), []);
      },
      ...args,
    );
  await on(async (bench) => void (await bench.run()), { env: { "VERSION": "2v29" } });
  await on(async (bench) => void (await bench.run()), { env: { "VERSION": "3v1" } });
});

test("a device whose entropy is not healthy is not called done", () =>
  on(async (bench) => {
    const error = await failure(
      // Not waited for: an hour would be allowed.
      bench.run({ bundle: smallBundle("product", 1000, "noise source timer: entropy-failed"), entropyMs: 3_600_000 }),
    );
    assert.is(error.exitCode, 2);
    assert.match(error.message, "noise source timer: entropy-failed");
    assert.is(bench.labels()[0].state, "begun");
    assert.ok(bench.virtual.board.locked());
    await bench.run(); // repairs it: the password of a label that was begun is tried
    assert.is(bench.labels()[0].state, "done");
  }));

test("a device that was ready before anybody listened is asked, and its console locked again", () =>
  on(async (bench) => {
    await bench.run({ bundle: smallBundle("product", 1000, "ready", 0) });
    assert.is(bench.labels()[0].state, "done");
    assert.ok(bench.virtual.board.locked());
    assert.is(bench.virtual.restarts, 1);
    assert.is(bench.virtual.board.unlock(bench.labels()[0].consolePassword!), true);
    assert.is(bench.virtual.board.evaluate("typeof $w"), "undefined");
  }));

test("a board with a radio console gets it switched off before anything is written", () =>
  on(async (bench) => {
    bench.virtual.board.evaluate("global.off=function(on){print('radio '+on)};global.ESP32={enableBLE:off}");
    await bench.run({ record: { ...RECORD, console: { ...RECORD.console, also: ["ble-esp32"] } } });
    assert.is(bench.printed.filter((line) => line === "radio false").length, 1);
  }));

test("a weak serial is taken, with a warning; a drawn one has none", () =>
  on(async (bench) => {
    const said: string[] = [];
    await bench.run({ serial: "0000000000000001", build: "bench", onWarning: (text) => said.push(text) });
    assert.match(said.join(), "weak");
    await bench.run({ newSerial: true, build: "bench", onWarning: (text) => said.push(text) });
    assert.is(said.length, 1);
    assert.match(formatSerial(bench.labels()[0].serial), /^WIB-/);
  }));

test.after(closeBenches);
test.run();
