// Every fault that a cable, a plug and a chip can have, and that a second run of the same command repairs it. After a cut at any byte
// or at any change of flash a board runs all of a product, locked, or nothing.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WibError } from "../../../client/errors.ts";
import { BoardConsole } from "../../../client/flash/console.ts";
import { NorFlash } from "../../../host-sim/flash.ts";
import { testRandom, times } from "../../support/random.ts";
import { closeBenches, openBench, problemsOf, RECORD, smallBundle } from "../../support/flash-bench.ts";
import type { Bench } from "../../support/flash-bench.ts";

const CUTS = Math.min(times(4), 24);
/** Of the first file: its name is there, its size is not. */
const IN_THE_HEADER = 277;
const { seed, below } = testRandom();
const bundle = smallBundle("product", 1500);

async function failure(work: Promise<unknown>): Promise<WibError | undefined> {
  return work.then(
    () => undefined,
    (reason: WibError) => reason,
  );
}

async function repaired(bench: Bench, how: string): Promise<void> {
  const again = await failure(bench.run({ bundle }));
  assert.is(again?.message, undefined, `second run after ${how}`);
  assert.is(bench.labels().filter(({ state }) => state === "done").length, 1, how);
  assert.equal(problemsOf(bench, bundle), [], how);
  assert.is(bench.file(".bootcde"), Buffer.from(bundle).toString("latin1"), how);
}

test("lost bytes are sent again, in both directions", async () => {
  const bench = await openBench({ losesByte: 1 / 2500 });
  await bench.run({ bundle });
  bench.virtual.faults.losesByte = 0;
  assert.is(bench.file(".bootcde"), Buffer.from(bundle).toString("latin1"));
  assert.equal(problemsOf(bench, bundle), []);
  await bench.stop();
});

test("what a board hears again it does not do again", async () => {
  const bench = await openBench({ hearsAgain: 0.5 });
  const board = new BoardConsole(bench.port, {});
  await board.open();
  await board.ask("global.n=0");
  for (let i = 1; i <= 60; i++) assert.is(await board.ask("++global.n"), String(i));
  await board.close();
  await bench.run({ bundle });
  bench.virtual.faults.hearsAgain = 0;
  assert.equal(problemsOf(bench, bundle), []);
  await bench.stop();
});

test(`a connection cut after any byte: a second run repairs it [WIB_SEED=${seed}]`, async () => {
  const probe = await openBench();
  await probe.run({ bundle });
  const total = probe.virtual.received;
  await probe.stop();
  for (let i = 0; i < CUTS; i++) {
    const at = 1 + below(total);
    const bench = await openBench({ cutAfter: at });
    const error = await failure(bench.run({ bundle }));
    if (error) assert.is(error.exitCode, 3, `${at}: ${error.message}`);
    assert.equal(problemsOf(bench, bundle), [], `cut after ${at} of ${total} bytes`);
    if (error) await repaired(bench, `a cut after ${at} of ${total} bytes`);
    await bench.stop();
  }
});

test(`a plug pulled at any change of flash: nothing half runs, and a second run repairs it [WIB_SEED=${seed}]`, async () => {
  const probe = await openBench();
  await probe.run({ bundle });
  const blank = probe.flash.operations; // of a first flashing, and of one over it
  await probe.run({ bundle, password: probe.labels()[0].consolePassword });
  const over = probe.flash.operations - blank;
  await probe.stop();
  for (let i = 0; i < 2 * CUTS; i++) {
    const isOver = i % 2 === 1;
    const bench = await openBench();
    let password: string | undefined;
    if (isOver) password = (await bench.run({ bundle: smallBundle("product", 1200) })).label.consolePassword;
    const at = below(isOver ? over : blank);
    bench.flash.cutAfter(at);
    const error = await failure(bench.run({ bundle, password }));
    assert.ok(error || !bench.flash.poweredOff, `cut at ${at}: success, but the power was off`);
    bench.flash.powerOn();
    const problems = problemsOf(
      bench,
      bench.file(".bootcde")?.length === bundle.length ? bundle : smallBundle("product", 1200),
    );
    assert.equal(
      problems,
      [],
      `cut at ${at} of ${isOver ? over : blank} changes, ${isOver ? "over another" : "blank"}`,
    );
    const again = await failure(
      bench.run({ bundle, password: bench.virtual.board.locked() ? bench.labels()[0].consolePassword : undefined }),
    );
    assert.is(again?.message, undefined, `second run after ${at}`);
    assert.is(bench.file(".bootcde"), Buffer.from(bundle).toString("latin1"));
    await bench.stop();
  }
});

