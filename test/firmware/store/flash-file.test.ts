// Finding Storage's files in flash, and programming them: against the simulator's Storage, whole and torn.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findFile, preallocate, program } from "../../../firmware/store/flash-file.ts";
import { NorFlash, PowerCut, seeded } from "../../../host-sim/flash.ts";
import type { Region } from "../../../host-sim/flash.ts";
import { createStorage } from "../../../host-sim/storage.ts";
import { forAll } from "../../support/random.ts";
import { virtualHal } from "../../support/virtual-hal.ts";

const START = 0x08004000;
const FOUR_PAGES: Region = { start: START, bytes: 4096, page: 1024 };
const ONE_PAGE: Region = { start: START, bytes: 4096, page: 4096 };

/** What Storage.read gives must be what lies at the address that findFile gives. */
function agree(flash: NorFlash, area: Region, names: string[]): void {
  const { hal } = virtualHal(flash, area);
  for (const name of names) {
    const text = hal.storage.read(name);
    const file = findFile(hal, area, name);
    assert.is(file !== undefined, text !== undefined, `${name}: found ${JSON.stringify(file)}`);
    if (!file) continue;
    const bytes = Buffer.from(flash.read(file.address, file.size)).toString("latin1");
    assert.is(bytes, text!.padEnd(file.size, "\xff"), name);
  }
}

test("a file is found by its whole name, by no beginning or extension of it", () => {
  const { hal, flash } = virtualHal(undefined, ONE_PAGE);
  hal.storage.write("wib.k0", "zero");
  hal.storage.write("wib.k", "none");
  hal.storage.write("wib.k01", "longer");
  hal.storage.write("x".repeat(28), "28");
  agree(flash, ONE_PAGE, ["wib.k0", "wib.k", "wib.k01", "wib", "wib.k0 ", "", "x".repeat(28), "x".repeat(27)]);
});

test("of a file that was replaced the live one is found, and none that was erased", () => {
  const { hal, flash } = virtualHal(undefined, ONE_PAGE);
  hal.storage.write("a", "first");
  hal.storage.write("b", "other");
  hal.storage.write("a", "second, longer");
  agree(flash, ONE_PAGE, ["a", "b"]);
  hal.storage.erase("a");
  agree(flash, ONE_PAGE, ["a", "b"]);
});

test("files are found wherever Storage puts them: across pages, behind gaps, after compaction", () => {
  forAll(40, (random) => {
    const area = random.pick([FOUR_PAGES, ONE_PAGE]);
    const flash = new NorFlash([area], seeded(random.seed));
    const storage = createStorage(flash, { region: area });
    const names = ["a", "b", "wib.k0", "wib.k1"];
    for (let i = 0; i < 40; i++) {
      const name = random.pick(names);
      try {
        if (random.below(4)) storage.write(name, "x".repeat(1 + random.below(700)) + i);
        else storage.erase(name);
      } catch {
        // No room.
      }
      agree(flash, area, names);
    }
  });
});

test("after any power cut what is found is what Storage finds", () => {
  forAll(60, (random) => {
    const area = random.pick([FOUR_PAGES, ONE_PAGE]);
    const flash = new NorFlash([area], seeded(random.seed));
    const names = ["a", "b", "c"];
    for (let boot = 0; boot < 6; boot++) {
      const storage = createStorage(flash, { region: area }); // erases all if the chain is torn in a way it does not bear
      agree(flash, area, names);
      flash.cutAfter(random.below(900));
      try {
        for (let i = 0; i < 20; i++) storage.write(random.pick(names), "x".repeat(1 + random.below(400)) + i);
      } catch (error) {
        if (!(error instanceof PowerCut)) assert.match(String(error), /Unable to find|already written|Too much data/);
      }
      flash.powerOn();
    }
  });
});

