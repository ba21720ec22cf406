// The suite ffdhe2048: classic Diffie-Hellman in RFC 7919's group, keys as PKCS#3 has them (docs/PROTOCOL.md section 4).
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { pow } from "@noble/curves/abstract/modular.js";
import { concatBytes, hexToBytes, randomBytes } from "@noble/hashes/utils.js";

/** RFC 7919 appendix A.1; test/client/ffdhe2048.test.ts derives it from e. */
const P_HEX =
  "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695" +
  "a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a" +
  "d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935" +
  "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a" +
  "bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4" +
  "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61" +
  "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005" +
  "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff";
export const FFDHE2048_P = BigInt(`0x${P_HEX}`);
export const FFDHE2048_BYTES = 256;

/** SEQUENCE { dhKeyAgreement, SEQUENCE { p, 2 } } */
const ALGORITHM = hexToBytes(`3082011706092a864886f70d010301308201080282010100${P_HEX}020102`);

function der(tag: number, contents: Uint8Array): Uint8Array {
  const n = contents.length;
  return concatBytes(
    Uint8Array.from(n < 128 ? [tag, n] : n < 256 ? [tag, 129, n] : [tag, 130, n >> 8, n & 255]),
    contents,
  );
}

/** SubjectPublicKeyInfo of any y from 0 on; lengths follow y's. */
export function encodeFfdhe2048(y: bigint): Uint8Array {
  const digits = y.toString(16);
  const magnitude = hexToBytes(digits.length % 2 ? `0${digits}` : digits);
  const integer = der(2, magnitude[0] > 127 ? concatBytes(Uint8Array.of(0), magnitude) : magnitude);
  return der(0x30, concatBytes(ALGORITHM, der(3, concatBytes(Uint8Array.of(0), integer))));
}

/** @returns y, in its bounds or not, or undefined for anything that is not exactly what `encodeFfdhe2048` writes. */
export function decodeFfdhe2048(spki: Uint8Array): bigint | undefined {
  const start = 4 + ALGORITHM.length;
  // The BIT STRING's header and its leading 0, the INTEGER's header: from 5 to 9 bytes. Where y begins is guessed, and
  // the guess judged by writing y again: no two y are written alike, so at most one guess is right.
  for (let header = 5; header <= 9; header++) {
    const magnitude = spki.slice(start + header);
    if (!magnitude.length || magnitude.length > FFDHE2048_BYTES + 1) continue;
    const y = bytesToNumberBE(magnitude);
    const again = encodeFfdhe2048(y);
    if (again.length === spki.length && again.every((byte, i) => byte === spki[i])) return y;
  }
  return undefined;
}

/** Exactly 256 bits long, at least 225 being asked for (RFC 7919 section 5.2), and so the same work every time. */
export function drawFfdhe2048(): Uint8Array {
  const secret = randomBytes(32);
  secret[0] |= 128;
  return secret;
}

/** in: a secret big-endian. Its time depends on the secret's bits: for a key that is used once, on its owner's machine. */
export function ffdhe2048Public(secret: Uint8Array): bigint {
  return pow(2n, bytesToNumberBE(secret), FFDHE2048_P);
}

/** Z, left-padded to 256 bytes. @throws RangeError unless 1 < y < p - 1. */
export function ffdhe2048Shared(secret: Uint8Array, y: bigint): Uint8Array {
  if (y <= 1n || y >= FFDHE2048_P - 1n) throw new RangeError("y is out of its bounds");
  return numberToBytesBE(pow(y, bytesToNumberBE(secret), FFDHE2048_P), FFDHE2048_BYTES);
}
