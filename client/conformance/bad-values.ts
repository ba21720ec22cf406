// Public values that must be refused, and honest ones that are awkward (docs/PROTOCOL.md section 4).
import { pow } from "@noble/curves/abstract/modular.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { encodeFfdhe2048, FFDHE2048_P } from "../ffdhe2048.ts";

/** Little-endian. The seven values of u below 2^255 whose product with any scalar is zero (RFC 7748 section 7). */
export const LOW_ORDER_U: Record<string, string> = {
  "zero": "0000000000000000000000000000000000000000000000000000000000000000",
  "one": "0100000000000000000000000000000000000000000000000000000000000000",
  "order-8-first": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "order-8-second": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "p-minus-1": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "p-plus-1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

const { p, b } = p256.Point.CURVE();

function be32(n: bigint): Uint8Array {
  return hexToBytes(n.toString(16).padStart(64, "0"));
}

/** x = 0 is on the curve, with y a root of b. Written as p it is the same residue, but no coordinate. */
export function p256XTooLarge(): Uint8Array {
  const y = p256.Point.fromHex(`02${"00".repeat(32)}`).y;
  if ((y * y) % p !== b) throw new Error("no point");
  return concatBytes(Uint8Array.of(4), be32(p), be32(y));
}

export function p256OffCurve(value: Uint8Array): Uint8Array {
  const point = value.slice();
  point[64] ^= 1; // y and p - y differ in their lowest bit, but by more than that
  return point;
}

/** y of ffdhe2048 that are out of their bounds. */
export const BAD_Y: Record<string, bigint> = {
  "0": 0n,
  "1": 1n,
  "p-minus-1": FFDHE2048_P - 1n,
  "p": FFDHE2048_P,
  "p-plus-2": FFDHE2048_P + 2n,
};

function wrap(tag: string, contents: string): string {
  const n = contents.length / 2;
  const byte = (x: number) => x.toString(16).padStart(2, "0");
  return tag + (n < 128 ? byte(n) : n < 256 ? `81${byte(n)}` : `82${byte(n >> 8)}${byte(n & 255)}`) + contents;
}

function sequence(...parts: string[]): string {
  return wrap("30", parts.join(""));
}

function integer(n: bigint): string {
  const digits = n.toString(16);
  const whole = digits.length % 2 ? `0${digits}` : digits;
  return wrap("02", parseInt(whole.slice(0, 2), 16) > 127 ? `00${whole}` : whole);
}

const PKCS3 = "06092a864886f70d010301";
const X942 = "06072a8648ce3e0201";
const p2048 = integer(FFDHE2048_P);
const g = integer(2n);
/** Within its bounds, and with a highest byte that needs no zero before it. */
const y = integer(FFDHE2048_P >> 2n);

function key(oid: string, parameters: string[], value = y): Uint8Array {
  return hexToBytes(sequence(sequence(oid, sequence(...parameters)), wrap("03", `00${value}`)));
}

/** Keys whose shape is not the one of ffdhe2048: in words, and the DER. */
export const MISSHAPEN_Y: Record<string, [does: string, der: Uint8Array]> = {
  "other-p": ["of a group with another p", key(PKCS3, [integer(FFDHE2048_P - 2n), g])],
  "other-g": ["of a group with g = 5", key(PKCS3, [p2048, integer(5n)])],
  "private-value-length": ["with a privateValueLength", key(PKCS3, [p2048, g, integer(225n)])],
  "x942": ["a key of X9.42, with q", key(X942, [p2048, g, integer(FFDHE2048_P >> 1n)])],
  "not-minimal": ["with a zero byte too many", key(PKCS3, [p2048, g], wrap("02", `00${y.slice(8)}`))],
  "two-integers": ["followed by a second one in its BIT STRING", key(PKCS3, [p2048, g], y + y)],
};

if (bytesToHex(key(PKCS3, [p2048, g])) !== bytesToHex(encodeFfdhe2048(FFDHE2048_P >> 2n)))
  throw new Error("what is misshapen here differs in more than it says");

/**
 * A secret whose public value, or whose shared one, has a zero byte in front: one in 256 has.
 * @param base 2, or the client's y.
 */
export function secretWithShortPower(secret: Uint8Array, base: bigint): Uint8Array {
  let exponent = BigInt(`0x${bytesToHex(secret)}`);
  let power = pow(base, exponent, FFDHE2048_P);
  for (; power >> 2040n; exponent++) power = (power * base) % FFDHE2048_P;
  return hexToBytes(exponent.toString(16));
}
