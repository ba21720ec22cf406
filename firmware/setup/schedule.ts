// The key schedule, sealed bodies and proofs (docs/PROTOCOL.md sections 5 and 6). Pure.
import type { Bytes } from "../hal/engine.ts";
import { aesCtrXor } from "../crypto/aes-ctr.ts";
import { be32, equalCt, wipe } from "../crypto/bytes.ts";
import { hkdfSha256, hmac, hmacInPlace, hmacSha512Key, wipeHmacKey } from "../crypto/hmac.ts";
import type { HmacKey } from "../crypto/hmac.ts";
import type { Primitives } from "../crypto/primitives.ts";
import {
  ENC_KEY_BYTES,
  KEYS_BYTES,
  LABEL_KEYS,
  LABEL_PROOF,
  LABEL_TRANSCRIPT,
  MAC_KEY_BYTES,
  TAG_BYTES,
} from "../protocol.ts";

/**
 * A sealed body is received behind what its tag also covers, so that one hash over one array checks it:
 * 3 bytes unused (what is decrypted must start on a multiple of 4), MAC key block 128, step 1, transcript hash 64.
 */
const BLOCK_AT = 3;
const STEP_AT = 131;
const TRANSCRIPT_AT = 132;
export const SEALED_AT = 196;

export interface SessionKeys {
  encryption: Bytes;
  client: HmacKey;
  device: HmacKey;
  transcript: Bytes;
}

/** x behind its 4-byte big-endian length, for `join`, which copies it once and not twice. */
export function lp(x: string | Bytes): unknown {
  return [be32(x.length), x];
}

/** All in the order of the protocol: build, suite, salt, suites offered, cookie value, both bodies of the DH. */
export function transcriptHash(p: Primitives, parts: (string | Bytes)[]): Bytes {
  return p.sha512(p.join(lp(LABEL_TRANSCRIPT), parts.map(lp)));
}

/** Wipes ikm. */
export function deriveKeys(p: Primitives, ikm: Bytes, transcript: Bytes): SessionKeys {
  const okm = hkdfSha256(p, ikm, transcript, LABEL_KEYS, KEYS_BYTES);
  const macs = ENC_KEY_BYTES + MAC_KEY_BYTES;
  const keys = {
    encryption: new Uint8Array(okm.subarray(0, ENC_KEY_BYTES)),
    client: hmacSha512Key(p, okm.subarray(ENC_KEY_BYTES, macs)),
    device: hmacSha512Key(p, okm.subarray(macs, KEYS_BYTES)),
    transcript: transcript,
  };
  wipe(okm, ikm);
  return keys;
}

export function wipeKeys(keys: SessionKeys): void {
  wipe(keys.encryption, keys.transcript);
  wipeHmacKey(keys.client);
  wipeHmacKey(keys.device);
}

/**
 * Checks a sealed body's tag and decrypts it in place.
 * in: `buffer` holds the body from SEALED_AT on, `length` bytes of it with the tag.
 * @returns the plaintext, within `buffer`, or undefined if the tag is wrong: then nothing was decrypted.
 */
export function openSealed(
  p: Primitives,
  keys: SessionKeys,
  step: number,
  buffer: Bytes,
  length: number,
): Bytes | undefined {
  const end = SEALED_AT + length - TAG_BYTES;
  buffer.set(keys.client.block, BLOCK_AT);
  buffer[STEP_AT] = step;
  buffer.set(keys.transcript, TRANSCRIPT_AT);
  const tag = hmacInPlace(p, keys.client, buffer.subarray(BLOCK_AT, end));
  buffer.fill(0, 0, SEALED_AT);
  const good = equalCt(tag, buffer.subarray(end, end + TAG_BYTES));
  wipe(tag);
  if (!good) return undefined;
  const text = buffer.subarray(SEALED_AT, end);
  aesCtrXor(p, keys.encryption, step, text);
  return text;
}

/** What a Wib-Proof header carries, before hex. */
export function proof(
  p: Primitives,
  keys: SessionKeys,
  path: string,
  status: number,
  code: string,
  requestTag: Bytes,
  body: string,
): Bytes {
  const message = [lp(LABEL_PROOF), lp(path), lp("" + status), lp(code), lp(requestTag), lp(body), keys.transcript];
  return hmac(p, keys.device, message);
}
