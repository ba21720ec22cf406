// The MACs of TLS's ciphers, over associated data and text each filled up with zeros, then both lengths: Poly1305 as
// RFC 8439 section 2.8 has it, GHASH as SP 800-38D section 7.1 does. Native code, or plain ES5.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { wipe } from "./bytes.ts";
import { createGhashEs5 } from "./ghash-es5.ts";
import type { Mac } from "./mac.ts";
import type { Native } from "./native/native.ts";
import { withAddress } from "./native/primitives-native.ts";
import { createPoly1305Es5 } from "./poly1305-es5.ts";

export interface Macs {
  /** key: 32 bytes, for one message only. */
  poly1305(key: Bytes, associated: Bytes, text: Bytes): Bytes;
  /** h: 16 bytes, the block cipher of zero. */
  ghash(h: Bytes, associated: Bytes, text: Bytes): Bytes;
}

const MAC_CONTEXT_BYTES = 64;

function nativeMac(hal: Hal, native: Native, key: Bytes, isPoly: boolean): Mac {
  const context = new Uint8Array(MAC_CONTEXT_BYTES);
  context.set(key);
  const routine = isPoly ? native.poly : native.ghash;
  const at = native.at(context);
  return {
    update: function (data) {
      if (!data.length) return;
      withAddress(hal, native, data, function (address) {
        routine(at, address, data.length, 0);
      });
    },
    finish: function () {
      if (isPoly) routine(at, at, 0, 1);
      const tag = new Uint8Array(context.subarray(16, 32));
      wipe(context);
      return tag;
    },
  };
}

export function createMacs(hal: Hal, native?: Native): Macs {
  function macOf(key: Bytes, isPoly: boolean): Mac {
    if (THUMB.runs && native) return nativeMac(hal, native, key, isPoly);
    if (ES5.poly && isPoly) return createPoly1305Es5(hal, key);
    if (ES5.ghash && !isPoly) return createGhashEs5(key);
    throw new Error("no such MAC in this bundle");
  }

  function run(mac: Mac, associated: Bytes, text: Bytes, lengths: Bytes): Bytes {
    mac.update(associated);
    mac.update(text);
    mac.update(lengths);
    return mac.finish();
  }

  return {
    poly1305: function (key, associated, text) {
      const lengths = new Uint8Array(16);
      for (let i = 0; i < 4; i++) {
        lengths[i] = associated.length >> (8 * i);
        lengths[8 + i] = text.length >> (8 * i);
      }
      return run(macOf(key, true), associated, text, lengths);
    },
    ghash: function (h, associated, text) {
      const lengths = new Uint8Array(16); // in bits
      for (let i = 0; i < 4; i++) {
        lengths[7 - i] = (associated.length * 8) >> (8 * i);
        lengths[15 - i] = (text.length * 8) >> (8 * i);
      }
      return run(macOf(h, false), associated, text, lengths);
    },
  };
}
