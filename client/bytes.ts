// Bytes and hex, and a comparison whose time does not tell where they differ.
import { timingSafeEqual } from "node:crypto";

export { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
