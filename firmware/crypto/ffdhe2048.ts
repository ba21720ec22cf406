// Classic Diffie-Hellman in RFC 7919's 2048-bit group: powers of 2 and of the peer's value.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import type { PointJob } from "./curves.ts";
import * as F from "./formulas.build.ts";
import { createFieldModulo } from "./native/field-native.ts";
import type { Native } from "./native/native.ts";
import { createPowerEs5 } from "./power-es5.ts";
import * as Prime from "./primes.build.ts";

export const FFDHE2048_BYTES = 256;
/** Twice the group's strength of 112 bits, and more (RFC 7919 section 5.2). */
export const FFDHE2048_SECRET_BYTES = 32;

export interface Ffdhe2048 {
  /** Is a power a matter of a moment? */
  isFast: boolean;
  /** `finish` gives value^secret, 256 bytes; of 2 where there is no value. */
  powerBegin(secret: Bytes, value?: Bytes): PointJob;
  /** Is 1 < y < p - 1? y: 256 bytes. */
  isUsable(y: Bytes): boolean;
  /** p, 256 bytes. */
  prime(): Bytes;
}

export function createFfdhe2048(hal: Hal, native?: Native): Ffdhe2048 {
  const decode = hal.E.toUint8Array;
  const prime = function (): Bytes {
    return decode(Prime.FFDHE2048_P_BYTES);
  };

  function nativePower(base: Bytes, secret: Bytes): PointJob {
    const machine = createFieldModulo(hal, native!, prime(), F.POWER_REGISTERS);
    machine.load(F.POWER_T, new Uint8Array([1]));
    machine.load(F.POWER_T + 1, base);
    const job = machine.run(F.POWER_PROGRAM, secret);
    return {
      step: job.step,
      wipe: machine.wipe,
      finish: function () {
        const out = machine.store(F.POWER_R);
        machine.wipe();
        return out;
      },
    };
  }

  return {
    isFast: THUMB.runs && !!native,

    powerBegin: function (secret, value) {
      const base = value || new Uint8Array([2]);
      if (THUMB.runs && native) return nativePower(base, secret);
      if (!ES5.field) throw new Error("no field");
      const r = decode(Prime.FFDHE2048_R);
      const r2 = decode(Prime.FFDHE2048_R2);
      return createPowerEs5(hal, { bytes: prime(), inverse: Prime.FFDHE2048_INVERSE, r: r, r2: r2 })(base, secret);
    },

    isUsable: function (y) {
      const p = prime();
      let small = 0;
      for (let i = 0; i < FFDHE2048_BYTES - 1; i++) small |= y[i];
      if (!small && y[FFDHE2048_BYTES - 1] < 2) return false;
      p[FFDHE2048_BYTES - 1]--; // p is odd
      for (let i = 0; i < FFDHE2048_BYTES; i++) if (y[i] !== p[i]) return y[i] < p[i];
      return false;
    },

    prime: prime,
  };
}
