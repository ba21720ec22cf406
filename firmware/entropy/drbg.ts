// A ChaCha20 generator with fast key erasure: every refill of 256 bytes gives the next key (32) and output (224), and
// what has been read is erased, so that a later look at memory tells nothing of earlier output. Defined in
// docs/ENTROPY.md section 6; read(a) then read(b) gives what read(a + b) gives, wherever the reseeding falls.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Primitives } from "../crypto/primitives.ts";

const REFILL_BYTES = 256;
const KEY_BYTES = 32;
/** Of 224 bytes each: the most that stays within 64 kB. */
const REFILLS_A_SEED = 292;

export interface Drbg {
  /** Asks for new material and mixes it into the key. */
  reseed(): void;
  read(length: number): Bytes;
}

/**
 * Starts from the all-zero key: of no use before the first `reseed`.
 * @param fresh gives the material of a reseed, also of the one due after 64 kB; it is wiped here.
 */
export function createDrbg(p: Primitives, fresh: () => Bytes): Drbg {
  const key = new Uint8Array(KEY_BYTES);
  const block = new Uint8Array(REFILL_BYTES);
  let used = REFILL_BYTES;
  let refills = 0;

  function reseed(): void {
    const material = fresh();
    const input = p.join("wib/1 reseed", key, material);
    const digest = p.sha512(input);
    key.set(digest.subarray(0, KEY_BYTES));
    wipe(material, input, digest, block);
    used = REFILL_BYTES;
    refills = 0;
  }

  return {
    reseed: reseed,
    read: function (length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length;) {
        if (used === REFILL_BYTES) {
          if (refills === REFILLS_A_SEED) reseed();
          refills++;
          p.chacha20(block, key, 0, [0, 0, 0]);
          key.set(block.subarray(0, KEY_BYTES));
          block.fill(0, 0, KEY_BYTES);
          used = KEY_BYTES;
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
