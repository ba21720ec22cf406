// The two views of a recording that SP 800-90B 3.1.3 asks for: the literal samples and the bit string.
// Literal samples are renamed 0..alphabet-1 in ascending order, which no estimator can notice but which lets tables
// be as small as the alphabet. The bit string comes from the samples as recorded, most significant bit first, with
// leading zeros kept up to `bits`: a sample that uses few of its bits makes a poor bit string, and that is the point.

/** A sequence of symbols 0..alphabet-1, one a byte. */
export interface Sequence {
  symbols: Uint8Array;
  /** How many different symbols may occur; at least 1. */
  alphabet: number;
}

export const MAX_BITS = 8;

/** The narrowest sample width that holds every sample, as NIST's tool finds it when it is not told. At least 1. */
export function widthOf(samples: Uint8Array): number {
  let seen = 0;
  for (const sample of samples) seen |= sample;
  return Math.max(1, 32 - Math.clz32(seen));
}

/** The index of the first sample that does not fit `bits`, or -1. */
export function firstTooWide(samples: Uint8Array, bits: number): number {
  const limit = 1 << bits;
  return samples.findIndex((sample) => sample >= limit);
}

/** The samples, renamed so that only symbols that occur have a number. */
export function literalSequence(samples: Uint8Array): Sequence {
  const occurs = new Uint8Array(256);
  for (const sample of samples) occurs[sample] = 1;

  const names = new Uint8Array(256);
  let alphabet = 0;
  for (let value = 0; value < 256; value++) if (occurs[value]) names[value] = alphabet++;
  return { symbols: samples.map((sample) => names[sample]), alphabet };
}

/** The samples' bits, one a byte. */
export function bitSequence(samples: Uint8Array, bits: number): Sequence {
  const symbols = new Uint8Array(samples.length * bits);
  let at = 0;
  for (const sample of samples) {
    for (let bit = bits - 1; bit >= 0; bit--) symbols[at++] = (sample >> bit) & 1;
  }
  return { symbols, alphabet: 2 };
}
