// What native code can reach: regions of bytes, little-endian, and nothing between them. Words and halfwords may be
// unaligned, as on Cortex-M4; an access that leaves its region faults even if another region begins there.
import { ThumbFault, hex } from "./state.ts";

export interface Region {
  start: number;
  bytes: Uint8Array;
  writable?: boolean;
  /** Code. A region is never writable and executable: what was decoded stays decoded. */
  executable?: boolean;
}

export type AccessKind = "fetch" | "read" | "write";
export type AccessListener = (pc: number, address: number, kind: AccessKind) => void;

/** A region as the instructions see it: its start as an int32. */
export interface Mapped {
  start: number;
  size: number;
  view: DataView;
  region: Region;
}

const MAX_RECENT = 8;

export class Memory {
  /** The last regions found, newest first: routines go back and forth between a few. */
  private readonly recent: Mapped[] = [];
  private readonly regions: readonly Region[];
  private readonly lookup: (address: number) => Region | undefined;

  /** @param lookup is asked for what is in no region: memory that comes and goes */
  constructor(regions: readonly Region[], lookup: (address: number) => Region | undefined = () => undefined) {
    this.regions = regions;
    this.lookup = lookup;
    const ordered = [...regions].sort((a, b) => a.start - b.start);
    ordered.forEach((region, i) => {
      const end = i + 1 < ordered.length ? ordered[i + 1].start : 2 ** 32;
      if (region.start + region.bytes.length > end) throw new Error(`host-sim: regions overlap at ${hex(end)}`);
      if (region.writable && region.executable) throw new Error("host-sim: a region is writable or executable");
      if (region.executable && region.start & 1) throw new Error("host-sim: code at an odd address");
    });
  }

  /** @throws ThumbFault where these bytes are in no region, or may not be accessed so */
  find(address: number, bytes: number, pc: number, kind: AccessKind): Mapped {
    const known = this.recent.findIndex(
      ({ start, size, region }) =>
        (address - start) >>> 0 <= size - bytes &&
        (kind === "read" || (kind === "write" ? region.writable : region.executable)),
    );
    const mapped = known < 0 ? this.map(address >>> 0, bytes, pc, kind) : this.recent.splice(known, 1)[0];
    this.recent.unshift(mapped);
    if (this.recent.length > MAX_RECENT) this.recent.pop();
    return mapped;
  }

  private map(at: number, bytes: number, pc: number, kind: AccessKind): Mapped {
    const holds = (r: Region) => at >= r.start && at + bytes <= r.start + r.bytes.length;
    const found = this.regions.find(holds) ?? this.lookup(at);
    const region = found && holds(found) ? found : undefined;
    if (!region || (kind === "write" && !region.writable) || (kind === "fetch" && !region.executable))
      throw new ThumbFault(`${kind} of ${bytes} bytes at ${hex(at)}${region ? ", not allowed there," : ""}`, pc);
    const { buffer, byteOffset, length } = region.bytes;
    return { start: region.start | 0, size: length, view: new DataView(buffer, byteOffset, length), region };
  }
}

const NOWHERE: DataView = new DataView(new ArrayBuffer(0));

/** The way to memory of one instruction, which remembers the region it met last. */
export class Port {
  private readonly memory: Memory;
  private readonly pc: number;
  private start = 0;
  private size = 0;
  private view: DataView = NOWHERE;

  constructor(memory: Memory, pc: number) {
    this.memory = memory;
    this.pc = pc;
  }

  /** The offset in the view, which this may replace: it has to be known before the view is used. */
  private offset(address: number, bytes: number, kind: AccessKind): number {
    const at = (address - this.start) >>> 0;
    if (at <= this.size - bytes) return at;
    ({ start: this.start, size: this.size, view: this.view } = this.memory.find(address, bytes, this.pc, kind));
    return (address - this.start) >>> 0;
  }

  read32(address: number): number {
    const at = this.offset(address, 4, "read");
    return this.view.getInt32(at, true);
  }

  read16(address: number): number {
    const at = this.offset(address, 2, "read");
    return this.view.getUint16(at, true);
  }

  read16s(address: number): number {
    const at = this.offset(address, 2, "read");
    return this.view.getInt16(at, true);
  }

  read8(address: number): number {
    const at = this.offset(address, 1, "read");
    return this.view.getUint8(at);
  }

  read8s(address: number): number {
    const at = this.offset(address, 1, "read");
    return this.view.getInt8(at);
  }

  write32(address: number, value: number): void {
    const at = this.offset(address, 4, "write");
    this.view.setInt32(at, value, true);
  }

  write16(address: number, value: number): void {
    const at = this.offset(address, 2, "write");
    this.view.setInt16(at, value, true);
  }

  write8(address: number, value: number): void {
    const at = this.offset(address, 1, "write");
    this.view.setInt8(at, value);
  }
}
