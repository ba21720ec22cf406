// ClientHello and ServerHello (RFC 8446 sections 4.1 and 4.2). A ClientHello is data until it is encoded: a list of extensions that a
// test may reorder, repeat, drop or replace. Binders are filled in last, over the bytes that really go out (4.2.11.2).
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { EXTENSION, GROUP, HANDSHAKE, SCHEME, SUITE, TLS12, TLS13 } from "./codes.ts";
import { binderMac, HASH_BYTES } from "./key-schedule.ts";
import type { Transcript } from "./key-schedule.ts";
import { makeShare } from "./key-exchange.ts";
import type { KeyShare } from "./key-exchange.ts";
import { ascii, join, Reader, toHex, u16, u32, u8, vec16, vec24, vec8 } from "./wire.ts";
import type { Bytes } from "./wire.ts";

export interface Extension {
  type: number;
  data: Bytes;
}

export interface Ticket {
  identity: Bytes;
  psk: Bytes;
  suite: number;
  ageAdd: number;
  lifetimeSeconds: number;
  receivedMs: number;
  extensions: Extension[];
}

export interface HelloSpec {
  legacyVersion: number;
  random: Bytes;
  sessionId: Bytes;
  suites: number[];
  compression: Bytes;
  extensions: Extension[];
  shares: KeyShare[];
  /** For the binders; the extension itself is the last of `extensions`. */
  tickets: Ticket[];
}

export interface HelloOptions {
  servername?: string;
  suites?: number[];
  groups?: number[];
  /** Groups a share is made for; the first of `groups` unless given. */
  shareGroups?: number[];
  schemes?: number[];
  alpn?: string[];
  recordSizeLimit?: number;
  ticket?: Ticket;
  sessionId?: Bytes;
}

export const u16list = (values: number[]): Bytes => join(...values.map(u16));
export const sniData = (name: string): Bytes => vec16(u8(0), vec16(ascii(name)));
export const shareData = (shares: KeyShare[]): Bytes =>
  vec16(...shares.map(({ group, share }) => join(u16(group), vec16(share))));

export function pskData(identities: { identity: Bytes; age: number }[], binders: Bytes[]): Bytes {
  const ids = identities.map(({ identity, age }) => join(vec16(identity), u32(age)));
  return join(vec16(...ids), vec16(...binders.map((binder) => vec8(binder))));
}

/** 4.2.11.1, modulo 2^32. */
export function obfuscatedAge(ticket: Ticket, nowMs = Date.now()): number {
  return (nowMs - ticket.receivedMs + ticket.ageAdd) % 2 ** 32;
}

const BLANK_BINDER = new Uint8Array(HASH_BYTES);

export function pskExtension(tickets: Ticket[]): Extension {
  const ids = tickets.map((ticket) => ({ identity: ticket.identity, age: obfuscatedAge(ticket) }));
  return {
    type: EXTENSION.preSharedKey,
    data: pskData(
      ids,
      tickets.map(() => BLANK_BINDER),
    ),
  };
}

/** What an honest client of today sends, unless told otherwise. */
export function makeHello(options: HelloOptions = {}): HelloSpec {
  const { groups = [GROUP.x25519, GROUP.p256], suites = [SUITE.chacha20, SUITE.aes128Gcm], ticket } = options;
  const shares = (options.shareGroups ?? groups.slice(0, 1)).map((group) => makeShare(group));
  const schemes = options.schemes ?? [SCHEME.ecdsaP256Sha256, SCHEME.rsaPssRsaeSha256];
  const extensions: Extension[] = [];
  const add = (type: number, data: Bytes) => void extensions.push({ type, data });
  if (options.servername) add(EXTENSION.serverName, sniData(options.servername));
  add(EXTENSION.supportedVersions, vec8(u16(TLS13)));
  add(EXTENSION.supportedGroups, vec16(u16list(groups)));
  add(EXTENSION.signatureAlgorithms, vec16(u16list(schemes)));
  add(EXTENSION.keyShare, shareData(shares));
  add(EXTENSION.pskModes, vec8(u8(1)));
  if (options.alpn) add(EXTENSION.alpn, vec16(...options.alpn.map((name) => vec8(ascii(name)))));
  if (options.recordSizeLimit) add(EXTENSION.recordSizeLimit, u16(options.recordSizeLimit));
  if (ticket) extensions.push(pskExtension([ticket]));
  return {
    ...{ legacyVersion: TLS12, random: randomBytes(32), sessionId: options.sessionId ?? randomBytes(32) },
    ...{ suites, compression: Uint8Array.of(0), extensions, shares, tickets: ticket ? [ticket] : [] },
  };
}

