// RSA keys of node:crypto (OpenSSL) as the firmware has them: n, e, d, p, q, d mod p - 1, d mod q - 1, 1/q mod p.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { fromBigInt, toBigInt } from "./field-bigint.ts";
import { reread } from "./key-objects.ts";

export interface RsaTestKey {
  numbers: Uint8Array[];
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export function rsaTestKey(bits: number, exponent = 65537): RsaTestKey {
  const privateKey = reread(generateKeyPairSync("rsa", { modulusLength: bits, publicExponent: exponent }).privateKey);
  const publicKey = createPublicKey(privateKey);
  const jwk = privateKey.export({ format: "jwk" });
  const numbers = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].map(
    (text) => new Uint8Array(Buffer.from(text!, "base64url")),
  );
  return { numbers, privateKey, publicKey };
}

/** base^exponent mod modulus. */
export function modPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

/** The same key with p and q in each other's place. */
export function swapPrimes([n, e, d, p, q, dP, dQ]: Uint8Array[]): Uint8Array[] {
  const modulus = toBigInt(q);
  const inverse = modPower(toBigInt(p), modulus - 2n, modulus);
  return [n, e, d, q, p, dQ, dP, fromBigInt(inverse, q.length)];
}
