// The instruction forms that are checked against QEMU (test/host-sim/thumb-qemu.test.ts), and random cases of each. What an
// instruction addresses or where it branches is worked out here from its bits, not asked of the interpreter.
import { decode, FORMS } from "../../host-sim/thumb/decode.ts";
import { fieldsOf, patternOf } from "../../host-sim/thumb/form.ts";
import type { Fields, Form } from "../../host-sim/thumb/form.ts";
import type { TestRandom } from "./random.ts";
import { ACCESS_AT, ACCESS_ROOM, ARENA, ARENA_BYTES, PLACED_BYTES, WINDOW_BYTES, windowAt } from "./thumb-elf.ts";
import type { Case } from "./thumb-elf.ts";

/** Every one is checked: the test goes through this list. */
export const CHECKED_FORMS: readonly string[] = FORMS.map(({ name }) => name);

/** Name of the form; undefined where there is none. */
export function formOf(halfword: number, next: number): string | undefined {
  const decoded = decode(halfword, next);
  return typeof decoded === "object" ? decoded.form.name : undefined;
}

const isMemory = ({ name }: Form): boolean => /^(LDR|STR|LDM|STM|PUSH|POP|TB)/.test(name);
const isBranch = ({ name }: Form): boolean => /^(B|BL|BX|BLX|CBN?Z)\b/.test(name);
const DATA_FORMS = FORMS.filter((form) => !isMemory(form) && !isBranch(form) && form.name !== "IT T1");

const PATTERNS = new Map(FORMS.map((form) => [form, patternOf(form.bits)]));

/** Arena already in use, in steps of 64 bytes. */
export type Taken = Set<number>;

interface Draft {
  form: Form;
  halfwords: number[];
  f: Fields;
  state: number[];
  window: Uint8Array;
  windowStart: number;
}

function randomWord(random: TestRandom): number {
  const corner = random.pick([0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0xffff, 0x10000, 0x80, 0x8000]);
  if (random.below(3) === 0) return corner;
  const word = (random.below(0x10000) * 0x10000 + random.below(0x10000)) >>> 0;
  return random.below(4) === 0 ? word >>> random.below(32) : word;
}

/** Halfwords of the form that are neither another form nor refused. */
function randomInstruction(form: Form, random: TestRandom): { halfwords: number[]; f: Fields } {
  const pattern = PATTERNS.get(form)!;
  for (let tries = 0; tries < 10_000; tries++) {
    const word = ((randomWord(random) & ~pattern.mask) | pattern.value) >>> 0;
    const halfwords = pattern.size === 4 ? [word >>> 16, word & 0xffff] : [word & 0xffff];
    if (formOf(halfwords[0], halfwords[1] ?? 0) === form.name) return { halfwords, f: fieldsOf(pattern, word) };
  }
  throw new Error(`no case of ${form.name} found`);
}

/** Bytes from the base register to the first byte accessed. */
function addressOffset({ form, f, halfwords, state }: Draft): number {
  const { name } = form;
  const list = listOf(name, halfwords);
  if (list) return /^(PUSH|STMDB|LDMDB)/.test(name) ? -4 * list.length : 0;
  if (f.m !== undefined) return state[f.m] << (name === "TBH T1" ? 1 : (f.s ?? 0));
  if (f.P === 0) return 0;
  const isShort = halfwords.length === 1;
  const bytes = /^(LDR|STR)S?B/.test(name) ? 1 : /^(LDR|STR)S?H/.test(name) ? 2 : 4;
  const scale = isShort || /^(LDRD|STRD)/.test(name) ? bytes : 1;
  return (f.U === 0 ? -f.i : f.i) * scale;
}

function listOf(name: string, halfwords: number[]): number[] | undefined {
  const bits = halfwords.length === 2 ? halfwords[1] : halfwords[0] & 0xff;
  const more = name === "PUSH T1" ? 14 : name === "POP T1" ? 15 : -1;
  if (!/^(PUSH|POP|LDM|STM)/.test(name)) return undefined;
  const list = Array.from({ length: 16 }, (_, i) => i).filter((i) => (bits >> i) & 1);
  return more >= 0 && (halfwords[0] >> 8) & 1 ? [...list, more] : list;
}

