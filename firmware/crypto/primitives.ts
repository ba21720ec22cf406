// What everything else is built from, in the order: the engine's function after its known-answer test, then ours.
// The engine's AES is used in ECB mode only: its CTR ignores the counter block (PLATFORM section 2).
import type { Bytes, Hal } from "../hal/engine.ts";

export interface Primitives {
  /** Concatenates byte arrays, arrays of numbers and strings of bytes into a new array. */
  join(...parts: unknown[]): Bytes;
  sha256(data: Bytes): Bytes;
  sha512(data: Bytes): Bytes;
  /** AES-256 of each 16-byte block on its own (FIPS 197). */
  aes256Blocks(key: Bytes, blocks: Bytes): Bytes;
}

/** Bytes to lower-case hex, by the engine's own table look-up. */
export function hex(hal: Hal, bytes: Bytes): string {
  const digits = new Uint8Array(bytes.length * 2);
  hal.E.mapInPlace(bytes, digits, hal.E.toUint8Array("0123456789abcdef"), 4);
  return hal.E.toString(digits);
}

/** @throws Error naming the primitive that is missing or gives a wrong answer. */
export function createPrimitives(hal: Hal): Primitives {
  const engine = hal.crypto;
  const join = hal.E.toUint8Array;
  const primitives: Primitives = {
    join: join,
    sha256: function (data) {
      return new Uint8Array(engine.SHA256!(data));
    },
    sha512: function (data) {
      return new Uint8Array(engine.SHA512!(data));
    },
    aes256Blocks: function (key, blocks) {
      return new Uint8Array(engine.AES!.encrypt(blocks, key, { mode: "ECB" }));
    },
  };
  // First bytes of: FIPS 180-4 "abc" for both hashes; AES-256 of the zero block under the zero key (NIST KAT).
  const abc = join("abc");
  knownAnswer(hal, "SHA-256", engine.SHA256 && primitives.sha256(abc), "ba7816bf");
  knownAnswer(hal, "SHA-512", engine.SHA512 && primitives.sha512(abc), "ddaf35a1");
  knownAnswer(
    hal,
    "AES-256",
    engine.AES && primitives.aes256Blocks(new Uint8Array(32), new Uint8Array(16)),
    "dc95c078",
  );
  return primitives;
}

function knownAnswer(hal: Hal, name: string, result: Bytes | undefined, expected: string): void {
  if (!result || hex(hal, result.subarray(0, 4)) !== expected) throw new Error(name + " missing or wrong");
}
