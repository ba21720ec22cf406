// Addresses for what native code is given: the bytes of typed arrays, and strings. Each ArrayBuffer and each text keeps
// its address; none is given twice. Between two there is a gap, so that what runs over an end faults.
//
// Where the engine keeps such bytes depends on their number (PLATFORM section 4.5; src/jsutils.h, jsvar.c of Espruino): a few
// fit into one variable, at any address; more are scattered over a chain of variables, and have none; above that they
// are in one piece, on a multiple of 4.
import { charByte } from "./engine-values.ts";
import type { Region } from "./thumb/memory.ts";

const FIRST = 0x20000000;
const END = 0x7ff00000;
const GAP = 64;

interface Piece {
  start: number;
  size: number;
  /** Held weakly: an address keeps nothing alive, here as on the engine. */
  buffer?: WeakRef<ArrayBufferLike>;
  text?: Region;
}

/** Up to `inline` bytes are in one variable, above `scattered` in one piece. */
export function bytesInPlace(variables: number | null): { inline: number; scattered: number } {
  const count = variables ?? Infinity;
  // Bits of a reference and of the count of references, which make room for characters where they are not needed.
  const [reference, references] =
    count <= 2047 ? [11, 4] : count <= 4095 ? [12, 8] : count <= 8191 ? [13, 4] : count <= 16383 ? [14, 8] : [16, 8];
  const inline = 4 + ((3 * reference) >> 3);
  return { inline, scattered: inline + 4 + ((3 * reference + references) >> 3) };
}

export class NativeMemory {
  private readonly pieces: Piece[] = [];
  private readonly buffers = new WeakMap<ArrayBufferLike, number>();
  private readonly texts = new Map<string, Region>();
  private readonly limits: ReturnType<typeof bytesInPlace>;
  private next = FIRST;

  constructor(variables: number | null) {
    this.limits = bytesInPlace(variables);
  }

  /** 0 where the engine would have the bytes in several pieces. */
  addressOfBuffer(buffer: ArrayBufferLike): number {
    const known = this.buffers.get(buffer);
    if (known !== undefined) return known;
    const size = buffer.byteLength;
    if (this.isScattered(size)) return 0;
    const start = this.reserve(size, size <= this.limits.inline);
    this.pieces.push({ start, size, buffer: new WeakRef(buffer) });
    this.buffers.set(buffer, start);
    return start;
  }

  /**
   * Whether a string is in one piece depends on how it was made, which is not to be seen here: what atob, E.toString and
   * memory-mapped Storage.read gave is, a literal or a sum is not. This takes every long one for whole.
   */
  addressOfText(text: string): number {
    if (this.isScattered(text.length)) return 0;
    return this.regionOfText(text, text.length <= this.limits.inline).start;
  }

  /** The flat string that nativeCall makes of its data where it is none yet. */
  addressOfCode(text: string): number {
    return this.regionOfText(text, false).start;
  }

  /** The bytes at an address, if it is one of these and they still exist. */
  lookup(address: number): Region | undefined {
    let low = 0;
    for (let high = this.pieces.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.pieces[middle].start <= address) low = middle + 1;
      else high = middle;
    }
    const piece = this.pieces[low - 1];
    if (!piece || address >= piece.start + piece.size) return undefined;
    const buffer = piece.buffer?.deref();
    return buffer ? { start: piece.start, bytes: new Uint8Array(buffer), writable: true } : piece.text;
  }

  private isScattered(size: number): boolean {
    return size > this.limits.inline && size <= this.limits.scattered;
  }

  private regionOfText(text: string, inVariable: boolean): Region {
    const key = (inVariable ? "i" : "f") + text;
    const known = this.texts.get(key);
    if (known) return known;
    const bytes = Uint8Array.from({ length: text.length }, (_, i) => charByte(text, i));
    const start = this.reserve(bytes.length, inVariable);
    const region = { start, bytes, executable: !inVariable };
    this.pieces.push({ start, size: bytes.length, text: region });
    this.texts.set(key, region);
    return region;
  }

  /** Never on a multiple of 8, which the engine does not promise; inside a variable not even of 2. */
  private reserve(size: number, inVariable: boolean): number {
    const start = this.next + (inVariable ? 1 : 4);
    this.next = Math.ceil((start + size + GAP) / 8) * 8;
    if (this.next > END) throw new Error("host-sim: no addresses left for native code");
    return start;
  }
}
