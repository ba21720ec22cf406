// The setup log: what it keeps and for how long, who can push what out of it, and that it reads whole after any cut.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findFile } from "../../../firmware/store/flash-file.ts";
import * as L from "../../../firmware/store/setup-log.ts";
import { createTries } from "../../../firmware/store/tries.ts";
import { NorFlash, PowerCut, seeded } from "../../../host-sim/flash.ts";
import type { Region } from "../../../host-sim/flash.ts";
import { forAll, times } from "../../support/random.ts";
import { PAGES, virtualHal } from "../../support/virtual-hal.ts";

const RECORDS = 64;
const KEPT = 32;
/** Bytes between two cuts where there are many. */
const STEP = Math.ceil(5 / times(1));
const SUM = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 + i);
const EVENTS = ["reset", "authenticated", "installing", "installed", "opened", "shut"];

type Entry = [number: number, event: string, tries: number, seconds: number, certificate: string];

function boot(flash = new NorFlash([PAGES]), area: Region = PAGES) {
  const { hal, clock } = virtualHal(flash, area);
  const tries = createTries(hal, area);
  const log = L.createSetupLog(hal, area, tries);
  const entries = (): Entry[] => JSON.parse(log.read());
  const events = (): string => entries().map(([number, event]) => `${number} ${event}`).join(", "); // prettier-ignore
  const files = () => ["wib.l0", "wib.l1"].map((name) => findFile(hal, area, name)?.size);
  return { flash, hal, clock, tries, log, entries, events, files };
}

/** A setup's records. */
function setUp(log: L.SetupLog): void {
  log.append(L.LOG_OPENED);
  log.append(L.LOG_AUTHENTICATED);
  log.append(L.LOG_INSTALLING, SUM);
  log.append(L.LOG_INSTALLED);
}

test("an entry tells what, after how many tries, when, and which certificate", () => {
  const { log, tries, clock, flash, entries, files } = boot();
  assert.equal([entries(), files()], [[], [1024, undefined]]);
  clock.advance(0x12345 * 1000 + 900);
  log.append(L.LOG_OPENED);
  for (let i = 0; i < 3; i++) tries.spend();
  log.append(L.LOG_AUTHENTICATED);
  tries.clear();
  log.append(L.LOG_INSTALLING, SUM);
  const expected = [
    [0, "opened", 0, 0x12345, "0000000000000000"],
    [1, "authenticated", 3, 0x12345, "0000000000000000"],
    [2, "installing", 0, 0x12345, "a0a1a2a3a4a5a6a7"],
  ];
  assert.equal(entries(), expected);
  const again = boot(flash);
  assert.equal(again.entries(), expected);
  again.log.append(L.LOG_RESET);
  assert.equal(again.entries()[3].slice(0, 3), [3, "reset", 0]);
});

test("a record is 16 bytes as the head of setup-log.ts has it, and is programmed once", () => {
  const { log, tries, clock, flash, hal } = boot();
  clock.advance(0x01020304 * 1000);
  tries.spend();
  log.append(L.LOG_SHUT);
  const { programmed } = flash;
  log.append(L.LOG_INSTALLED, SUM);
  assert.is(flash.programmed - programmed, 16);
  const bytes = flash.read(findFile(hal, PAGES, "wib.l0")!.address, 48);
  assert.equal([...bytes.subarray(0, 16)], [0, 0, 1, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, L.LOG_SHUT]);
  assert.equal([...bytes.subarray(16, 32)], [1, 0, 1, 4, 3, 2, 1, ...SUM.subarray(0, 8), L.LOG_INSTALLED]);
  assert.ok(bytes.subarray(32).every((byte) => byte === 255));
});

