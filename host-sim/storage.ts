// The engine's require("Storage") on a NorFlash (PLATFORM section 7): files behind 32-byte headers, appended at 4-byte
// steps, invalidated by zeroing the first four bytes of their name, squeezed together when space runs out. Flash is
// changed in the engine's order, so a power cut leaves what it would leave. `createStorage` is a power-up: call it again
// for a reboot. Not modelled: a second bank, StorageFiles (`open`), and that a string which was read follows its file
// when that moves and becomes null when that is erased. Arguments, bytes and JSON are read by engine-values.ts.
import { crc32 } from "node:zlib";
import { bytesOf, intOf, jsonOf, kindOf, parseJson } from "./engine-values.ts";
import { FileChain, FLAG_STORAGE_FILE, HEADER_BYTES, nameOf } from "./file-chain.ts";
import type { ChainOptions } from "./file-chain.ts";
import type { NorFlash } from "./flash.ts";
import { notModelled, strict } from "./strict.ts";

export type StorageOptions = ChainOptions;

const HASH_START = 0xabcddcba;

export type StorageModule = ReturnType<typeof createStorage>;

/** Powers the engine up: a chain of files that ends in anything but erased flash costs all files. */
export function createStorage(flash: NorFlash, options: StorageOptions = {}) {
  const print = options.print ?? (() => {});
  const files = new FileChain(flash, {
    region: options.region ?? flash.regions[0],
    freeMemory: options.freeMemory ?? (() => Infinity),
    fileTable: options.fileTable ?? false,
    print,
  });
  if (!files.isValid()) {
    print("Storage is corrupt.\nErasing Storage Area...\n");
    files.eraseAll();
    print("Erase complete.\n");
  }

  function read(name: unknown, from = 0, length = 0): Uint8Array | undefined {
    const file = files.find(nameOf(name));
    if (!file) return undefined;
    const offset = Math.min(Math.max(from, 0), file.size);
    return flash.read(file.addr + HEADER_BYTES + offset, Math.min(length > 0 ? length : file.size, file.size - offset));
  }

  function write(name: unknown, data: unknown, offset = 0, size = 0): boolean {
    if (offset < 0 || size < 0) return false;
    if (data === undefined) throw new Error("Can't get pointer to data to write");
    const { bytes, fault } = bytesOf(data);
    try {
      files.write(nameOf(name), bytes, offset, size || bytes.length);
    } catch (error) {
      if (flash.poweredOff || !fault) throw error;
    }
    // Thrown only now: the engine first writes what came before the bad value. It keeps the first of two exceptions.
    if (fault) throw fault;
    return true;
  }

  /** Live files that are not excluded, with the names that firmware sees. */
  function named(regex: unknown, storageFiles?: boolean): { addr: number; name: string }[] {
    if (regex !== undefined && kindOf(regex) !== "RegExp") throw notModelled("a Storage pattern that is not a RegExp");
    return files.live().flatMap(({ addr, flags, name: padded }) => {
      let name = padded.split("\0", 1)[0];
      if (storageFiles !== undefined && storageFiles !== Boolean(flags & FLAG_STORAGE_FILE)) return [];
      if (flags & FLAG_STORAGE_FILE) {
        // A StorageFile's chunks are numbered by the last character; the first stands for all.
        if (!name.endsWith("\x01")) return [];
        if (storageFiles) name = name.slice(0, -1);
      }
      return regex === undefined || name.match(regex as RegExp) ? [{ addr, name }] : [];
    });
  }

  return strict("Storage", {
    read: (name?: unknown, offset?: unknown, length?: unknown): string | undefined => {
      const bytes = read(name, intOf(offset), intOf(length));
      return bytes && Buffer.from(bytes).toString("latin1");
    },
    readArrayBuffer: (name?: unknown): ArrayBuffer | undefined => read(name)?.buffer as ArrayBuffer | undefined,
    readJSON: (name?: unknown, noExceptions?: unknown): unknown => {
      const bytes = read(name);
      try {
        return bytes && parseJson(Buffer.from(bytes).toString("latin1"));
      } catch (error) {
        if (noExceptions && error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    write: (name?: unknown, data?: unknown, offset?: unknown, size?: unknown): boolean =>
      kindOf(data) === "Object" ? write(name, jsonOf(data, false)) : write(name, data, intOf(offset), intOf(size)),
    writeJSON: (name?: unknown, data?: unknown): boolean => write(name, jsonOf(data, true)),
    erase: (name?: unknown): void => {
      const file = files.find(nameOf(name));
      if (file) files.erase(file);
    },
    eraseAll: (): void => files.eraseAll(),
    compact: (_showMessage?: unknown): void => void files.compact(),
    optimise: (): void => files.writeTable(),
    list: (regex?: unknown, filter?: unknown): string[] => {
      const sf = kindOf(filter) === "Object" ? (filter as { sf?: unknown }).sf : undefined;
      return named(regex, sf === undefined ? undefined : Boolean(sf)).map(({ name }) => name);
    },
    hash: (regex?: unknown): number =>
      named(regex, false).reduce(
        (hash, { addr, name }) => ((hash << 1) | (hash >>> 31)) ^ addr ^ crc32(Buffer.from(name, "latin1")),
        HASH_START | 0,
      ),
    getFree: (_internal?: unknown): number => files.stats().freeBytes,
    getStats: (_internal?: unknown) => {
      const { totalBytes, freeBytes, fileBytes, fileCount, trashBytes, trashCount } = files.stats();
      return { totalBytes, freeBytes, fileBytes, fileCount, trashBytes, trashCount };
    },
  });
}
