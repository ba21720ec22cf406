// What the bench runs on the interpreter: a boot's way to Ready with two sources that cost nothing to read.
import { createPrimitives } from "../../firmware/crypto/primitives.ts";
import { CUTOFFS } from "../../firmware/entropy/cutoffs.ts";
import { createRandom } from "../../firmware/entropy/random.ts";
import type { NoiseInput, RandomDoor } from "../../firmware/entropy/random.ts";
import type { EngineCrypto, EngineE, Hal } from "../../firmware/hal/engine.ts";

declare const E: EngineE;
declare const require: (name: "crypto") => EngineCrypto;

const COLLECT_SAMPLES = 32; // as main.ts does it
const SEED_FILE_BYTES = 2048;

function source(start: number): NoiseInput {
  let sample = start;
  return {
    source: function () {
      return (sample = (sample * 5 + 3) & 15);
    },
    claim: 0.25,
    cutoffs: CUTOFFS["wide 0.25"],
  };
}

function boot(): RandomDoor {
  const seeds = {
    read: function () {
      return new Uint8Array(SEED_FILE_BYTES);
    },
    advance: function () {
      return true;
    },
  };
  const hal = { E: E, crypto: require("crypto") } as Hal;
  const random = createRandom(createPrimitives(hal), [source(1), source(2)], seeds, "bench");
  while (random.status()) random.collect(COLLECT_SAMPLES);
  return random;
}

(global as Record<string, unknown>)["bench"] = {
  "boot": boot,
  "read": function (random: RandomDoor, bytes: number): void {
    random.read(bytes);
  },
};
