// A constant that is a hash: a string of bytes, so that a bundle keeps it in flash.
import { hexText } from "../crypto/byte-text.ts";

/** A ServerHello's random that makes it a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
export const RETRY_RANDOM = hexText("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
