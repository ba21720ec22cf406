// The installed pair: two slots, one commit word, read back and verified. Whatever is cut, there is the old pair, the
// new one or none, never a mixture; and the old key's bytes are gone.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findFile } from "../../../firmware/store/flash-file.ts";
import { createKeystore } from "../../../firmware/store/keystore.ts";
import type { Pair } from "../../../firmware/store/keystore.ts";
import { NorFlash, PowerCut, seeded } from "../../../host-sim/flash.ts";
import type { Region } from "../../../host-sim/flash.ts";
import { hex, primitives } from "../../support/hal.ts";
import { testRandom, times } from "../../support/random.ts";
import { PAGES, virtualHal } from "../../support/virtual-hal.ts";

const pair = (seed: number, chain = [200, 300], settings = ""): Pair => {
  const random = testRandom(seed);
  return { key: random.bytes(121), chain: chain.map((n) => random.bytes(n)), settings };
};
const A = pair(1);
const B = pair(2, [250], '{"time":1}');
const copy = (p: Pair): Pair => ({ ...p, key: p.key.slice() });
const text = (p: Pair | undefined): string => (p ? [hex(p.key), ...p.chain.map(hex), p.settings].join(" ") : "none");

function boot(flash = new NorFlash([PAGES]), area: Region = PAGES) {
  const { hal } = virtualHal(flash, area);
  return { flash, hal, area, store: createKeystore(hal, area, primitives) };
}

/** Are 8 bytes in a row of this secret anywhere in flash? */
function holds(flash: NorFlash, secret: Uint8Array): boolean {
  const image = Buffer.from(flash.snapshot());
  for (let at = 0; at + 8 <= secret.length; at++)
    if (image.includes(Buffer.from(secret.subarray(at, at + 8)))) return true;
  return false;
}

test("what is installed is what is read, now and after a restart", () => {
  const { store, flash } = boot();
  assert.equal([store.isInstalled(), store.current()], [false, undefined]);
  for (const p of [A, B, pair(3, [1]), pair(4, [1000, 1000, 1000, 1000]), { ...A, key: new Uint8Array(0) }]) {
    assert.ok(store.install(copy(p)));
    assert.is(text(store.current()), text(p));
    assert.ok(store.isInstalled());
    assert.is(text(boot(flash).store.current()), text(p));
  }
});

test("the pairs take turns in two slots, and the old one's key is zeroed before install returns", () => {
  const { store, flash, hal, area } = boot();
  const there = () => ["wib.k0", "wib.k1"].map((name) => !!findFile(hal, area, name));
  store.install(copy(A));
  assert.equal(there(), [true, false]);
  assert.ok(holds(flash, A.key));
  store.install(copy(B));
  assert.equal(there(), [false, true]);
  assert.equal([holds(flash, A.key), holds(flash, B.key)], [false, true]);
  store.install(copy(A));
  assert.equal(there(), [true, false]);
  assert.not(holds(flash, B.key));
});

test("a factory reset zeroes the key and everything beside it", () => {
  const { store, flash } = boot();
  store.install(copy(B));
  store.erase();
  assert.equal([store.isInstalled(), store.current()], [false, undefined]);
  for (const secret of [B.key, ...B.chain, Buffer.from(B.settings)]) assert.not(holds(flash, secret));
  assert.ok(store.install(copy(A)));
});

test("a slot with a flipped bit anywhere in its payload or sum is not used", () => {
  const { store, flash, hal, area } = boot();
  store.install(copy(A));
  const { address, size } = findFile(hal, area, "wib.k0")!;
  const image = flash.snapshot();
  for (let at = 4; at < size; at += 13) {
    if (at > 7 && at < 48 && at >= 40) continue; // the commit word
    flash.restore(image);
    const byte = flash.read(address + at - (at % 4), 4);
    if (byte[at % 4] === 0) continue;
    byte[at % 4] &= byte[at % 4] - 1;
    flash.program(address + at - (at % 4), byte);
    if (at < 48 + 3 + 121 + 3 + 200 + 3 + 300) assert.is(boot(flash).store.current(), undefined, `byte ${at}`);
  }
});

test("a slot is not used until all 8 bytes of its commit word are zero", () => {
  const { store, flash, hal, area } = boot();
  store.install(copy(A));
  const { address, size } = findFile(hal, area, "wib.k0")!;
  const bytes = flash.read(address, size);
  for (let at = 40; at < 48; at++) {
    const fresh = boot();
    const torn = bytes.slice();
    torn[at] = 1;
    fresh.hal.storage.write("wib.k0", torn);
    assert.is(boot(fresh.flash).store.current(), undefined, `byte ${at}`);
  }
});

test("of two committed slots the younger counts, and the older one's key does not outlive the boot", () => {
  for (const [first, second] of [
    ["wib.k0", "wib.k1"],
    ["wib.k1", "wib.k0"],
  ]) {
    const slots = [A, B].map((p, i) => {
      const { store, hal, area, flash } = boot();
      for (let n = 0; n <= 2 * i; n++) store.install(copy(p)); // generations 1 and 3
      const file = ["wib.k0", "wib.k1"].map((name) => findFile(hal, area, name)).find(Boolean)!;
      return flash.read(file.address, file.size);
    });
    const { flash, hal } = boot();
    hal.storage.write(first, slots[0]);
    hal.storage.write(second, slots[1]);
    assert.is(text(boot(flash).store.current()), text(B));
    assert.equal([holds(flash, A.key), holds(flash, B.key)], [false, true]);
  }
});

