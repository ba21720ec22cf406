// Records (RFC 8446 section 5): what arrives, in any pieces, becomes records with their keys taken off; what is sent is cut
// to size and sealed. Knows nothing of messages. What a peer can cause is an alert's number, never a throw.
import type { Bytes, Hal } from "../hal/engine.ts";
import { AEAD_TAG_BYTES } from "../crypto/aead.ts";
import type { Aead } from "../crypto/aead.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { ALERT, PLAIN_MAX_BYTES, RECORD, SEALED_MAX_BYTES } from "./codes.build.ts";
import type { TrafficKeys } from "./key-schedule.ts";

const RECORD_HEADER_BYTES = 5;
/** Of one direction under one key; RFC 8446 5.5 allows AES-GCM some more. Deadlines end a connection long before. */
export const MAX_RECORDS = 0x800000;

/** The receiving and the sending half of a connection; AES or ChaCha20 for both. */
export interface Wire {
  isAes: boolean;
  header: Bytes;
  /** Of the header, then of the body, which is there once the header is whole. */
  filled: number;
  body?: Bytes;
  readKeys?: TrafficKeys;
  writeKeys?: TrafficKeys;
  /** Greatest TLSInnerPlaintext that is taken, and greatest content that is sent (RFC 8449). */
  maxRead: number;
  maxWrite: number;
  /** Bytes of refused early data that may still come; a record that can be opened ends it. */
  early: number;
  /** Bytes that all connections may still hold. */
  budget: Budget;
}

export interface Budget {
  left: number;
}

export interface RecordLayer {
  /** Takes what it can of the bytes from `at` on. @returns where it stopped: at their end, or behind a whole record. */
  fill(w: Wire, bytes: Bytes, at: number): number;
  /** 0, or the alert for a header that is not acceptable: to be asked whenever `fill` has returned. */
  problem(w: Wire): number;
  isWhole(w: Wire): boolean;
  /** Takes the whole record off. Undefined: refused early data, or not for anybody. A number is an alert. */
  take(w: Wire): { type: number; data: Bytes } | number | undefined;
  /** As the socket takes it: as many records as are needed. */
  seal(w: Wire, type: number, data: Bytes): string;
}

export function createWire(budget: Budget): Wire {
  return {
    isAes: false,
    header: new Uint8Array(RECORD_HEADER_BYTES),
    filled: 0,
    maxRead: PLAIN_MAX_BYTES + 1,
    maxWrite: PLAIN_MAX_BYTES,
    early: 0,
    budget: budget,
  };
}

/** A buffer for `length` bytes is let go. */
export function release(w: Wire): void {
  if (w.body) w.budget.left += w.body.length;
  w.body = undefined;
  w.filled = 0;
}

export function createRecordLayer(hal: Hal, p: Primitives, aead: Aead): RecordLayer {
  function nonceOf(keys: TrafficKeys): Bytes {
    const nonce = new Uint8Array(keys.iv);
    const n = keys.count;
    if (n >= MAX_RECORDS) throw new Error("nonces used up");
    nonce[11] ^= n & 255;
    nonce[10] ^= (n >> 8) & 255;
    nonce[9] ^= (n >> 16) & 255;
    return nonce;
  }

  function sumOfSquares(bytes: Bytes): number {
    return hal.E.convolve(bytes, bytes, 0);
  }

  /** Bytes without the zeros at their end, of which there may be thousands: the engine looks at them. */
  function unpaddedLength(text: Bytes): number {
    let n = text.length;
    if (n && !text[n - 1])
      for (let step = PLAIN_MAX_BYTES; step; step >>= 1)
        if (n >= step && !sumOfSquares(text.subarray(n - step, n))) n -= step;
    return n;
  }

  function open(w: Wire, keys: TrafficKeys, body: Bytes): { type: number; data: Bytes } | number | undefined {
    const end = body.length - AEAD_TAG_BYTES;
    const text = body.subarray(0, Math.max(end, 0));
    if (end < 0 || !aead.open(w.isAes, keys.key, nonceOf(keys), w.header, text, body.subarray(end))) {
      if (!w.early) return ALERT.badRecordMac;
      w.early = Math.max(0, w.early - body.length);
      return w.early ? undefined : ALERT.badRecordMac;
    }
    keys.count++;
    w.early = 0;
    if (end > w.maxRead) return ALERT.recordOverflow;
    const length = unpaddedLength(text);
    if (!length) return ALERT.unexpectedMessage;
    return { type: text[length - 1], data: text.subarray(0, length - 1) };
  }

  return {
    fill: function (w, bytes, at) {
      if (!w.body) {
        const part = bytes.subarray(at, Math.min(at + RECORD_HEADER_BYTES - w.filled, bytes.length));
        w.header.set(part, w.filled);
        w.filled += part.length;
        at += part.length;
        if (w.filled < RECORD_HEADER_BYTES) return at;
        const length = (w.header[3] << 8) | w.header[4];
        if (length > SEALED_MAX_BYTES || length > w.budget.left) return at;
        w.budget.left -= length;
        w.body = new Uint8Array(length);
        w.filled = 0;
      }
      const part = bytes.subarray(at, Math.min(at + w.body.length - w.filled, bytes.length));
      w.body.set(part, w.filled);
      w.filled += part.length;
      return at + part.length;
    },

    problem: function (w) {
      if (w.filled < RECORD_HEADER_BYTES && !w.body) return 0;
      const type = w.header[0];
      const length = (w.header[3] << 8) | w.header[4];
      if (type < RECORD.changeCipherSpec || type > RECORD.data) return ALERT.unexpectedMessage;
      if (length > (type === RECORD.data ? SEALED_MAX_BYTES : PLAIN_MAX_BYTES)) return ALERT.recordOverflow;
      return w.body ? 0 : ALERT.internalError; // too much at a time
    },

    isWhole: function (w) {
      return !!w.body && w.filled === w.body.length;
    },

    take: function (w) {
      const body = w.body!;
      const type = w.header[0];
      release(w);
      if (type === RECORD.changeCipherSpec) return { type: type, data: body };
      if (type === RECORD.data && w.readKeys) return open(w, w.readKeys, body);
      if (type === RECORD.data && w.early) {
        w.early = Math.max(0, w.early - body.length); // its keys are nobody's: a HelloRetryRequest has gone out
        if (w.early) return undefined;
      }
      if (type === RECORD.data || w.readKeys) return ALERT.unexpectedMessage;
      return { type: type, data: body };
    },

    seal: function (w, type, data) {
      let out = "";
      const keys = w.writeKeys;
      for (let at = 0; at < data.length; at += w.maxWrite) {
        const part = data.subarray(at, Math.min(at + w.maxWrite, data.length));
        if (!keys) {
          out += hal.E.toString([type, 3, 3, part.length >> 8, part.length & 255], part);
          continue;
        }
        const length = part.length + 1 + AEAD_TAG_BYTES;
        const header = new Uint8Array([RECORD.data, 3, 3, length >> 8, length & 255]);
        const text = p.join(part, [type]);
        const tag = aead.seal(w.isAes, keys.key, nonceOf(keys), header, text);
        keys.count++;
        out += hal.E.toString(header, text, tag);
      }
      return out;
    },
  };
}
