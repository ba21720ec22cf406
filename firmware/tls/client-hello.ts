// Reads a ClientHello (RFC 8446 4.1.2, 4.2) where it lies: what is kept of it are views. Its frame and
// its lists of two-byte codes are read by native code, because loops over them would cost more than the key exchange. Unknown codes and extensions are passed
// over (GREASE, RFC 8701). What is wrong is an alert's number; what is only not to our taste is for the caller to judge.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "../crypto/back-ends.build.ts";
import type { Native } from "../crypto/native/native.ts";
import { withAddress } from "../crypto/native/primitives-native.ts";
import {
  ALERT,
  CODE,
  EXTENSION,
  GROUP_P256,
  GROUP_X25519,
  HELLO_AT,
  HELLO_CODE,
  HELLO_WORDS,
  SUITE_AES_128_GCM,
  SUITE_CHACHA20,
} from "./codes.build.ts";
import { TICKET_BYTES } from "./tickets.ts";

const PSK_DHE_KE = 1;
const X25519_BYTES = 32;
const P256_BYTES = 65;
const LEAST_RECORD_LIMIT = 64;
/** Clients send some 20 extensions, and a few of each list: thousands in 4 kB would cost seconds, and variables, of a device. */
export const MAX_EXTENSIONS = 64;
export const MAX_ENTRIES = 16;

/** Of the identities of a pre_shared_key, the first that is as long as our tickets are. */
export interface Offer {
  index: number;
  ticket: Bytes;
  binder: Bytes;
  /** Bytes of the message that the binder covers. */
  covered: number;
}

export interface ClientHello {
  /** From the version to the compression methods: what a second ClientHello has to repeat. */
  prefix: Bytes;
  sessionId: Bytes;
  /** 0 if there is none of ours. */
  suite: number;
  /** The group to be used, and the client's share if it has sent one; 0 if there is none of ours. */
  group: number;
  share?: Bytes;
  /** Shares in all. */
  shares: number;
  /** Does it take the signatures of our certificate? */
  takesScheme: boolean;
  /** undefined: no ALPN; else whether http/1.1 is in it. */
  takesHttp?: boolean;
  /** record_size_limit, 0 for none. */
  limit: number;
  offer?: Offer;
  /** Does it want tickets: psk_dhe_ke? */
  takesTickets: boolean;
  hasEarlyData: boolean;
}

/** Up to the length of the compression methods, with nothing in any list. */
const LEAST_BYTES = 42;

