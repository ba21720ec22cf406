// Noise for the simulated sources. Every model is seeded, so that a failing test can be run again, and says what it
// imitates. The models by name are in noise/models.ts.

/** Gives raw samples of `bits` bits. */
export type NoiseModel = (bits: number) => number;

/** xoshiro128**: fast, well distributed, and not for secrets. Seeded through splitmix32. */
export function createPrng(seed: number): () => number {
  let z = seed >>> 0;
  const split = () => {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  const s = [split(), split(), split(), split()];
  const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  return () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  };
}

/** A source as good as the claim of full entropy: the kernel's generator. */
export function uniformNoise(seed: number): NoiseModel {
  const next = createPrng(seed);
  return (bits) => next() >>> (32 - bits);
}

/** A pin pulled to ground, a conversion that always gives the same. */
export function stuckNoise(value: number): NoiseModel {
  return (bits) => value & ((1 << bits) - 1);
}

/** Good for `samples` samples, then stuck: a source that dies after boot. */
export function dyingNoise(seed: number, samples: number): NoiseModel {
  const noise = uniformNoise(seed);
  let left = samples;
  return (bits) => (left-- > 0 ? noise(bits) : 0);
}
