// Session cookies that leave nothing behind on the device: what they say is under a MAC whose key lives as long as
// the window (docs/PROTOCOL.md 3.2).
import type { Bytes, Hal } from "../hal/engine.ts";
import { be32, equalCt } from "../crypto/bytes.ts";
import { hmac } from "../crypto/hmac.ts";
import type { HmacKey } from "../crypto/hmac.ts";
import { hex } from "../crypto/primitives.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { COOKIE_HEX_CHARS, COOKIE_LIFE_S, COOKIE_NAME } from "../protocol.ts";

const MAC_BYTES = 16;

function mac(p: Primitives, key: HmacKey, statement: Bytes): Bytes {
  return hmac(p, key, statement).subarray(0, MAC_BYTES);
}

/** in: 16 random bytes; seconds since the window opened. @returns the cookie's value, in hex. */
export function createCookie(hal: Hal, p: Primitives, key: HmacKey, random: Bytes, seconds: number): string {
  const statement = p.join(random, be32(seconds));
  return hex(hal, p.join(statement, mac(p, key, statement)));
}

/** The value of our cookie in a Cookie header, or "". Several of ours are none. */
export function cookieValue(header: string | undefined): string {
  const pairs = (header || "").split(";");
  let value = "";
  let found = 0;
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i].trim();
    if (pair.substr(0, COOKIE_NAME.length + 1) !== COOKIE_NAME + "=") continue;
    if (found++) return "";
    value = pair.substr(COOKIE_NAME.length + 1);
  }
  return value;
}

/** @returns the second in which a cookie was made, or -1 if we did not make it or it is too old. */
export function checkCookie(p: Primitives, key: HmacKey, value: string, now: number): number {
  if (value.length !== COOKIE_HEX_CHARS || !/^[0-9a-f]+$/.test(value)) return -1;
  const bytes = new Uint8Array(COOKIE_HEX_CHARS / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(value.substr(i * 2, 2), 16);
  const made = bytes[17] * 65536 + bytes[18] * 256 + bytes[19];
  if (!equalCt(bytes.subarray(20, 36), mac(p, key, bytes.subarray(0, 20)))) return -1;
  return bytes[16] || made > now || now - made > COOKIE_LIFE_S ? -1 : made;
}
