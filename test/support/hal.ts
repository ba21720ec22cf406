// The engine's natives as firmware modules receive them, for tests that run a module without the bundle.
import type { EngineCrypto, Hal } from "../../firmware/hal/engine.ts";
import { createPrimitives } from "../../firmware/crypto/primitives.ts";
import type { Primitives } from "../../firmware/crypto/primitives.ts";
import { createCryptoModule } from "../../host-sim/crypto-module.ts";
import { createE, HOST_REALM } from "../../host-sim/natives.ts";

export const E = createE(HOST_REALM, {
  hwRand: () => 0,
  temperature: () => NaN,
  analogVRef: () => NaN,
  openFile: () => ({ read: () => "", close: () => {} }),
  watchdog: { enable: () => {}, kick: () => {} },
  console: { setPassword: () => {}, lock: () => {} },
}) as Hal["E"];

/** Only natives: what a pure module may touch. */
export const hal = {
  E,
  crypto: createCryptoModule(HOST_REALM, ["SHA256", "SHA512", "AES"]) as EngineCrypto,
  atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
  btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
} as Hal;

export const primitives: Primitives = createPrimitives(hal);

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "hex"));
}
