// The device's public values, honest and not (docs/PROTOCOL.md section 4), on @noble/curves: apart from client/suites.ts,
// because a device must also be able to say what no client would.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { SUITE_P256, SUITE_X25519 } from "../../firmware/protocol.ts";
import { encodePem, pemBlocks } from "../pem.ts";

export interface DeviceSuite {
  name: string;
  /** DER before the key. */
  prefix: Uint8Array;
  drawSecret(): Uint8Array;
  publicOf(secret: Uint8Array): Uint8Array;
  /** The input of the key schedule. @throws for a value that must be refused. */
  shared(secret: Uint8Array, peer: Uint8Array): Uint8Array;
}

export const DEVICE_SUITES: readonly DeviceSuite[] = [
  {
    name: SUITE_X25519,
    prefix: hexToBytes("302a300506032b656e032100"),
    drawSecret: () => x25519.utils.randomSecretKey(),
    publicOf: (secret) => x25519.getPublicKey(secret),
    shared: (secret, peer) => x25519.getSharedSecret(secret, peer), // throws for an all-zero result
  },
  {
    name: SUITE_P256,
    prefix: hexToBytes("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    drawSecret: () => p256.utils.randomSecretKey(),
    publicOf: (secret) => p256.getPublicKey(secret, false),
    shared: (secret, peer) => p256.getSharedSecret(secret, peer, false).slice(1, 33),
  },
];

export function publicKeyText(der: Uint8Array): Uint8Array {
  return new TextEncoder().encode(encodePem("PUBLIC KEY", der));
}

/** in: the body of POST dh. @returns the suite it is for and the value, or undefined if it is none of the known. */
export function readPublicKey(body: Uint8Array): { suite: DeviceSuite; value: Uint8Array } | undefined {
  const text = new TextDecoder().decode(body);
  const blocks = pemBlocks(text);
  if (!text.startsWith("-----BEGIN PUBLIC KEY-----") || blocks.length !== 1) return undefined;
  const der = blocks[0].der;
  for (const suite of DEVICE_SUITES) {
    const value = der.slice(suite.prefix.length);
    const isOne = bytesToHex(der.slice(0, suite.prefix.length)) === bytesToHex(suite.prefix);
    if (isOne && value.length === (suite.name === SUITE_P256 ? 65 : 32)) return { suite, value };
  }
  return undefined;
}

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
