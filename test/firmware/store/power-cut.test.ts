// The power goes after every single byte that a device writes, in each phase of its life, on NOR flash that programs byte
// by byte: the next boot finds the old pair or the new one, whole, nothing else is lost, and the device can be set up.
// With test:full the shipped bundle boots from every one of these images; else from some, and the store from more.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PowerCut } from "../../../host-sim/flash.ts";
import type { NorFlash } from "../../../host-sim/flash.ts";
import { found, NEW_KEY, OLD_KEY, phases, setUp, TRIES_BEFORE } from "../../support/power-cuts.ts";
import type { Found, Phase } from "../../support/power-cuts.ts";
import { IS_FULL, testRandom } from "../../support/random.ts";
import { VirtualDevice } from "../../support/virtual-device.ts";

const random = testRandom();
const PHASES = await phases();

/** What may be there after a cut, in this order: it never goes back. */
const EXPECTED: Record<string, { pairs: Found["pair"][]; tries: number[] }> = {
  "install": { pairs: ["none", "new"], tries: [TRIES_BEFORE, TRIES_BEFORE + 1, 0] },
  "re-install": { pairs: ["old", "new"], tries: [TRIES_BEFORE, TRIES_BEFORE + 1, 0] },
  "factory reset": { pairs: ["old", "none"], tries: [TRIES_BEFORE, 0] },
  "seed update": { pairs: ["old"], tries: [TRIES_BEFORE] },
  "log: window with two failed tries": { pairs: ["old"], tries: [TRIES_BEFORE, TRIES_BEFORE + 1, TRIES_BEFORE + 2] },
  "log made anew, re-install": { pairs: ["old", "new"], tries: [TRIES_BEFORE, TRIES_BEFORE + 1, 0] },
};

/** Storage of these devices ends far below it. */
const USED_BYTES = 65536;

function holds(flash: NorFlash, secret: Uint8Array): boolean {
  const image = Buffer.from(flash.snapshot().subarray(0, USED_BYTES));
  for (let at = 0; at + 8 <= secret.length; at += 4)
    if (image.includes(Buffer.from(secret.subarray(at, at + 8)))) return true;
  return false;
}

/** `now`: after a boot from `flash`. */
function check(now: Found, flash: NorFlash, before: Found, end: Found, name: string, label: string): void {
  const { pairs, tries } = EXPECTED[name];
  assert.ok(pairs.includes(now.pair), `${label}: the pair is ${now.pair}`);
  assert.ok(tries.includes(now.tries), `${label}: ${now.tries} tries`);
  // Tries are forgotten by a success, or with the key: never before it.
  if (name === "factory reset") assert.ok(now.pair === "none" || now.tries, `${label}: new tries at the old key`);
  assert.ok(now.bundle === before.bundle && now.settings === before.settings, `${label}: bundle, serial`);
  // Only the key that is in use is in flash.
  if (now.pair !== "old") assert.not(holds(flash, OLD_KEY), `${label}: the old key is there`);
  if (now.pair !== "new") assert.not(holds(flash, NEW_KEY), `${label}: the new key is there`);
  // The log is that of before, or the beginning of what it will be, with all that is kept of the one before.
  const last = before.log[before.log.length - 1][0];
  const kept = end.log.filter(([number]) => number <= last).length;
  const isBeginning = now.log.join() === end.log.slice(0, now.log.length).join() && now.log.length >= kept;
  assert.ok(isBeginning || now.log.join() === before.log.join(), `${label}: the log is ${now.log.join("; ")}`);
  const isLogged = now.log.some(([, event]) => event === "installing");
  assert.ok(now.pair !== "new" || isLogged, `${label}: an install that the log does not have`);
}

for (const { name, total, cut } of PHASES)
  test(`${name}: after a cut behind any byte all is old or new, and whole`, async () => {
    const before = found(cut(0));
    const end = found(cut(total));
    const { pairs } = EXPECTED[name];
    assert.equal([before.pair, end.pair], [pairs[0], pairs[pairs.length - 1]]);
    const step = IS_FULL ? 1 : 7;
    let tried = 0;
    let booted = 0;
    let last = 0;
    for (let after = IS_FULL ? 0 : random.below(step); after <= total; after += step, tried++) {
      const label = `${name}, cut after ${after} of ${total}`;
      const flash = cut(after);
      const now = found(flash);
      check(now, flash, before, end, name, label);
      assert.ok(pairs.indexOf(now.pair) >= last, `${label}: back to the ${now.pair} pair`);
      last = pairs.indexOf(now.pair);
      if (!IS_FULL && tried % 16) continue;
      booted++;
      const device = await VirtualDevice.create({ flash: cut(after) });
      const { entropy, installed, failedTries } = device.status();
      assert.equal([entropy, installed, failedTries], ["ready", now.pair !== "none", now.tries], label);
      const log: unknown[][] = JSON.parse(String(device.board.evaluate("wib.log()")));
      assert.is(log.map(([number, event]) => [number, event]).join(), now.log.join(), label);
    }
    const seed = `WIB_SEED=${random.seed}`;
    process.stdout.write(
      `${name}: ${total + 1} cut points, ${tried} tried, ${booted} booted by the bundle [${seed}]\n`,
    );
  });

test("a device whose power really goes leaves what the cut images have", async () => {
  for (const phase of IS_FULL ? PHASES.flatMap((p) => [p, p, p, p]) : [random.pick(PHASES)]) {
    const after = random.below(phase.total + 1);
    const alive = await phase.cutAlive(after);
    assert.ok(Buffer.from(alive.snapshot()).equals(phase.cut(after).snapshot()), `${phase.name}, cut after ${after}`);
  }
});

/** With them the size of the new slot's file is torn, which would spoil the next one: flash-file.ts mends that. */
const TORN_SIZES = [49, 50];

test("after any cut the device can be set up, also when the power goes again while it recovers", async () => {
  const some = IS_FULL ? PHASES.flatMap((phase) => new Array<Phase>(20).fill(phase)) : [random.pick(PHASES)];
  const cuts: [Phase, number][] = some.map((phase) => [phase, random.below(phase.total + 1)]);
  for (const after of TORN_SIZES) cuts.push([PHASES[1], after]);
  for (const [phase, after] of cuts) {
    const label = `${phase.name}, cut after ${after} [WIB_SEED=${random.seed}]`;
    const flash = phase.cut(after);
    flash.cutAfter(random.below(80));
    try {
      await VirtualDevice.create({ flash });
    } catch (error) {
      assert.instance(error, PowerCut);
    }
    flash.powerOn();
    const device = await VirtualDevice.create({ flash });
    device.openWindow();
    setUp(device);
    assert.ok(device.status().installed, label);
    const now = found(device.flash);
    assert.equal([now.pair, now.tries, now.log.pop()![1]], ["new", 0, "installed"], label);
    assert.not(holds(flash, OLD_KEY), label);
  }
});

test.run();
