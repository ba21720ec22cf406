// X25519 (RFC 7748) and P-256 (SP 800-186) on the field machine. Everything long comes as a Job.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { wipe } from "./bytes.ts";
import * as Comb from "./comb.build.ts";
import type { Job, Machine } from "./field.ts";
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
  /** 32 bytes modulo n. */
  p256ModOrder(bytes: Bytes): Bytes;
  /** A field machine modulo n, and n - 2, the exponent of an inverse there. */
  p256OrderField(registers: number): Machine;
  p256OrderMinus2(): Bytes;
}

export function createCurves(hal: Hal, native?: Native): Curves {
  const decode = hal.E.toUint8Array;
  const residues = function (text: string): Bytes | undefined {
    return ES5.field ? decode(text) : undefined;
  };
  const P256_CONSTANTS = THUMB.runs && (!ES5.field || native) ? Comb.P256_CONSTANTS_NATIVE : Comb.P256_CONSTANTS_ES5;
  const small = function (n: number): Bytes {
    return new Uint8Array([n >> 16, n >> 8, n]);
  };

  /** Little-endian to big-endian, and back. */
  function reversed(bytes: Bytes): Bytes {
    return new Uint8Array(bytes).reverse();
  }

  function field25519(): Machine {
    const machine = createField(hal, native, { bytes: decode(Prime.P25519_BYTES), wrap: 608 }, F.X25519_REGISTERS);
    machine.load(F.X25519_A24, small(121665));
    machine.load(F.X25519_ONE, small(1));
    return machine;
  }

  function fieldP256(registers: number): Machine {
    const modulus = { bytes: decode(Prime.P256_P_BYTES), wrap: 0, residues: residues(Prime.P256_P_RESIDUES) };
    const machine = createField(hal, native, modulus, registers);
    machine.constants(F.P256_B, decode(P256_CONSTANTS.substr(64, 64)));
    return machine;
  }

  function loadPoint(machine: Machine, register: number, point: Bytes): void {
    machine.load(register, point.subarray(0, 32));
    machine.load(register + 1, point.subarray(32, 64));
  }

  function isBelow(bytes: Bytes, limit: Bytes): boolean {
    for (let i = 0; i < limit.length; i++) if (bytes[i] !== limit[i]) return bytes[i] < limit[i];
    return false;
  }

  function orderField(registers: number): Machine {
    const modulus = { bytes: decode(Prime.P256_N_BYTES), wrap: 0, residues: residues(Prime.P256_N_RESIDUES) };
    return createField(hal, native, modulus, registers);
  }

  function storeCoordinate(machine: Machine, out: Bytes, which: number): void {
    const coordinate = machine.store(F.P256_X + which);
    out.set(coordinate, 32 * which);
    wipe(coordinate);
  }

  /** Infinity, which is (0 0) in a machine, is undefined. */
  function unlessInfinity(point: Bytes): Bytes | undefined {
    for (let i = 0; i < 64; i++) if (point[i]) return point;
    return undefined;
  }

  function multiplyPoint(machine: Machine, scalar: Bytes, point: Bytes, then: string): Job {
    loadPoint(machine, F.P256_P, point);
    const program = [F.P256_TABLE, F.P256_ADD, F.P256_PUT, F.P256_DOUBLE, F.P256_PICK, F.P256_ADD, F.P256_KEEP, then];
    return machine.run(program, scalar);
  }

  function multiplyBase(machine: Machine, scalar: Bytes, then: string[]): Job {
    machine.constants(F.P256_P, decode(P256_CONSTANTS));
    const program = [F.P256_COMB, F.P256_DOUBLE, F.P256_SIGNED, F.P256_ADD, F.P256_END];
    return machine.run(program.concat(then, F.P256_AFFINE), scalar);
  }

  /** Runs `first`, then what `next` begins, then stores X and Y. */
  function pointJob(machine: Machine, first: Job, next?: () => Job): PointJob {
    const out = new Uint8Array(64);
    let job: Job | undefined = first;
    let stored = 0;
    return {
      step: function () {
        if (!job) {
          storeCoordinate(machine, out, stored++);
          return stored < 2;
        }
        if (job.step()) return true;
        job = next && next();
        next = undefined;
        return true;
      },
      wipe: function () {
        machine.wipe();
        wipe(out);
      },
      finish: function () {
        machine.wipe();
        return unlessInfinity(out);
      },
    };
  }

  return {
    x25519Begin: function (scalar, u) {
      const machine = field25519();
      const k = reversed(scalar);
      const x = reversed(u);
      k[31] &= 248;
      k[0] = (k[0] & 127) | 64;
      x[0] &= 127;
      machine.load(F.X25519_X1, x);
      const job = machine.run(F.X25519_PROGRAM, k);
      const wipeAll = function () {
        machine.wipe();
        wipe(k);
      };
      return {
        step: job.step,
        wipe: wipeAll,
        finish: function () {
          const bytes = machine.store(F.X25519_RESULT);
          wipeAll();
          const squares = hal.E.convolve(bytes, bytes, 0); // their sum
          const out = reversed(bytes);
          wipe(bytes);
          return squares ? out : undefined;
        },
      };
    },

    elligator2Begin: function (r) {
      const machine = createField(hal, native, { bytes: decode(Prime.P25519_BYTES), wrap: 608 }, F.ELLIGATOR_REGISTERS);
      const big = reversed(r);
      big[0] &= 127;
      machine.load(F.ELLIGATOR_R, big);
      machine.load(F.ELLIGATOR_J, small(486662));
      machine.load(F.ELLIGATOR_ONE, small(1));
      wipe(big);
      const job = machine.run(F.ELLIGATOR_PROGRAM);
      return {
        step: job.step,
        wipe: machine.wipe,
        finish: function () {
          const bytes = machine.store(F.ELLIGATOR_X);
          machine.wipe();
          return reversed(bytes);
        },
      };
    },

    p256Begin: function (scalar, point) {
      const machine = fieldP256(point ? F.P256_REGISTERS : F.P256_COMB_REGISTERS);
      return pointJob(
        machine,
        point ? multiplyPoint(machine, scalar, point, F.P256_AFFINE) : multiplyBase(machine, scalar, []),
      );
    },

    p256IsPoint: function (point) {
      const p = decode(Prime.P256_P_BYTES);
      if (!isBelow(point.subarray(0, 32), p) || !isBelow(point.subarray(32, 64), p)) return false;
      const machine = fieldP256(F.P256_T);
      loadPoint(machine, F.P256_P, point);
      const job = machine.run(F.P256_CURVE);
      while (job.step());
      const isPoint = hal.E.toString(machine.store(F.P256_A)) === hal.E.toString(machine.store(F.P256_A + 1));
      machine.wipe();
      return isPoint;
    },

    p256IsScalar: function (scalar) {
      let any = 0;
      for (let i = 0; i < 32; i++) any |= scalar[i];
      return !!any && isBelow(scalar, decode(Prime.P256_N_BYTES));
    },

    p256SumBegin: function (a, b, point) {
      const machine = fieldP256(F.P256_REGISTERS);
      return pointJob(machine, multiplyPoint(machine, b, point, ""), function () {
        return multiplyBase(machine, a, [F.P256_KEPT, F.P256_ADD]);
      });
    },

    p256ModOrder: function (bytes) {
      const machine = orderField(1);
      machine.load(0, bytes);
      const reduced = machine.store(0);
      machine.wipe();
      return reduced;
    },

    p256OrderField: orderField,

    p256OrderMinus2: function () {
      return decode(Prime.P256_N_MINUS_2);
    },
  };
}
