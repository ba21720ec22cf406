import type { BoardRecord } from "./record.ts";
import { linux } from "./linux.ts";

export type { BoardRecord, SourceRecord, Tls } from "./record.ts";

export const BOARDS: readonly BoardRecord[] = [linux];

/** @throws Error naming the known boards. */
export function boardNamed(name: string): BoardRecord {
  const board = BOARDS.find((record) => record.name === name.toLowerCase());
  if (!board) throw new Error(`unknown board "${name}"; known: ${BOARDS.map((record) => record.name).join(", ")}`);
  return board;
}
