// AES-256-CTR (NIST SP 800-38A 6.5) as sealed bodies use it: the counter of step s starts at s * 2^120.
import type { Bytes } from "../hal/engine.ts";
import { THUMB } from "./back-ends.build.ts";
import { wipe } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

const CHUNK_BYTES = 512;

/**
 * Xors the key stream into `data`, in place.
 * in: data starts on a multiple of 4 in its buffer; the lower 16 bits of the counter do not overflow.
 */
export function aesCtr(p: Primitives, key: Bytes, counter: Bytes, data: Bytes): void {
  if (THUMB.runs && p.aes256Ctr) return p.aes256Ctr(key, counter, data);
  const counters = new Uint8Array(CHUNK_BYTES);
  for (let i = 0; i < CHUNK_BYTES; i += 16) counters.set(counter, i);
  const first = (counter[14] << 8) | counter[15];
  for (let at = 0; at < data.length; at += CHUNK_BYTES) {
    const left = Math.min(CHUNK_BYTES, data.length - at);
    for (let i = 0; i < left; i += 16) {
      const block = first + ((at + i) >> 4);
      counters[i + 14] = block >> 8;
      counters[i + 15] = block & 255;
    }
    const stream = p.aes256Blocks(key, counters.subarray(0, (left + 15) & ~15));
    xorInto(data, at, stream, left);
    wipe(stream);
  }
}

/** The same for a step; data has less than 2^20 bytes. */
export function aesCtrXor(p: Primitives, key: Bytes, step: number, data: Bytes): void {
  const counter = new Uint8Array(16);
  counter[0] = step;
  aesCtr(p, key, counter, data);
  counter[0] = 0;
}

/** Four bytes at a time: a statement costs the same for one byte as for a word. */
export function xorInto(data: Bytes, at: number, stream: Bytes, length: number): void {
  const words = length >> 2;
  const to = new Int32Array(data.buffer, data.byteOffset + at, words);
  const from = new Int32Array(stream.buffer, stream.byteOffset, words);
  for (let i = 0; i < words; i++) to[i] ^= from[i];
  for (let i = words * 4; i < length; i++) data[at + i] ^= stream[i];
}
