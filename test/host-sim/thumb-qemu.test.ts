// The Thumb interpreter against QEMU: every form it knows, with random registers, flags, immediates and memory, the same
// bytes in both. QEMU plays a Cortex-A7, which has these instructions too (its user mode cannot play an M4); of what differs,
// the low bits of r13, this makes no use.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createThumb } from "../../host-sim/thumb/cpu.ts";
import { decode } from "../../host-sim/thumb/decode.ts";
import { packFlags, unpackFlags } from "../../host-sim/thumb/state.ts";
import { withTool } from "../support/needs.ts";
import { testRandom, times } from "../support/random.ts";
import { ARENA, WINDOWS, WINDOW_BYTES, programOf, runInQemu, snippetAt, snippetEnd } from "../support/thumb-elf.ts";
import type { Outcome, Program } from "../support/thumb-elf.ts";
import { CHECKED_FORMS, randomCase } from "../support/thumb-forms.ts";

/** Of each form: 1,000 in the full run. */
const CASES = times(50);
const FORMS_PER_RUN = 8;

function runOurs({ cases, code, arena }: Program): Outcome[] {
  const windows = new Uint8Array(WINDOW_BYTES * cases.length);
  cases.forEach(({ window }, i) => windows.set(window, i * WINDOW_BYTES));
  const thumb = createThumb({
    regions: [
      { ...code, executable: true },
      { start: ARENA, bytes: arena, executable: true },
      { start: WINDOWS, bytes: windows, writable: true },
    ],
  });
  const r = thumb.registers;
  return cases.map(({ state, placed }, i) => {
    for (let k = 0; k < 15; k++) r[k] = state[k];
    unpackFlags(r, state[15]);
    thumb.run(placed ? placed.at : snippetAt(i), snippetEnd(i));
    return {
      state: [...Array.from(r.subarray(0, 15), (v) => v >>> 0), packFlags(r)],
      window: windows.slice(i * WINDOW_BYTES, (i + 1) * WINDOW_BYTES),
    };
  });
}

/** As far as both can be the same. */
function comparable({ state, window }: Outcome): string {
  const words = state.map((word, i) => (i === 13 ? word & ~3 : i === 15 ? word & 0xf8000000 : word) >>> 0);
  return `${words.map((w) => w.toString(16)).join(" ")}\n${Buffer.from(window).toString("hex")}`;
}

withTool("qemu-arm", "every form does what QEMU does with it", () => {
  const random = testRandom();
  const seed = `[WIB_SEED=${random.seed}]`;
  for (let first = 0; first < CHECKED_FORMS.length; first += FORMS_PER_RUN) {
    const names = CHECKED_FORMS.slice(first, first + FORMS_PER_RUN).flatMap((name) =>
      new Array<string>(CASES).fill(name),
    );
    const taken = new Set<number>();
    const cases = names.map((name, i) => randomCase(name, i, random, taken));
    const program = programOf(cases);
    const theirs = runInQemu(program);
    const ours = runOurs(program);
    assert.is(theirs.length, names.length);
    cases.forEach((c, i) => {
      const code = c.halfwords.map((h) => h.toString(16).padStart(4, "0")).join(" ");
      const before = comparable(c);
      assert.is(comparable(ours[i]), comparable(theirs[i]), `${names[i]}: ${code}, from ${before} ${seed}`);
    });
  }
});

/** What decoding gives is a form of the list or a reason; anything else, or a throw, is a fault of the decoder's. */
function isKnown(halfword: number, next: number): boolean {
  const decoded = decode(halfword, next);
  if (typeof decoded === "object") return CHECKED_FORMS.includes(decoded.form.name);
  assert.match(decoded, / is no known instruction$| is an UNPREDICTABLE or unknown variant of /);
  return false;
}

test("each first halfword is an instruction or is refused with a reason", () => {
  let known = 0;
  for (let halfword = 0; halfword < 0x10000; halfword++)
    for (const next of [0, 0x8000, 0xf000, 0xf0f0]) known += isKnown(halfword, next) ? 1 : 0;
  assert.ok(known > 4 * 56_000 && known < 4 * 0xf000, `${known} known`);
});

test("random 32-bit encodings are an instruction or are refused with a reason", () => {
  const random = testRandom();
  let known = 0;
  for (let i = 0; i < 200_000; i++) known += isKnown(0xe800 + random.below(0x1800), random.below(0x10000)) ? 1 : 0;
  assert.ok(known > 20_000 && known < 180_000, `${known} known [WIB_SEED=${random.seed}]`);
});

test.run();
