// The engine's require("crypto"), by Node's: what is right in it, what is wrong in it, and what a board lacks.
// Only the modes whose results the engine gets right are modelled; the rest throws, so that nobody relies on them.
import { createCipheriv, createHash } from "node:crypto";
import { bytesFrom } from "./natives.ts";
import type { Realm } from "./natives.ts";
import { strict } from "./strict.ts";

const HASHES: Record<string, string> = {
  SHA1: "sha1",
  SHA224: "sha224",
  SHA256: "sha256",
  SHA384: "sha384",
  SHA512: "sha512",
};

/** @param members what this board's engine was built with, of SHA1 to SHA512 and AES. */
export function createCryptoModule(realm: Realm, members: readonly string[]): object {
  const buffer = (data: Uint8Array) => new realm.Uint8Array(data).buffer;
  const module: Record<string, unknown> = {};
  for (const name of members)
    if (name in HASHES)
      module[name] = (data: unknown) =>
        buffer(
          createHash(HASHES[name])
            .update(Uint8Array.from(bytesFrom(data)))
            .digest(),
        );
  if (members.includes("AES"))
    module.AES = strict("AES", {
      encrypt(data: unknown, key: unknown, options?: { mode?: string; iv?: unknown }) {
        const mode = options?.mode ?? "CBC";
        const input = Buffer.from(bytesFrom(data));
        const secret = Buffer.from(bytesFrom(key));
        if (mode !== "ECB" && mode !== "CBC")
          throw new Error(`host-sim: AES mode ${mode} is wrong on the engine; not modelled`);
        if (input.length % 16) throw new Error("host-sim: AES input is no multiple of 16 bytes");
        const iv = mode === "ECB" ? null : Buffer.alloc(16, Buffer.from(bytesFrom(options?.iv ?? new Uint8Array(16))));
        const cipher = createCipheriv(`aes-${secret.length * 8}-${mode.toLowerCase()}`, secret, iv).setAutoPadding(
          false,
        );
        return buffer(Buffer.concat([cipher.update(input), cipher.final()]));
      },
    });
  return strict("crypto", module, [...Object.keys(HASHES), "AES"]);
}
