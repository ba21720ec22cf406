// The record layer (RFC 8446 section 5), on @noble/ciphers: protection with a sequence number of its own, and the cutting of
// a stream into records. A sealer can be told to write any type, version, padding or length.
import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { CONTENT, SUITE, TLS12 } from "./codes.ts";
import { expandLabel, nextTrafficSecret } from "./key-schedule.ts";
import { join, u16, u8 } from "./wire.ts";
import type { Bytes } from "./wire.ts";

export const RECORD_HEADER_BYTES = 5;
export const TAG_BYTES = 16;

export interface TlsRecord {
  type: number;
  version: number;
  body: Bytes;
}

export function plainRecord(type: number, body: Bytes, version = TLS12): Bytes {
  return join(u8(type), u16(version), u16(body.length), body);
}

/** One direction's keys (7.3). */
export class Protection {
  secret: Bytes;
  sequence = 0;
  #suite: number;
  #key: Bytes;
  #iv: Bytes;
  constructor(suite: number, secret: Bytes) {
    this.secret = secret;
    this.#suite = suite;
    this.#key = expandLabel(secret, "key", new Uint8Array(0), suite === SUITE.chacha20 ? 32 : 16);
    this.#iv = expandLabel(secret, "iv", new Uint8Array(0), 12);
  }
  #cipher(header: Bytes) {
    const nonce = this.#iv.slice();
    for (let i = 0, n = this.sequence; i < 6; i++, n = Math.floor(n / 256)) nonce[11 - i] ^= n & 255;
    this.sequence++;
    return (this.#suite === SUITE.chacha20 ? chacha20poly1305 : gcm)(this.#key, nonce, header);
  }
  /** A whole record. @param padding bytes of zero behind the type. */
  seal(type: number, body: Bytes, padding = 0, outerType: number = CONTENT.applicationData, version = TLS12): Bytes {
    return this.sealInner(join(body, u8(type), new Uint8Array(padding)), outerType, version);
  }
  /** Seals any inner plaintext, one without a type too. */
  sealInner(inner: Bytes, outerType: number = CONTENT.applicationData, version = TLS12): Bytes {
    const header = join(u8(outerType), u16(version), u16(inner.length + TAG_BYTES));
    return join(header, this.#cipher(header).encrypt(inner));
  }
  /** @returns the content and its type; throws where the tag is wrong. */
  open(record: TlsRecord): { type: number; body: Bytes } {
    const header = join(u8(record.type), u16(record.version), u16(record.body.length));
    const inner = this.#cipher(header).decrypt(record.body);
    const end = inner.findLastIndex((byte) => byte !== 0);
    if (end < 0) throw new Error("a record of padding alone");
    return { type: inner[end], body: inner.slice(0, end) };
  }
  next(): Protection {
    return new Protection(this.#suite, nextTrafficSecret(this.secret));
  }
}

/** Cuts what comes into records, as they complete. */
export class RecordCutter {
  #pending: Bytes = new Uint8Array(0);
  push(bytes: Bytes): TlsRecord[] {
    this.#pending = join(this.#pending, bytes);
    const records: TlsRecord[] = [];
    for (;;) {
      const p = this.#pending;
      if (p.length < RECORD_HEADER_BYTES) return records;
      const end = RECORD_HEADER_BYTES + (p[3] << 8) + p[4];
      if (p.length < end) return records;
      records.push({ type: p[0], version: (p[1] << 8) + p[2], body: p.slice(RECORD_HEADER_BYTES, end) });
      this.#pending = p.slice(end);
    }
  }
  get pendingBytes(): number {
    return this.#pending.length;
  }
}
