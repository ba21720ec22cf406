// EMSA-PSS-ENCODE (RFC 8017 section 9.1.1) with SHA-256, MGF1 with SHA-256, and a salt as long as the hash: what TLS 1.3
// calls rsa_pss_rsae_sha256.
import type { Bytes } from "../hal/engine.ts";
import { be32, wipe } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

export const PSS_SALT_BYTES = 32;

/**
 * in: digest and salt, 32 bytes each; size: bytes of the modulus, whose top bit is set; at least 66.
 * @returns a number below the modulus, as long.
 */
export function encodePss(p: Primitives, digest: Bytes, salt: Bytes, size: number): Bytes {
  const hash = p.sha256(p.join(new Uint8Array(8), digest, salt));
  const out = new Uint8Array(size);
  const saltAt = size - 33 - PSS_SALT_BYTES;
  // The mask, then what it hides: zeros, a one, the salt.
  for (let at = 0, i = 0; at < size - 33; at += 32) {
    const block = p.sha256(p.join(hash, be32(i++)));
    out.set(block.subarray(0, Math.min(32, size - 33 - at)), at);
    wipe(block);
  }
  out[saltAt - 1] ^= 1;
  for (let i = 0; i < PSS_SALT_BYTES; i++) out[saltAt + i] ^= salt[i];
  out[0] &= 127;
  out.set(hash, size - 33);
  out[size - 1] = 0xbc;
  return out;
}
