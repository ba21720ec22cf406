import type { BoardRecord } from "./record.ts";
import { curio } from "./curio.ts";
import { esp32 } from "./esp32.ts";
import { esp32s3Idf4 } from "./esp32s3-idf4.ts";
import { espruinowifi } from "./espruinowifi.ts";
import { linux } from "./linux.ts";
import { nucleof411re } from "./nucleof411re.ts";
import { picoR13 } from "./pico-r1-3.ts";
import { stm32l496gdiscovery } from "./stm32l496gdiscovery.ts";
import { REFUSED } from "./refused.ts";

export type { BoardRecord, RefusedBoard, SourceRecord, Tls } from "./record.ts";
export { REFUSED } from "./refused.ts";

export const BOARDS: readonly BoardRecord[] = [
  espruinowifi,
  picoR13,
  nucleof411re,
  stm32l496gdiscovery,
  esp32,
  esp32s3Idf4,
  curio,
  linux,
];

/** @throws Error saying why Wib does not run on that board, or naming the known ones. */
export function boardNamed(name: string): BoardRecord {
  const wanted = name.toLowerCase();
  const refused = REFUSED.find((board) => board.name === wanted);
  if (refused) throw new Error(`Wib does not run on ${refused.title} (${wanted}): ${refused.why}`);
  const board = BOARDS.find((record) => record.name === wanted);
  if (!board) throw new Error(`unknown board "${name}"; known: ${BOARDS.map((record) => record.name).join(", ")}`);
  return board;
}