/** The frame in plain ES5. in: table of zeros. @returns 0 or an alert. */
function readFrame(hal: Hal, message: Bytes, table: Int32Array): number {
  const found: { [type: number]: number } = {};
  const end = message.length;

  function u16(at: number): number {
    return (message[at] << 8) | message[at + 1];
  }

  function note(slot: number): void {
    table[HELLO_AT.malformed] |= slot === HELLO_AT.supportedVersions ? 3 : 2;
  }

  /** An extension that is one list, its length in `size` bytes; or, with 0, one that is none. */
  function place(slot: number, type: number, size: number, least: number): void {
    const at = found[type];
    if (!at) return;
    const start = at + size;
    const stop = at + u16(at - 2);
    const length = size === 1 ? message[at] : u16(at);
    const isRight = !size || (start <= stop && start + length === stop && length >= least);
    if (!isRight) note(slot);
    table[slot] = isRight ? start : stop;
    table[slot + 1] = stop;
  }

  function look(slot: number, bit: number, code: string): void {
    const text = hal.E.toString(message.subarray(table[slot], table[slot + 1]));
    if (text.length & 1) return note(slot);
    let hit = text.indexOf(code);
    // Hits between two codes; the engine takes the first half of one at the end for another (PLATFORM section 4.2).
    while (hit & 1 && hit > 0) hit = hit + 1 < text.length ? text.indexOf(code, hit + 1) : -1;
    if (hit >= 0) table[HELLO_AT.codes] |= bit;
  }

  const suitesAt = 41 + message[38]; // behind the message's header, version, random, session id and this length
  if (message[38] > 32 || suitesAt > end) return ALERT.decodeError;
  const compressionAt = suitesAt + u16(suitesAt - 2) + 1;
  const extensionsAt = compressionAt + message[compressionAt - 1] + 2;
  if (compressionAt > end || u16(suitesAt - 2) < 2 || !message[compressionAt - 1]) return ALERT.decodeError;
  if (extensionsAt - 2 === end) return ALERT.protocolVersion; // of a time before extensions
  if (extensionsAt > end || extensionsAt + u16(extensionsAt - 2) !== end) return ALERT.decodeError;
  let count = 0;
  for (let from = extensionsAt; from < end;) {
    if (++count > MAX_EXTENSIONS) return ALERT.illegalParameter;
    const next = from + 4 + u16(from + 2);
    const type = u16(from);
    if (from + 4 > end || next > end) return ALERT.decodeError;
    if (found[type]) return ALERT.illegalParameter;
    found[type] = from + 4;
    table[HELLO_AT.lastType] = type;
    from = next;
  }
  table[HELLO_AT.suites] = suitesAt;
  table[HELLO_AT.suites + 1] = compressionAt - 1;
  table[HELLO_AT.extensions] = extensionsAt;
  place(HELLO_AT.supportedVersions, EXTENSION.supportedVersions, 1, 2);
  place(HELLO_AT.supportedGroups, EXTENSION.supportedGroups, 2, 2);
  place(HELLO_AT.keyShare, EXTENSION.keyShare, 2, 0);
  place(HELLO_AT.signatureAlgorithms, EXTENSION.signatureAlgorithms, 2, 2);
  place(HELLO_AT.pskModes, EXTENSION.pskModes, 1, 1);
  place(HELLO_AT.alpn, EXTENSION.alpn, 2, 2);
  place(HELLO_AT.serverName, EXTENSION.serverName, 2, 4);
  place(HELLO_AT.recordSizeLimit, EXTENSION.recordSizeLimit, 0, 0);
  place(HELLO_AT.earlyData, EXTENSION.earlyData, 0, 0);
  place(HELLO_AT.preSharedKey, EXTENSION.preSharedKey, 0, 0);
  place(HELLO_AT.cookie, EXTENSION.cookie, 0, 0);
  look(HELLO_AT.supportedVersions, HELLO_CODE.tls13, CODE.tls13);
  look(HELLO_AT.suites, HELLO_CODE.chacha20, CODE.chacha20);
  look(HELLO_AT.suites, HELLO_CODE.aes128, CODE.aes128);
  look(HELLO_AT.supportedGroups, HELLO_CODE.x25519, CODE.x25519);
  look(HELLO_AT.supportedGroups, HELLO_CODE.p256, CODE.p256);
  look(HELLO_AT.signatureAlgorithms, HELLO_CODE.ecdsa, CODE.ecdsa);
  look(HELLO_AT.signatureAlgorithms, HELLO_CODE.rsaPss, CODE.rsaPss);
  return 0;
}

