// A P-256 private key as SEC1 has it, without its public half.
import type { Bytes } from "../hal/engine.ts";
import type { Primitives } from "../crypto/primitives.ts";

const P256_SEC1 = "\x30\x31\x02\x01\x01\x04\x20";
const P256_SEC1_CURVE = "\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

/** The private key as an EC PRIVATE KEY (RFC 5915). The caller wipes it. */
export function encodeEcKey(p: Primitives, key: Bytes): Bytes {
  return p.join(P256_SEC1, key, P256_SEC1_CURVE);
}
