// X25519 (RFC 7748) and P-256 (SP 800-186) on the field machine. Everything long comes as a Job.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import * as Comb from "./comb.build.ts";
import type { Job, Machine, Program } from "./field.ts";
import { createField } from "./fields.ts";
import * as F from "./formulas.build.ts";
import type { Native } from "./native/native.ts";
import * as Prime from "./primes.build.ts";

/** A Job with a result; `finish` may be called once, after `step` has said false, and wipes the working. */
export interface PointJob extends Job {
  /** X25519: 32 bytes, or undefined if all are zero. P-256: x and y, 64 bytes, or undefined for infinity. */
  finish(): Bytes | undefined;
}

export interface Curves {
  /** in: scalar and u, 32 bytes each, little-endian as in RFC 7748; any value of u is taken. */
  x25519Begin(scalar: Bytes, u: Bytes): PointJob;
  /** Elligator 2 (RFC 9380 section 6.7.1): the u of a point for 32 bytes, little-endian, bit 255 ignored. */
  elligator2Begin(r: Bytes): PointJob;
  /** in: scalar, 32 bytes big-endian; point: x and y, 64 bytes, on the curve, or undefined for the base point. */
  p256Begin(scalar: Bytes, point?: Bytes): PointJob;
  /** Is this 64-byte x and y a point of the curve, with both coordinates below p? */
  p256IsPoint(point: Bytes): boolean;
  /** Is 0 < scalar < n? */
  p256IsScalar(scalar: Bytes): boolean;
  /** a G + b point, in the memory of one: the point on the curve; undefined for infinity. Not for secrets. */
  p256SumBegin(a: Bytes, b: Bytes, point: Bytes): PointJob;
  /** 32 bytes modulo n; which of them are n or more shows in its time. */
  p256ModOrder(bytes: Bytes): Bytes;
  /** ECDSA_SIGN or ECDSA_VERIFY of formulas.build.ts; numbers: from register M on, one after another. Gives 64 bytes. */
  p256OrderBegin(program: string, numbers: Bytes): PointJob;
}

