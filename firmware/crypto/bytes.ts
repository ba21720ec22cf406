// Small things done to byte arrays. Secrets are kept in typed arrays, never in strings: only those can be wiped.
import type { Bytes } from "../hal/engine.ts";

export function wipe(...secrets: (Bytes | undefined)[]): void {
  for (let i = 0; i < secrets.length; i++) {
    const secret = secrets[i];
    if (secret) secret.fill(0);
  }
}

/** Compares in a time that depends on the lengths alone. */
export function equalCt(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return !difference;
}

/** Big-endian, 4 bytes. */
export function be32(n: number): number[] {
  return [(n >> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255];
}
