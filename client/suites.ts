// The client's half of each suite (docs/PROTOCOL.md section 4), on @noble/curves.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { SUITE_P256, SUITE_X25519, TYPE_PEM } from "../firmware/protocol.ts";
import { equalBytes } from "./bytes.ts";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "./errors.ts";
import { decodePem, encodePem } from "./pem.ts";

export interface ClientExchange {
  /** The POST body and its media type. */
  body: Uint8Array;
  type: string;
  /** The input of the key schedule, from the device's answer. @throws WibError for an answer that is not one. */
  finish(answer: Uint8Array): Uint8Array;
}

export interface ClientSuite {
  name: string;
  /** What the user is told when this suite is used; empty where nothing has to be said. */
  warning: string;
  /** @param secret for tests; drawn unless given. */
  begin(secret?: Uint8Array): ClientExchange;
}

const LISTENER_ONLY =
  "this suite protects against someone who listens, not against someone in between: he could read the serial and install his own certificate";

function unusable(what: string): WibError {
  return new WibError(what, "this is not a Wib device, or somebody interferes", EXIT_REFUSED_BY_DEVICE);
}

/** PEM public keys both ways: a constant DER prefix and the key. */
function pemSuite(
  name: string,
  prefixHex: string,
  keyBytes: number,
  draw: () => Uint8Array,
  publicOf: (secret: Uint8Array) => Uint8Array,
  shared: (secret: Uint8Array, peer: Uint8Array) => Uint8Array,
): ClientSuite {
  const prefix = hexToBytes(prefixHex);
  return {
    name,
    warning: LISTENER_ONLY,
    begin(secret = draw()) {
      const own = publicOf(secret);
      const body = new TextEncoder().encode(encodePem("PUBLIC KEY", concatBytes(prefix, own)));
      return {
        body,
        type: TYPE_PEM,
        finish(answer) {
          try {
            const text = new TextDecoder().decode(answer);
            const der = text.startsWith("-----BEGIN PUBLIC KEY-----") ? decodePem(text, "PUBLIC KEY") : undefined;
            const good = der?.length === prefix.length + keyBytes && prefix.every((byte, i) => der[i] === byte);
            if (!good) throw unusable(`the device's public key is not one of ${name}`);
            const peer = der.slice(prefix.length);
            if (equalBytes(peer, own)) throw unusable("the device sends our own public key back");
            return shared(secret, peer);
          } catch (error) {
            throw error instanceof WibError ? error : unusable("the device's public key is unusable");
          } finally {
            secret.fill(0);
          }
        },
      };
    },
  };
}

export const SUITES: readonly ClientSuite[] = [
  pemSuite(
    SUITE_X25519,
    "302a300506032b656e032100",
    32,
    () => x25519.utils.randomSecretKey(),
    (secret) => x25519.getPublicKey(secret),
    (secret, peer) => x25519.getSharedSecret(secret, peer), // throws for an all-zero result
  ),
  pemSuite(
    SUITE_P256,
    "3059301306072a8648ce3d020106082a8648ce3d030107034200",
    65,
    () => p256.utils.randomSecretKey(),
    (secret) => p256.getPublicKey(secret, false),
    (secret, peer) => p256.getSharedSecret(secret, peer, false).slice(1, 33),
  ),
];
