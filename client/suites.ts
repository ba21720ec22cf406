// The client's half of each suite (docs/PROTOCOL.md section 4), on @noble/curves.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  CPACE_CI,
  LABEL_SID,
  SUITE_CPACE,
  SUITE_FFDHE2048,
  SUITE_P256,
  SUITE_X25519,
  TYPE_BYTES,
  TYPE_PEM,
} from "../firmware/protocol.ts";
import { equalBytes } from "./bytes.ts";
import { cpaceGenerator, cpacePublic, cpaceSessionKey } from "./cpace.ts";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "./errors.ts";
import { decodeFfdhe2048, drawFfdhe2048, encodeFfdhe2048, ffdhe2048Public, ffdhe2048Shared } from "./ffdhe2048.ts";
import { decodePem, encodePem } from "./pem.ts";
import { lp } from "./schedule.ts";

/** What CPace binds its key to, besides the exchange itself. */
export interface SuiteContext {
  /** Canonical. */
  serial: Uint8Array;
  salt: Uint8Array;
  /** The cookie's value, and the suites offered, as received. */
  cookie: string;
  offered: string;
}

export interface ClientExchange {
  /** The POST body and its media type. */
  body: Uint8Array;
  type: string;
  /** The input of the key schedule, from the device's answer, once. @throws WibError for an answer that is not one. */
  finish(answer: Uint8Array): Uint8Array;
  /** Forgets the secret. `finish` does that by itself; this is for an exchange that does not come so far. */
  wipe(): void;
}

export interface ClientSuite {
  name: string;
  /** What the user is told when this suite is used; empty where nothing has to be said. */
  warning: string;
  /** @param secret for tests; drawn unless given, and wiped by `finish`. */
  begin(context: SuiteContext, secret?: Uint8Array): ClientExchange;
}

const LISTENER_ONLY =
  "this suite protects against someone who listens, not against someone in between: he could read the serial and install his own certificate";

function unusable(what: string): WibError {
  return new WibError(what, "this is not a Wib device, or somebody interferes", EXIT_REFUSED_BY_DEVICE);
}

function notOne(name: string): WibError {
  return unusable(`the device's public key is not one of ${name}`);
}

/** A wiped secret would still give a key: one that everybody knows. */
function createExchange(
  own: { name: string; body: Uint8Array; type: string; secret: Uint8Array },
  compute: (answer: Uint8Array) => Uint8Array,
): ClientExchange {
  let isOver = false;
  const wipe = () => {
    isOver = true;
    own.secret.fill(0);
  };
  return {
    ...{ body: own.body, type: own.type, wipe },
    finish(answer) {
      if (isOver) throw new Error("an exchange has one answer");
      try {
        return compute(answer);
      } catch (error) {
        throw error instanceof WibError ? error : unusable(`the device's public key of ${own.name} is unusable`);
      } finally {
        wipe();
      }
    },
  };
}

interface PemSuite {
  name: string;
  draw(): Uint8Array;
  /** SubjectPublicKeyInfo of our own value. */
  publicOf(secret: Uint8Array): Uint8Array;
  /** @throws for anything that is not exactly a usable SubjectPublicKeyInfo of this suite. */
  shared(secret: Uint8Array, peer: Uint8Array): Uint8Array;
}

/** PEM public keys both ways. */
function pemSuite({ name, draw, publicOf, shared }: PemSuite): ClientSuite {
  return {
    name,
    warning: LISTENER_ONLY,
    begin(_context, secret = draw()) {
      const own = publicOf(secret);
      const body = utf8ToBytes(encodePem("PUBLIC KEY", own));
      return createExchange({ name, body, type: TYPE_PEM, secret }, (answer) => {
        const text = new TextDecoder().decode(answer);
        const der = text.startsWith("-----BEGIN PUBLIC KEY-----") ? decodePem(text, "PUBLIC KEY") : undefined;
        if (!der) throw notOne(name);
        if (equalBytes(der, own)) throw unusable("the device sends our own public key back");
        return shared(secret, der);
      });
    },
  };
}

/** @throws WibError unless `der` is the constant prefix and a key of that length. */
function afterPrefix(name: string, prefix: Uint8Array, keyBytes: number, der: Uint8Array): Uint8Array {
  const good = der.length === prefix.length + keyBytes && prefix.every((byte, i) => der[i] === byte);
  if (!good) throw notOne(name);
  return der.slice(prefix.length);
}

const X25519_PREFIX = hexToBytes("302a300506032b656e032100");
const P256_PREFIX = hexToBytes("3059301306072a8648ce3d020106082a8648ce3d030107034200");
const NONCE_BYTES = 16;

export function cpaceSid(context: SuiteContext, nonce: Uint8Array): Uint8Array {
  return sha512(concatBytes(lp(LABEL_SID), lp(context.salt), lp(context.cookie), lp(nonce)));
}

/** A secret is the nonce, which is sent, and the scalar. */
const cpace: ClientSuite = {
  name: SUITE_CPACE,
  warning: "",
  begin(context, secret = randomBytes(NONCE_BYTES + 32)) {
    const nonce = secret.slice(0, NONCE_BYTES);
    const scalar = secret.subarray(NONCE_BYTES);
    const sid = cpaceSid(context, nonce);
    const generator = cpaceGenerator(context.serial, utf8ToBytes(CPACE_CI), sid);
    const ya = cpacePublic(scalar, generator);
    generator.fill(0);
    const body = concatBytes(nonce, ya);
    return createExchange({ name: SUITE_CPACE, body, type: TYPE_BYTES, secret }, (answer) => {
      if (answer.length !== 32) throw notOne(SUITE_CPACE);
      const sides = { ya, ada: utf8ToBytes(context.offered), yb: answer, adb: new Uint8Array(0) };
      return cpaceSessionKey(scalar, answer, sid, sides); // throws for an all-zero result
    });
  },
};

export const SUITES: readonly ClientSuite[] = [
  cpace,
  pemSuite({
    name: SUITE_X25519,
    draw: () => x25519.utils.randomSecretKey(),
    publicOf: (secret) => concatBytes(X25519_PREFIX, x25519.getPublicKey(secret)),
    // throws for an all-zero result
    shared: (secret, der) => x25519.getSharedSecret(secret, afterPrefix(SUITE_X25519, X25519_PREFIX, 32, der)),
  }),
  pemSuite({
    name: SUITE_P256,
    draw: () => p256.utils.randomSecretKey(),
    publicOf: (secret) => concatBytes(P256_PREFIX, p256.getPublicKey(secret, false)),
    shared(secret, der) {
      const point = p256.getSharedSecret(secret, afterPrefix(SUITE_P256, P256_PREFIX, 65, der), false);
      const x = point.slice(1, 33);
      point.fill(0);
      return x;
    },
  }),
  pemSuite({
    name: SUITE_FFDHE2048,
    draw: drawFfdhe2048,
    publicOf: (secret) => encodeFfdhe2048(ffdhe2048Public(secret)),
    shared(secret, der) {
      const y = decodeFfdhe2048(der);
      if (y === undefined) throw notOne(SUITE_FFDHE2048);
      return ffdhe2048Shared(secret, y);
    },
  }),
];