export function createCurves(hal: Hal, native?: Native): Curves {
  const decode = hal.E.toUint8Array;
  const isNative = THUMB.runs && (!ES5.field || native);

  function field25519(registers: number): Machine {
    return createField(hal, native, isNative ? Prime.P25519_NATIVE : Prime.P25519_ES5, registers);
  }

  function fieldP256(registers: number): Machine {
    return createField(hal, native, isNative ? Prime.P256_P_NATIVE : Prime.P256_P_ES5, registers);
  }

  /** n, 32 bytes. */
  function order(): Bytes {
    return decode(Prime.P256_N_BYTES);
  }

  function isBelow(bytes: Bytes, limit: Bytes): boolean {
    for (let i = 0; i < limit.length; i++) if (bytes[i] !== limit[i]) return bytes[i] < limit[i];
    return false;
  }

  function isZero(bytes: Bytes): boolean {
    return !hal.E.convolve(bytes, bytes, 0); // the sum of its squares
  }

  function multiplyPoint(machine: Machine, scalar: Bytes, point: Bytes, then: string): Job {
    machine.load(F.P256_P, point);
    const program = [F.P256_TABLE, F.P256_ADD, F.P256_PUT, F.P256_DOUBLE, F.P256_PICK, F.P256_ADD, F.P256_KEEP, then];
    return machine.run(program, scalar);
  }

  function multiplyBase(machine: Machine, scalar: Bytes, then: Program): Job {
    machine.constants(F.P256_P, hal.E.toArrayBuffer(isNative ? Comb.P256_COMB_NATIVE : Comb.P256_COMB_ES5));
    const program = [F.P256_COMB, F.P256_DOUBLE, F.P256_SIGNED, F.P256_ADD, F.P256_END];
    return machine.run([program, then, F.P256_AFFINE], scalar);
  }

  /** A program's job, with the numbers that it gives as result: those of `count` registers. Undefined if all are 0. */
  function resultOf(machine: Machine, job: Job, from: number, count: number): PointJob {
    return {
      step: job.step,
      wipe: machine.wipe,
      finish: function () {
        const out = machine.store(from, count);
        machine.wipe();
        return isZero(out) ? undefined : out; // infinity is (0 0) in a machine
      },
    };
  }

  return {
    x25519Begin: function (scalar, u) {
      const machine = field25519(F.X25519_REGISTERS);
      const both = decode(u, scalar);
      both[31] &= 127;
      both[32] &= 248;
      both[63] = (both[63] & 127) | 64;
      if (isNative) {
        machine.constants(F.X25519_X1, both.buffer as ArrayBuffer);
        both.fill(0);
        const whole = machine.run([F.X25519_LITTLE, F.X25519_PROGRAM, F.X25519_GIVE_LITTLE]);
        return resultOf(machine, whole, F.X25519_RESULT, 1);
      }
      both.reverse(); // the scalar, then u
      machine.load(F.X25519_X1, both.subarray(32));
      const run = machine.run([F.X25519_PROGRAM, F.X25519_GIVE], both.subarray(0, 32));
      const job = resultOf(machine, run, F.X25519_RESULT, 1);
      return {
        step: job.step,
        wipe: function () {
          job.wipe!();
          both.fill(0);
        },
        finish: function () {
          const out = job.finish();
          both.fill(0);
          return out && out.reverse();
        },
      };
    },

    elligator2Begin: function (r) {
      const machine = field25519(F.ELLIGATOR_REGISTERS);
      const bytes = new Uint8Array(r);
      bytes[31] &= 127;
      if (isNative) machine.constants(F.ELLIGATOR_R, bytes.buffer as ArrayBuffer);
      else machine.load(F.ELLIGATOR_R, bytes.reverse());
      bytes.fill(0);
      const program = isNative
        ? [F.ELLIGATOR_LITTLE, F.ELLIGATOR_PROGRAM, F.ELLIGATOR_GIVE_LITTLE]
        : [F.ELLIGATOR_PROGRAM, F.ELLIGATOR_GIVE];
      return {
        step: machine.run(program).step,
        wipe: machine.wipe,
        finish: function () {
          const out = machine.store(F.ELLIGATOR_X); // it may be 0
          machine.wipe();
          return isNative ? out : out.reverse();
        },
      };
    },

    p256Begin: function (scalar, point) {
      const machine = fieldP256(point ? F.P256_REGISTERS : F.P256_COMB_REGISTERS);
      const job = point ? multiplyPoint(machine, scalar, point, F.P256_AFFINE) : multiplyBase(machine, scalar, []);
      return resultOf(machine, job, F.P256_X, 2);
    },

    p256IsPoint: function (point) {
      const machine = fieldP256(F.P256_T);
      machine.load(F.P256_P, point);
      const job = machine.run(F.P256_CURVE);
      while (job.step());
      // What comes back differs where a coordinate was p or more.
      const isPoint = hal.E.toString(machine.store(F.P256_F, 3)) === hal.E.toString(new Uint8Array(32), point);
      machine.wipe();
      return isPoint;
    },

    p256IsScalar: function (scalar) {
      return !isZero(scalar) && isBelow(scalar, order());
    },

    p256SumBegin: function (a, b, point) {
      const machine = fieldP256(F.P256_REGISTERS);
      let job = multiplyPoint(machine, b, point, "");
      let isSecond = false;
      const sum: Job = {
        step: function () {
          if (job.step()) return true;
          if (isSecond) return false;
          isSecond = true;
          job = multiplyBase(machine, a, [F.P256_KEPT, F.P256_ADD]);
          return true;
        },
      };
      return resultOf(machine, sum, F.P256_X, 2);
    },

    p256ModOrder: function (bytes) {
      const n = order();
      const out = new Uint8Array(bytes);
      if (isBelow(bytes, n)) return out;
      let borrow = 0;
      for (let i = 31; i >= 0; i--) {
        borrow += bytes[i] - n[i];
        out[i] = borrow;
        borrow >>= 8;
      }
      return out; // 2^256 is below 2 n
    },

    p256OrderBegin: function (program, numbers) {
      const machine = createField(hal, native, isNative ? Prime.P256_N_NATIVE : Prime.P256_N_ES5, F.ECDSA_REGISTERS);
      const exponent = order(); // of an inverse: n - 2
      exponent[31] -= 2;
      machine.load(F.ECDSA_M, numbers);
      return resultOf(machine, machine.run([F.ECDSA_INVERSE, program], exponent), F.ECDSA_A, 2);
    },
  };
}
