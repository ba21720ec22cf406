// The moduli, and what the field machines need of them. Evaluated when the bundle is made; written without BigInt because the
// firmware's own tsconfig checks it too. What is exported is the bytes of big-endian numbers, where nothing else is said.

import { hexText as bytes } from "./byte-text.ts";
import { digits, doubled, hexOf } from "./digits.ts";

const P25519_HEX = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"; // RFC 7748 section 4.1
// SP 800-186 section 3.2.1.3: p, n, b, G of P-256.
const P256_P_HEX = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const P256_N_HEX = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P256_B_HEX = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";
const P256_G_HEX =
  "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
// RFC 7919 appendix A.1.
const FFDHE2048_HEX =
  "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695" +
  "a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a" +
  "d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935" +
  "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a" +
  "bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4" +
  "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61" +
  "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005" +
  "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff";

/** x 2^exponent mod p, all in hex, x being as long as p. */
function timesPower(x: string, exponent: number, pHex: string): string {
  const p = digits(pHex);
  let v = digits(x);
  for (let i = 0; i < exponent; i++) v = doubled(v, p);
  return hexOf(v);
}

function numberHex(n: number, length: number): string {
  let hex = n.toString(16);
  while (hex.length < length) hex = "0" + hex;
  return hex;
}

function powerOfTwo(pHex: string, exponent: number): string {
  return timesPower(numberHex(1, pHex.length), exponent, pHex);
}

/** 2^(260 + 20 j) mod p for j = 0 .. 12. */
function residues(pHex: string): string {
  const p = digits(pHex);
  let v = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  let hex = "";
  for (let power = 1; power <= 500; power++) {
    v = doubled(v, p);
    if (power >= 260 && power % 20 === 0) hex += hexOf(v);
  }
  return bytes(hex);
}

const ONE = numberHex(1, 64);
/** What the machines have from register 0 on: of X25519 (A - 2) / 4, 1 and A; of P-256 b and 1; modulo n 1. */
const P25519_CONSTANTS = [numberHex(121665, 64), ONE, numberHex(486662, 64)];
const P256_P_CONSTANTS = [P256_B_HEX, ONE];
const P256_N_CONSTANTS = [ONE];

/** For the native machine from register -2 on, words of 32 bits, the lowest first: R^2 mod p, p, then constants times R. */
function native(pHex: string, constants: string[]): string {
  const numbers = [powerOfTwo(pHex, 512), pHex].concat(constants.map((x) => timesPower(x, 256, pHex)));
  return numbers.map((hex) => bytes(hex).split("").reverse().join("")).join("");
}

/** For plain ES5: p, the constants, and of a table field the residues. */
function es5(pHex: string, constants: string[], table: string): string {
  return bytes(pHex + constants.join("")) + table;
}

export const P25519_NATIVE = native(P25519_HEX, P25519_CONSTANTS);
export const P25519_ES5 = es5(P25519_HEX, P25519_CONSTANTS, "");
export const P256_P_NATIVE = native(P256_P_HEX, P256_P_CONSTANTS);
export const P256_P_ES5 = es5(P256_P_HEX, P256_P_CONSTANTS, residues(P256_P_HEX));
export const P256_N_NATIVE = native(P256_N_HEX, P256_N_CONSTANTS);
export const P256_N_ES5 = es5(P256_N_HEX, P256_N_CONSTANTS, residues(P256_N_HEX));
export const P256_P_BYTES = bytes(P256_P_HEX);
export const P256_N_BYTES = bytes(P256_N_HEX);
export const P256_B_BYTES = bytes(P256_B_HEX);
export const P256_G_BYTES = bytes(P256_G_HEX);
export const FFDHE2048_P_BYTES = bytes(FFDHE2048_HEX);
/** -1 / p mod 2^20: p ends in 64 ones. */
export const FFDHE2048_INVERSE = 1;
/** 2^2060 and 2^4120 mod p: for 103 limbs of 20 bits. */
export const FFDHE2048_R = bytes(powerOfTwo(FFDHE2048_HEX, 2060));
export const FFDHE2048_R2 = bytes(powerOfTwo(FFDHE2048_HEX, 4120));
