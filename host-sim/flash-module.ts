// The engine's require("Flash") as a function of a NorFlash.
import { bytesOf, intOf, kindOf } from "./engine-values.ts";
import type { NorFlash } from "./flash.ts";
import { strict } from "./strict.ts";

export interface FlashArea {
  addr: number;
  length: number;
}

export interface FlashModule {
  read(length?: unknown, addr?: unknown): Uint8Array | undefined;
  write(data?: unknown, addr?: unknown): void;
  erasePage(addr?: unknown): void;
  getPage(addr?: unknown): FlashArea | undefined;
  getFree(): FlashArea[];
}

/** @param free what getFree answers; on Linux the whole flash, Storage included (targets/linux/jshardware.c). */
export function createFlashModule(flash: NorFlash, free?: readonly FlashArea[]): FlashModule {
  return strict("Flash", {
    read(length, addr) {
      return intOf(length) > 0 ? flash.read(intOf(addr) >>> 0, intOf(length)) : undefined;
    },
    write(data, addr) {
      if (data === undefined) throw new Error("Data is not defined");
      const { bytes, fault } = bytesOf(data);
      if (bytes.length) flash.programAnywhere(intOf(addr) >>> 0, bytes);
      if (fault) throw fault;
    },
    erasePage(addr) {
      // The engine also refuses a whole number that it holds as a double, such as the result of a division.
      const kind = addr === undefined || addr === null ? String(addr) : kindOf(addr);
      if (!Number.isInteger(addr)) throw new Error(`Address should be an integer, got ${kind}`);
      flash.erasePage(addr as number);
    },
    getPage(addr) {
      return flash.pageAt(intOf(addr) >>> 0);
    },
    getFree() {
      const areas = free ?? flash.regions.map(({ start, bytes }) => ({ addr: start, length: bytes }));
      return areas.map(({ addr, length }) => ({ addr, length }));
    },
  });
}
