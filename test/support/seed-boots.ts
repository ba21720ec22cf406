// Boots of the firmware's own seed file and door on a simulated flash, without the rest: fast enough for thousands.
import { createRandom } from "../../firmware/entropy/random.ts";
import type { EngineFlash, EngineStorage, Hal } from "../../firmware/hal/engine.ts";
import { createSeedFile } from "../../firmware/store/seed-file.ts";
import type { SeedFile } from "../../firmware/store/seed-file.ts";
import { createFlashModule } from "../../host-sim/flash-module.ts";
import { NorFlash, PowerCut } from "../../host-sim/flash.ts";
import type { Region } from "../../host-sim/flash.ts";
import { uniformNoise } from "../../host-sim/noise.ts";
import { createStorage } from "../../host-sim/storage.ts";
import { deriveCutoffs } from "../../scripts/cutoffs.ts";
import { hal, hex, primitives } from "./hal.ts";

export const REGION: Region = { start: 0x08010000, bytes: 4096, page: 4096 };
/** Behind the header of the first file. */
export const FILE_AT = REGION.start + 32;
export const FILE_BYTES = 2048;

export function flashHal(flash: NorFlash): Hal {
  const storage = createStorage(flash) as unknown as EngineStorage;
  return { ...hal, storage, flash: createFlashModule(flash) as EngineFlash };
}

export function seedFile(flash: NorFlash, bitwise: boolean): SeedFile {
  return createSeedFile(flashHal(flash), { ...REGION, bitwise });
}

/** New from the flasher: the file is there, and blank. */
export function newFlash(bitwise: boolean, region: Partial<Region> = {}): NorFlash {
  const flash = new NorFlash([{ ...REGION, ...region }]);
  seedFile(flash, bitwise);
  return flash;
}

/** A boot whose noise is the same every time. @returns the first bytes it gave, undefined if the power went before. */
export function bootOnce(flash: NorFlash, bitwise: boolean): string | undefined {
  try {
    const inputs = [1, 2].map((seed) => {
      const noise = uniformNoise(seed);
      return { source: () => noise(4), claim: 4, cutoffs: deriveCutoffs(4, 4) };
    });
    const random = createRandom(primitives, inputs, seedFile(flash, bitwise), "the same board");
    random.collect(1024);
    return hex(random.read(16));
  } catch (error) {
    if (error instanceof PowerCut) return undefined;
    throw error;
  }
}

export function fileOf(flash: NorFlash): Uint8Array {
  return flash.snapshot().slice(FILE_AT - REGION.start, FILE_AT - REGION.start + FILE_BYTES);
}
