// The files of the engine's Storage as they lie in flash (PLATFORM section 7): 32-byte headers, data appended at 4-byte
// steps, invalidated by zeroing the first four bytes of a name, squeezed together when space runs out, in the engine's
// order of programs and erases. Nothing is kept in memory but the place of the lookup table, as in the engine.
import { charByte } from "./engine-values.ts";
import type { NorFlash, Region } from "./flash.ts";

export interface ChainOptions {
  /** Where the files are; the flash's first region unless said. */
  region?: Region;
  /** Bytes the engine could get in one piece for compaction, on its stack or as a flat string. No limit unless said. */
  freeMemory?: () => number;
  /** The lookup table of names, which only the Linux and Bangle.js builds have. */
  fileTable?: boolean;
  /** What the engine writes to its console. */
  print?: (text: string) => void;
}

export const HEADER_BYTES = 32; // 3 bytes of size, 1 of flags, 28 of name
const NAME_OFFSET = 4;
const NAME_BYTES = 28;
const ALIGNMENT = 4;
const FLAG_TABLE = 32;
export const FLAG_STORAGE_FILE = 64;
const FLAG_COMPRESSED = 128;
const DELETED = "\0".repeat(4); // how the name of an invalidated file begins
const TABLE_NAME = nameOf("[FILENAME_TABLE]");
const TABLE_AFTER_FILES = 200; // files, live or not, behind the last table
const TABLE_TRUSTED_BELOW_BYTES = 10000; // by the check at power-up

interface FileEntry {
  /** Of the header; the data follow it. */
  addr: number;
  size: number;
  flags: number;
  /** All 28 characters, padded with NULs. */
  name: string;
}

/** The files as they lie in flash. Names are full and padded, drive included. */
export class FileChain {
  readonly #flash: NorFlash;
  readonly #options: Required<ChainOptions>;
  readonly #start: number;
  readonly #end: number;
  /** Data of the lookup table. In the engine's RAM: found at power-up, forgotten when files move. */
  #table: { addr: number; size: number } | undefined;

  constructor(flash: NorFlash, options: Required<ChainOptions>) {
    this.#flash = flash;
    this.#options = options;
    this.#start = options.region.start;
    this.#end = options.region.start + options.region.bytes;
  }

  write(name: string, data: Uint8Array, offset: number, size: number): void {
    if (!size) throw new Error("Can't create zero length file");
    const flash = this.#flash;
    let file = this.find(name);
    const reusable = file && file.flags === 0 && file.size === size;
    if (offset === 0 && !(reusable && flash.isErased(file!.addr + HEADER_BYTES, size))) {
      if (reusable && data.length === size && !Buffer.compare(flash.read(file!.addr + HEADER_BYTES, size), data))
        return;
      // First the old file goes, and only then is it known whether the new one fits.
      if (file) this.erase(file);
      file = this.#create(name, size, 0);
    }
    if (!file) throw new Error("Unable to find or create file");
    if (offset + data.length > file.size) throw new Error("Too much data for file size");
    const addr = file.addr + HEADER_BYTES + offset;
    if (!flash.isErased(addr, data.length)) throw new Error("File already written with different data");
    flash.programAnywhere(addr, data);
  }

  find(nameWithDrive: string): FileEntry | undefined {
    const name = withoutDrive(nameWithDrive);
    let found = this.#tabled().find(({ record, file }) => record === name && !isDeleted(file))?.file;
    if (!found) this.#walkUntabled((file) => (file.name === name ? Boolean((found = file)) : false));
    return found;
  }

  live(): FileEntry[] {
    const files = this.#tabled().map(({ file }) => file);
    this.#walkUntabled((file) => void files.push(file));
    return files.filter(isReal);
  }