test("where flash does not take the new pair the old one stays, and the new key is not left behind", () => {
  const { store, flash, hal } = boot();
  store.install(copy(A));
  const full = pair(5, [40000, 40000]);
  assert.not(store.install(copy(full)));
  assert.is(text(store.current()), text(A));
  assert.not(holds(flash, full.key));
  // Bits that do not program: the read-back sees it.
  const write = hal.storage.write;
  hal.storage.write = (name, data, ...rest) => {
    const good = write(name, data, ...rest);
    const file = findFile(hal, PAGES, name)!;
    flash.program(file.address + 200, new Uint8Array(4));
    return good;
  };
  assert.not(store.install(copy(B)));
  assert.is(text(store.current()), text(A));
  assert.not(holds(flash, B.key));
  hal.storage.write = write;
  const program = hal.flash.write;
  let commits = 0;
  hal.flash.write = (data, address) => {
    if ((data as Uint8Array).length === 8 && ++commits) return; // the commit word is not taken
    program(data, address);
  };
  assert.not(store.install(copy(B)));
  assert.equal([commits, text(store.current()), holds(flash, B.key)], [1, text(A), false]);
  hal.flash.write = program;
  assert.ok(store.install(copy(B)));
});

/** Installs B over A, if there is one, with a cut after each operation; calls back with what a boot finds. */
function everyCut(
  area: Region,
  prepare: (hal: ReturnType<typeof boot>["hal"]) => void,
  step: number,
  seen: (cut: number, flash: NorFlash) => void,
  hasOld = true,
): void {
  const base = boot(new NorFlash([area], seeded(5)), area);
  if (hasOld) base.store.install(copy(A));
  prepare(base.hal);
  const image = base.flash.snapshot();
  for (let cut = 0, finished = false; !finished; cut += step) {
    const flash = new NorFlash([area], seeded(5));
    flash.restore(image);
    const { store } = boot(flash, area);
    flash.cutAfter(cut);
    try {
      finished = store.install(copy(B));
      assert.ok(finished);
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    seen(cut, flash);
  }
}

test("cut after every programmed word: the old pair or the new one, and after the boot one key only", () => {
  const found = new Map<string, number>();
  const words = { ...PAGES, atomic: 4 }; // as chips program
  everyCut(
    words,
    () => {},
    4,
    (cut, flash) => {
      const { store } = boot(flash);
      const now = text(store.current());
      assert.ok([text(A), text(B)].includes(now), `cut after ${cut}`);
      if (now === text(B)) assert.not(holds(flash, A.key), `the old key, cut after ${cut}`);
      found.set(now, (found.get(now) ?? 0) + 1);
      // It can be set up again, whatever was left, and nothing of a torn key survives that.
      const c = pair(9);
      assert.ok(store.install(copy(c)), `cut after ${cut}`);
      assert.equal(
        [text(boot(flash).store.current()), holds(flash, A.key), holds(flash, B.key)],
        [text(c), false, false],
      );
    },
  );
  assert.ok(found.get(text(A))! > 100 && found.get(text(B))! > 100);
});

test("cut during the first install: nothing or the pair, and after the boot no key that is not installed", () => {
  const counts = { none: 0, new: 0 };
  const words = { ...PAGES, atomic: 4 };
  everyCut(
    words,
    () => {},
    4,
    (cut, flash) => {
      const now = text(boot(flash).store.current());
      assert.ok(["none", text(B)].includes(now), `cut after ${cut}`);
      if (now === "none") assert.not(holds(flash, B.key), `the key, cut after ${cut}`);
      counts[now === "none" ? "none" : "new"]++;
    },
    false,
  );
  assert.ok(counts.none > 20 && counts.new > 0, JSON.stringify(counts));
});

test("cut after every single byte, which few chips can be: the old pair or the new one", () => {
  everyCut(
    PAGES,
    () => {},
    Math.ceil(3 / times(1)),
    (cut, flash) => {
      const now = text(boot(flash).store.current());
      assert.ok([text(A), text(B)].includes(now), `cut after ${cut}`);
      if (now === text(B)) assert.not(holds(flash, A.key), `the old key, cut after ${cut}`);
    },
  );
});

for (const [name, area] of [
  ["one page", { start: PAGES.start, bytes: 4096, page: 4096, atomic: 4 }],
  ["several pages", { start: PAGES.start, bytes: 4096, page: 1024, atomic: 4 }],
] as [string, Region][])
  test(`where Storage is compacted meanwhile (${name}) a cut may cost the pair, but never mixes two`, () => {
    const counts = { old: 0, new: 0, none: 0 };
    const fill = (hal: ReturnType<typeof boot>["hal"]): void => {
      hal.storage.write("pad", "x".repeat(1500));
      hal.storage.write("pad", "y".repeat(1400)); // the first one is trash now, and there is no room for B without it
    };
    const step = Math.ceil(5 / times(1));
    everyCut(area, fill, step, (cut, flash) => {
      const { store } = boot(flash, area); // the engine may erase all
      const now = text(store.current());
      assert.ok([text(A), text(B), "none"].includes(now), `cut after ${cut}`);
      counts[now === text(A) ? "old" : now === text(B) ? "new" : "none"]++;
      store.erase();
      assert.is(boot(flash, area).store.current(), undefined, `a pair comes back after a reset, cut after ${cut}`);
    });
    assert.ok(counts.old > 0 && counts.new > 0 && counts.none > 0, JSON.stringify(counts));
  });

test("current() gives copies: wiping them wipes nothing in flash", () => {
  const { store } = boot();
  store.install(copy(A));
  store.current()!.key.fill(0);
  assert.is(text(store.current()), text(A));
});

test.run();
