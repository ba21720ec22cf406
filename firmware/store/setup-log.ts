// What happened at this device's setup window, for its owner: a file of records that are only ever appended. No secrets.
// Once it is full nothing more is written. But where little is left an authenticated session and a factory reset make a new
// file, into which the newest record is taken over and the last of those that a mere button does not make: pressed all day
// it pushes no install out of the log, and outside a setup no file is made. The old file is erased last.
//
//   0  number of the record, 2 bytes little-endian             7  first 8 bytes of the leaf certificate's SHA-256, or zero
//   2  tries spent, as tries.ts counts them                   15  event: last, so that a torn record has none
//   3  seconds on the device's clock, 4 bytes little-endian
import type { Bytes, Hal } from "../hal/engine.ts";
import { hex } from "../crypto/primitives.ts";
import { findFile, le32, preallocate, program, usedBytes } from "./flash-file.ts";
import type { StorageArea } from "./flash-file.ts";
import type { Tries } from "./tries.ts";

export const LOG_RESET = 0;
/** The tries of this one count itself. */
export const LOG_AUTHENTICATED = 1;
/** Written before the switch to the new pair, so that no power cut hides an install. */
export const LOG_INSTALLING = 2;
export const LOG_INSTALLED = 3;
/** From here on what needs no more than the button, and destroys nothing. */
export const LOG_OPENED = 4;
export const LOG_SHUT = 5;
const LOG_EVENTS = ["reset", "authenticated", "installing", "installed", "opened", "shut"];

const LOG_FILES = ["wib.l0", "wib.l1"];
const LOG_RECORD = 16;
const LOG_EVENT_AT = 15;
const LOG_BYTES = 64 * LOG_RECORD;
/** More than a setup still has to write once it has authenticated; where less is left a new file is made. */
const LOG_SPARE = 8 * LOG_RECORD;
/** Less than is used in a file that is taken over from: of two files the fuller one is whole. */
const LOG_KEPT = 32 * LOG_RECORD;

export interface SetupLog {
  /** @param sum SHA-256 of the certificate that is installed. */
  append(event: number, sum?: Bytes): void;
  /** JSON, oldest first: [number, event, tries, seconds, certificate], ... */
  read(): string;
}

export function createSetupLog(hal: Hal, area: StorageArea, tries: Tries): SetupLog {
  let current = 0;
  let used = 0;
  let next = 0;

  function load(index: number): Bytes {
    const file = findFile(hal, area, LOG_FILES[index]);
    return file ? hal.flash.read(LOG_BYTES, file.address) : new Uint8Array(0);
  }

  function renew(): void {
    const old = load(current);
    const kept = new Uint8Array(LOG_KEPT).fill(255);
    let to = LOG_KEPT;
    for (let at = used; at && to; at -= LOG_RECORD)
      if (old[at - 1] < LOG_OPENED || at === used) kept.set(old.subarray(at - LOG_RECORD, at), (to -= LOG_RECORD));
    try {
      hal.storage.write(LOG_FILES[1 - current], kept, 0, LOG_BYTES);
    } catch {
      return; // no room
    }
    hal.storage.erase(LOG_FILES[current]);
    current = 1 - current;
    used = LOG_KEPT;
  }

  // A power cut may have left two.
  if (usedBytes(hal, load(1), LOG_RECORD) > usedBytes(hal, load(0), LOG_RECORD)) current = 1;
  hal.storage.erase(LOG_FILES[1 - current]);
  preallocate(hal, LOG_FILES[current], LOG_BYTES);
  const atBoot = load(current);
  used = usedBytes(hal, atBoot, LOG_RECORD);
  if (used) next = le32(atBoot, used - LOG_RECORD) + 1;

  return {
    append: function (event, sum) {
      const number = next++;
      if (event <= LOG_AUTHENTICATED && used > LOG_BYTES - LOG_SPARE) renew();
      if (used === LOG_BYTES) return;
      const s = hal.getTime();
      const record = new Uint8Array(LOG_RECORD);
      record.set([number, number >> 8, Math.min(tries.count(), 255), s, s >> 8, s >> 16, s >> 24]);
      if (sum) record.set(sum.subarray(0, 8), 7);
      record[LOG_EVENT_AT] = event;
      program(hal, findFile(hal, area, LOG_FILES[current])!.address + used, record);
      used += LOG_RECORD;
    },
    read: function () {
      const bytes = load(current);
      let text = "";
      for (let at = 0; at < used; at += LOG_RECORD) {
        const event = LOG_EVENTS[bytes[at + LOG_EVENT_AT]];
        if (event)
          text +=
            (text && ",") +
            JSON.stringify([
              le32(bytes, at) & 0xffff,
              event,
              bytes[at + 2],
              le32(bytes, at + 3),
              hex(hal, bytes.subarray(at + 7, at + 15)),
            ]);
      }
      return "[" + text + "]";
    },
  };
}
