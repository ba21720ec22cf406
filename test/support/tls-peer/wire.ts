// TLS's presentation language (RFC 8446 section 3): integers, vectors behind their length, and a reader of both.
import { concatBytes } from "@noble/hashes/utils.js";

export type Bytes = Uint8Array;

export class WireError extends Error {}

export function uint(bytes: number, value: number): Bytes {
  return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 255);
}

export const u8 = (value: number): Bytes => uint(1, value);
export const u16 = (value: number): Bytes => uint(2, value);
export const u24 = (value: number): Bytes => uint(3, value);
export const u32 = (value: number): Bytes => uint(4, value);

/** Parts behind a length of so many bytes. */
export function vec(lengthBytes: number, ...parts: Bytes[]): Bytes {
  const body = concatBytes(...parts);
  return concatBytes(uint(lengthBytes, body.length), body);
}

export const vec8 = (...parts: Bytes[]): Bytes => vec(1, ...parts);
export const vec16 = (...parts: Bytes[]): Bytes => vec(2, ...parts);
export const vec24 = (...parts: Bytes[]): Bytes => vec(3, ...parts);

export const join = concatBytes;
export const ascii = (text: string): Bytes => new TextEncoder().encode(text);
export const fromHex = (hex: string): Bytes => new Uint8Array(Buffer.from(hex.replace(/\s/g, ""), "hex"));
export const toHex = (bytes: Bytes): string => Buffer.from(bytes).toString("hex");

/** The same bytes with one bit changed. @param at from the end where negative. */
export function flipBit(bytes: Bytes, at: number, bit = 0): Bytes {
  const copy = bytes.slice();
  copy[at < 0 ? bytes.length + at : at] ^= 1 << bit;
  return copy;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Reads strictly: what is short, or left over, throws. */
export class Reader {
  #bytes: Bytes;
  #at = 0;
  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }
  take(length: number): Bytes {
    if (this.#at + length > this.#bytes.length) throw new WireError(`wanted ${length} bytes at ${this.#at}`);
    return this.#bytes.slice(this.#at, (this.#at += length));
  }
  uint(bytes: number): number {
    return this.take(bytes).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  vec(lengthBytes: number): Bytes {
    return this.take(this.uint(lengthBytes));
  }
  get left(): number {
    return this.#bytes.length - this.#at;
  }
  end(): void {
    if (this.left) throw new WireError(`${this.left} bytes left over`);
  }
}
