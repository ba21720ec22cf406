// Files of the engine's Storage as regions of flash that can be programmed word by word. Storage.write refuses to
// program what is not blank, so marks and zeros go through the Flash module at the file's address, which is found
// by walking Storage's headers (PLATFORM section 7: 4 bytes of size and flags, 28 of name, data, 4-byte aligned).
import type { Bytes, Hal } from "../hal/engine.ts";

export interface StorageArea {
  start: number;
  bytes: number;
  page: number;
}

const FILE_HEADER_BYTES = 32;

export interface FlashFile {
  /** Of the first byte. Files move when Storage is compacted: ask anew each time. */
  address: number;
  size: number;
}

export function le32(bytes: Bytes, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** Bytes up to the last record that is not blank: one before it may be, if flash did not take it. */
export function usedBytes(hal: Hal, file: Bytes, recordBytes: number): number {
  let end = file.length;
  while (end && hal.E.convolve(file.subarray(end - recordBytes, end), [1], 0) === 255 * recordBytes) end -= recordBytes;
  return end;
}

export function findFile(hal: Hal, area: StorageArea, name: string): FlashFile | undefined {
  const end = area.start + area.bytes;
  let at = area.start;
  let skipped = false;
  while (at + FILE_HEADER_BYTES <= end) {
    const header = hal.flash.read(FILE_HEADER_BYTES, at);
    let size = le32(header, 0) & 0xffffff;
    if (at + FILE_HEADER_BYTES + size > end && usedBytes(hal, header, 4) === 4) {
      // A power cut tore this size, before anything else was written. The next file would go over it and be spoilt, so
      // from now on it is a deleted one, of as few bytes as its bits allow.
      size &= -size;
      hal.flash.write(new Uint8Array([size, size >> 8, size >> 16, 0, 0, 0, 0, 0]), at);
    }
    if ((!size && !header[3]) || at + FILE_HEADER_BYTES + size > end) {
      // Blank, or torn by a power cut: no header. Files may go on with the next page, and with no later one.
      if (skipped) return undefined;
      skipped = true;
      at += area.page - ((at - area.start) % area.page);
      continue;
    }
    skipped = false;
    at += FILE_HEADER_BYTES;
    let same = true;
    for (let i = 0; same && i < 28; i++) same = header[4 + i] === (i < name.length ? name.charCodeAt(i) : 0);
    if (same) return { address: at, size: size };
    at += (size + 3) & ~3;
  }
  return undefined;
}

/**
 * Programs bytes whatever the flash there holds, as far as it allows: bits go from 1 to 0.
 * in: address and length are multiples of the flash's programming unit (8 serves every board).
 * @returns whether the bytes can be read back.
 */
export function program(hal: Hal, address: number, data: Bytes): boolean {
  hal.flash.write(data, address);
  return hal.E.toString(hal.flash.read(data.length, address)) === hal.E.toString(data);
}

/** A file of erased flash to be programmed later; made once, when the board is new. */
export function preallocate(hal: Hal, name: string, bytes: number): void {
  if (hal.storage.read(name, 0, 1) === undefined) hal.storage.write(name, new Uint8Array([255]), 0, bytes);
}
