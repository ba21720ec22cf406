// The ChaCha20 block function (RFC 8439 section 2.3), in plain ES5.
import type { Bytes } from "../hal/engine.ts";

function quarterRound(x: Int32Array, a: number, b: number, c: number, d: number): void {
  let t = x[d] ^ (x[a] = (x[a] + x[b]) | 0);
  x[d] = t = (t << 16) | (t >>> 16);
  t = x[b] ^ (x[c] = (x[c] + t) | 0);
  x[b] = t = (t << 12) | (t >>> 20);
  t = x[d] ^ (x[a] = (x[a] + t) | 0);
  x[d] = t = (t << 8) | (t >>> 24);
  t = x[b] ^ (x[c] = (x[c] + t) | 0);
  x[b] = (t << 7) | (t >>> 25);
}

/**
 * Fills `out` with key stream.
 * out: a multiple of 64 bytes. in: key of 32 bytes, first block counter, nonce of 3 words.
 */
export function chacha20(out: Bytes, key: Bytes, counter: number, nonce: ArrayLike<number>): void {
  const state = new Int32Array(16);
  state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  state.set(new Int32Array(key.buffer, key.byteOffset, 8), 4);
  state.set(nonce, 13);
  const x = new Int32Array(16);
  for (let at = 0; at < out.length; at += 64) {
    state[12] = counter++;
    x.set(state);
    for (let round = 0; round < 10; round++) {
      quarterRound(x, 0, 4, 8, 12);
      quarterRound(x, 1, 5, 9, 13);
      quarterRound(x, 2, 6, 10, 14);
      quarterRound(x, 3, 7, 11, 15);
      quarterRound(x, 0, 5, 10, 15);
      quarterRound(x, 1, 6, 11, 12);
      quarterRound(x, 2, 7, 8, 13);
      quarterRound(x, 3, 4, 9, 14);
    }
    for (let i = 0; i < 16; i++) x[i] = (x[i] + state[i]) | 0;
    out.set(new Uint8Array(x.buffer), at);
  }
  state.fill(0);
  x.fill(0);
}
