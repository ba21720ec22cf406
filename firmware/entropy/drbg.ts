// A ChaCha20 generator with fast key erasure: every refill of 256 bytes gives the next key (32) and output (224), and
// what has been read is erased, so that a later look at memory tells nothing of earlier output. Defined in
// docs/ENTROPY.md; read(a) then read(b) gives what read(a + b) gives.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import { chacha20 } from "../crypto/chacha20.ts";
import type { Primitives } from "../crypto/primitives.ts";

const REFILL_BYTES = 256;
const SEED_BYTES = 32;

export interface Drbg {
  /** Mixes new material into the key. The caller wipes it. */
  reseed(material: Bytes): void;
  read(length: number): Bytes;
}

/** Starts from the all-zero key: of no use before the first `reseed`. */
export function createDrbg(p: Primitives): Drbg {
  const key = new Uint8Array(SEED_BYTES);
  const block = new Uint8Array(REFILL_BYTES);
  let used = REFILL_BYTES;

  return {
    reseed: function (material) {
      const input = p.join("wib/1 reseed", key, material);
      const digest = p.sha512(input);
      key.set(digest.subarray(0, SEED_BYTES));
      wipe(input, digest, block);
      used = REFILL_BYTES;
    },
    read: function (length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length;) {
        if (used === REFILL_BYTES) {
          chacha20(block, key, 0, [0, 0, 0]);
          key.set(block.subarray(0, SEED_BYTES));
          block.fill(0, 0, SEED_BYTES);
          used = SEED_BYTES;
        }
        const n = Math.min(length - at, REFILL_BYTES - used);
        out.set(block.subarray(used, used + n), at);
        block.fill(0, used, used + n);
        used += n;
        at += n;
      }
      return out;
    },
  };
}
