// Key schedule, sealed bodies and proofs (docs/PROTOCOL.md sections 5 and 6) on @noble: written apart from the
// firmware's, so that each can show the other's mistakes.
import { ctr } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  ENC_KEY_BYTES,
  KEYS_BYTES,
  LABEL_KEYS,
  LABEL_PROOF,
  LABEL_TRANSCRIPT,
  MAC_KEY_BYTES,
} from "../firmware/protocol.ts";

export interface SessionKeys {
  encryption: Uint8Array;
  client: Uint8Array;
  device: Uint8Array;
  transcript: Uint8Array;
}

/** lp(x): x behind its 4-byte big-endian length. */
export function lp(x: string | Uint8Array): Uint8Array {
  const bytes = typeof x === "string" ? utf8ToBytes(x) : x;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

export interface Transcript {
  build: string;
  suite: string;
  salt: Uint8Array;
  /** Comma-joined, as received. */
  offered: string;
  cookie: string;
  request: Uint8Array;
  response: Uint8Array;
}

export function transcriptHash(t: Transcript): Uint8Array {
  const parts = [LABEL_TRANSCRIPT, t.build, t.suite, t.salt, t.offered, t.cookie, t.request, t.response];
  return sha512(concatBytes(...parts.map(lp)));
}

/** Wipes ikm. */
export function deriveKeys(ikm: Uint8Array, transcript: Uint8Array): SessionKeys {
  const okm = hkdf(sha256, ikm, transcript, utf8ToBytes(LABEL_KEYS), KEYS_BYTES);
  const macs = ENC_KEY_BYTES + MAC_KEY_BYTES;
  const keys = {
    encryption: okm.slice(0, ENC_KEY_BYTES),
    client: okm.slice(ENC_KEY_BYTES, macs),
    device: okm.slice(macs),
    transcript,
  };
  okm.fill(0);
  ikm.fill(0);
  return keys;
}

export function wipeKeys(keys: SessionKeys): void {
  for (const part of [keys.encryption, keys.client, keys.device]) part.fill(0);
}

/** ct tag. */
export function seal(keys: SessionKeys, step: number, plaintext: Uint8Array): Uint8Array {
  const counter = new Uint8Array(16);
  counter[0] = step;
  const ct = ctr(keys.encryption, counter).encrypt(plaintext);
  const tag = hmac(sha512, keys.client, concatBytes(Uint8Array.of(step), keys.transcript, ct));
  return concatBytes(ct, tag);
}

export interface Proven {
  path: string;
  status: number;
  /** Wib-Error, or "". */
  code: string;
  requestTag: Uint8Array;
  body: Uint8Array;
}

export function expectedProof(keys: SessionKeys, r: Proven): Uint8Array {
  const parts = [LABEL_PROOF, r.path, String(r.status), r.code, r.requestTag, r.body];
  return hmac(sha512, keys.device, concatBytes(...parts.map(lp), keys.transcript));
}