function baseOf({ form, f }: Draft): number {
  return f.n ?? (/^(PUSH|POP|LDR \(immediate\) T2|STR \(immediate\) T2)/.test(form.name) ? 13 : 15);
}

function writesPc({ form, f, halfwords }: Draft): boolean {
  if (isBranch(form) || /^TB/.test(form.name)) return true;
  if (isMemory(form)) return f.t === 15 || (listOf(form.name, halfwords)?.includes(15) ?? false);
  return f.d === 15;
}

/** Points the base register so that the access falls into the window. @returns where in the window, or nothing if it cannot */
function aim(draft: Draft, random: TestRandom): number | undefined {
  const { form, f, state } = draft;
  const base = baseOf(draft);
  const isAligned = /^(LDM|STM|PUSH|POP|LDRD|STRD)/.test(form.name) || base === 13 || f.t === 15;
  let at = draft.windowStart + ACCESS_AT + random.below(ACCESS_ROOM);
  if (isAligned) at &= ~3;
  if (base === 15) return f.t === 15 ? undefined : at - draft.windowStart; // literals read what is there
  if (base === f.m) return undefined;
  const start = (at - addressOffset(draft)) >>> 0;
  if (base === 13 && start & 3) return undefined;
  state[base] = start;
  return at - draft.windowStart;
}

/** Where a branch by its own bits goes to, relative to its address + 4. */
function branchOffset(name: string, [first, second]: number[]): number {
  const signed = (value: number, bits: number) => (value << (32 - bits)) >> (32 - bits);
  if (name === "B T1") return signed((first & 0xff) << 1, 9);
  if (name === "B T2") return signed((first & 0x7ff) << 1, 12);
  if (/^CB/.test(name)) return ((first >> 9) & 1) * 64 + ((first >> 3) & 31) * 2;
  const [s, j1, j2] = [(first >> 10) & 1, (second >> 13) & 1, (second >> 11) & 1];
  const low = (second & 0x7ff) * 2;
  if (name === "B T3") return signed(s * 2 ** 20 + j2 * 2 ** 19 + j1 * 2 ** 18 + (first & 0x3f) * 2 ** 12 + low, 21);
  const [i1, i2] = [j1 === s ? 1 : 0, j2 === s ? 1 : 0];
  return signed(s * 2 ** 24 + i1 * 2 ** 23 + i2 * 2 ** 22 + (first & 0x3ff) * 2 ** 12 + low, 25);
}

function setWord(window: Uint8Array, at: number, value: number, bytes = 4): void {
  for (let i = 0; i < bytes; i++) window[at + i] = value >>> (8 * i);
}

/** Sets what an indirect branch goes by. @returns whether that can be done */
function direct(draft: Draft, at: number, target: number, random: TestRandom): boolean {
  const { form, f, state, window, halfwords } = draft;
  const { name } = form;
  if (/^(B|BL|CBN?Z) /.test(name)) return true;
  if (f.m === 13 || (f.m === 15 && !isMemory(form))) return false;
  if (/^(BX|BLX)/.test(name)) state[f.m] = target | 1;
  else if (/^MOV/.test(name)) state[f.m] = target | random.below(2);
  else if (/^ADD/.test(name)) state[f.m] = (target - at - 4) >>> 0;
  else if (/^TB/.test(name)) {
    const bytes = name === "TBB T1" ? 1 : 2;
    const entryAt = draft.windowStart + ACCESS_AT + 2 * random.below(ACCESS_ROOM / 2);
    if (f.n === f.m) return false;
    const base = f.n === 15 ? at + 4 : (state[f.n] = (entryAt - state[f.m] * bytes) >>> 0);
    if (f.n === 15 && (entryAt - base) % bytes) return false;
    if (f.n === 15) state[f.m] = ((entryAt - base) / bytes) >>> 0;
    setWord(window, entryAt - draft.windowStart, (target - at - 4) / 2, bytes);
  } else {
    const accessAt = aim(draft, random);
    if (accessAt === undefined) return false;
    const list = listOf(name, halfwords);
    setWord(window, accessAt + (list ? 4 * (list.length - 1) : 0), target | 1);
  }
  return true;
}