/** @param scheme two characters. @returns an alert if it is not acceptable. */
export function parseClientHello(hal: Hal, message: Bytes, scheme: string, native?: Native): ClientHello | number {
  const end = message.length;
  if (end < LEAST_BYTES) return ALERT.decodeError;
  const table = new Int32Array(HELLO_WORDS);
  let alert = 0;
  if (THUMB.runs && native)
    withAddress(hal, native, message, function (address) {
      alert = native.hello(native.at(table), address, end, 0);
    });
  else if (ES5.hello) alert = readFrame(hal, message, table);
  if (alert) return alert;

  function u16(at: number): number {
    return (message[at] << 8) | message[at + 1];
  }

  // ---- The version decides before anything else ----
  const codes = table[HELLO_AT.codes];
  const suitesAt = table[HELLO_AT.suites];
  const compressionAt = table[HELLO_AT.suites + 1] + 1;
  const psk = table[HELLO_AT.preSharedKey];
  if (table[HELLO_AT.malformed] & 1) return ALERT.decodeError;
  if (!(codes & HELLO_CODE.tls13) || message[4] < 3 || !message[5]) return ALERT.protocolVersion;
  if (message[compressionAt - 1] !== 1 || message[compressionAt]) return ALERT.illegalParameter;
  // A PSK comes last (4.2.11); cookies we give none.
  if ((psk && table[HELLO_AT.lastType] !== EXTENSION.preSharedKey) || table[HELLO_AT.cookie])
    return ALERT.illegalParameter;
  let isMalformed = !!table[HELLO_AT.malformed];

  const hello: ClientHello = {
    prefix: message.subarray(4, table[HELLO_AT.extensions] - 2),
    sessionId: message.subarray(39, suitesAt - 2),
    suite: codes & HELLO_CODE.chacha20 ? SUITE_CHACHA20 : codes & HELLO_CODE.aes128 ? SUITE_AES_128_GCM : 0,
    group: 0,
    shares: 0,
    takesScheme: !!(codes & (scheme === CODE.ecdsa ? HELLO_CODE.ecdsa : HELLO_CODE.rsaPss)),
    limit: 0,
    takesTickets: false,
    hasEarlyData: !!table[HELLO_AT.earlyData],
  };

  // ---- Groups and shares ----
  const sharesEnd = table[HELLO_AT.keyShare + 1];
  let p256Share: Bytes | undefined;
  let isBadShare = false;
  for (let at = table[HELLO_AT.keyShare]; at < sharesEnd;) {
    const group = u16(at);
    const start = at + 4;
    at = start + u16(at + 2);
    if (at > sharesEnd || at === start) return ALERT.decodeError;
    if (++hello.shares > MAX_ENTRIES) return ALERT.illegalParameter;
    if (group === GROUP_X25519) {
      if (hello.share || !(codes & HELLO_CODE.x25519) || at - start !== X25519_BYTES) isBadShare = true;
      hello.share = message.subarray(start, at);
    } else if (group === GROUP_P256) {
      if (p256Share || !(codes & HELLO_CODE.p256) || at - start !== P256_BYTES || message[start] !== 4)
        isBadShare = true;
      else p256Share = message.subarray(start + 1, at);
    }
  }
  if (hello.share) hello.group = GROUP_X25519;
  else if (p256Share) {
    hello.group = GROUP_P256;
    hello.share = p256Share;
  } else hello.group = codes & HELLO_CODE.x25519 ? GROUP_X25519 : codes & HELLO_CODE.p256 ? GROUP_P256 : 0;

  // ---- The rest ----
  for (let i = table[HELLO_AT.pskModes]; i < table[HELLO_AT.pskModes + 1]; i++)
    if (message[i] === PSK_DHE_KE) hello.takesTickets = true;

  const namesEnd = table[HELLO_AT.alpn + 1];
  let count = 0;
  if (namesEnd) hello.takesHttp = false;
  for (let at = table[HELLO_AT.alpn]; at < namesEnd && !isMalformed;) {
    if (++count > MAX_ENTRIES) return ALERT.illegalParameter;
    const start = at + 1;
    at = start + message[at];
    if (at === start || at > namesEnd) isMalformed = true;
    else if (at === start + 8 && hal.E.toString(message.subarray(start, at)) === "http/1.1") hello.takesHttp = true;
  }

  const name = table[HELLO_AT.serverName]; // taken, and not needed: there is one certificate
  if (name && (u16(name + 1) < 1 || name + 3 + u16(name + 1) !== table[HELLO_AT.serverName + 1])) isMalformed = true;

  const limit = table[HELLO_AT.recordSizeLimit];
  if (limit) {
    if (table[HELLO_AT.recordSizeLimit + 1] !== limit + 2) isMalformed = true;
    hello.limit = u16(limit);
  }
  if (table[HELLO_AT.earlyData + 1] !== table[HELLO_AT.earlyData]) isMalformed = true;

  // ---- A PSK (4.2.11) ----
  if (psk) {
    let identity = psk + 2;
    const identitiesEnd = identity + u16(psk);
    const bindersAt = identitiesEnd + 2;
    if (bindersAt > end || bindersAt + u16(identitiesEnd) !== end || u16(psk) < 7) return ALERT.decodeError;
    let binder = bindersAt;
    for (let index = 0; identity < identitiesEnd; index++) {
      const length = u16(identity);
      const binderEnd = binder + 1 + message[binder];
      const next = identity + 2 + length + 4;
      if (!length || next > identitiesEnd) return ALERT.decodeError;
      if (index === MAX_ENTRIES) return ALERT.illegalParameter;
      if (binder === end) return ALERT.illegalParameter; // fewer binders than identities
      if (binderEnd > end || binderEnd < binder + 33) return ALERT.decodeError;
      if (length === TICKET_BYTES && !hello.offer)
        hello.offer = {
          index: index,
          ticket: message.subarray(identity + 2, identity + 2 + length),
          binder: message.subarray(binder + 1, binderEnd),
          covered: identitiesEnd,
        };
      identity = next;
      binder = binderEnd;
    }
    if (binder !== end) return ALERT.illegalParameter; // or more
  }

  if (isMalformed) return ALERT.decodeError;
  // 9.2: what has to be there together.
  const groups = table[HELLO_AT.supportedGroups];
  if ((psk ? !table[HELLO_AT.pskModes] : !table[HELLO_AT.signatureAlgorithms] || !groups) || !groups !== !sharesEnd)
    return ALERT.missingExtension;
  if (isBadShare || (limit && hello.limit < LEAST_RECORD_LIMIT) || (hello.hasEarlyData && !psk))
    return ALERT.illegalParameter;
  return hello;
}
