// The device's half of each suite, honest (docs/PROTOCOL.md section 4), on @noble/curves: apart from client/suites.ts,
// because a device must also be able to say what no client would.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, concatBytes, hexToBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import * as P from "../../firmware/protocol.ts";
import { cpaceGenerator, cpacePublic, cpaceSessionKey } from "../cpace.ts";
import {
  decodeFfdhe2048,
  drawFfdhe2048,
  encodeFfdhe2048,
  FFDHE2048_BYTES,
  ffdhe2048Public,
  ffdhe2048Shared,
} from "../ffdhe2048.ts";
import { encodePem, pemBlocks } from "../pem.ts";
import { cpaceSid } from "../suites.ts";
import type { SuiteContext } from "../suites.ts";

export interface DeviceSuite {
  name: string;
  /** Media type of both bodies. */
  type: string;
  /** in: a request body. @returns the client's value, or undefined if it is none of this suite. */
  read(body: Uint8Array): Uint8Array | undefined;
  /** The response body with this value of the device. */
  write(value: Uint8Array): Uint8Array;
  drawSecret(): Uint8Array;
  /** CPace's depends on what the client has sent, and on the context. */
  publicOf(secret: Uint8Array, peer: Uint8Array, context: SuiteContext): Uint8Array;
  /** The input of the key schedule. @throws for a value that must be refused. */
  shared(secret: Uint8Array, peer: Uint8Array, own: Uint8Array, context: SuiteContext): Uint8Array;
}

export function publicKeyText(der: Uint8Array): Uint8Array {
  return utf8ToBytes(encodePem("PUBLIC KEY", der));
}

/** The DER of a body that is one PEM PUBLIC KEY. */
export function publicKeyDer(body: Uint8Array): Uint8Array | undefined {
  const text = new TextDecoder().decode(body);
  const blocks = pemBlocks(text);
  return text.startsWith("-----BEGIN PUBLIC KEY-----") && blocks.length === 1 ? blocks[0].der : undefined;
}

/** Of suites whose DER is a constant prefix and the key. */
function prefixed(prefix: Uint8Array, keyBytes: number): Pick<DeviceSuite, "type" | "read" | "write"> {
  return {
    type: P.TYPE_PEM,
    read(body) {
      const der = publicKeyDer(body);
      const isOne =
        der?.length === prefix.length + keyBytes && bytesToHex(der.slice(0, prefix.length)) === bytesToHex(prefix);
      return isOne ? der.slice(prefix.length) : undefined;
    },
    write: (value) => publicKeyText(concatBytes(prefix, value)),
  };
}

const NONCE_BYTES = 16;
const U_BYTES = 32;
const NOTHING = new Uint8Array(0);

/** The client's value is its nonce and Ya. */
export const CPACE: DeviceSuite = {
  name: P.SUITE_CPACE,
  type: P.TYPE_BYTES,
  read: (body) => (body.length === NONCE_BYTES + U_BYTES ? body : undefined),
  write: (value) => value,
  drawSecret: () => randomBytes(U_BYTES),
  publicOf(secret, peer, context) {
    const sid = cpaceSid(context, peer.slice(0, NONCE_BYTES));
    return cpacePublic(secret, cpaceGenerator(context.serial, utf8ToBytes(P.CPACE_CI), sid));
  },
  shared(secret, peer, own, context) {
    const ya = peer.slice(NONCE_BYTES);
    const sides = { ya, ada: utf8ToBytes(context.offered), yb: own, adb: NOTHING };
    return cpaceSessionKey(secret, ya, cpaceSid(context, peer.slice(0, NONCE_BYTES)), sides);
  },
};

export const X25519: DeviceSuite = {
  name: P.SUITE_X25519,
  ...prefixed(hexToBytes("302a300506032b656e032100"), U_BYTES),
  drawSecret: () => x25519.utils.randomSecretKey(),
  publicOf: (secret) => x25519.getPublicKey(secret),
  shared: (secret, peer) => x25519.getSharedSecret(secret, peer), // throws for an all-zero result
};

/** SubjectPublicKeyInfo before the point. */
export const P256_PREFIX = hexToBytes("3059301306072a8648ce3d020106082a8648ce3d030107034200");

export const P256: DeviceSuite = {
  name: P.SUITE_P256,
  ...prefixed(P256_PREFIX, 65),
  drawSecret: () => p256.utils.randomSecretKey(),
  publicOf: (secret) => p256.getPublicKey(secret, false),
  shared: (secret, peer) => p256.getSharedSecret(secret, peer, false).slice(1, 33),
};

/** y as 256 bytes, or as many as it has. */
function yBytes(y: bigint): Uint8Array {
  const digits = y.toString(16);
  return hexToBytes(digits.padStart(Math.max(2 * FFDHE2048_BYTES, digits.length + (digits.length % 2)), "0"));
}

const yOf = (value: Uint8Array) => BigInt(`0x${bytesToHex(value)}`);

export const FFDHE2048: DeviceSuite = {
  name: P.SUITE_FFDHE2048,
  type: P.TYPE_PEM,
  read(body) {
    const y = decodeFfdhe2048(publicKeyDer(body) ?? NOTHING);
    return y === undefined ? undefined : yBytes(y);
  },
  write: (value) => publicKeyText(encodeFfdhe2048(yOf(value))),
  drawSecret: drawFfdhe2048,
  publicOf: (secret) => yBytes(ffdhe2048Public(secret)),
  shared: (secret, peer) => ffdhe2048Shared(secret, yOf(peer)),
};

/** In the order of the greeting: the client's default first. */
export const DEVICE_SUITES: readonly DeviceSuite[] = [CPACE, X25519, P256, FFDHE2048];

/** in: type and body of POST dh. @returns the suite it is for and the value, or undefined if it is none of the known. */
export function readPublicValue(type: string, body: Uint8Array): { suite: DeviceSuite; value: Uint8Array } | undefined {
  for (const suite of DEVICE_SUITES.filter((one) => one.type === type)) {
    const value = suite.read(body);
    if (value) return { suite, value };
  }
  return undefined;
}
