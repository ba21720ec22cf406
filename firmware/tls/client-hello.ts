// Reads a ClientHello (RFC 8446 4.1.2, 4.2) where it lies: what is kept of it are views. Lists of two-byte codes are searched
// by the engine, because a loop over them would cost more than the key exchange. Unknown codes and extensions are passed
// over (GREASE, RFC 8701). What is wrong is an alert's number; what is only not to our taste is for the caller to judge.
import type { Bytes, Hal } from "../hal/engine.ts";
import { ALERT, CODE, EXTENSION, GROUP_P256, GROUP_X25519, SUITE_AES_128_GCM, SUITE_CHACHA20 } from "./codes.build.ts";
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

/** @param scheme two characters. @returns an alert if it is not acceptable. */
export function parseClientHello(hal: Hal, message: Bytes, scheme: string): ClientHello | number {
  let isMalformed = false;
  const found: { [type: number]: number } = {};

  function u16(at: number): number {
    return (message[at] << 8) | message[at + 1];
  }

  /** Where the extension ends that starts at `at`. */
  function endOf(at: number): number {
    return at + u16(at - 2);
  }

  /** The one vector that an extension consists of, its length in `size` bytes. @returns where its contents start, or 0. */
  function vector(at: number, size: number, least: number): number {
    if (!at) return 0;
    const start = at + size;
    const length = size === 1 ? message[at] : u16(at);
    if (start <= endOf(at) && start + length === endOf(at) && length >= least) return start;
    isMalformed = true;
    return 0;
  }

  /** Is this code in the list from `at` to `end`? in: code of two characters. */
  function has(at: number, end: number, code: string): boolean {
    if (!at) return false;
    const text = hal.E.toString(message.subarray(at, end));
    if (text.length & 1) isMalformed = true;
    let hit = isMalformed ? -1 : text.indexOf(code);
    // Hits between two codes; the engine takes the first half of one at the end for another (PLATFORM section 4.2).
    while (hit & 1 && hit > 0) hit = hit + 1 < text.length ? text.indexOf(code, hit + 1) : -1;
    return hit >= 0;
  }

  // ---- Up to the extensions ----
  const end = message.length;
  const sessionAt = 39; // behind the message's header, version, random and this length
  const suitesAt = sessionAt + message[38] + 2;
  if (end < 42 || message[38] > 32 || suitesAt > end) return ALERT.decodeError;
  const compressionAt = suitesAt + u16(suitesAt - 2) + 1;
  const extensionsAt = compressionAt + message[compressionAt - 1] + 2;
  if (compressionAt > end || u16(suitesAt - 2) < 2 || !message[compressionAt - 1]) return ALERT.decodeError;
  if (extensionsAt - 2 === end) return ALERT.protocolVersion; // of a time before extensions
  if (extensionsAt > end || extensionsAt + u16(extensionsAt - 2) !== end) return ALERT.decodeError;
  let last = -1;
  let count = 0;
  for (let from = extensionsAt; from < end;) {
    if (++count > MAX_EXTENSIONS) return ALERT.illegalParameter;
    // Without calls: there are a dozen of them.
    const next = from + 4 + ((message[from + 2] << 8) | message[from + 3]);
    last = (message[from] << 8) | message[from + 1];
    if (next > end || from + 4 > end) return ALERT.decodeError;
    if (found[last]) return ALERT.illegalParameter;
    found[last] = from + 4;
    from = next;
  }

  // ---- The version decides before anything else ----
  const versionsAt = vector(found[EXTENSION.supportedVersions], 1, 2);
  const isTls13 = has(versionsAt, versionsAt && endOf(found[EXTENSION.supportedVersions]), CODE.tls13);
  if (isMalformed) return ALERT.decodeError;
  if (!isTls13 || message[4] < 3 || !message[5]) return ALERT.protocolVersion;
  if (message[compressionAt - 1] !== 1 || message[compressionAt]) return ALERT.illegalParameter;
  if (found[EXTENSION.preSharedKey] && last !== EXTENSION.preSharedKey) return ALERT.illegalParameter;
  if (found[EXTENSION.cookie]) return ALERT.illegalParameter; // we give none

  const hello: ClientHello = {
    prefix: message.subarray(4, extensionsAt - 2),
    sessionId: message.subarray(sessionAt, suitesAt - 2),
    suite: 0,
    group: 0,
    shares: 0,
    takesScheme: false,
    limit: 0,
    takesTickets: false,
    hasEarlyData: !!found[EXTENSION.earlyData],
  };
  if (has(suitesAt, compressionAt - 1, CODE.chacha20)) hello.suite = SUITE_CHACHA20;
  else if (has(suitesAt, compressionAt - 1, CODE.aes128)) hello.suite = SUITE_AES_128_GCM;

  // ---- Groups and shares ----
  const groups = found[EXTENSION.supportedGroups];
  const groupsAt = vector(groups, 2, 2);
  const takesX25519 = has(groupsAt, groups && endOf(groups), CODE.x25519);
  const takesP256 = has(groupsAt, groups && endOf(groups), CODE.p256);
  const keyShare = found[EXTENSION.keyShare];
  let at = vector(keyShare, 2, 0);
  const sharesEnd = at && endOf(keyShare);
  let p256Share: Bytes | undefined;
  let isBadShare = false;
  while (at < sharesEnd) {
    at += 4;
    const group = u16(at - 4);
    const start = at;
    at = endOf(at);
    if (at > sharesEnd || at === start) return ALERT.decodeError;
    const share = message.subarray(start, at);
    if (++hello.shares > MAX_ENTRIES) return ALERT.illegalParameter;
    if (group === GROUP_X25519) {
      if (hello.share || !takesX25519 || share.length !== X25519_BYTES) isBadShare = true;
      hello.share = share;
    } else if (group === GROUP_P256) {
      if (p256Share || !takesP256 || share.length !== P256_BYTES || share[0] !== 4) isBadShare = true;
      else p256Share = share.subarray(1, P256_BYTES);
    }
  }
  if (hello.share) hello.group = GROUP_X25519;
  else if (p256Share) {
    hello.group = GROUP_P256;
    hello.share = p256Share;
  } else hello.group = takesX25519 ? GROUP_X25519 : takesP256 ? GROUP_P256 : 0;

  // ---- The rest ----
  const schemes = found[EXTENSION.signatureAlgorithms];
  hello.takesScheme = has(vector(schemes, 2, 2), schemes && endOf(schemes), scheme);
  const modes = found[EXTENSION.pskModes];
  const modesAt = vector(modes, 1, 1);
  for (let i = modesAt; i && i < endOf(modes); i++) if (message[i] === PSK_DHE_KE) hello.takesTickets = true;

  const alpn = found[EXTENSION.alpn];
  let nameAt = vector(alpn, 2, 2);
  if (alpn) hello.takesHttp = false;
  count = 0;
  for (const namesEnd = alpn && endOf(alpn); nameAt && nameAt < namesEnd && !isMalformed;) {
    if (++count > MAX_ENTRIES) return ALERT.illegalParameter;
    const next = nameAt + 1 + message[nameAt];
    if (next === nameAt + 1 || next > namesEnd) isMalformed = true;
    else if (next === nameAt + 9 && hal.E.toString(message.subarray(nameAt + 1, next)) === "http/1.1")
      hello.takesHttp = true;
    nameAt = next;
  }

  const names = found[EXTENSION.serverName]; // taken, and not needed: there is one certificate
  const nameStart = vector(names, 2, 4);
  if (names && (u16(nameStart + 1) < 1 || nameStart + 3 + u16(nameStart + 1) !== endOf(names))) isMalformed = true;

  const limit = found[EXTENSION.recordSizeLimit];
  if (limit) {
    if (endOf(limit) !== limit + 2) isMalformed = true;
    hello.limit = u16(limit);
  }
  if (hello.hasEarlyData && endOf(found[EXTENSION.earlyData]) !== found[EXTENSION.earlyData]) isMalformed = true;

  // ---- A PSK (4.2.11), which is the last extension ----
  const psk = found[EXTENSION.preSharedKey];
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
  if ((psk ? !modes : !schemes || !groups) || !groups !== !keyShare) return ALERT.missingExtension;
  if (isBadShare || (limit && hello.limit < LEAST_RECORD_LIMIT) || (hello.hasEarlyData && !psk))
    return ALERT.illegalParameter;
  return hello;
}
