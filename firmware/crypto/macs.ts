// The MACs of TLS's ciphers in plain ES5, over associated data and text each filled up with zeros, then both lengths: Poly1305
// as RFC 8439 section 2.8 has it, GHASH as SP 800-38D section 7.1 does. On native code they are part of aead.asm.ts.
import type { Bytes, Hal } from "../hal/engine.ts";
import { createGhashEs5 } from "./ghash-es5.ts";
import type { Mac } from "./mac.ts";
import { createPoly1305Es5 } from "./poly1305-es5.ts";

export interface Macs {
  /** key: 32 bytes, for one message only; data less than 2 MB. */
  poly1305(key: Bytes, associated: Bytes, text: Bytes): Bytes;
  /** h: 16 bytes, the block cipher of zero. */
  ghash(h: Bytes, associated: Bytes, text: Bytes): Bytes;
}

function macOver(mac: Mac, associated: Bytes, text: Bytes, lengths: number[]): Bytes {
  mac.update(associated);
  mac.update(text);
  mac.update(new Uint8Array(lengths));
  return mac.finish();
}

export function createMacs(hal: Hal): Macs {
  return {
    poly1305: function (key, associated, text) {
      const a = associated.length;
      const t = text.length;
      const lengths = [a, a >> 8, a >> 16, 0, 0, 0, 0, 0, t, t >> 8, t >> 16, 0, 0, 0, 0, 0];
      return macOver(createPoly1305Es5(hal, key), associated, text, lengths);
    },
    ghash: function (h, associated, text) {
      const a = associated.length * 8; // in bits
      const t = text.length * 8;
      const lengths = [0, 0, 0, 0, 0, a >> 16, a >> 8, a, 0, 0, 0, 0, 0, t >> 16, t >> 8, t];
      return macOver(createGhashEs5(h), associated, text, lengths);
    },
  };
}
