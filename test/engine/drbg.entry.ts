// What test/engine/drbg.test.ts runs on the interpreter: the firmware's generator with numbered materials, printed in hex.
import { createPrimitives, hex } from "../../firmware/crypto/primitives.ts";
import { createDrbg } from "../../firmware/entropy/drbg.ts";
import type { EngineCrypto, EngineE, Hal } from "../../firmware/hal/engine.ts";

declare const E: EngineE;
declare const require: (name: "crypto") => EngineCrypto;
declare const print: (text: string) => void;
declare const DRBG: { bytes: number };

const LINE_BYTES = 1000;

function stream(): void {
  const hal = { E: E, crypto: require("crypto") } as Hal;
  let reseeds = 0;
  const drbg = createDrbg(createPrimitives(hal), function () {
    return new Uint8Array(32).fill(++reseeds);
  });
  drbg.reseed();
  for (let left = DRBG.bytes; left > 0; left -= LINE_BYTES)
    print("@" + hex(hal, drbg.read(Math.min(left, LINE_BYTES))) + "@");
}

stream();