  erase(file: FileEntry, mayWriteTable = true): void {
    this.#flash.program(file.addr + NAME_OFFSET, new Uint8Array(DELETED.length));
    if (!mayWriteTable || !this.#options.fileTable) return;
    const { fileCount, trashCount } = this.stats(this.#table ? this.#table.addr + this.#table.size : this.#start);
    if (fileCount + trashCount > TABLE_AFTER_FILES) this.writeTable();
  }

  eraseAll(): void {
    this.#table = undefined;
    this.#flash.erasePages(this.#start, this.#end);
  }

  stats(from = this.#start) {
    const stats = { fileBytes: 0, fileCount: 0, trashBytes: 0, trashCount: 0, firstBrokenPage: 0 };
    let unbroken = from; // the last page that begins with a header
    let last = from;
    this.#walk(from, true, (file) => {
      if (this.#flash.pageAt(file.addr)!.addr === file.addr) unbroken = file.addr;
      const bytes = HEADER_BYTES + align(file.size);
      last = file.addr + bytes;
      stats[isDeleted(file) ? "trashBytes" : "fileBytes"] += bytes;
      stats[isDeleted(file) ? "trashCount" : "fileCount"]++;
      if (isDeleted(file)) stats.firstBrokenPage ||= unbroken;
    });
    return { ...stats, totalBytes: this.#end - from, freeBytes: this.#end - last };
  }

  /** Rewrites everything from the first page with trash on. @returns whether it did. */
  compact(): boolean {
    this.#table = undefined;
    const flash = this.#flash;
    const { region, freeMemory, print } = this.#options;
    const { fileBytes, trashBytes, firstBrokenPage } = this.stats();
    if (!trashBytes || Math.min(fileBytes, region.page + HEADER_BYTES) > freeMemory()) return false;
    print("Compacting... ");
    // The engine reads ahead by one page at most and writes a page once it has been read. What it writes, and in which
    // order, is the same when everything is read first.
    const kept: Uint8Array[] = [];
    const last = this.#walk(firstBrokenPage, true, (file) => {
      if (isReal(file)) kept.push(flash.read(file.addr, HEADER_BYTES + align(file.size)));
    });
    const bytes = Buffer.concat(kept);
    for (let done = 0; done < bytes.length; done += region.page) {
      flash.erasePage(firstBrokenPage + done);
      flash.program(firstBrokenPage + done, bytes.subarray(done, done + region.page));
    }
    const rest = bytes.length ? this.#nextPage(firstBrokenPage + bytes.length - 1) : firstBrokenPage;
    if (rest) flash.erasePages(rest, last || this.#end);
    print("\n");
    return true;
  }

  /** A file of headers whose size fields are the places of the files: Storage.optimise(). */
  writeTable(): void {
    if (!this.#options.fileTable) return;
    const eachReal = (visit: (file: FileEntry) => void): void =>
      void this.#walk(this.#start, true, (file) => void (isReal(file) && visit(file)));
    let count = 0;
    eachReal(() => count++);
    const old = this.find(TABLE_NAME);
    if (old) this.erase(old, false);
    const table = count ? this.#create(TABLE_NAME, count * HEADER_BYTES, FLAG_TABLE) : undefined;
    if (!table) return;
    let at = table.addr;
    eachReal((file) => this.#flash.program((at += HEADER_BYTES), headerBytes(file.addr - this.#start, file.name)));
    this.#table = { addr: table.addr + HEADER_BYTES, size: table.size };
  }

  /** The check at power-up; it also looks for the table. */
  isValid(): boolean {
    let last: FileEntry | undefined;
    const stop = this.#walk(this.#start, true, (file) => {
      const sound = file.name === TABLE_NAME && file.flags & FLAG_TABLE && file.size < TABLE_TRUSTED_BELOW_BYTES;
      if (this.#options.fileTable && last && sound) this.#table = { addr: file.addr + HEADER_BYTES, size: file.size };
      last = file;
    });
    const next = last ? after(last) : this.#start;
    if (next + HEADER_BYTES > this.#end) return true;
    const header = Buffer.from(this.#flash.read(stop || next, HEADER_BYTES));
    // Behind the last page's last file the engine takes even rubbish for sound if its size fits from the file before.
    const guess = last && !stop ? align(last.addr + HEADER_BYTES + header.readUIntLE(0, 3)) : Infinity;
    if (guess <= this.#end && guess + HEADER_BYTES > this.#end) return true;
    if (!header.every((byte) => byte === 0xff)) return false;
    // Only when there is no file at all is the rest of the flash looked at.
    return last !== undefined || this.#flash.isErased(this.#start, this.#end - this.#start);
  }

  /** Does not look for a file of the same name. */
  #create(nameWithDrive: string, size: number, flags: number): FileEntry | undefined {
    const name = withoutDrive(nameWithDrive);
    const needed = HEADER_BYTES + align(size);
    for (let compacted = false; ; compacted = true) {
      let free = 0;
      let trash = 0;
      for (let from = this.#start; from;) {
        const gap = this.#walk(from, false, (file) => void (isDeleted(file) && (trash += file.size)));
        const space = this.#spaceAt(gap);
        free += space;
        if (space >= needed) {
          this.#flash.program(gap, headerBytes(size | (flags << 24), name));
          return { addr: gap, size, flags, name };
        }
        from = this.#nextPage(gap);
      }
      if (compacted || needed >= free + trash || !this.compact()) return undefined;
    }
  }

  /** Bytes for a file at `addr`: to the end if the next page does not begin with a header, else to that page. */
  #spaceAt(addr: number): number {
    if (!addr) return 0;
    const next = this.#nextPage(addr);
    return (next && this.#header(next) ? next : this.#end) - addr;
  }

  #nextPage(addr: number): number {
    const page = this.#flash.pageAt(addr);
    const next = page ? page.addr + page.length : 0;
    return next < this.#end ? next : 0;
  }

  /** What begins at `addr`, be it live or deleted; undefined if it cannot be a file. */
  #header(addr: number): FileEntry | undefined {
    if (addr + HEADER_BYTES > this.#end) return undefined;
    const raw = Buffer.from(this.#flash.read(addr, HEADER_BYTES));
    const word = raw.readUInt32LE(0);
    const size = word & 0xffffff;
    if (word === 0 || word === 0xffffffff || addr + HEADER_BYTES + size > this.#end) return undefined;
    return { addr, size, flags: word >>> 24, name: raw.toString("latin1", NAME_OFFSET) };
  }

  /**
   * Visits file after file until `visit` returns true. `all`: where the chain ends, go on if the next page begins with a
   * header. @returns the address where it stopped, or 0 where there is no room for another header.
   */
  #walk(from: number, all: boolean, visit: (file: FileEntry) => boolean | void, first = this.#header(from)): number {
    let addr = from;
    let file = first;
    while (file) {
      if (visit(file)) return addr;
      addr = after(file);
      if (addr + HEADER_BYTES > this.#end) return 0;
      file = this.#header(addr);
      if (file || !all) continue;
      addr = this.#nextPage(addr);
      if (!addr) return 0;
      file = this.#header(addr);
    }
    return addr;
  }

  /** Files in the table, with the names they had when it was written. */
  #tabled(): { record: string; file: FileEntry }[] {
    if (!this.#table) return [];
    const table = Buffer.from(this.#flash.read(this.#table.addr, this.#table.size));
    return Array.from({ length: Math.floor(table.length / HEADER_BYTES) }, (_, i) => i * HEADER_BYTES).flatMap((at) => {
      const file = this.#header(this.#start + table.readUInt32LE(at));
      return file ? [{ record: table.toString("latin1", at + NAME_OFFSET, at + HEADER_BYTES), file }] : [];
    });
  }

  /** All files, or those behind the table if there is one. The table's own header is not read again. */
  #walkUntabled(visit: (file: FileEntry) => boolean | void): void {
    if (!this.#table) return void this.#walk(this.#start, true, visit);
    const table = { addr: this.#table.addr - HEADER_BYTES, size: this.#table.size, flags: FLAG_TABLE, name: DELETED };
    this.#walk(table.addr, true, visit, table);
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function after(file: FileEntry): number {
  return align(file.addr + HEADER_BYTES + file.size);
}

function isDeleted(file: FileEntry): boolean {
  return file.name.startsWith(DELETED);
}

function isReal(file: FileEntry): boolean {
  return !isDeleted(file) && [0, FLAG_STORAGE_FILE, FLAG_COMPRESSED].includes(file.flags);
}

function headerBytes(word: number, name: string): Uint8Array {
  const header = Buffer.from(`\0\0\0\0${name}`, "latin1");
  header.writeInt32LE(word | 0);
  return header;
}

export function nameOf(value: unknown): string {
  const name = String(value).slice(0, NAME_BYTES);
  for (let i = 0; i < name.length; i++) charByte(name, i);
  return name.padEnd(NAME_BYTES, "\0");
}

/** "C:name" names a bank on boards that have two; the others drop the first two characters and go on. */
function withoutDrive(name: string): string {
  return name[1] === ":" ? `${name.slice(2)}\0\0` : name;
}
