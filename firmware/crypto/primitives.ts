// What everything else is built from. For each primitive the first of these that gives a known answer: the engine's
// function, native code, plain ES5. The engine's AES is used in ECB mode only: its CTR ignores the counter block
// (PLATFORM section 2).
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5 } from "./back-ends.build.ts";
import { chacha20 } from "./chacha20.ts";
import type { Native } from "./native/native.ts";

export interface Primitives {
  /** Concatenates byte arrays, arrays of numbers and strings of bytes into a new array. */
  join(...parts: unknown[]): Bytes;
  sha256(data: Bytes): Bytes;
  sha512(data: Bytes): Bytes;
  /** AES-256 of each 16-byte block on its own (FIPS 197); AES-128 for a key of 16 bytes, but in plain ES5. */
  aes256Blocks(key: Bytes, blocks: Bytes): Bytes;
  /** Xors the key stream of AES-256-CTR, or likewise AES-128, into the data; counter: the first block. Native only. */
  aes256Ctr?(key: Bytes, counter: Bytes, data: Bytes): void;
  /** Fills `out`, a multiple of 64 bytes, with key stream; counter of the first block, nonce of 3 words. */
  chacha20(out: Bytes, key: Bytes, counter: number, nonce: ArrayLike<number>): void;
  /** Xors key stream into data of any length. Native only. */
  chacha20Xor?(data: Bytes, key: Bytes, counter: number, nonce: ArrayLike<number>): void;
  native?: Native;
}

/** Bytes to lower-case hex, by the engine's own table look-up. */
export function hex(hal: Hal, bytes: Bytes): string {
  const digits = new Uint8Array(bytes.length * 2);
  hal.E.mapInPlace(bytes, digits, hal.E.toUint8Array("0123456789abcdef"), 4);
  return hal.E.toString(digits);
}

/** The first candidate that gives the answer. */
export function choose<T>(
  hal: Hal,
  name: string,
  candidates: (T | undefined)[],
  run: (f: T) => Bytes,
  answer: string,
): T {
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i];
    if (candidate && hex(hal, run(candidate).subarray(0, 4)) === answer) return candidate;
  }
  throw new Error(name + " missing or wrong");
}

/**
 * @param native, es5 what there is besides the engine's own functions.
 * @throws Error naming the primitive that is missing or gives a wrong answer.
 */
export function createPrimitives(hal: Hal, native?: Partial<Primitives>, es5?: Partial<Primitives>): Primitives {
  const engine = hal.crypto;
  const n = native || {};
  const e = es5 || {};
  const zeros = new Uint8Array(64);
  const hash = function (f: (data: Bytes) => Bytes): Bytes {
    return f(hal.E.toUint8Array("abc"));
  };
  const stream = function (xor: (out: Bytes) => void): Bytes {
    const out = new Uint8Array(64);
    xor(out);
    return out;
  };
  const own: Partial<Primitives> = {
    sha256:
      engine.SHA256 &&
      function (data) {
        return new Uint8Array(engine.SHA256!(data));
      },
    sha512:
      engine.SHA512 &&
      function (data) {
        return new Uint8Array(engine.SHA512!(data));
      },
    aes256Blocks:
      engine.AES &&
      function (key, blocks) {
        return new Uint8Array(engine.AES!.encrypt(blocks, key, { mode: "ECB" }));
      },
    chacha20: ES5.chacha && !n.chacha20 ? chacha20 : undefined,
  };
  // First bytes of: FIPS 180-4 "abc" for both hashes; AES-256 of the zero block under the zero key (NIST KAT), as one
  // block and as key stream; ChaCha20 likewise (RFC 8439 A.1).
  return {
    join: hal.E.toUint8Array,
    sha256: choose(hal, "SHA-256", [own.sha256, n.sha256, e.sha256], hash, "ba7816bf"),
    sha512: choose(hal, "SHA-512", [own.sha512, n.sha512, e.sha512], hash, "ddaf35a1"),
    aes256Blocks: choose(
      hal,
      "AES-256",
      [own.aes256Blocks, n.aes256Blocks, e.aes256Blocks],
      function (f) {
        return f(zeros.subarray(32), zeros.subarray(48));
      },
      "dc95c078",
    ),
    aes256Ctr:
      n.aes256Ctr &&
      choose(
        hal,
        "AES-256-CTR",
        [n.aes256Ctr],
        function (f) {
          return stream(function (out) {
            f(zeros.subarray(32), zeros, out);
          });
        },
        "dc95c078",
      ),
    chacha20: choose(
      hal,
      "ChaCha20",
      [n.chacha20, own.chacha20],
      function (f) {
        return stream(function (out) {
          f(out, zeros.subarray(32), 0, [0, 0, 0]);
        });
      },
      "76b8e0ad",
    ),
    chacha20Xor: n.chacha20Xor, // the same routine
    native: n.native,
  };
}
