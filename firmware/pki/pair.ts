// Does a private key belong to a public one, and is it whole? EC: scalar times G. RSA (RFC 8017 section 3.2): n = p q,
// e dP = 1 and e d = 1 modulo p - 1, the same for q, and qInv q = 1 modulo p. Primes are not looked for.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import { congruenceBegin } from "../crypto/congruence.ts";
import type { Curves } from "../crypto/curves.ts";
import type { Check } from "../crypto/jobs.ts";

/** in: 0 < scalar < n; point: x and y. */
export function ecPairBegin(hal: Hal, curves: Curves, scalar: Bytes, point: Bytes): Check {
  const job = curves.p256Begin(scalar);
  return {
    step: job.step,
    passes: function () {
      return hal.E.toString(job.finish()) === hal.E.toString(point);
    },
    wipe: job.wipe!,
  };
}

/** Are p and q half as long as n, and the other numbers no longer than they may be? */
export function isRsaShape(numbers: Bytes[]): boolean {
  const size = numbers[0].length;
  for (let i = 2; i < 8; i++) if (numbers[i].length * 2 > (i === 2 ? size * 2 : size)) return false;
  return numbers[3].length * 2 === size && numbers[4].length * 2 === size;
}

/** in: numbers of isRsaShape(), n with its top bit set. @returns what is to be checked, each when its turn comes. */
export function rsaChecks(hal: Hal, numbers: Bytes[]): (() => Check)[] {
  const n = numbers[0];
  const e = numbers[1];
  const d = numbers[2];
  const p = numbers[3];
  const q = numbers[4];

  /** Is a b = r modulo m - less? */
  function check(a: Bytes, b: Bytes, m: Bytes, less: number, r: number): () => Check {
    return function () {
      const modulus = new Uint8Array(m);
      modulus[modulus.length - 1] -= less; // p and q are odd, or their product would not be n
      const begun = congruenceBegin(hal, a, b, modulus, r);
      wipe(modulus);
      return begun;
    };
  }

  return [
    check(p, q, n, 0, 0), // p q < 2 n
    check(e, numbers[5], p, 1, 1),
    check(e, numbers[6], q, 1, 1),
    check(e, d, p, 1, 1),
    check(e, d, q, 1, 1),
    check(numbers[7], q, p, 0, 1),
  ];
}
