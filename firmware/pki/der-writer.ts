// Writes DER (X.690): an element from its tag and what is in it.
import type { Bytes } from "../hal/engine.ts";
import type { Primitives } from "../crypto/primitives.ts";

/** @param parts bytes, arrays of numbers, strings of bytes; less than 65,536 bytes in all. */
export function encodeDer(p: Primitives, tag: number, ...parts: unknown[]): Bytes {
  const contents = p.join(parts);
  const n = contents.length;
  return p.join(n < 128 ? [tag, n] : n < 256 ? [tag, 129, n] : [tag, 130, n >> 8, n & 255], contents);
}

/** An unsigned INTEGER from big-endian bytes. */
export function encodeUnsigned(p: Primitives, bytes: Bytes): Bytes {
  let first = 0;
  while (first < bytes.length - 1 && !bytes[first]) first++;
  return encodeDer(p, 0x02, bytes[first] > 127 ? [0] : [], bytes.subarray(first, bytes.length));
}
