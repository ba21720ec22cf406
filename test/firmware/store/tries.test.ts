// The count of failed tries in flash: through successes, restarts, torn records, and longer than its file has records.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findFile } from "../../../firmware/store/flash-file.ts";
import { createTries } from "../../../firmware/store/tries.ts";
import { NorFlash, PowerCut } from "../../../host-sim/flash.ts";
import { forAll } from "../../support/random.ts";
import { PAGES, virtualHal } from "../../support/virtual-hal.ts";

/** A boot on this flash. */
function boot(flash = new NorFlash([PAGES])) {
  const { hal, area } = virtualHal(flash);
  const tries = createTries(hal, area);
  const file = () => findFile(hal, area, "wib.try")!;
  return { flash, hal, area, tries, file, again: () => boot(flash).tries.count() };
}

test("a try counts when it is spent, whatever comes after it", () => {
  const { tries, again } = boot();
  assert.is(tries.count(), 0);
  for (let i = 1; i <= 50; i++) {
    assert.ok(tries.spend());
    assert.equal([tries.count(), again()], [i, i]);
  }
});

test("a success clears all before it, and the next failure is the first", () => {
  const { tries, again } = boot();
  for (let i = 0; i < 3; i++) tries.spend();
  tries.clear();
  assert.equal([tries.count(), again()], [0, 0]);
  tries.spend();
  assert.equal([tries.count(), again()], [1, 1]);
});

test("a record is 8 bytes: 00000000 ffffffff when counted, all zero when cleared", () => {
  const { tries, flash, file } = boot();
  tries.spend();
  tries.spend();
  tries.clear();
  assert.equal(
    [...flash.read(file().address, 24)],
    [0, 0, 0, 0, 255, 255, 255, 255, ...Array(8).fill(0), ...Array(8).fill(255)],
  );
});

test("the file lasts: after every success fifty failures fit, however often it was used", () => {
  let { tries, flash } = boot();
  for (let round = 0; round < 300; round++) {
    const failures = round % 50;
    for (let i = 0; i < failures; i++) assert.ok(tries.spend());
    assert.is(tries.count(), failures);
    assert.ok(tries.spend());
    tries.clear();
    assert.is(tries.count(), 0, `round ${round}`);
    if (round % 7 === 0) ({ tries, flash } = boot(flash));
    assert.is(tries.count(), 0);
  }
  for (let i = 0; i < 50; i++) assert.ok(tries.spend());
  assert.is(tries.count(), 50);
});

test("a file that is full gives no more tries, until a reset", () => {
  const { tries, again } = boot();
  for (let i = 0; i < 127; i++) assert.ok(tries.spend());
  assert.is(tries.count(), 127);
  assert.ok(tries.spend());
  assert.equal([tries.count(), again()], [Infinity, Infinity]);
  assert.not(tries.spend());
  assert.is(tries.count(), Infinity);
  tries.reset();
  assert.equal([tries.count(), again()], [0, 0]);
  assert.ok(tries.spend());
  assert.equal([tries.count(), again()], [1, 1]);
});

test("a failed program is told, and what it left is counted", () => {
  const { tries, hal, flash, file } = boot();
  const write = hal.flash.write;
  hal.flash.write = () => {}; // flash that takes nothing
  assert.not(tries.spend());
  hal.flash.write = write;
  flash.program(file().address, Uint8Array.of(0xf7, 0xff, 0xff, 0xff)); // or one bit
  assert.is(boot(flash).tries.count(), 1);
});

test("a record that flash did not take counts as a try once one after it is there", () => {
  const { tries, hal, again } = boot();
  const write = hal.flash.write;
  tries.spend();
  hal.flash.write = () => {};
  assert.not(tries.spend());
  hal.flash.write = write;
  assert.ok(tries.spend());
  assert.is(again(), 3);
});

test("a cut at any byte of a try leaves it counted or not begun; of a clearing, cleared or still counted", () => {
  for (let cut = 0; cut <= 17; cut++) {
    const { tries, flash } = boot();
    tries.spend();
    flash.cutAfter(cut);
    try {
      tries.spend();
      tries.clear();
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    const { tries: after } = boot(flash);
    assert.is(after.count(), cut === 0 ? 1 : cut < 16 ? 2 : 0, `cut after ${cut}`);
    assert.ok(after.spend()); // whatever is there, the next one finds its place
    assert.is(after.count(), cut === 0 ? 2 : cut < 16 ? 3 : 1);
  }
});

test("cut anywhere, any number of times, the count is never less than what was spent since the last success", () => {
  forAll(30, (random) => {
    const flash = new NorFlash([PAGES]);
    let spent = 0;
    for (let i = 0; i < 10; i++) {
      const { tries } = boot(flash);
      assert.ok(tries.count() >= spent, `${tries.count()} for ${spent}`);
      flash.cutAfter(random.below(60));
      try {
        for (;;) {
          tries.spend();
          spent++;
          if (random.below(5)) continue;
          tries.clear();
          spent = 0;
        }
      } catch (error) {
        assert.instance(error, PowerCut);
      }
      // A clearing that was cut may have come through all the same.
      flash.powerOn();
      spent = Math.min(spent, boot(flash).tries.count());
    }
  });
});

test("a reset that is cut leaves the old count or none, and never a device that does not start", () => {
  for (let cut = 0; cut < 60; cut++) {
    const { tries, flash } = boot();
    for (let i = 0; i < 7; i++) tries.spend();
    flash.cutAfter(cut);
    try {
      tries.reset();
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    assert.ok([0, 7].includes(boot(flash).tries.count()), `cut after ${cut}`);
  }
});

test("the file's place is asked for anew: it may have moved", () => {
  const { hal, tries, again, file } = boot();
  hal.storage.write("pad", "x".repeat(400));
  tries.spend();
  const before = file().address;
  hal.storage.erase("pad");
  for (let i = 0; i < 80; i++) hal.storage.write("big", "y".repeat(900) + i); // until Storage has been compacted
  tries.spend();
  assert.is(again(), 2);
  assert.type(before, "number");
});

test.run();