export function withExtension(spec: HelloSpec, type: number, data: Bytes | undefined): HelloSpec {
  const extensions = spec.extensions.filter((each) => each.type !== type || data !== undefined);
  const at = extensions.findIndex((each) => each.type === type);
  if (data === undefined) return { ...spec, extensions };
  if (at >= 0) extensions[at] = { type, data };
  else {
    // pre_shared_key stays the last one.
    const end = extensions.at(-1)?.type === EXTENSION.preSharedKey ? extensions.length - 1 : extensions.length;
    extensions.splice(end, 0, { type, data });
  }
  return { ...spec, extensions };
}

export function withShares(spec: HelloSpec, shares: KeyShare[]): HelloSpec {
  return { ...withExtension(spec, EXTENSION.keyShare, shareData(shares)), shares };
}

export function message(type: number, ...parts: Bytes[]): Bytes {
  return join(u8(type), vec24(...parts));
}

export function encodeExtensions(extensions: Extension[]): Bytes {
  return vec16(...extensions.map(({ type, data }) => join(u16(type), vec16(data))));
}

/** The message, with its binders. @param before the transcript of an earlier exchange (HelloRetryRequest). */
export function encodeHello(spec: HelloSpec, before?: Transcript): Bytes {
  const bytes = message(
    ...([HANDSHAKE.clientHello, u16(spec.legacyVersion), spec.random, vec8(spec.sessionId)] as const),
    ...[vec16(u16list(spec.suites)), vec8(spec.compression), encodeExtensions(spec.extensions)],
  );
  if (!spec.tickets.length) return bytes;
  const binderBytes = 2 + spec.tickets.length * (1 + HASH_BYTES);
  const truncated = bytes.slice(0, bytes.length - binderBytes);
  const hash = before ? before.hash(truncated) : sha256(truncated);
  return join(truncated, vec16(...spec.tickets.map(({ psk }) => vec8(binderMac(psk, hash)))));
}

export interface ServerHello {
  isRetry: boolean;
  random: Bytes;
  sessionId: Bytes;
  suite: number;
  extensions: Map<number, Bytes>;
}

/** 4.1.3: SHA-256 of "HelloRetryRequest". */
const RETRY_RANDOM = toHex(sha256(ascii("HelloRetryRequest")));

export function readExtensions(bytes: Bytes): Map<number, Bytes> {
  const extensions = new Map<number, Bytes>();
  for (const list = new Reader(bytes); list.left;) {
    const type = list.uint(2);
    if (extensions.has(type)) throw new Error(`the server sent extension ${type} twice`);
    extensions.set(type, list.vec(2));
  }
  return extensions;
}

export function readServerHello(body: Bytes): ServerHello {
  const r = new Reader(body);
  if (r.uint(2) !== TLS12) throw new Error("ServerHello's legacy_version is not 0x0303");
  const random = r.take(32);
  const sessionId = r.vec(1);
  const suite = r.uint(2);
  if (r.uint(1) !== 0) throw new Error("ServerHello's compression is not 0");
  const extensions = readExtensions(r.vec(2));
  r.end();
  return { isRetry: toHex(random) === RETRY_RANDOM, random, sessionId, suite, extensions };
}
