// The key schedule (RFC 8446 section 7.1) as programs over slots of 32 bytes. A step is one HMAC-SHA256, since all that is ever
// expanded fits into one block. assemble-derivations.ts says what steps there are.
import { assembleDerivations, SLOT_BYTES, SLOTS } from "./assemble-derivations.ts";

export const SECRETS_BYTES = SLOTS.length * SLOT_BYTES;
/** What is no longer needed once a handshake is over lies before this. */
export const TRAFFIC_AT = SLOTS.indexOf("r") * SLOT_BYTES;
/** s: the PSK or zeros, then the secret of each stage; at last the PSK of a ticket. */
export const SECRET_AT = SLOTS.indexOf("s") * SLOT_BYTES;
/** k: what is for this moment: what the key exchange gave, a binder, the contents of a Finished. */
export const MOMENT_AT = SLOTS.indexOf("k") * SLOT_BYTES;
/** v: what the client says that k is. */
export const CLAIM_BYTES = SLOT_BYTES;
export const CLAIM_AT = SLOTS.indexOf("v") * SLOT_BYTES;
/** R and W, keys that read and write, an iv behind each; before each its secret, r and w. */
export const READ_AT = SLOTS.indexOf("R") * SLOT_BYTES;
export const WRITE_AT = SLOTS.indexOf("W") * SLOT_BYTES;

const READ_KEYS = `
  R = "key"(r)
  i = "iv"(r)`;
const WRITE_KEYS = `
  W = "key"(w)
  j = "iv"(w)`;

/** Transcript: a ClientHello, cut off before its binders. k = the binder that it should have. */
export const BINDER = assembleDerivations(`
  k = mac(z, s)             # early secret
  k = "res binder"(k, e)
  k = "finished"(k)
  k = mac(k, h)`);
/** To the ServerHello; k: what the key exchange gave. s = master secret. */
export const HELLOS = assembleDerivations(`
  s = mac(z, s)
  s = "derived"(s, e)
  s = mac(s, k)             # handshake secret
  r = "c hs traffic"(s, h)
  w = "s hs traffic"(s, h)
  s = "derived"(s, e)
  s = mac(s, z)
  ${READ_KEYS}
  ${WRITE_KEYS}`);
/** To what comes before the server's Finished. k = its contents. */
export const FINISHED = assembleDerivations(`
  k = "finished"(w)
  k = mac(k, h)`);
/** To the server's Finished. What the client reads by changes; k = the key of its own Finished. */
export const TRAFFIC = assembleDerivations(`
  k = "finished"(r)
  r = "c ap traffic"(s, h)
  w = "s ap traffic"(s, h)
  ${WRITE_KEYS}`);
/** To what comes before the client's Finished. k = its contents. */
export const CLIENT_FINISHED = assembleDerivations(`
  k = mac(k, h)`);
/** To the client's Finished. s = the PSK of a ticket with an empty nonce. */
export const RESUMPTION = assembleDerivations(`
  s = "res master"(s, h)
  s = "resumption"(s)
  ${READ_KEYS}`);
/** A KeyUpdate, one way and the other. */
export const READ_UPDATE = assembleDerivations(`
  r = "traffic upd"(r)
  ${READ_KEYS}`);
export const WRITE_UPDATE = assembleDerivations(`
  w = "traffic upd"(w)
  ${WRITE_KEYS}`);