test("a try counter that is used up reads as 255, a number beyond 65535 begins anew", () => {
  const { log, tries, flash, hal, entries } = boot();
  while (tries.spend());
  log.append(L.LOG_OPENED);
  assert.is(entries()[0][2], 255);
  const { address } = findFile(hal, PAGES, "wib.l0")!;
  flash.program(address + 16, Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  const again = boot(flash);
  again.log.append(L.LOG_OPENED);
  assert.is(again.events(), "0 opened, 65535 reset, 0 opened");
});

test("windows beyond the file are dropped, here and after a restart; what is in it stays, and no file is made", () => {
  const { log, flash, files } = boot();
  setUp(log);
  const { programmed, erased } = flash;
  for (let i = 0; i < 100; i++) log.append(i & 1 ? L.LOG_SHUT : L.LOG_OPENED);
  assert.is(flash.programmed - programmed, (RECORDS - 4) * 16);
  const again = boot(flash);
  for (let i = 0; i < 20; i++) again.log.append(L.LOG_OPENED);
  assert.equal([flash.erased, again.files()], [erased, files()]);
  const entries = again.entries();
  assert.is(entries.length, RECORDS);
  assert.equal(
    entries.slice(0, 4).map(([, event]) => event),
    ["opened", "authenticated", "installing", "installed"],
  );
  assert.is(entries[RECORDS - 1][0], RECORDS - 1);
});

test("a button that is pressed all day pushes no install, authentication or reset out of the log", () => {
  const { log, entries, files } = boot();
  setUp(log);
  log.append(L.LOG_RESET);
  for (let i = 0; i < 500; i++) log.append(i & 1 ? L.LOG_SHUT : L.LOG_OPENED);
  log.append(L.LOG_AUTHENTICATED);
  log.append(L.LOG_INSTALLING, SUM);
  assert.equal(
    entries().map(([number, event]) => `${number} ${event}`),
    ["1 authenticated", "2 installing", "3 installed", "4 reset", "63 opened", "505 authenticated", "506 installing"],
    "gaps in the numbers tell what was dropped",
  );
  assert.equal(files(), [undefined, 1024]);
});

test("setups for ever: the last of them are there, whole, with room for the next one's records", () => {
  let { log, entries, flash, files } = boot();
  const wanted: string[] = [];
  for (let i = 0; i < 150; i++) {
    setUp(log);
    for (const event of ["opened", "authenticated", "installing", "installed"])
      wanted.push(`${wanted.length} ${event}`);
    const got = entries().map(([number, event]) => `${number} ${event}`);
    assert.equal(got.slice(-4), wanted.slice(-4));
    const kept = wanted.filter((entry) => !entry.endsWith("opened"));
    assert.equal(got.filter((entry) => !entry.endsWith("opened")).slice(1 - KEPT), kept.slice(1 - KEPT), `setup ${i}`);
    if (i % 7 === 0) ({ log, entries, flash, files } = boot(flash));
    assert.is(files().filter(Boolean).length, 1);
  }
});

test("where there is no room for a new file the old one stays, and goes on until it is full", () => {
  const { log, hal, entries } = boot();
  for (let i = 0; i < 56; i++) log.append(L.LOG_RESET);
  hal.storage.write("pad", "x".repeat(hal.storage.getFree() - 32 - 600));
  for (let i = 0; i < 10; i++) log.append(L.LOG_RESET);
  assert.equal(
    entries().map(([number]) => number),
    Array.from({ length: RECORDS }, (_, i) => i),
  );
});

test("a record torn at any byte is left out, and the next ones are whole", () => {
  for (let cut = 0; cut <= 16; cut++) {
    const { log, flash, tries } = boot();
    setUp(log);
    tries.spend();
    flash.cutAfter(cut);
    try {
      log.append(L.LOG_INSTALLING, SUM);
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    const { log: after, entries } = boot(flash);
    after.append(L.LOG_OPENED);
    after.append(L.LOG_SHUT);
    const got = entries();
    assert.is(got.length, 4 + (cut === 16 ? 1 : 0) + 2, `cut after ${cut}`);
    assert.equal(got.slice(-2).map(([, event]) => event), ["opened", "shut"]); // prettier-ignore
    if (cut === 16) assert.is(got[4][4], "a0a1a2a3a4a5a6a7");
    if (cut !== 1) assert.is(got[got.length - 1][0], cut === 0 ? 5 : 6, "its number is not given again");
  }
});

test("a cut at any byte while a new file is made loses none of what is to be kept", () => {
  const important = (entries: Entry[]) => entries.filter(([, event]) => !/opened|shut/.test(event)).slice(-KEPT);
  const start = boot();
  for (let i = 0; i < 14; i++) setUp(start.log);
  start.log.append(L.LOG_OPENED);
  const image = start.flash.snapshot();
  const before = important(start.entries());
  const found = { old: 0, new: 0 };
  for (let cut = 0, finished = false; !finished; cut += STEP) {
    const flash = new NorFlash([PAGES], seeded(3));
    flash.restore(image);
    const { log } = boot(flash);
    flash.cutAfter(cut);
    try {
      log.append(L.LOG_AUTHENTICATED);
      finished = !flash.poweredOff;
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    const after = boot(flash);
    const last = after.entries().slice(-1)[0];
    const kept = important(after.entries().slice(0, last[0] === 57 ? -1 : undefined));
    assert.equal(kept.slice(-31), before.slice(-31), `cut after ${cut}`);
    assert.is(after.files().filter(Boolean).length, 1, `cut after ${cut}`);
    found[after.entries().length > 40 ? "old" : "new"]++;
    const { programmed } = flash;
    after.log.append(L.LOG_OPENED); // there is room
    assert.is(flash.programmed - programmed, 16);
  }
  assert.ok(found.old > 500 / STEP && found.new > 15 / STEP, JSON.stringify(found));
});

test("cut anywhere, any number of times: what was once read is never lost but by being superseded", () => {
  forAll(20, (random) => {
    const flash = new NorFlash([{ ...PAGES, atomic: 4 }]);
    let resets = 0;
    for (let life = 0; life < 12; life++) {
      const { log, entries, files } = boot(flash);
      const seen = entries().filter(([, event]) => event === "reset").length;
      assert.ok(seen >= Math.min(resets, KEPT - 1), `${seen} resets of ${resets}`);
      resets = seen;
      assert.is(files().filter(Boolean).length, 1);
      flash.cutAfter(random.below(4 * 400));
      try {
        while (!flash.poweredOff) {
          const event = random.pick([L.LOG_OPENED, L.LOG_SHUT, L.LOG_RESET]);
          log.append(event);
          if (event === L.LOG_RESET && !flash.poweredOff) resets++;
          if (event !== L.LOG_RESET) flash.program(PAGES.start + PAGES.bytes - 4, new Uint8Array(4)); // time passes
        }
      } catch (error) {
        assert.instance(error, PowerCut);
      }
      flash.powerOn();
    }
  });
});

test("events have the names that the documents have", () => {
  const { log, entries } = boot();
  for (let event = 0; event < EVENTS.length; event++) log.append(event);
  assert.equal(entries().map(([, event]) => event), EVENTS); // prettier-ignore
});

test.run();
