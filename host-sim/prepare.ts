// A board as it comes from the flasher: the bundle as .bootcde and what the flasher writes beside it.
import type { BoardRecord } from "../boards/index.ts";
import { NorFlash } from "./flash.ts";
import { createStorage } from "./storage.ts";

export interface Flashed {
  serial: string;
  apPassword?: string;
  host?: string;
  port?: number;
  tlsPort?: number;
}

/** @param boot0 what a product build has, to lock its console. */
export function preparedFlash(record: BoardRecord, bundle: string, flashed: Flashed, boot0?: string): NorFlash {
  const flash = new NorFlash([record.storage]);
  const storage = storageOf(record, flash);
  if (boot0) storage.write(".boot0", boot0);
  fillBoard(storage, record, bundle, flashed);
  return flash;
}

/** What every board has. */
export function fillBoard(
  storage: ReturnType<typeof createStorage>,
  record: BoardRecord,
  bundle: string,
  flashed: Flashed,
): void {
  storage.write(".bootcde", bundle);
  storage.write("wib.cfg", JSON.stringify(flashed));
  // Erased flash for seeds, tries and the setup log, so that no boot has to make a file (docs/ENTROPY.md section 7).
  const blank = { "wib.sed": record.storage.seedBytes ?? 2048, "wib.try": 1024, "wib.l0": 1024 };
  for (const [name, bytes] of Object.entries(blank)) storage.write(name, new Uint8Array([255]), 0, bytes);
}

/** The engine's Storage on this flash, as this board's engine keeps it. */
export function storageOf(record: BoardRecord, flash: NorFlash): ReturnType<typeof createStorage> {
  return createStorage(flash, { region: record.storage, fileTable: record.name === "linux" });
}
