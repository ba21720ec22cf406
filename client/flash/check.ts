// Is the board at the console the one that was named, with an engine that is new enough and flash that is large enough? Asked
// before anything is changed.
import type { BoardRecord } from "../../boards/index.ts";
import { REFUSED } from "../../boards/index.ts";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "../errors.ts";
import type { BoardConsole } from "./console.ts";

export interface BoardState {
  /** Of the engine, as in 2v29.277. */
  version: string;
  chip: string;
  /** Names in its Storage. */
  files: string[];
  storageBytes: number;
}

function refused(message: string, hint: string): WibError {
  return new WibError(message, hint, EXIT_REFUSED_BY_DEVICE);
}

/** As numbers that can be compared; "2v29.277" is 2 * 10^6 + 29 * 1000 + ... @returns NaN for what is no version. */
export function versionNumber(text: string): number {
  const [, major, minor, build] = /^(\d+)v(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return Number(major) * 1e9 + Number(minor) * 1e5 + Number(build ?? 0);
}

/** @throws WibError when it is another board, or its engine is too old. */
export async function checkBoard(board: BoardConsole, record: BoardRecord): Promise<BoardState> {
  // Piece by piece: an old engine has less of it.
  const name = await board.ask("process.env.BOARD");
  const expected = record.reports ?? record.name.toUpperCase();
  if (name.toUpperCase() !== expected.toUpperCase()) {
    const why = REFUSED.find((each) => each.name === name.toLowerCase())?.why;
    throw refused(
      `this board says that it is ${name}, not ${expected}`,
      why
        ? `Wib does not run on ${name}: ${why}`
        : `take the other port, or --board ${name.toLowerCase()} if that is what it is`,
    );
  }
  const version = await board.ask("process.env.VERSION");
  if (!(versionNumber(version) >= versionNumber(record.engine)))
    throw refused(
      `its Espruino is ${version}, and Wib needs ${record.engine} or newer`,
      "update the board's Espruino first: espruino.com/Download",
    );
  const [storageBytes, ...files] = (
    await board.ask(`[require("Storage").getStats().totalBytes].concat(require("Storage").list()).join("\\n")`)
  ).split("\n");
  return { version, chip: await board.ask("process.env.SERIAL"), files, storageBytes: Number(storageBytes) };
}

const HEADER_BYTES = 32;

/** @throws WibError when these files do not fit, whatever is there now. */
export function checkSpace(state: BoardState, sizes: number[]): void {
  const needed = sizes.reduce((sum, size) => sum + HEADER_BYTES + ((size + 7) & ~7), 0);
  if (needed > state.storageBytes)
    throw refused(
      `not enough flash: ${needed} bytes are needed, and the board has ${state.storageBytes}`,
      "nothing was changed; is it the board that was named?",
    );
}
