// The flash of a device as a setup has left it: the bundle, what the flasher writes, and a pair in the firmware's own keystore.
import type { BoardRecord } from "../boards/index.ts";
import { createPrimitives } from "../firmware/crypto/primitives.ts";
import type { EngineCrypto, Hal } from "../firmware/hal/engine.ts";
import { createKeystore } from "../firmware/store/keystore.ts";
import { createCryptoModule } from "../host-sim/crypto-module.ts";
import { createFlashModule } from "../host-sim/flash-module.ts";
import type { NorFlash } from "../host-sim/flash.ts";
import { createE, HOST_REALM } from "../host-sim/natives.ts";
import { preparedFlash, storageOf } from "../host-sim/prepare.ts";
import type { Flashed } from "../host-sim/prepare.ts";

export interface InstalledPair {
  /** PEM: PKCS#8; leaf first. */
  key: string;
  chain: string;
  /** JSON of the WIB SETTINGS, or "". */
  settings: string;
}

function ders(pem: string): Uint8Array[] {
  const blocks = pem.match(/-----BEGIN [^]*?-----END [A-Z ]+-----/g) ?? [];
  return blocks.map((block) => new Uint8Array(Buffer.from(block.replace(/-----[A-Z ]+-----|\s/g, ""), "base64")));
}

/** The engine's natives, for modules of the firmware under Node. */
export function nodeHal(): Pick<Hal, "E" | "crypto"> {
  const none = () => NaN;
  const E = createE(HOST_REALM, {
    ...{ hwRand: none, temperature: none, analogVRef: none, openFile: () => ({ read: () => "", close: () => {} }) },
    ...{ watchdog: { enable: () => {}, kick: () => {} }, console: { setPassword: () => {}, lock: () => {} } },
  }) as Hal["E"];
  return { E, crypto: createCryptoModule(HOST_REALM, ["SHA256", "SHA512", "AES"]) as EngineCrypto };
}

/** @throws Error if the store does not take it. */
export function installedFlash(record: BoardRecord, bundle: string, flashed: Flashed, pair: InstalledPair): NorFlash {
  const flash = preparedFlash(record, bundle, flashed);
  const hal = { ...nodeHal(), storage: storageOf(record, flash), flash: createFlashModule(flash) } as unknown as Hal;
  const [key] = ders(pair.key);
  const store = createKeystore(hal, record.storage, createPrimitives(hal));
  if (!store.install({ key, chain: ders(pair.chain), settings: pair.settings }))
    throw new Error("the pair could not be installed");
  return flash;
}
