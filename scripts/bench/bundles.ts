// Bytes of every board's bundle, and how they are shared among its modules.
import { BOARDS } from "../../boards/index.ts";
import { makeBundle, moduleShares } from "../bundle.ts";
import { row } from "./row.ts";
import type { Row } from "./row.ts";

/** Whose folders the README has. */
const SHOWN = "espruinowifi";

export async function bundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const board of BOARDS) {
    const bytes = (await makeBundle(board, "product")).length;
    rows.push(row(`bundle for ${board.name}`, bytes, "bytes", board.bundleBytes));
    const folders = new Map<string, number>();
    const modules = [...(await moduleShares(board))].sort(([, a], [, b]) => b - a);
    for (const [file, share] of modules) {
      const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "main and app";
      folders.set(folder, (folders.get(folder) ?? 0) + share);
    }
    const shares = board.name === SHOWN ? [...folders] : [];
    for (const [folder, share] of shares)
      rows.push(row(`${board.name}: firmware/${folder}, its share of the bundle`, bytes * share, "bytes"));
    for (const [file, share] of modules)
      rows.push({ ...row(`${board.name}: ${file}`, bytes * share, "bytes"), isDetail: true });
  }
  return rows;
}
