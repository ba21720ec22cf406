// PEM (RFC 7468) as every tool writes it: LF or CRLF, text before and between blocks. Base64 goes through the
// engine's atob, which checks nothing, so what reaches it is checked first. The older form of an encrypted key, which
// has header lines in the block (RFC 1421), is given the newer one's label and nothing of its contents.
import type { Bytes, Hal } from "../hal/engine.ts";

export interface PemBlock {
  label: string;
  /** Shares no memory with the text; can be wiped. */
  bytes: Bytes;
}

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";
const ENCRYPTED = ",ENCRYPTED"; // a comma is no base64
const MAX_BLOCKS = 12;

/** indexOf, its hit confirmed: Espruino may report one at the end of a string that is none. */
function find(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at >= 0 && text.substr(at, needle.length) === needle ? at : -1;
}

/** A string of bytes as an array over the same memory, where the engine allows it, so that wiping it wipes the string. */
export function bytesOf(hal: Hal, text: string): Bytes {
  return new Uint8Array(hal.E.toArrayBuffer(text));
}

/** @returns undefined for anything malformed: no block at all, a block that does not end, odd base64, or too many. */
export function parsePem(hal: Hal, text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  let at = find(text, BEGIN, 0);
  while (at >= 0) {
    const labelEnd = find(text, DASHES, at + BEGIN.length);
    const label = text.substr(at + BEGIN.length, labelEnd - at - BEGIN.length);
    const tail = END + label + DASHES;
    const start = labelEnd + DASHES.length;
    const end = labelEnd < 0 ? -1 : find(text, tail, start);
    if (end < 0 || !/^[A-Z0-9 ]+$/.test(label) || blocks.length === MAX_BLOCKS) return undefined;
    const inner = text.substr(start, end - start);
    const isEncrypted = find(inner, ENCRYPTED, 0) >= 0;
    if (!isEncrypted && !isBase64(inner)) return undefined;
    blocks.push(
      isEncrypted
        ? { label: "ENCRYPTED PRIVATE KEY", bytes: new Uint8Array(0) }
        : { label: label, bytes: bytesOf(hal, hal.atob(inner)) },
    );
    bytesOf(hal, inner).fill(0);
    at = find(text, BEGIN, end + tail.length);
  }
  return blocks.length ? blocks : undefined;
}

/**
 * The alphabet, blanks anywhere, padding at the end only. Whether the groups are whole shows in the DER. By pattern,
 * not by splitting: that would leave pieces of a private key in strings nobody wipes.
 */
function isBase64(text: string): boolean {
  // A bare slash would end the pattern on the engine, within brackets too.
  return (
    /[A-Za-z0-9+\/]/.test(text) && !/[^A-Za-z0-9+\/=\r\n\t ]/.test(text) && !/=[\r\n\t ]*[A-Za-z0-9+\/]/.test(text)
  );
}

/** One block of 64-character lines, LF. */
export function encodePem(hal: Hal, label: string, bytes: Bytes): string {
  const base64 = hal.btoa(hal.E.toString(bytes));
  let lines = "";
  for (let i = 0; i < base64.length; i += 64) lines += base64.substr(i, 64) + "\n";
  return BEGIN + label + DASHES + "\n" + lines + END + label + DASHES + "\n";
}
