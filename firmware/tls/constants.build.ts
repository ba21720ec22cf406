// Constants that are hashes: strings of bytes, so that a bundle keeps them in flash.
import { byteText } from "../crypto/byte-text.ts";

function fromHex(hex: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < hex.length; i += 2) bytes.push(parseInt(hex.substr(i, 2), 16));
  return byteText(bytes);
}

/** SHA-256 of nothing. */
export const EMPTY_HASH = fromHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
/** Derive-Secret(HKDF-Extract(0, 0), "derived", ""): without a PSK the same in every handshake (RFC 8448 section 3). */
export const DERIVED_WITHOUT_PSK = fromHex("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");
/** A ServerHello's random that makes it a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
export const RETRY_RANDOM = fromHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