test("a plug pulled while the first file's header is written: it is listed, cannot be read, and a second run repairs it", async () => {
  const bench = await openBench();
  bench.flash.cutAfter(IN_THE_HEADER);
  await failure(bench.run({ bundle }));
  assert.equal(problemsOf(bench, bundle), []);
  const torn = bench.files().filter((name) => bench.file(name) === undefined);
  assert.equal(torn, [".boot0"]);
  await repaired(bench, "a torn header");
  await bench.stop();
});

/** One bit that does not stay what it was programmed to. */
class WornFlash extends NorFlash {
  worn = 0;
  override program(addr: number, data: Uint8Array): void {
    super.program(
      addr,
      this.worn >= addr && this.worn < addr + data.length
        ? data.map((byte, i) => (addr + i === this.worn ? byte & 0x7e : byte))
        : data,
    );
  }
}

test("flash that does not keep what was written is found by reading back, and nothing runs", async () => {
  for (const offset of [40, 4900, 5200]) {
    const flash = new WornFlash([RECORD.storage]);
    const bench = await openBench({}, RECORD, flash);
    flash.worn = RECORD.storage.start + offset;
    const error = await failure(bench.run({ bundle }));
    assert.is(error?.exitCode, 2, `${offset}: ${error?.message}`);
    assert.match(error!.message + error!.hint, /upload corrupted|not what was sent|not in flash|says/);
    assert.equal(problemsOf(bench, bundle), []);
    assert.not(bench.printed.some((line) => line.startsWith("wib: started")));
    flash.worn = 0;
    await repaired(bench, `a worn byte ${offset}`);
    await bench.stop();
  }
});

test("silence is told as silence", async () => {
  const bench = await openBench({ isSilent: true });
  const error = await failure(bench.run({ bundle }));
  assert.is(error?.exitCode, 3);
  assert.match(error!.message, "no answer");
  bench.virtual.faults.isSilent = false;
  await repaired(bench, "silence");
  await bench.stop();
});

test("flash that fills up under the hands of the flasher is an error, and repaired by room", async () => {
  const bench = await openBench();
  const board = new BoardConsole(bench.port, {});
  await board.open();
  const error = await failure(board.writeFile("a", new Uint8Array(300_000), RECORD.storage));
  assert.match(error!.message, "Unable to find or create file");
  await board.close();
  await repaired(bench, "a full flash");
  await bench.stop();
});

test("a board that hears nothing more restarts by itself, and a product is locked then", async () => {
  const bench = await openBench({ keepsLine: true });
  const { label } = await bench.run({ bundle });
  const board = new BoardConsole(bench.port, {});
  await board.open();
  await board.unlock(label.consolePassword!);
  assert.not(bench.virtual.board.locked());
  const { restarts } = bench.virtual;
  assert.is(bench.virtual.board.evaluate("$w.d"), 30000);
  bench.virtual.board.evaluate("$w.d=200");
  await board.ask("1");
  await board.guard(); // anew: what was wound up before does not go off
  await new Promise((next) => setTimeout(next, 400));
  assert.not(bench.virtual.board.locked());
  bench.virtual.board.evaluate("$w.d=2000");
  await board.ask("1");
  await board.close();
  const next = new BoardConsole(bench.port, {});
  await next.open();
  await next.ask("1"); // what another dialogue has wound up does not go off in this one
  await new Promise((done) => setTimeout(done, 2200));
  assert.is(bench.virtual.restarts, restarts);
  await next.close();
  await board.open();
  await board.guard();
  bench.virtual.board.evaluate("$w.d=50"); // not half a minute in a test
  await board.ask("1");
  await board.close();
  for (let i = 0; i < 60 && bench.virtual.restarts === restarts; i++) await new Promise((next) => setTimeout(next, 50));
  assert.is(bench.virtual.restarts, restarts + 1);
  assert.ok(bench.virtual.board.locked());
  await bench.stop();
});

test("what goes wrong in flash after it was written is found when all of it is read back", async () => {
  const bench = await openBench();
  let isDamaged = false;
  const error = await failure(
    bench.run({
      bundle,
      onStep(step) {
        if (step !== "read back" || isDamaged) return;
        isDamaged = true;
        const at = Buffer.from(bench.flash.snapshot()).indexOf(Buffer.from(bundle).subarray(100, 200));
        bench.flash.programAnywhere(RECORD.storage.start + at, new Uint8Array(8));
      },
    }),
  );
  assert.match(error!.message, ".bootcde in flash is not what was sent");
  assert.is(error!.exitCode, 2);
  assert.equal(problemsOf(bench, bundle), []);
  await repaired(bench, "a bit that fell");
  await bench.stop();
});

test.after(closeBenches);
test.run();