/** A place in the arena from which the target lies in it too, both apart from what is there already. */
function place(draft: Draft, taken: Taken, random: TestRandom): Case["placed"] {
  const { name } = draft.form;
  const last = draft.halfwords.length - (/^(B|BL) T[134]$/.test(name) && draft.halfwords.length > 1 ? 2 : 1);
  const before = 2 * last; // the branch may be the last of an IT block
  const branch = draft.halfwords.slice(last);
  const isDirect = /^(B|BL|CBN?Z) /.test(name);
  const reach = name === "TBB T1" ? 256 : name === "TBH T1" ? 65536 : 1 << 22;
  for (let tries = 0; tries < 1000; tries++) {
    const at = ARENA + 64 + 2 * random.below(ARENA_BYTES / 2 - 128);
    const from = at + before + 4;
    const target = from + (isDirect ? branchOffset(name, branch) : 2 * random.below(reach));
    const distance = target - at;
    if (target < ARENA || target > ARENA + ARENA_BYTES - 64) continue;
    const isFalling = distance >= 2 * draft.halfwords.length && distance <= PLACED_BYTES; // no pad needed
    if (!isFalling && distance > -PLACED_BYTES && distance < 2 * PLACED_BYTES) continue;
    const used = [at, at + 32, target, target + 16].map((address) => address >>> 6);
    if (used.some((step) => taken.has(step))) continue;
    if (!direct(draft, at, target, random)) continue;
    for (const step of used) taken.add(step);
    return { at, pads: isFalling ? [] : [target] };
  }
  return undefined;
}

/** IT with 1 to 4 instructions that do not branch, or, shorter, with a branch at the end. */
function itBlock(it: number, random: TestRandom): { halfwords: number[]; branch?: Form } {
  const count = 4 - Math.log2(it & -it & 15);
  const short = random.below(4) === 0;
  const pool = DATA_FORMS.filter((f) => !f.outsideItOnly && (!short || f.bits.length === 16));
  const halfwords = [it];
  for (let i = 0; i < count; i++) {
    if (short && i === count - 1) {
      const branch = FORMS.find(({ name }) => name === "B T2")!;
      return { halfwords: [...halfwords, ...randomInstruction(branch, random).halfwords], branch };
    }
    let drawn = randomInstruction(random.pick(pool), random);
    while (drawn.f.d === 15) drawn = randomInstruction(random.pick(pool), random);
    halfwords.push(...drawn.halfwords);
  }
  return { halfwords };
}

function draftOf(form: Form, index: number, random: TestRandom): Draft {
  const state = Array.from({ length: 15 }, () => randomWord(random));
  state[13] &= ~3;
  const window = random.bytes(WINDOW_BYTES);
  const draft = { form, ...randomInstruction(form, random), state, window, windowStart: windowAt(index) };
  const { f, halfwords } = draft;
  // Amounts of a shift, and zero for CBZ, would rarely be drawn.
  if (/^(LSL|LSR|ASR|ROR) \(register/.test(form.name) && random.below(2)) state[f.m] = random.below(70);
  if (/^CB/.test(form.name) && random.below(2)) state[f.n] = 0;
  state.push(((random.below(32) << 27) >>> 0) & 0xf8000000);
  if (form.name !== "IT T1") return draft;
  const { halfwords: all, branch } = itBlock(halfwords[0], random);
  return { ...draft, halfwords: all, ...(branch ? { form: branch } : {}) };
}

/** @param index of the case in its run, which says where its code and window are */
export function randomCase(name: string, index: number, random: TestRandom, taken: Taken): Case {
  const form = FORMS.find((f) => f.name === name)!;
  for (let tries = 0; tries < 1000; tries++) {
    const draft = draftOf(form, index, random);
    const { halfwords, state, window } = draft;
    if (writesPc(draft)) {
      const placed = place(draft, taken, random);
      if (placed) return { halfwords, state, window, placed };
      continue;
    }
    if (isMemory(form) && aim(draft, random) === undefined) continue;
    // One in three stands alone in an IT block, where 16-bit forms leave the flags alone.
    const isConditional = !form.outsideItOnly && form.name !== "IT T1" && random.below(3) === 0;
    const it = 0xbf08 | (random.below(15) << 4);
    return { halfwords: isConditional ? [it, ...halfwords] : halfwords, state, window };
  }
  throw new Error(`no case of ${name} can be placed`);
}
