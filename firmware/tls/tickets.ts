// Session tickets (RFC 8446 4.6.1): the server keeps nothing. A ticket is the PSK and the second of the full handshake it goes
// back to, sealed with a key that is drawn when the server starts and never leaves memory; so tickets die with a reboot or a
// new certificate. Age is uptime, which nobody can set. A ticket of a resumed connection lives no longer than the first.
import type { Bytes } from "../hal/engine.ts";
import { AEAD_TAG_BYTES, AEAD_OPEN, AEAD_SEAL } from "../crypto/aead.ts";
import type { Aead } from "../crypto/aead.ts";
import { be32 } from "../crypto/bytes.ts";
import type { Primitives } from "../crypto/primitives.ts";

// A ticket is the nonce, which is the associated data too, so that all is one array; the PSK, the second, the tag.
const TICKET_NONCE_BYTES = 12;
const TICKET_SECOND_AT = TICKET_NONCE_BYTES + 32;

export const TICKET_BYTES = TICKET_SECOND_AT + 4 + AEAD_TAG_BYTES;
export const TICKET_LIFE_S = 86400;

/** @param nonce 12 random bytes. */
export function sealTicket(p: Primitives, aead: Aead, key: Bytes, nonce: Bytes, psk: Bytes, since: number): Bytes {
  const ticket = p.join(nonce, psk, be32(since), new Uint8Array(AEAD_TAG_BYTES));
  aead(AEAD_SEAL, false, { key: key, iv: nonce, count: 0 }, ticket, TICKET_NONCE_BYTES);
  return ticket;
}

/**
 * out: psk, 32 bytes, if the ticket is good. now: seconds of uptime.
 * @returns when the full handshake was, in seconds of uptime; -1 for what is none of ours, or is too old.
 */
export function openTicket(aead: Aead, key: Bytes, ticket: Bytes, now: number, psk: Bytes): number {
  const opened = new Uint8Array(ticket); // of its own: the message it is in goes into the transcript
  const keys = { key: key, iv: opened.subarray(0, TICKET_NONCE_BYTES), count: 0 };
  if (!aead(AEAD_OPEN, false, keys, opened, TICKET_NONCE_BYTES)) return -1;
  const since = (opened[44] << 24) | (opened[45] << 16) | (opened[46] << 8) | opened[47];
  const isYoung = now - since < TICKET_LIFE_S;
  if (isYoung) psk.set(opened.subarray(TICKET_NONCE_BYTES, TICKET_SECOND_AT));
  opened.fill(0);
  return isYoung ? since : -1;
}
