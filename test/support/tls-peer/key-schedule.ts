// The key schedule (RFC 8446 section 7), on @noble/hashes, for the two suites of SHA-256. RFC 8448 judges it.
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ascii, join, u16, vec8 } from "./wire.ts";
import type { Bytes } from "./wire.ts";

export const HASH_BYTES = 32;
const ZEROS = new Uint8Array(HASH_BYTES);

/** 7.1: HKDF-Expand-Label. */
export function expandLabel(secret: Bytes, label: string, context: Bytes, length: number): Bytes {
  return expand(sha256, secret, join(u16(length), vec8(ascii(`tls13 ${label}`)), vec8(context)), length);
}

/** 7.1: Derive-Secret, of a transcript hash. */
export function deriveSecret(secret: Bytes, label: string, transcriptHash: Bytes): Bytes {
  return expandLabel(secret, label, transcriptHash, HASH_BYTES);
}

const nothing = (): Bytes => sha256(new Uint8Array(0));

export function earlySecret(psk: Bytes = ZEROS): Bytes {
  return extract(sha256, psk, ZEROS);
}

export function handshakeSecret(early: Bytes, shared: Bytes): Bytes {
  return extract(sha256, shared, deriveSecret(early, "derived", nothing()));
}

export function masterSecret(handshake: Bytes): Bytes {
  return extract(sha256, ZEROS, deriveSecret(handshake, "derived", nothing()));
}

/** 4.4.4: what a Finished holds. */
export function finishedMac(baseSecret: Bytes, transcriptHash: Bytes): Bytes {
  return hmac(sha256, expandLabel(baseSecret, "finished", new Uint8Array(0), HASH_BYTES), transcriptHash);
}

/** 4.2.11.2: the binder of a resumption PSK, over the hash of the truncated ClientHello. */
export function binderMac(psk: Bytes, truncatedHash: Bytes): Bytes {
  return finishedMac(deriveSecret(earlySecret(psk), "res binder", nothing()), truncatedHash);
}

/** 4.6.1: the PSK of a ticket. */
export function ticketPsk(resumptionSecret: Bytes, nonce: Bytes): Bytes {
  return expandLabel(resumptionSecret, "resumption", nonce, HASH_BYTES);
}

/** 7.2. */
export function nextTrafficSecret(secret: Bytes): Bytes {
  return expandLabel(secret, "traffic upd", new Uint8Array(0), HASH_BYTES);
}

/** 4.4.1: the messages so far, and the substitute for a first ClientHello that was answered by HelloRetryRequest. */
export class Transcript {
  #messages: Bytes[] = [];
  add(message: Bytes): void {
    this.#messages.push(message);
  }
  hash(more: Bytes = new Uint8Array(0)): Bytes {
    return sha256(join(...this.#messages, more));
  }
  /** Puts message_hash in the place of all so far. */
  restart(): void {
    this.#messages = [join(Uint8Array.of(254, 0, 0, HASH_BYTES), this.hash())];
  }
}
