// The moduli, and what the plain ES5 field machine needs of them. Evaluated when the bundle is made; written
// without BigInt because the firmware's own tsconfig checks it too. Everything exported is base64 of big-endian numbers.

const P25519_HEX = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"; // RFC 7748 section 4.1
// SP 800-186 section 3.2.1.3: p, n, b, G of P-256.
const P256_P_HEX = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const P256_N_HEX = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P256_B_HEX = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";
const P256_G_HEX =
  "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @param hex of a multiple of 4 bits; padded with `=` as RFC 4648 has it. */
function base64(hex: string): string {
  let text = "";
  for (let i = 0; i < hex.length; i += 6) {
    const part = hex.substr(i, 6);
    const bits = parseInt((part + "0000").substr(0, 6), 16);
    for (let k = 0; k < 4; k++) text += part.length < k * 2 ? "=" : BASE64.charAt((bits >> (18 - 6 * k)) & 63);
  }
  return text;
}

/** 16-bit digits, the lowest first. */
function digits(hex: string): number[] {
  const list: number[] = [];
  for (let i = hex.length; i > 0; i -= 4) list.push(parseInt(hex.substr(i - 4, 4), 16));
  return list;
}

function hexOf(list: number[]): string {
  let text = "";
  for (let i = 0; i < list.length; i++) text = (65536 + list[i]).toString(16).substr(1) + text;
  return text;
}

/** 2 v mod p. */
function doubled(v: number[], p: number[]): number[] {
  const twice: number[] = [];
  const less: number[] = [];
  let carry = 0;
  let borrow = 0;
  for (let i = 0; i < p.length; i++) {
    carry += 2 * v[i];
    twice.push(carry & 65535);
    carry >>= 16;
    borrow += twice[i] - p[i];
    less.push(borrow & 65535);
    borrow >>= 16;
  }
  return carry + borrow >= 0 ? less : twice;
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
  return base64(hex);
}

export const P25519_BYTES = base64(P25519_HEX);
export const P256_P_BYTES = base64(P256_P_HEX);
export const P256_N_BYTES = base64(P256_N_HEX);
export const P256_B_BYTES = base64(P256_B_HEX);
export const P256_G_BYTES = base64(P256_G_HEX);
export const P256_P_RESIDUES = residues(P256_P_HEX);
export const P256_N_RESIDUES = residues(P256_N_HEX);
/** n - 2, the exponent of an inverse mod n: n ends in 51. */
export const P256_N_MINUS_2 = base64(P256_N_HEX.substr(0, 62) + "4f");
