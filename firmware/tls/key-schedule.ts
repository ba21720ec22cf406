// The key schedule (RFC 8446 section 7) for SHA-256. All that is expanded fits into one block, so that each step is one HMAC.
// Pure. A secret is kept as the HmacKey it is used as.
import type { Bytes } from "../hal/engine.ts";
import { hmac, hmacSha256Key, wipeHmacKey } from "../crypto/hmac.ts";
import type { HmacKey } from "../crypto/hmac.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { DERIVED_WITHOUT_PSK, EMPTY_HASH } from "./constants.build.ts";

const HASH_BYTES = 32;
const IV_BYTES = 12;

/** One direction's keys. */
export interface TrafficKeys {
  secret: HmacKey;
  key: Bytes;
  iv: Bytes;
  /** Records so far; bounded (records.ts). */
  count: number;
}

/** HKDF-Expand-Label; length at most 32. context: bytes, or a string of bytes. */
export function expandLabel(
  p: Primitives,
  secret: HmacKey,
  label: string,
  context: Bytes | string,
  length: number,
): Bytes {
  const block = hmac(p, secret, [[0, length, 6 + label.length], "tls13 ", label, [context.length], context, [1]]);
  if (length === HASH_BYTES) return block;
  const out = new Uint8Array(block.subarray(0, length));
  block.fill(0);
  return out;
}

/** Derive-Secret, as the key of the next step. */
export function deriveSecret(p: Primitives, secret: HmacKey, label: string, hash: Bytes | string): HmacKey {
  const derived = expandLabel(p, secret, label, hash, HASH_BYTES);
  const key = hmacSha256Key(p, derived);
  derived.fill(0);
  return key;
}

/** HKDF-Extract. Wipes both. */
function extract(p: Primitives, salt: HmacKey, ikm: Bytes): HmacKey {
  const prk = hmac(p, salt, ikm);
  const key = hmacSha256Key(p, prk);
  wipeHmacKey(salt);
  prk.fill(0);
  ikm.fill(0);
  return key;
}

/** in: psk, which stays as it is. */
export function earlySecret(p: Primitives, psk: Bytes): HmacKey {
  return extract(p, hmacSha256Key(p, new Uint8Array(HASH_BYTES)), new Uint8Array(psk));
}

/** Wipes `early`, if there is one (with a PSK), and `shared`. */
export function handshakeSecret(p: Primitives, early: HmacKey | undefined, shared: Bytes): HmacKey {
  const salt = early ? deriveSecret(p, early, "derived", EMPTY_HASH) : hmacSha256Key(p, p.join(DERIVED_WITHOUT_PSK));
  if (early) wipeHmacKey(early);
  return extract(p, salt, shared);
}

/** Wipes `handshake`. */
export function masterSecret(p: Primitives, handshake: HmacKey): HmacKey {
  const salt = deriveSecret(p, handshake, "derived", EMPTY_HASH);
  wipeHmacKey(handshake);
  return extract(p, salt, new Uint8Array(HASH_BYTES));
}

/** Takes over the secret. */
export function trafficKeys(p: Primitives, secret: HmacKey, isAes: boolean): TrafficKeys {
  return {
    secret: secret,
    key: expandLabel(p, secret, "key", "", isAes ? 16 : 32),
    iv: expandLabel(p, secret, "iv", "", IV_BYTES),
    count: 0,
  };
}

export function wipeTrafficKeys(keys: TrafficKeys | undefined): void {
  if (!keys) return;
  wipeHmacKey(keys.secret);
  keys.key.fill(0);
  keys.iv.fill(0);
}

/** After a KeyUpdate. Wipes the old ones. */
export function nextKeys(p: Primitives, keys: TrafficKeys, isAes: boolean): TrafficKeys {
  const next = deriveSecret(p, keys.secret, "traffic upd", "");
  wipeTrafficKeys(keys);
  return trafficKeys(p, next, isAes);
}

/** The key of a Finished, or of a binder. */
export function finishedKey(p: Primitives, secret: HmacKey): HmacKey {
  return deriveSecret(p, secret, "finished", "");
}
