// The seed that a boot leaves for the next one: it moves on before anything is drawn, whenever the power goes.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createSeedFile } from "../../../firmware/store/seed-file.ts";
import { NorFlash } from "../../../host-sim/flash.ts";
import { IS_FULL, testRandom, times } from "../../support/random.ts";
import {
  bootOnce,
  fileOf,
  FILE_AT,
  FILE_BYTES,
  flashHal,
  newFlash,
  REGION,
  seedFile,
} from "../../support/seed-boots.ts";

const SLOTS = 16;
const MARKS = { bitwise: 12288, word: 192 };
const seedOf = (n: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (n * 37 + i * 11) & 255);

/** A flash after `boots` boots. */
function after(boots: number, bitwise: boolean, region = {}): NorFlash {
  const flash = newFlash(bitwise, region);
  for (let i = 0; i < boots; i++) assert.ok(seedFile(flash, bitwise).advance(seedOf(i)));
  return flash;
}

test("a new seed goes into the next blank slot, and the ones before it are zero", () => {
  const flash = newFlash(true);
  for (let boot = 0; boot < SLOTS; boot++) {
    assert.ok(seedFile(flash, true).advance(seedOf(boot)));
    const file = fileOf(flash);
    const slot = (n: number) => [...file.subarray(n * 32, n * 32 + 32)];
    for (let n = 0; n < SLOTS; n++)
      assert.equal(slot(n), n < boot ? new Array(32).fill(0) : n === boot ? [...seedOf(n)] : new Array(32).fill(255));
    assert.ok(file.subarray(512).every((byte) => byte === 255));
  }
});

for (const [name, bitwise] of [
  ["bit", true],
  ["word", false],
] as const) {
  const boots = SLOTS + (bitwise ? MARKS.bitwise : MARKS.word);

  test(`once the slots are used up each boot clears a ${name}, and the last seed stays; ${boots} boots in all`, () => {
    const flash = after(SLOTS, bitwise);
    const seeds = seedFile(flash, bitwise);
    const seen = new Set<string>();
    for (let i = SLOTS; i < boots; i++) {
      assert.not(seeds.isUsedUp());
      seen.add(Buffer.from(seeds.read().subarray(512)).toString("latin1"));
      assert.ok(seeds.advance(seedOf(i)));
    }
    assert.is(seen.size, boots - SLOTS);
    assert.ok(seeds.isUsedUp());
    assert.equal([...fileOf(flash).subarray(480, 512)], [...seedOf(SLOTS - 1)]);
    const before = fileOf(flash);
    assert.ok(seeds.advance(seedOf(99)), "nothing more to clear: live noise alone, as ENTROPY.md says");
    assert.equal(fileOf(flash), before);
    assert.is(flash.erased, 0);
  });

  test(`a power cut at every byte that a boot programs, by the ${name}: equal noise never gives equal output`, () => {
    for (const before of [0, 1, 7, SLOTS - 1, SLOTS, SLOTS + 1, SLOTS + 64, SLOTS + 100])
      for (const atomic of [1, 4]) {
        const start = after(before, bitwise, { atomic });
        const outputs: string[] = [];
        for (let cut = 0, finished = false; !finished; cut += atomic) {
          const flash = newFlash(bitwise, { atomic });
          flash.restore(start.snapshot());
          flash.cutAfter(cut);
          const first = bootOnce(flash, bitwise);
          finished = first !== undefined;
          flash.powerOn();
          const second = bootOnce(flash, bitwise);
          const third = bootOnce(flash, bitwise);
          const given = [first, second, third].filter((output) => output !== undefined);
          assert.is(new Set(given).size, finished ? 3 : 2, `cut after ${cut} bytes, ${before} boots before`);
          if (finished) outputs.push(...given);
        }
        assert.is(outputs.length, 3);
      }
  });
}

test("a boot programs the new seed and reads it back before it zeroes the old one", () => {
  const flash = after(3, true);
  const seeds = seedFile(flash, true);
  flash.cutAfter(32);
  assert.throws(() => seeds.advance(seedOf(3)));
  flash.powerOn();
  const file = fileOf(flash);
  assert.equal([...file.subarray(64, 96)], [...seedOf(2)]);
  assert.equal([...file.subarray(96, 128)], [...seedOf(3)]);
});

test("boots with power cuts anywhere, all with the same noise: no output comes twice, nothing is erased", () => {
  const random = testRandom();
  const boots = IS_FULL ? 10000 : times(150);
  const flash = newFlash(true);
  const outputs = new Set<string>();
  let given = 0;
  let previous = fileOf(flash);
  for (let boot = 0; boot < boots; boot++) {
    if (random.below(3)) flash.cutAfter(random.below(boot < 30 ? 80 : 12));
    const output = bootOnce(flash, true);
    flash.powerOn();
    const file = fileOf(flash);
    assert.ok(
      file.every((byte, i) => (byte & ~previous[i]) === 0),
      "bits go from 1 to 0 only",
    );
    previous = file;
    if (output === undefined) continue;
    given++;
    outputs.add(output);
  }
  assert.is(outputs.size, given, `WIB_SEED=${random.seed}`);
  assert.ok(given > boots / 3 && given < boots * 0.9, `${given} of ${boots} boots gave output`);
  assert.is(flash.erased, 0);
});

test("a slot that does not take its seed is passed over; flash that takes nothing gives false", () => {
  const flash = newFlash(true);
  const worn = { ...flashHal(flash) };
  const { write } = worn.flash;
  let broken = (_address: number): boolean => true;
  worn.flash = { ...worn.flash, write: (data, at) => (broken(at) ? undefined : write(data, at)) };
  const seeds = createSeedFile(worn, { ...REGION, bitwise: true });
  assert.not(seeds.advance(seedOf(0)));
  broken = (at) => at === FILE_AT;
  assert.ok(seeds.advance(seedOf(1)));
  assert.equal([...fileOf(flash).subarray(32, 64)], [...seedOf(1)]);
  broken = (at) => at < FILE_AT + 512;
  assert.ok(seeds.advance(seedOf(2)), "a mark is as good");
});

test("a record may ask for a larger file, which holds more marks", () => {
  const hal = flashHal(new NorFlash([{ ...REGION, bytes: 8192 }]));
  const seeds = createSeedFile(hal, { ...REGION, bytes: 8192, seedBytes: 4096 });
  assert.is(seeds.read().length, 4096);
  let boots = 0;
  for (; boots < 1000 && !seeds.isUsedUp(); boots++) assert.ok(seeds.advance(seedOf(boots)));
  assert.is(boots, SLOTS + (4096 - 512) / 8);
});

test("whole words of 8 bytes are programmed, none of them outside the file", () => {
  for (const bitwise of [true, false]) {
    const flash = newFlash(bitwise);
    const counting = { ...flashHal(flash) };
    const { write } = counting.flash;
    let writes = 0;
    const checked = (data: unknown, at: number): void => {
      const { length } = data as Uint8Array;
      assert.ok(at % 8 === 0 && length % 8 === 0 && at >= FILE_AT && at + length <= FILE_AT + FILE_BYTES);
      writes++;
      write(data, at);
    };
    counting.flash = { ...counting.flash, write: checked };
    const seeds = createSeedFile(counting, { ...REGION, bitwise });
    for (let i = 0; i < 100; i++) assert.ok(seeds.advance(seedOf(i)));
    assert.is(writes, SLOTS + (SLOTS - 1) + (100 - SLOTS));
  }
});

test.run();
