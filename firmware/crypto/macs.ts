// The MACs of TLS's ciphers, over associated data and text each filled up with zeros, then both lengths: Poly1305 as
// RFC 8439 section 2.8 has it, GHASH as SP 800-38D section 7.1 does. Native code, or plain ES5.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { createGhashEs5 } from "./ghash-es5.ts";
import type { Mac } from "./mac.ts";
import type { Native } from "./native/native.ts";
import { withAddress } from "./native/primitives-native.ts";
import { createPoly1305Es5 } from "./poly1305-es5.ts";

export interface Macs {
  /** key: 32 bytes, for one message only; data less than 2 MB. */
  poly1305(key: Bytes, associated: Bytes, text: Bytes): Bytes;
  /** h: 16 bytes, the block cipher of zero. */
  ghash(h: Bytes, associated: Bytes, text: Bytes): Bytes;
}

// A routine's context, then lengths, then short associated data: native code takes addresses, and each costs something.
const LENGTHS_AT = 64;
const ASSOCIATED_AT = 80;
const MAC_CONTEXT_BYTES = 96;

/** With as few statements as can be, since each costs more than a block. */
function nativeMac(
  hal: Hal,
  native: Native,
  isPoly: boolean,
  key: Bytes,
  associated: Bytes,
  text: Bytes,
  lengths: number[],
): Bytes {
  const context = new Uint8Array(MAC_CONTEXT_BYTES);
  const routine = isPoly ? native.poly : native.ghash;
  const at = native.at(context);
  function update(data: Bytes): void {
    withAddress(hal, native, data, function (address) {
      routine(at, address, data.length, 0);
    });
  }
  context.set(key);
  context.set(lengths, LENGTHS_AT);
  if (associated.length > 16) update(associated);
  else if (associated.length) {
    context.set(associated, ASSOCIATED_AT);
    routine(at, at + ASSOCIATED_AT, 16, 0);
  }
  if (text.length) update(text);
  routine(at, at + LENGTHS_AT, 16, 0);
  if (isPoly) routine(at, at, 0, 1);
  const tag = new Uint8Array(context.subarray(16, 32));
  context.fill(0);
  return tag;
}

export function createMacs(hal: Hal, native?: Native): Macs {
  function run(isPoly: boolean, key: Bytes, associated: Bytes, text: Bytes, lengths: number[]): Bytes {
    if (THUMB.runs && native) return nativeMac(hal, native, isPoly, key, associated, text, lengths);
    let mac: Mac | undefined;
    if (ES5.poly && isPoly) mac = createPoly1305Es5(hal, key);
    if (ES5.ghash && !isPoly) mac = createGhashEs5(key);
    if (!mac) throw new Error("no such MAC in this bundle");
    mac.update(associated);
    mac.update(text);
    mac.update(new Uint8Array(lengths));
    return mac.finish();
  }

  return {
    poly1305: function (key, associated, text) {
      const a = associated.length;
      const t = text.length;
      return run(true, key, associated, text, [a, a >> 8, a >> 16, 0, 0, 0, 0, 0, t, t >> 8, t >> 16, 0, 0, 0, 0, 0]);
    },
    ghash: function (h, associated, text) {
      const a = associated.length * 8; // in bits
      const t = text.length * 8;
      return run(false, h, associated, text, [0, 0, 0, 0, 0, a >> 16, a >> 8, a, 0, 0, 0, 0, 0, t >> 16, t >> 8, t]);
    },
  };
}
