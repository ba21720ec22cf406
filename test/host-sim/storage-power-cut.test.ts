// What a power cut leaves, after every single byte of a write, a replacement and a compaction: PLATFORM section 7, and
// what it does not say. Bytes are programmed one by one here; chips that program words tear less (`atomic: 4`).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { NorFlash, PowerCut, seeded, type Region } from "../../host-sim/flash.ts";
import { createStorage, type StorageModule } from "../../host-sim/storage.ts";
import { times } from "../support/random.ts";

const COUNT = times(10);
const SEED = Number(process.env.WIB_SEED ?? Date.now() % 1e6);
const START = 0x08004000;
const ONE_PAGE: Region = { start: START, bytes: 2048, page: 2048 };
const FOUR_PAGES: Region = { start: START, bytes: 2048, page: 512 };

interface Left {
  /** Bytes and pages that were changed before the cut. */
  done: number;
  storage: StorageModule;
  flash: NorFlash;
  corrupt: boolean;
}

/** The state after a reboot, for a cut after 0, 1, 2 ... operations of `act`; the last one was not cut. */
function everyCut(region: Region, prepare: (s: StorageModule) => void, act: (s: StorageModule) => void): Left[] {
  const states: Left[] = [];
  for (let finished = false; !finished;) {
    const flash = new NorFlash([region], seeded(3));
    const before = createStorage(flash);
    prepare(before);
    flash.cutAfter(states.length);
    try {
      act(before);
      finished = true;
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    let printed = "";
    const storage = createStorage(flash, { print: (text) => (printed += text) });
    states.push({ done: states.length, storage, flash, corrupt: printed !== "" });
  }
  return states;
}

/** `data` of which only the first `done` bytes were programmed. */
function holed(data: string, done: number): string {
  return data.slice(0, Math.max(done, 0)).padEnd(data.length, "\xff");
}

test("a new file is absent, or there under a torn name, or of right size with 0xFF holes", () => {
  const prepare = (s: StorageModule): void => void s.write("kept", "K");
  const states = everyCut(FOUR_PAGES, prepare, (s) => s.write("new", "0123456789"));
  assert.is(states.length, 32 + 12 + 1);
  for (const { done, storage, corrupt } of states) {
    assert.not(corrupt);
    assert.is(storage.read("kept"), "K");
    assert.is(storage.read("new"), done < 32 ? undefined : holed("0123456789", done - 32), `cut after ${done}`);
    const listed = done < 4 ? [] : [done < 8 ? holed("new", done - 4).padEnd(28, "\xff") : "new"];
    assert.equal(storage.list(), ["kept", ...listed], `cut after ${done}`);
  }
});

test("a replaced file is never old and new; from the first byte on the old one is gone", () => {
  const prepare = (s: StorageModule): void => void (s.write("kept", "K") && s.write("key", "old"));
  for (const { done, storage } of everyCut(FOUR_PAGES, prepare, (s) => s.write("key", "0123456789"))) {
    const want = done === 0 ? "old" : done < 36 ? undefined : holed("0123456789", done - 36);
    assert.is(storage.read("key"), want, `cut after ${done}`);
    assert.is(storage.read("kept"), "K");
  }
});

test("a size torn in two costs all files where no blank page follows, and the next file where one does", () => {
  const prepare = (s: StorageModule): void => void s.write("kept", "K");
  const act = (s: StorageModule): void => void s.write("new", "0123456789");
  for (const { done, storage, flash, corrupt } of everyCut(ONE_PAGE, prepare, act)) {
    assert.is(corrupt, done === 1 || done === 2);
    assert.is(flash.isErased(START, 2048), corrupt);
    assert.is(storage.read("kept"), corrupt ? undefined : "K");
  }
  // The engine does not look whether the place of a new header is blank: size 4 & size 10 is 0, which is no file.
  const [, torn] = everyCut(FOUR_PAGES, prepare, act);
  assert.is(torn.storage.write("next", "4444"), true);
  assert.is(torn.storage.read("next"), undefined);
});

test("a chip that programs words leaves no torn size, and loses nothing but the file being written", () => {
  const words = { ...ONE_PAGE, atomic: 4 };
  const prepare = (s: StorageModule): void => void (s.write("kept", "K") && s.write("key", "old"));
  for (const { storage, corrupt } of everyCut(words, prepare, (s) => s.write("key", "0123456789"))) {
    assert.not(corrupt);
    assert.is(storage.read("kept"), "K");
  }
});

const LIVE: [string, string][] = [
  ["one", "1".repeat(300)],
  ["key", "old"],
  ["three", "3".repeat(300)],
];

function withTrash(storage: StorageModule): void {
  storage.write("one", LIVE[0][1]);
  storage.write("two", "2".repeat(300));
  storage.write("key", LIVE[1][1]);
  storage.write("three", LIVE[2][1]);
  storage.erase("two");
}

test("while one page is compacted, only what has been programmed again is there", () => {
  const states = everyCut(ONE_PAGE, withTrash, (s) => s.compact());
  assert.is(states.length, 1 + 332 + 36 + 332 + 1);
  for (const { done, storage, corrupt } of states) {
    let at = 1; // the erase
    const sizes = LIVE.map(([, data]) => {
      const header = at;
      at += 32 + Math.ceil(data.length / 4) * 4;
      return header;
    });
    const torn = done === 0 || sizes.some((header) => done === header + 1 || done === header + 2);
    assert.is(corrupt, torn, `cut after ${done}`);
    LIVE.forEach(([name, data], i) => {
      const programmed = done - sizes[i] - 32;
      assert.is(
        storage.read(name),
        corrupt || programmed < 0 ? undefined : holed(data, programmed),
        `cut after ${done}`,
      );
    });
  }
});

test("while several pages are compacted, a file can come back with its size and bytes of another", () => {
  const states = everyCut(FOUR_PAGES, withTrash, (s) => s.compact());
  const foreign = states.filter(({ storage }) => {
    const three = storage.read("three");
    return three !== undefined && !/^3*\\xff*$/.test(three);
  });
  assert.ok(foreign.length > 100);
  assert.ok(foreign.some(({ storage }) => storage.list().filter((name) => name === "three").length === 2));
  assert.ok(states.some(({ corrupt }) => corrupt));
});

test("most cuts while several pages are compacted cost all files, also those in pages left alone", () => {
  const prepare = (s: StorageModule): void => {
    s.write("first", "f".repeat(480)); // a page of its own, before the first trash
    withTrash(s);
  };
  const states = everyCut({ ...FOUR_PAGES, bytes: 3072, atomic: 4 }, prepare, (s) => s.compact());
  const lost = states.filter(({ storage }) => storage.read("first") !== "f".repeat(480));
  assert.ok(lost.length > states.length / 2);
  for (const { corrupt, flash } of lost) assert.ok(corrupt && flash.isErased(START, 3072));
});

test("without compaction, cut words harm no file but the one being written", () => {
  for (let seed = SEED; seed < SEED + COUNT; seed++) {
    const random = seeded(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const flash = new NorFlash([{ start: START, bytes: 65536, page: 4096, atomic: 4 }], random);
    const expected = new Map<string, string>();
    for (let boot = 0; boot < 20; boot++) {
      const storage = createStorage(flash);
      for (const [name, value] of expected) assert.is(storage.read(name), value, `seed ${seed}, boot ${boot}: ${name}`);
      flash.cutAfter(below(2000));
      while (!flash.poweredOff) {
        const name = `f${below(9)}`;
        const value = `${below(1e9)}`.repeat(1 + below(12));
        try {
          expected.delete(name);
          storage.write(name, value);
          expected.set(name, value);
        } catch (error) {
          assert.instance(error, PowerCut);
        }
      }
      flash.powerOn();
    }
    assert.is(flash.erased, 0);
  }
});

test.run();
