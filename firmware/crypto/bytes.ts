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
  const length = a.length;
  if (length !== b.length) return false;
  let difference = 0;
  let i = 0;
  if (length > 15) {
    // Copies, since words lie on multiples of 4: on the engine a statement costs the same for one byte as for a word.
    const copyOfA = new Uint8Array(a);
    const copyOfB = new Uint8Array(b);
    const x = new Int32Array(copyOfA.buffer, 0, length >> 2);
    const y = new Int32Array(copyOfB.buffer, 0, length >> 2);
    for (; i < x.length; i++) difference |= x[i] ^ y[i];
    copyOfA.fill(0);
    copyOfB.fill(0);
    i *= 4;
  }
  for (; i < length; i++) difference |= a[i] ^ b[i];
  return !difference;
}

/** Big-endian, 4 bytes. */
export function be32(n: number): number[] {
  return [(n >> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255];
}