test("a size that a power cut tore is mended: what is written next is whole, and all before it is there", () => {
  for (const bytes of [4, 10, 12, 100, 256, 512, 600, 1024, 1536])
    for (let cut = 0; cut <= 40; cut++) {
      const { hal, flash } = virtualHal(undefined, FOUR_PAGES);
      hal.storage.write("first", "1");
      flash.cutAfter(cut);
      try {
        hal.storage.write("new", "n".repeat(bytes));
      } catch (error) {
        assert.instance(error, PowerCut);
      }
      flash.powerOn();
      const after = virtualHal(flash, FOUR_PAGES).hal;
      assert.is(findFile(after, FOUR_PAGES, "none"), undefined);
      const { programmed } = flash;
      findFile(after, FOUR_PAGES, "none");
      assert.is(flash.programmed, programmed, "once");
      const label = `${bytes} bytes, cut after ${cut}`;
      for (const name of ["next", "other"]) assert.ok(after.storage.write(name, name.repeat(77)), label);
      assert.equal([after.storage.read("first"), after.storage.read("next")], ["1", "next".repeat(77)], label);
      agree(flash, FOUR_PAGES, ["first", "next", "other"]);
    }
});

test("a header of rubbish ends its page, is not walked into and left as it is", () => {
  const { hal, flash } = virtualHal(undefined, FOUR_PAGES);
  hal.storage.write("first", "1".repeat(1024 - 32 - 64));
  const torn = START + 1024 - 64;
  flash.program(torn, Uint8Array.of(10, 0xff, 0xff, 0xff, 1, 2, 3, 4)); // a size of 16776970
  const before = flash.snapshot();
  flash.program(START + 1024, Uint8Array.of(4, 0, 0, 0, ...Buffer.from("next".padEnd(28, "\0")), 1, 2, 3, 4));
  assert.equal(findFile(hal, FOUR_PAGES, "next"), { address: START + 1024 + 32, size: 4 });
  assert.is(findFile(hal, FOUR_PAGES, "other"), undefined);
  assert.equal(flash.snapshot().subarray(0, 1024), before.subarray(0, 1024));
});

test("an empty or full area gives nothing and reads nothing behind its end", () => {
  const { hal } = virtualHal(undefined, FOUR_PAGES);
  assert.is(findFile(hal, FOUR_PAGES, "a"), undefined);
  const full = virtualHal(undefined, ONE_PAGE);
  full.hal.storage.write("all", "x".repeat(4096 - 32));
  assert.is(findFile(full.hal, ONE_PAGE, "a"), undefined);
  const nearly = virtualHal(undefined, ONE_PAGE);
  nearly.hal.storage.write("all", "x".repeat(4096 - 32 - 8)); // less than a header is left
  assert.is(findFile(nearly.hal, ONE_PAGE, "a"), undefined);
});

test("program tells whether flash holds what was asked for: bits go from 1 to 0 only", () => {
  const { hal, flash } = virtualHal(undefined, ONE_PAGE);
  const at = START + 64;
  assert.ok(program(hal, at, Uint8Array.of(0xf0, 1, 2, 3)));
  assert.ok(program(hal, at, Uint8Array.of(0x30, 1, 0, 3)));
  assert.not(program(hal, at, Uint8Array.of(0x31, 1, 0, 3)));
  assert.equal([...flash.read(at, 4)], [0x30, 1, 0, 3]);
  assert.ok(program(hal, at, new Uint8Array(4)));
});

test("a file is pre-allocated once, blank, and left alone afterwards", () => {
  const { hal, flash } = virtualHal(undefined, ONE_PAGE);
  preallocate(hal, "f", 64);
  const file = findFile(hal, ONE_PAGE, "f")!;
  assert.is(file.size, 64);
  assert.ok(flash.isErased(file.address, 64));
  assert.ok(program(hal, file.address, new Uint8Array(8)));
  const { programmed } = flash;
  preallocate(hal, "f", 64);
  assert.is(flash.programmed, programmed);
  assert.equal([...flash.read(file.address, 9)], [0, 0, 0, 0, 0, 0, 0, 0, 255]);
});

test.run();
