// How often somebody tried to authenticate and failed, kept in flash so that neither closing the window nor pulling
// the plug gives a free guess: a try is counted before it is judged. A record of 8 bytes is blank, counted, or
// cleared (all zero); each step only programs bits to 0. 8 bytes because some chips program no less at a time.
import type { Hal } from "../hal/engine.ts";
import { findFile, preallocate, program } from "./flash-file.ts";
import type { StorageArea } from "./flash-file.ts";

const FILE = "wib.try";
const RECORDS = 128;

export interface Tries {
  /** Failed tries since the last success. Once all records are used it is infinite, until a factory reset. */
  count(): number;
  /** Counts a try. @returns false if that could not be written: then nothing may be judged. */
  spend(): boolean;
  /** The try just counted was a success: the count starts anew. */
  clear(): void;
}

export function createTries(hal: Hal, area: StorageArea): Tries {
  preallocate(hal, FILE, RECORDS * 8);

  /** Where the next record goes, how many are in use, and how many of them come after the last cleared one. */
  function scan(): { next: number; used: number; failed: number } {
    const address = findFile(hal, area, FILE)!.address;
    const records = hal.flash.read(RECORDS * 8, address);
    let used = 0;
    let failed = 0;
    while (used < RECORDS && records[used * 8] !== 255) {
      failed = records[used * 8 + 7] === 0 ? 0 : failed + 1;
      used++;
    }
    return { next: address + used * 8, used: used, failed: failed };
  }

  return {
    count: function () {
      const state = scan();
      return state.used < RECORDS ? state.failed : Infinity;
    },
    spend: function () {
      const state = scan();
      return state.used < RECORDS && program(hal, state.next, new Uint8Array([0, 0, 0, 0, 255, 255, 255, 255]));
    },
    clear: function () {
      program(hal, scan().next - 8, new Uint8Array(8));
    },
  };
}
