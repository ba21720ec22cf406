// What a broken source gives, or one that is no source.
import { createPrng, uniformNoise } from "../noise.ts";
import type { NoiseModel } from "../noise.ts";

/** A bit of a converter that is always one. */
export function stuckBit(noise: NoiseModel, bit: number): NoiseModel {
  return (bits) => noise(bits) | (1 << bit);
}

/** Read faster than it changes: a sample repeats the one before it `percent` of the time. */
export function slow(seed: number, percent: number): NoiseModel {
  const noise = uniformNoise(seed);
  const next = createPrng(seed + 1);
  let last = 0;
  return (bits) => {
    if (next() % 100 >= percent) last = noise(bits);
    return last;
  };
}

/** One value `percent` of the time: an amplifier that mostly rests at its rail. */
export function biased(seed: number, percent: number): NoiseModel {
  const noise = uniformNoise(seed);
  const next = createPrng(seed + 1);
  return (bits) => (next() % 100 < percent ? 0 : noise(bits));
}

/** All zeros and all ones in turn: a sampling rate locked to the source's own. */
export function alternating(): NoiseModel {
  let high = false;
  return (bits) => ((high = !high) ? (1 << bits) - 1 : 0);
}

/** Counts up: a register that is a clock and no generator. */
export function counting(): NoiseModel {
  let at = 0;
  return (bits) => at++ & ((1 << bits) - 1);
}

/** The engine's own generator, which starts from a constant: E.hwRand() on ESP32, ESP8266 and Linux (PLATFORM section 1). */
export function constantStart(): NoiseModel {
  return uniformNoise(0xdeadbeef);
}
