// The native back end, counted by host-sim's Thumb interpreter.
import { nativeCounts } from "../native-table.ts";
import { row } from "./row.ts";
import type { Row } from "./row.ts";

export async function nativeCrypto(): Promise<Row[]> {
  return nativeCounts().map(({ name, count, bar }) => row(`native: ${name}, instructions`, count, "", bar));
}
