// How often somebody tried to authenticate and failed, kept in flash so that neither closing the window nor pulling
// the plug gives a free guess: a try is counted before it is judged. A record of 8 bytes is blank, counted, or
// cleared (all zero); each step only programs bits to 0. 8 bytes because some chips program no less at a time.
import type { Hal } from "../hal/engine.ts";
import { findFile, preallocate, program, usedBytes } from "./flash-file.ts";
import type { StorageArea } from "./flash-file.ts";

const FILE = "wib.try";
const RECORDS = 128;
const RECORD_BYTES = 8;
/** Records that are blank after every success: more than all tries together, so that those never fill the file. */
const SPARE_RECORDS = 64;

export interface Tries {
  /** Failed tries since the last success. Infinite in a file without a blank record: somebody else has written it. */
  count(): number;
  /** Counts a try. @returns false if that could not be written: then nothing may be judged. */
  spend(): boolean;
  /** The try just counted was a success: the count starts anew. */
  clear(): void;
  /** A factory reset: the count starts anew in a new file. */
  reset(): void;
}

export function createTries(hal: Hal, area: StorageArea): Tries {
  // As flash has it.
  let used = 0;
  let failed = 0;

  function addressOf(record: number): number {
    return findFile(hal, area, FILE)!.address + record * RECORD_BYTES;
  }

  function load(): void {
    preallocate(hal, FILE, RECORDS * RECORD_BYTES);
    const records = hal.flash.read(RECORDS * RECORD_BYTES, addressOf(0));
    used = usedBytes(hal, records, RECORD_BYTES) / RECORD_BYTES;
    failed = 0;
    for (let i = 0; i < used; i++) failed = records[(i + 1) * RECORD_BYTES - 1] === 0 ? 0 : failed + 1;
  }

  function reset(): void {
    hal.storage.erase(FILE);
    load();
  }

  load();
  return {
    count: function () {
      return used < RECORDS ? failed : Infinity;
    },
    spend: function () {
      if (used === RECORDS) return false;
      failed++;
      return program(hal, addressOf(used++), new Uint8Array([0, 0, 0, 0, 255, 255, 255, 255]));
    },
    clear: function () {
      if (program(hal, addressOf(used - 1), new Uint8Array(RECORD_BYTES))) failed = 0;
      if (RECORDS - used < SPARE_RECORDS) reset();
    },
    reset: reset,
  };
}
