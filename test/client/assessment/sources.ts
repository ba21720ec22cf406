// Sample sources of known kinds for the entropy tests, the same bytes on every machine: integers and division by 2^32
// only. A longer recording of a source begins with the shorter one.

/** Mulberry32 (T. Ettinger, public domain): fractions in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Draw {
  /** What was drawn so far. */
  samples: Uint8Array;
  at: number;
  values: number;
  random: () => number;
  /** A fresh, evenly distributed sample. */
  fresh: () => number;
}

const PERIOD = 37;
const COPY_DISTANCE = 2000;
const DRIFT = 500;
const BLOCK = 6;

export const SOURCES = {
  /** Every value equally often, independently. */
  uniform: ({ fresh }: Draw) => fresh(),
  /** Three in ten are zero for no reason. */
  biased: ({ random, fresh }: Draw) => (random() < 0.3 ? 0 : fresh()),
  /** Three in ten repeat the sample before. */
  correlated: ({ samples, at, random, fresh }: Draw) => (at > 0 && random() < 0.3 ? samples[at - 1] : fresh()),
  /** Every third sample is what it was 37 samples ago. */
  periodic: ({ samples, at, random, fresh }: Draw) =>
    at >= PERIOD && random() < 1 / 3 ? samples[at - PERIOD] : fresh(),
  /** Four in ten follow from the two samples before. */
  markov: ({ samples, at, random, fresh, values }: Draw) =>
    at > 1 && random() < 0.4 ? (samples[at - 1] + 3 * samples[at - 2] + 1) % values : fresh(),
  /** One value is frequent, another one every 500 samples. */
  drifting: ({ at, random, fresh, values }: Draw) => (random() < 0.3 ? Math.floor(at / DRIFT) % values : fresh()),
  /** Each 2,000 samples repeat the 2,000 before them, once. */
  replayed: ({ samples, at, fresh }: Draw) =>
    Math.floor(at / COPY_DISTANCE) % 2 === 1 ? samples[at - COPY_DISTANCE] : fresh(),
  /** Of two blocks of six samples the second is the first backwards. */
  mirrored: ({ samples, at, fresh }: Draw) =>
    Math.floor(at / BLOCK) % 2 === 1 ? samples[at - 1 - 2 * (at % BLOCK)] : fresh(),
};
export type SourceName = keyof typeof SOURCES;

export function record(source: SourceName, bits: number, length: number, seed = 1): Uint8Array {
  const samples = new Uint8Array(length);
  const values = 1 << bits;
  const random = generator(seed * 1000 + bits);
  const draw: Draw = { samples, at: 0, values, random, fresh: () => Math.floor(random() * values) };
  for (; draw.at < length; draw.at++) samples[draw.at] = SOURCES[source](draw);
  return samples;
}
