// A strict reader of DER (X.690): definite and minimal lengths, low tags, nothing past the end. A cursor does not
// throw: once anything is wrong it and every cursor of the same document say so in `fault.bad`, and what they give
// is empty.
import type { Bytes } from "../hal/engine.ts";

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const SEQUENCE = 0x30;
export const SET = 0x31;

export interface Cursor {
  bytes: Bytes;
  at: number;
  end: number;
  fault: { bad: boolean };
}

export function openDer(bytes: Bytes): Cursor {
  return { bytes: bytes, at: 0, end: bytes.length, fault: { bad: false } };
}

/** The next element's tag, or -1 at the end. */
export function peek(c: Cursor): number {
  return c.at < c.end ? c.bytes[c.at] : -1;
}

/** Steps over the next element, which must have this tag. @returns a cursor on its contents. */
export function take(c: Cursor, tag: number): Cursor {
  const bytes = c.bytes;
  let at = c.at + 2;
  let length = c.at + 1 < c.end ? bytes[c.at + 1] : 256;
  if (length > 128 && length < 132) {
    const first = at;
    at += length - 128;
    length = 0;
    for (let i = first; i < at; i++) length = length * 256 + (i < c.end ? bytes[i] : 0);
    if (bytes[first] === 0 || length < 128) at = c.end + 1; // not minimal
  } else if (length > 127) at = c.end + 1;
  if (peek(c) !== tag || at + length > c.end) {
    c.fault.bad = true;
    at = c.end;
    length = 0;
  }
  c.at = at + length;
  return { bytes: bytes, at: at, end: at + length, fault: c.fault };
}

/** Nothing may be left. */
export function close(c: Cursor): void {
  if (c.at !== c.end) c.fault.bad = true;
}

/** Everything in it is well-formed too, down to `depth` levels. */
export function closeWhole(c: Cursor, depth: number): void {
  while (c.at < c.end) {
    const tag = c.bytes[c.at];
    const inner = take(c, tag);
    if (!depth || (tag & 31) === 31) c.fault.bad = true;
    else if (tag & 32) closeWhole(inner, depth - 1);
  }
}

/** The contents as an array that shares the document's memory. */
export function contents(c: Cursor): Bytes {
  return c.bytes.subarray(c.at, c.end);
}

/** The next element whole, tag and length included. */
export function takeRaw(c: Cursor, tag: number): Bytes {
  const start = c.at;
  take(c, tag);
  return c.bytes.subarray(start, c.at);
}

/** An INTEGER, minimal. */
export function takeInteger(c: Cursor): Bytes {
  const n = contents(take(c, INTEGER));
  const isPadded = n.length > 1 && ((!n[0] && n[1] < 128) || (n[0] === 255 && n[1] > 127));
  if (!n.length || isPadded) c.fault.bad = true;
  return n;
}

/** A positive INTEGER, without the sign byte. */
export function takeUnsigned(c: Cursor): Bytes {
  const n = takeInteger(c);
  const hasSign = !n[0] && n.length > 1;
  if (n[0] > 127 || (!n[0] && !hasSign)) c.fault.bad = true;
  return hasSign ? n.subarray(1, n.length) : n;
}

/** An INTEGER from 0 to 127, such as a version. */
export function takeSmall(c: Cursor): number {
  const n = take(c, INTEGER);
  if (n.end - n.at === 1 && n.bytes[n.at] < 128) return n.bytes[n.at];
  c.fault.bad = true;
  return -1;
}

/** A BOOLEAN as DER has it: 0 or 255. */
export function takeBoolean(c: Cursor): boolean {
  const b = take(c, BOOLEAN);
  const value = b.end - b.at === 1 ? b.bytes[b.at] : 1;
  if (value && value !== 255) c.fault.bad = true;
  return value === 255;
}

/** A BIT STRING of whole bytes. */
export function takeBits(c: Cursor): Cursor {
  const bits = take(c, BIT_STRING);
  if (bits.at === bits.end || bits.bytes[bits.at]) c.fault.bad = true;
  else bits.at++;
  return bits;
}

/** The next OID's contents in hex. */
export function takeOid(c: Cursor): string {
  const oid = take(c, OID);
  let hex = "";
  for (let i = oid.at; i < oid.end; i++) hex += (256 + oid.bytes[i]).toString(16).substr(1);
  return hex;
}
