// A board's console as functions: the dialogue (dialogue.ts), and files of its Storage byte for byte. Files go as base64; what was written
// is read back piece by piece, and the beginning of a file is written last.
import { crc32 } from "node:zlib";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "../errors.ts";
import { Dialogue } from "./dialogue.ts";
import type { ConsoleOptions } from "./dialogue.ts";

export { BoardError } from "./dialogue.ts";
export type { AskOptions, ConsoleOptions } from "./dialogue.ts";

/** Of a file in one question. Pieces begin at multiples of it, so that none begins within a chip's programming unit. */
export const CHUNK_BYTES = 1024;
/** Of a file, written last: as few as every chip programs at once. */
const HEAD_BYTES = 8;
/** Of the engine's header before a file's data: size, flags and name. */
const HEADER_BYTES = 32;

/** Where the engine keeps its files: `storage` of a board's record. */
export interface StorageArea {
  start: number;
  bytes: number;
  page: number;
}

export class BoardConsole extends Dialogue {
  /** Bytes of a file, or undefined where there is none. */
  async readFile(name: string): Promise<Uint8Array | undefined> {
    const file = `require("Storage").read(${quote(name)})`;
    const said = await this.ask(`(function(f){return f===undefined?"":f.length+" "+E.CRC32(f)})(${file})`);
    if (!said) return undefined;
    const [size, sum] = said.split(" ").map(Number);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const count = Math.min(CHUNK_BYTES, size - at);
      const piece = Buffer.from(
        await this.ask(`btoa(require("Storage").read(${quote(name)},${at},${count}))`),
        "base64",
      );
      if (piece.length !== count) throw corrupted(name);
      bytes.set(piece, at);
      this.onProgress?.(at + count, size);
    }
    if (crc32(bytes) !== sum) throw corrupted(name);
    return bytes;
  }

  /** A file of erased flash. */
  async writeBlank(name: string, size: number): Promise<void> {
    await this.ask(`require("Storage").write(${quote(name)},"\\xff",0,${size})`);
  }

  /**
   * Writes a file from its end to its beginning, each piece read back at once, and its first 8 bytes last: until those
   * are there, the engine finds erased flash at its beginning, and runs nothing of it.
   * @throws WibError when flash does not take it.
   */
  async writeFile(name: string, bytes: Uint8Array, area: StorageArea): Promise<void> {
    if (bytes.length <= HEAD_BYTES) throw new Error("files this short are not written");
    await this.writeBlank(name, bytes.length);
    for (let end = bytes.length; end > HEAD_BYTES;) {
      const at = Math.max(HEAD_BYTES, CHUNK_BYTES * (Math.ceil(end / CHUNK_BYTES) - 1));
      await this.#writePiece(name, at, bytes.subarray(at, end), bytes.length);
      end = at;
      this.onProgress?.(bytes.length - end, bytes.length);
    }
    await this.programStart(name, bytes.subarray(0, HEAD_BYTES), area);
    this.onProgress?.(bytes.length, bytes.length);
  }

  /** The first bytes of a file where flash is blank. By the address: Storage.write would make a new file of it. */
  async programStart(name: string, head: Uint8Array, area: StorageArea): Promise<void> {
    const file = await this.findFile(name, area);
    if (!file) throw corrupted(name);
    await this.ask(`require("Flash").write([${head.join()}],${file.address})`);
    if ((await this.ask(`require("Flash").read(${head.length},${file.address}).join()`)) !== head.join())
      throw corrupted(name);
  }

  /** Where a file's data lie in flash, by the engine's headers (PLATFORM section 7). */
  async findFile(name: string, area: StorageArea): Promise<{ address: number; size: number } | undefined> {
    const end = area.start + area.bytes;
    let at = area.start;
    for (let skipped = false; at + HEADER_BYTES <= end;) {
      const said = await this.ask(`require("Flash").read(${HEADER_BYTES},${at}).join()`);
      const header = Buffer.from(said.split(",").map(Number));
      const size = header.readUIntLE(0, 3);
      if (size === 0xffffff || at + HEADER_BYTES + size > end) {
        // Files begin at multiples of 4, on some chips of 8; and may go on with the next page, but with no later one.
        if (at % 8 === 4) at += 4;
        else if (skipped) return undefined;
        else {
          skipped = true;
          at += area.page - ((at - area.start) % area.page);
        }
        continue;
      }
      skipped = false;
      at += HEADER_BYTES;
      if (header.toString("latin1", 4) === name.padEnd(HEADER_BYTES - 4, "\0")) return { address: at, size };
      at += (size + 3) & ~3;
    }
    return undefined;
  }

  async #writePiece(name: string, at: number, piece: Uint8Array, size: number): Promise<void> {
    const base64 = Buffer.from(piece).toString("base64");
    const sum = await this.ask(`$w.w(${quote(name)},${at},atob("${base64}"),${size})`);
    if (Number(sum) !== crc32(piece)) throw corrupted(name);
  }
}

function corrupted(name: string): WibError {
  return new WibError(
    `${name} is not in flash as it was sent`,
    "upload corrupted: check the cable and run the same command again; if it happens again the flash is worn out",
    EXIT_REFUSED_BY_DEVICE,
  );
}

function quote(name: string): string {
  return JSON.stringify(name);
}

/** Connects to a board's console, and unlocks it if a password is given and wanted. */
export async function openConsole(port: string, options: ConsoleOptions = {}): Promise<BoardConsole> {
  const board = new BoardConsole(port, options);
  await board.open();
  try {
    if (board.isLocked && options.password !== undefined) await board.unlock(options.password);
  } catch (error) {
    await board.close();
    throw error;
  }
  return board;
}
