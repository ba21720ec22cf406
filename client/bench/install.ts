// Puts a build on a board for the bench: what is wanted of the board first, then everything erased and written anew, each file
// read back, and a restart. Nothing of an interrupted run has to be there for the next one: it begins with erasing, too.
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { BoardRecord } from "../../boards/index.ts";
import { EXIT_REFUSED_BY_DEVICE, usageError, WibError } from "../errors.ts";
import type { BoardConsole } from "../flash/console.ts";

/** What the bench needs of a console. */
export type Console = Pick<
  BoardConsole,
  "ask" | "writeFile" | "writeBlank" | "readFile" | "reboot" | "close" | "lines" | "onLine" | "onProgress"
>;

const ERASE_MS = 60_000;
/** As host-sim/prepare.ts: erased flash for seeds, tries and the setup log. */
const TRIES_BYTES = 1024;
const LOG_BYTES = 1024;
const SEED_BYTES = 2048;

export interface BoardIdentity {
  /** process.env.BOARD */
  reports: string;
  /** process.env.VERSION, such as "2v29.277". */
  engine: string;
  /** Of the chip's id; the id itself stays on the board. */
  chip: string;
}

/** "2v29.277" as a number that can be compared. */
function versionOf(text: string): number {
  const [, major, minor, build] = /^(\d+)v(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return Number(major ?? 0) * 1e6 + Number(minor ?? 0) * 1e3 + Number(build ?? 0);
}

/** @throws WibError when it is another board than the record's, or its engine is too old. */
export async function checkBoard(console: Console, record: BoardRecord): Promise<BoardIdentity> {
  const [reports, engine, id] = JSON.parse(
    await console.ask("JSON.stringify([process.env.BOARD,process.env.VERSION,process.env.SERIAL])"),
  ) as string[];
  const wanted = record.reports ?? record.name.toUpperCase();
  if (reports !== wanted)
    throw new WibError(
      `this board says that it is ${reports}, not ${wanted}`,
      "name the right one with --board",
      EXIT_REFUSED_BY_DEVICE,
    );
  if (versionOf(engine) < versionOf(record.engine))
    throw new WibError(
      `its Espruino is ${engine}; ${record.engine} or newer is wanted`,
      "update it first: https://www.espruino.com/Download",
      EXIT_REFUSED_BY_DEVICE,
    );
  const chip = createHash("sha256").update(`wib chip ${id}`).digest("hex").slice(0, 16);
  return { reports, engine, chip };
}

/** A bundle as `npm run bundle` has made it. @throws WibError where there is none. */
export function readBundle(folder: string, record: BoardRecord, build: "bench" | "probe"): Uint8Array {
  const file = path.join(folder, `${record.name}-${build}.js`);
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    throw usageError(`there is no ${file}`, `make it with: npm run bundle -- --bench --board ${record.name}`);
  }
}

/** Erases the board's files and writes these, with the flash that the firmware wants. @throws WibError */
export async function install(
  console: Console,
  record: BoardRecord,
  bundle: Uint8Array,
  files: Record<string, string>,
): Promise<void> {
  await console.ask('require("Storage").eraseAll()', { timeoutMs: ERASE_MS });
  const { onProgress } = console;
  await console.writeFile(".bootcde", bundle, record.storage);
  console.onProgress = undefined;
  for (const [name, text] of Object.entries(files))
    await console.writeFile(name, new TextEncoder().encode(text), record.storage);
  console.onProgress = onProgress;
  await console.writeBlank("wib.sed", record.storage.seedBytes ?? SEED_BYTES);
  await console.writeBlank("wib.try", TRIES_BYTES);
  await console.writeBlank("wib.l0", LOG_BYTES);
  const sum = Number(await console.ask('E.CRC32(require("Storage").read(".bootcde"))'));
  if (sum !== crc32(bundle))
    throw new WibError(
      "what is in flash is not what was written",
      "run it again; if it stays so, the flash is worn out",
      EXIT_REFUSED_BY_DEVICE,
    );
  await console.reboot();
}
