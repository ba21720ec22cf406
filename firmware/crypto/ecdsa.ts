// ECDSA over P-256 (FIPS 186-5 section 6.4) with SHA-256 and the nonce of RFC 6979. Everything long comes as a Job.
import type { Bytes } from "../hal/engine.ts";
import { equalCt, wipe } from "./bytes.ts";
import type { Curves, PointJob } from "./curves.ts";
import { chain } from "./jobs.ts";
import * as F from "./formulas.build.ts";
import { hmac, hmacSha256Key, wipeHmacKey } from "./hmac.ts";
import type { Primitives } from "./primitives.ts";

export interface Ecdsa {
  /** in: key 0 < d < n, digest 32 bytes. `finish` gives r and s, 64 bytes. The caller keeps `key` until then, and wipes it. */
  signBegin(key: Bytes, digest: Bytes): PointJob;
  /** `finish` gives any bytes for a good signature, undefined for a bad one. publicKey: x and y of a point of the curve. */
  verifyBegin(publicKey: Bytes, digest: Bytes, signature: Bytes): PointJob;
}

export function createEcdsa(p: Primitives, curves: Curves): Ecdsa {
  /** RFC 6979 section 3.2; 32-byte values throughout. */
  function nonce(d: Bytes, digest: Bytes): Bytes {
    const h = curves.p256ModOrder(digest);
    let k = hmacSha256Key(p, new Uint8Array(32));
    let v: Bytes = new Uint8Array(32).fill(1);
    function update(separator: number, seeded: boolean): void {
      const key = hmac(p, k, [v, separator, seeded ? [d, h] : []]);
      wipeHmacKey(k);
      k = hmacSha256Key(p, key);
      wipe(key);
      const next = hmac(p, k, v);
      wipe(v);
      v = next;
    }
    update(0, true);
    update(1, true);
    v = hmac(p, k, v);
    while (!curves.p256IsScalar(v)) {
      update(0, false);
      v = hmac(p, k, v);
    }
    wipeHmacKey(k);
    return v;
  }

  return {
    signBegin: function (key, digest) {
      const k = nonce(key, digest);
      let out: Bytes | undefined;
      const job = chain(curves.p256Begin(k), function (result) {
        if (out) {
          out = result;
          return undefined;
        }
        out = result!;
        // r = 0 and s = 0 have a chance of 2^-256: nobody has ever seen them.
        const numbers = p.join(k, out.subarray(0, 32), key, digest);
        const scaled = curves.p256OrderBegin(F.ECDSA_SIGN, numbers);
        wipe(numbers, k);
        return scaled;
      });
      return {
        step: job.step,
        wipe: function () {
          wipe(k);
          job.wipe!();
        },
        finish: function () {
          return out;
        },
      };
    },

    verifyBegin: function (publicKey, digest, signature) {
      const r = signature.subarray(0, 32);
      const s = signature.subarray(32, 64);
      let isScaled = false;
      let sum: Bytes | undefined;
      const inRange = signature.length === 64 && curves.p256IsScalar(r) && curves.p256IsScalar(s);
      const job = inRange
        ? chain(curves.p256OrderBegin(F.ECDSA_VERIFY, p.join(s, r, digest)), function (result) {
            if (isScaled) {
              sum = result;
              return undefined;
            }
            isScaled = true;
            return curves.p256SumBegin(result!.subarray(32, 64), result!.subarray(0, 32), publicKey); // z / s, r / s
          })
        : undefined;
      return {
        step: function () {
          return !!job && job.step();
        },
        finish: function () {
          return sum && equalCt(curves.p256ModOrder(sum.subarray(0, 32)), r) ? sum : undefined;
        },
      };
    },
  };
}
