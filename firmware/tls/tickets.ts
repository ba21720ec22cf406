// Session tickets (RFC 8446 4.6.1): the server keeps nothing. A ticket is the PSK and the second of the full handshake it goes
// back to, sealed with a key that is drawn when the server starts and never leaves memory; so tickets die with a reboot or a
// new certificate. Age is uptime, which nobody can set. A ticket of a resumed connection lives no longer than the first.
import type { Bytes } from "../hal/engine.ts";
import { AEAD_TAG_BYTES } from "../crypto/aead.ts";
import type { Aead } from "../crypto/aead.ts";
import { be32 } from "../crypto/bytes.ts";
import type { Primitives } from "../crypto/primitives.ts";

const TICKET_NONCE_BYTES = 12;
const TICKET_PSK_BYTES = 32;
const TICKET_TEXT_BYTES = TICKET_PSK_BYTES + 4;

export const TICKET_BYTES = TICKET_NONCE_BYTES + TICKET_TEXT_BYTES + AEAD_TAG_BYTES;
export const TICKET_LIFE_S = 86400;

/** @param nonce 12 random bytes. */
export function sealTicket(p: Primitives, aead: Aead, key: Bytes, nonce: Bytes, psk: Bytes, since: number): Bytes {
  const text = p.join(psk, be32(since));
  const tag = aead.seal(false, key, nonce, new Uint8Array(0), text);
  return p.join(nonce, text, tag);
}

/**
 * out: psk, 32 bytes, if the ticket is good. now: seconds of uptime.
 * @returns when the full handshake was, in seconds of uptime; -1 for what is none of ours, or is too old.
 */
export function openTicket(aead: Aead, key: Bytes, ticket: Bytes, now: number, psk: Bytes): number {
  const nonce = new Uint8Array(ticket.subarray(0, TICKET_NONCE_BYTES));
  const text = new Uint8Array(ticket.subarray(TICKET_NONCE_BYTES, TICKET_NONCE_BYTES + TICKET_TEXT_BYTES));
  const tag = ticket.subarray(TICKET_NONCE_BYTES + TICKET_TEXT_BYTES, TICKET_BYTES);
  if (!aead.open(false, key, nonce, new Uint8Array(0), text, tag)) return -1;
  const since = (text[32] << 24) | (text[33] << 16) | (text[34] << 8) | text[35];
  const isYoung = now - since < TICKET_LIFE_S;
  if (isYoung) psk.set(text.subarray(0, TICKET_PSK_BYTES));
  text.fill(0);
  return isYoung ? since : -1;
}
