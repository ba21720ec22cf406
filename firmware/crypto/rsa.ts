// The RSA private-key operation (RFC 8017 section 5.1.2, with CRT) on native code: for signatures of a TLS server. Plain
// ES5 has none: a signature would take minutes (docs/CRYPTO.md).
//
// The result is raised to the public exponent and compared before anybody gets it: one wrong half would give away the
// primes to whoever sees it. Time depends on the sizes of the key's numbers alone. It is not blinded.
import type { Bytes, Hal } from "../hal/engine.ts";
import { equalCt, wipe } from "./bytes.ts";
import type { PointJob } from "./curves.ts";
import type { Job, Machine } from "./field.ts";
import * as F from "./formulas.build.ts";
import { createFieldModulo } from "./native/field-native.ts";
import type { Native } from "./native/native.ts";

/**
 * `finish` gives message^d mod n, as long as n, or undefined if the numbers do not belong together or a fault happened.
 * in: key: n, e, d, p, q, d mod p - 1, d mod q - 1, 1/q mod p, without leading zeros; n of 32 k bytes, p and q half as
 * long, both odd; message: below n, and as long. The key and the message have to stay as they are until then.
 */
export function rsaBegin(hal: Hal, native: Native, key: Bytes[], message: Bytes): PointJob {
  const n = key[0];
  const half = n.length >> 1;
  let machine: Machine;
  let job: Job;
  let stage = 0;
  let second: Bytes | undefined; // message^dQ mod q
  let out: Bytes | undefined;

  function power(modulus: Bytes, exponent: Bytes, then: string): void {
    const padded = new Uint8Array(half);
    padded.set(exponent, half - exponent.length);
    machine = createFieldModulo(hal, native, modulus, F.POWER_REGISTERS);
    machine.load(F.POWER_T, new Uint8Array([1]));
    machine.load(F.POWER_T + 1, message.subarray(0, half));
    machine.load(F.RSA_M, message.subarray(half, 2 * half));
    job = machine.run([F.RSA_POWER, then], padded);
    wipe(padded);
  }

  /** What the machine has computed; it is wiped. */
  function take(register: number): Bytes {
    const value = machine.store(register);
    machine.wipe();
    return value;
  }

  function join(): void {
    machine.load(F.POWER_T + 1, second!);
    machine.load(F.RSA_M, key[7]);
    job = machine.run([F.RSA_JOIN, F.RSA_GIVE]);
  }

  function whole(): void {
    const h = take(F.POWER_R);
    machine = createFieldModulo(hal, native, n, F.RSA_WHOLE_REGISTERS);
    machine.load(F.RSA_Y, second!);
    machine.load(F.RSA_Z + 1, h);
    machine.load(F.RSA_Z + 2, key[4]);
    wipe(h);
    job = machine.run([F.RSA_WHOLE, F.RSA_GIVE]);
  }

  /** Computes with what will be given away, not with what it was made from. */
  function check(): void {
    const e = key[1];
    let bit = e.length * 8 - 1;
    let program = F.RSA_Z_IS_X;
    out = machine.store(0);
    machine.load(0, out);
    const isSet = function (): number {
      return (e[e.length - 1 - (bit >> 3)] >> (bit & 7)) & 1;
    };
    while (!isSet()) bit--;
    while (bit--) program += F.RSA_SQUARE + (isSet() ? F.RSA_TIMES : "");
    job = machine.run([program, F.RSA_GIVE_Z]);
  }

  power(key[4], key[6], F.RSA_GIVE);
  return {
    step: function () {
      if (job.step()) return true;
      stage++;
      if (stage === 1) {
        second = take(F.POWER_R);
        power(key[3], key[5], "");
      } else if (stage === 2) join();
      else if (stage === 3) whole();
      else if (stage === 4) check();
      else if (!equalCt(machine.store(F.RSA_Z), message)) {
        wipe(out);
        out = undefined;
      }
      return stage < 5;
    },
    wipe: function () {
      machine.wipe();
      wipe(second, out);
    },
    finish: function () {
      machine.wipe();
      wipe(second);
      return out;
    },
  };
}
