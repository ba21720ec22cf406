// Keys of node:crypto that may be written as JWK.
import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

/**
 * The key, read in anew. Node 20 locks a pair that it has generated while it writes it as JWK; if its garbage collector
 * then comes upon what generated the pair, it waits for the same lock for ever.
 */
export function reread(generated: KeyObject): KeyObject {
  const key = generated.export({ type: "pkcs8", format: "der" });
  return createPrivateKey({ key, type: "pkcs8", format: "der" });
}
