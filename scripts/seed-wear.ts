// What the seed file costs the flash: boots the firmware's own store module until everything is used up and counts.
//   node --import ./hook.mjs scripts/seed-wear.ts          prints the table of docs/ENTROPY.md section 7
import { Command } from "commander";
import type { EngineE, EngineFlash, EngineStorage, Hal } from "../firmware/hal/engine.ts";
import { createSeedFile } from "../firmware/store/seed-file.ts";
import { createFlashModule } from "../host-sim/flash-module.ts";
import { NorFlash } from "../host-sim/flash.ts";
import { convolve } from "../host-sim/natives.ts";
import { createStorage } from "../host-sim/storage.ts";

const REGION = { start: 0x08010000, bytes: 4096, page: 4096 };
const WORD_BYTES = 8;

const SEED_BYTES = 2048;
const SLOTS = 16;
const SLOT_BYTES = 32;

/** Boots until a board's seed file is used up, as docs/ENTROPY.md section 7 counts them. */
export function seedBoots(storage: { bitwise?: boolean; seedBytes?: number }): { slots: number; marks: number } {
  const words = ((storage.seedBytes ?? SEED_BYTES) - SLOTS * SLOT_BYTES) / WORD_BYTES;
  return { slots: SLOTS, marks: storage.bitwise ? words * WORD_BYTES * 8 : words };
}

interface Wear {
  /** Boots until the slots are used up, and until all is. */
  slots: number;
  boots: number;
  /** Most bytes programmed in one boot, and most often that one word of 8 bytes was. */
  bytesABoot: number;
  programsAWord: number;
  erases: number;
}

function measureWear(bitwise: boolean): Wear {
  const flash = new NorFlash([REGION]);
  const module = createFlashModule(flash) as EngineFlash;
  const words = new Map<number, number>();
  const write = (data: unknown, address: number): void => {
    for (let at = address; at < address + (data as Uint8Array).length; at += WORD_BYTES)
      words.set(at, (words.get(at) ?? 0) + 1);
    module.write(data, address);
  };
  const hal = {
    E: { convolve, toString: (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1") } as unknown as EngineE,
    storage: createStorage(flash) as unknown as EngineStorage,
    flash: { read: module.read, write },
  } as Hal;
  const wear: Wear = { slots: 0, boots: 0, bytesABoot: 0, programsAWord: 0, erases: 0 };
  const seeds = createSeedFile(hal, { ...REGION, bitwise });
  while (!seeds.isUsedUp()) {
    const before = flash.programmed;
    const seed = new Uint8Array(32).fill(wear.boots % 255);
    if (!seeds.advance(seed)) throw new Error("flash did not take a seed");
    const bytes = flash.programmed - before;
    wear.boots++;
    if (bytes > WORD_BYTES) wear.slots = wear.boots;
    wear.bytesABoot = Math.max(wear.bytesABoot, bytes);
  }
  wear.programsAWord = Math.max(...words.values());
  wear.erases = flash.erased;
  return wear;
}

export function wearTable(): string[] {
  const row = (name: string, w: Wear): string =>
    `| ${name} | ${w.slots} | ${w.boots - w.slots} | ${w.boots} | ${w.bytesABoot} | ${w.programsAWord} | ${w.erases} |`;
  return [
    "| record | boots by a new seed | boots by a mark | in all | bytes programmed a boot, at most | programs of one 8-byte word, at most | page erases |",
    "|---|---|---|---|---|---|---|",
    row("`bitwise: true`", measureWear(true)),
    row("else", measureWear(false)),
  ];
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  new Command("seed-wear").description("Boot until the seed file is used up, and print a table.").parse();
  console.log(wearTable().join("\n"));
}
