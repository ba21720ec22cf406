// Bytes of every board's bundle.
import { BOARDS } from "../../boards/index.ts";
import { makeBundle } from "../bundle.ts";
import { row } from "./row.ts";
import type { Row } from "./row.ts";

export async function bundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const board of BOARDS)
    rows.push(row(`bundle for ${board.name}`, (await makeBundle(board, "product")).length, "bytes", board.bundleBytes));
  return rows;
}
