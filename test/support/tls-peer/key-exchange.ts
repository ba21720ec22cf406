// The key exchanges of the test client (RFC 8446 sections 4.2.8.1 and 7.4), on @noble/curves.
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { GROUP } from "./codes.ts";
import type { Bytes } from "./wire.ts";

export interface KeyShare {
  group: number;
  /** What goes on the wire. */
  share: Bytes;
  /** With the peer's share. */
  agree(peer: Bytes): Bytes;
}

export function makeShare(group: number, secret?: Bytes): KeyShare {
  if (group === GROUP.x25519) {
    const key = secret ?? randomBytes(32);
    return { group, share: x25519.getPublicKey(key), agree: (peer) => x25519.getSharedSecret(key, peer) };
  }
  if (group === GROUP.p256) {
    const key = secret ?? p256.utils.randomSecretKey();
    return {
      ...{ group, share: p256.getPublicKey(key, false) },
      agree: (peer) => {
        if (peer.length !== 65 || peer[0] !== 4) throw new Error("the server's point is not uncompressed");
        return p256.getSharedSecret(key, peer, true).slice(1);
      },
    };
  }
  throw new Error(`the test client does not know group ${group}`);
}

/** A share that nobody can use: of a group the server cannot know, or of a length it must not mind. */
export function opaqueShare(group: number, bytes: number | Bytes): KeyShare {
  const share = typeof bytes === "number" ? randomBytes(bytes) : bytes;
  return { group, share, agree: () => new Uint8Array(32) };
}
