// The fields of the curves, as the field machine wants them and as BigInts.
import { createFieldEs5 } from "../../firmware/crypto/field-es5.ts";
import type { Modulus } from "../../firmware/crypto/field-es5.ts";
import type { Machine } from "../../firmware/crypto/field.ts";
import * as F from "../../firmware/crypto/formulas.build.ts";
import * as Prime from "../../firmware/crypto/primes.build.ts";
import { assemble } from "../../firmware/crypto/assemble.ts";
import { createFieldBigInt } from "./field-bigint.ts";
import { hal } from "./hal.ts";
import { runJob } from "./jobs.ts";

export interface TestField {
  name: string;
  p: bigint;
  modulus: Modulus;
  /** A wrap field has instructions that a table field has not. */
  isWrap: boolean;
  fast(registers: number): Machine;
  slow(registers: number): Machine;
}

function field(name: string, p: bigint, modulus: Modulus): TestField {
  return {
    ...{ name, p, modulus, isWrap: modulus.wrap !== 0 },
    fast: (registers) => createFieldEs5(hal, modulus, registers),
    slow: (registers) => createFieldBigInt(p, registers),
  };
}

const decode = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

// The moduli as SP 800-186 and RFC 7748 write them, not as the firmware derives them.
export const P25519 = 2n ** 255n - 19n;
export const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
export const N256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** As fields.ts takes the texts of a table field apart: p first, the residues last. */
function modulusIn(text: string): Modulus {
  return { bytes: decode(text.slice(0, 32)), wrap: 0, residues: decode(text.slice(-13 * 32)) };
}

export const FIELDS: TestField[] = [
  field("2^255 - 19", P25519, { bytes: decode(Prime.P25519_ES5.slice(0, 32)), wrap: 608 }),
  field("p of P-256", P256, modulusIn(Prime.P256_P_ES5)),
  field("n of P-256", N256, modulusIn(Prime.P256_N_ES5)),
];

/** What a machine's constants(...) takes. */
export function dataOf(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, "latin1")).buffer;
}

const GIVE = Array.from({ length: 100 }, (_, i) => assemble(`v[${i + 1}]`, `give v${i}`).code);

/** What is in a register of any machine, which is given and loaded anew: a number before and after. */
export function valueIn(machine: Machine, register: number): Uint8Array {
  runJob(machine.run(GIVE[register]));
  const value = machine.store(register);
  machine.load(register, value);
  return value;
}

/** The programs as curves.ts puts them together. */
export const P256_MULTIPLY =
  F.P256_TABLE + F.P256_ADD + F.P256_PUT + F.P256_DOUBLE + F.P256_PICK + F.P256_ADD + F.P256_KEEP + F.P256_AFFINE;
export const P256_COMB = F.P256_COMB + F.P256_DOUBLE + F.P256_SIGNED + F.P256_ADD + F.P256_END + F.P256_AFFINE;

/** 1 / x modulo a prime. */
export function inverse(x: bigint, p: bigint): bigint {
  let result = 1n;
  let base = x % p;
  for (let e = p - 2n; e > 0n; e >>= 1n, base = (base * base) % p) if (e & 1n) result = (result * base) % p;
  return result;
}
