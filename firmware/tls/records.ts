// Records (RFC 8446 section 5): what arrives, in any pieces, becomes records with their keys taken off; what is sent is cut
// to size and sealed. Knows nothing of messages. What a peer can cause is an alert's number, never a throw.
import type { Bytes, Hal } from "../hal/engine.ts";
import { AEAD_TAG_BYTES, AEAD_OPEN, AEAD_SEAL } from "../crypto/aead.ts";
import type { Aead } from "../crypto/aead.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { ALERT, PLAIN_MAX_BYTES, RECORD, SEALED_MAX_BYTES } from "./codes.build.ts";
import type { TrafficKeys } from "./key-schedule.ts";

const RECORD_HEADER_BYTES = 5;

/** The receiving and the sending half of a connection; AES or ChaCha20 for both. */
export interface Wire {
  isAes: boolean;
  /** Of a record that comes in pieces. */
  header: Bytes;
  /** Bytes of the record so far. */
  filled: number;
  /** With its header: there is one once that is whole. One that came in one piece lies in what came. */
  record?: Bytes;
  /** What has been taken of the budget for it. */
  held: number;
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
  /** Takes the record off, once it is whole. Undefined: refused early data, or not for anybody. A number is an alert. */
  take(w: Wire): { type: number; data: Bytes } | number | undefined;
  /** As the socket takes it: as many records as are needed. */
  seal(w: Wire, type: number, data: Bytes): string;
}

export function createWire(budget: Budget): Wire {
  return {
    isAes: false,
    header: new Uint8Array(RECORD_HEADER_BYTES),
    filled: 0,
    held: 0,
    maxRead: PLAIN_MAX_BYTES + 1,
    maxWrite: PLAIN_MAX_BYTES,
    early: 0,
    budget: budget,
  };
}

/** The record, or what there is of it, is let go. */
export function release(w: Wire): void {
  w.budget.left += w.held;
  w.record = undefined;
  w.filled = w.held = 0;
}

export function createRecordLayer(hal: Hal, p: Primitives, aead: Aead): RecordLayer {
  const roomForTag = new Uint8Array(AEAD_TAG_BYTES);

  function sumOfSquares(bytes: Bytes): number {
    return hal.E.convolve(bytes, bytes, 0);
  }

  /** Bytes without the zeros at their end, of which there may be thousands: the engine looks at them. */
  function unpaddedLength(text: Bytes): number {
    let n = text.length;
    for (let step = PLAIN_MAX_BYTES; step; step >>= 1)
      if (n >= step && !sumOfSquares(text.subarray(n - step, n))) n -= step;
    return n;
  }

  function open(w: Wire, keys: TrafficKeys, record: Bytes): { type: number; data: Bytes } | number | undefined {
    const end = record.length - AEAD_TAG_BYTES;
    if (end < RECORD_HEADER_BYTES || !aead(AEAD_OPEN, w.isAes, keys, record, RECORD_HEADER_BYTES))
      return passOver(w, record) ? undefined : ALERT.badRecordMac;
    keys.count++;
    w.early = 0;
    if (end > w.maxRead + RECORD_HEADER_BYTES) return ALERT.recordOverflow;
    let last = end - 1;
    if (!record[last]) last = RECORD_HEADER_BYTES - 1 + unpaddedLength(record.subarray(RECORD_HEADER_BYTES, end));
    if (last < RECORD_HEADER_BYTES) return ALERT.unexpectedMessage;
    return { type: record[last], data: record.subarray(RECORD_HEADER_BYTES, last) };
  }

  /** Is it early data, of which there may be some more? */
  function passOver(w: Wire, record: Bytes): boolean {
    w.early = Math.max(0, w.early - record.length + RECORD_HEADER_BYTES);
    return !!w.early;
  }

  return {
    fill: function (w, bytes, at) {
      if (!w.record) {
        if (!w.filled && at + RECORD_HEADER_BYTES <= bytes.length) {
          // The usual case: it lies in what has come, and nothing has to be held for it.
          const length = (bytes[at + 3] << 8) | bytes[at + 4];
          const end = at + RECORD_HEADER_BYTES + length;
          if (end <= bytes.length && length <= w.budget.left) {
            w.record = bytes.subarray(at, end);
            w.filled = end - at;
            return end;
          }
        }
        const part = bytes.subarray(at, Math.min(at + RECORD_HEADER_BYTES - w.filled, bytes.length));
        w.header.set(part, w.filled);
        w.filled += part.length;
        at += part.length;
        if (w.filled < RECORD_HEADER_BYTES) return at;
        const length = (w.header[3] << 8) | w.header[4];
        if (length > SEALED_MAX_BYTES || length > w.budget.left) return at;
        w.budget.left -= length;
        w.held = length;
        w.record = new Uint8Array(RECORD_HEADER_BYTES + length);
        w.record.set(w.header);
      }
      const part = bytes.subarray(at, Math.min(at + w.record.length - w.filled, bytes.length));
      w.record.set(part, w.filled);
      w.filled += part.length;
      return at + part.length;
    },

    problem: function (w) {
      if (w.filled < RECORD_HEADER_BYTES) return 0;
      const header = w.record || w.header;
      const type = header[0];
      if (type < RECORD.changeCipherSpec || type > RECORD.data) return ALERT.unexpectedMessage;
      return ((header[3] << 8) | header[4]) > (type === RECORD.data ? SEALED_MAX_BYTES : PLAIN_MAX_BYTES)
        ? ALERT.recordOverflow
        : w.record
          ? 0
          : ALERT.internalError; // too much at a time
    },

    take: function (w) {
      const record = w.record!;
      const type = record[0];
      release(w);
      if (type === RECORD.data) {
        if (w.readKeys) return open(w, w.readKeys, record);
        // Its keys are nobody's: a HelloRetryRequest has gone out.
        return w.early && passOver(w, record) ? undefined : ALERT.unexpectedMessage;
      }
      if (w.readKeys && type !== RECORD.changeCipherSpec) return ALERT.unexpectedMessage;
      return { type: type, data: record.subarray(RECORD_HEADER_BYTES) };
    },

    seal: function (w, type, data) {
      let out = "";
      const keys = w.writeKeys;
      for (let at = 0; at < data.length; at += w.maxWrite) {
        const part = data.subarray(at, Math.min(at + w.maxWrite, data.length));
        const length = part.length;
        if (!keys) {
          out += hal.E.toString([type, 3, 3, length >> 8, length & 255], part);
          continue;
        }
        const sealed = length + 1 + AEAD_TAG_BYTES;
        const record = p.join([RECORD.data, 3, 3, sealed >> 8, sealed & 255], part, type, roomForTag);
        aead(AEAD_SEAL, w.isAes, keys, record, RECORD_HEADER_BYTES);
        keys.count++;
        out += hal.E.toString(record);
      }
      return out;
    },
  };
}
