// The seed a boot leaves for the next one, in a file of erased flash (docs/ENTROPY.md section 7). Each boot programs a
// new seed into the next blank slot, reads it back and programs the old ones to zero; once the slots are used up it
// clears one more mark instead. What is mixed in is the whole file: bits only ever go from 1 to 0, and a boot that got
// past `advance` has cleared at least one, so no two such boots see the same file. Nothing is ever erased.
import type { Bytes, Hal } from "../hal/engine.ts";
import { equalCt } from "../crypto/bytes.ts";
import { findFile, preallocate, program, usedBytes } from "./flash-file.ts";
import type { StorageArea } from "./flash-file.ts";

export const SEED_FILE = "wib.sed";
const SLOT_BYTES = 32;
const SLOTS_END = 512;
/** Marks are cleared in words of 8 bytes, because some chips program no less at a time. */
const WORD_BYTES = 8;
const USUAL_BYTES = 2048;

export interface SeedArea extends StorageArea {
  /** May a word be programmed again and again, one bit less each time? Else a mark is a whole word. */
  bitwise?: boolean;
  /** Of the file, where it is not the usual 2,048. */
  seedBytes?: number;
}

export interface SeedFile {
  /** All of it. The caller wipes it. */
  read(): Bytes;
  /** @returns false if flash did not take it: then nothing may be drawn. Once all is used up nothing changes any more. */
  advance(next: Bytes): boolean;
  isUsedUp(): boolean;
}

export function createSeedFile(hal: Hal, area: SeedArea): SeedFile {
  const size = area.seedBytes || USUAL_BYTES;
  preallocate(hal, SEED_FILE, size);

  function address(): number {
    return findFile(hal, area, SEED_FILE)!.address;
  }

  function read(): Bytes {
    return hal.flash.read(size, address());
  }

  /** Where the first word is that still has a mark in it; its size if there is none. */
  function markAt(file: Bytes): number {
    let at = SLOTS_END;
    while (at < size && !file[at + WORD_BYTES - 1]) at += WORD_BYTES;
    return at;
  }

  /** Clears the next mark: a word's bits from its first byte to its last, or all of them. */
  function clearMark(file: Bytes, start: number): boolean {
    const at = markAt(file);
    if (at === size) return true;
    const word = file.subarray(at, at + WORD_BYTES);
    let i = 0;
    while (!word[i]) i++;
    if (area.bitwise) word[i] &= word[i] - 1;
    else word.fill(0);
    return program(hal, start + at, word);
  }

  /** Sum of a slot's bytes; seeds are not made into strings, which could not be wiped. */
  function slotSum(file: Bytes, at: number): number {
    return hal.E.convolve(file.subarray(at, at + SLOT_BYTES), [1], 0);
  }

  /** Where the slots begin that nothing was ever programmed into. */
  function blankFrom(file: Bytes): number {
    return usedBytes(hal, file.subarray(0, SLOTS_END), SLOT_BYTES);
  }

  return {
    read: read,

    advance: function (next) {
      const file = read();
      const start = address();
      let end = blankFrom(file);
      let done = false;
      // A slot whose cells do not take the seed is passed over.
      for (; end < SLOTS_END && !done; end += SLOT_BYTES) {
        hal.flash.write(next, start + end);
        done = equalCt(hal.flash.read(SLOT_BYTES, start + end), next);
      }
      if (done)
        for (let at = 0; at < end - SLOT_BYTES; at += SLOT_BYTES)
          if (slotSum(file, at)) program(hal, start + at, new Uint8Array(SLOT_BYTES));
      done = done || clearMark(file, start);
      file.fill(0);
      return done;
    },

    isUsedUp: function () {
      const file = read();
      const used = blankFrom(file) === SLOTS_END && markAt(file) === size;
      file.fill(0);
      return used;
    },
  };
}
