// The compression estimate, SP 800-90B 6.3.4: Maurer's universal statistic over blocks of six bits.
// The source is taken to be one whose likeliest block has probability p and whose other blocks share the rest; p is
// searched so that the expected statistic equals the lower bound of the measured one.

import { minEntropyOf, Z_ALPHA } from "./most-common-value.ts";

const BLOCK_BITS = 6;
const BLOCKS = 1 << BLOCK_BITS;
/** Blocks that only fill the dictionary. */
const DICTIONARY_BLOCKS = 1000;
/** The correction of 6.3.4 step 4 for blocks that are not independent. */
const DEVIATION_FACTOR = 0.5907;

/** Below this a power no longer counts, and multiplying on would crawl through denormal numbers. */
const NEGLIGIBLE = 1e-300;

/** Bits a bit; null with fewer than two blocks after the dictionary's. */
export function compression(bits: Uint8Array): number | null {
  const blocks = Math.floor(bits.length / BLOCK_BITS);
  const tested = blocks - DICTIONARY_BLOCKS;
  if (tested < 2) return null;

  const logs = new Float64Array(blocks + 1);
  for (let n = 2; n <= blocks; n++) logs[n] = Math.log2(n);

  const lastSeen = new Int32Array(BLOCKS);
  let sum = 0;
  let squares = 0;
  for (let number = 1; number <= blocks; number++) {
    let block = 0;
    const start = (number - 1) * BLOCK_BITS;
    for (let at = start; at < start + BLOCK_BITS; at++) block = block * 2 + bits[at];
    if (number > DICTIONARY_BLOCKS) {
      // A block never seen counts from the start of the data: its lastSeen is 0.
      const log = logs[number - lastSeen[block]];
      sum += log;
      squares += log * log;
    }
    lastSeen[block] = number;
  }

  const mean = sum / tested;
  const deviation = DEVIATION_FACTOR * Math.sqrt(Math.max(0, squares / (tested - 1) - mean * mean));
  const lowerMean = mean - (Z_ALPHA * deviation) / Math.sqrt(tested);
  const p = likeliestBlock(lowerMean, logs);
  return p === null ? 1 : minEntropyOf(p) / BLOCK_BITS;
}

/** The p in (1/64, 1] that makes the expected statistic equal `target`; null if even equal blocks stay below it. */
function likeliestBlock(target: number, logs: Float64Array): number | null {
  const expected = (p: number) => expectedPart(p, logs) + (BLOCKS - 1) * expectedPart((1 - p) / (BLOCKS - 1), logs);

  // The statistic falls as p grows. A target above the top means more than full entropy: step 8 grants full entropy.
  let low = 1 / BLOCKS;
  let high = 1;
  if (expected(low) <= target) return null;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (expected(middle) > target) low = middle;
    else high = middle;
  }
}

/**
 * G(z) of 6.3.4 step 7: what a block of probability z adds to the expected statistic. The standard's double sum over
 * test positions t and distances u is taken by distance here. A distance u < t occurs with probability z^2 (1-z)^(u-1)
 * at each of the test positions behind it; u = t stands for "not seen before", with probability z (1-z)^(t-1).
 */
function expectedPart(z: number, logs: Float64Array): number {
  const blocks = logs.length - 1;
  const tested = blocks - DICTIONARY_BLOCKS;
  let seen = 0;
  let unseen = 0;
  let power = 1;
  for (let distance = 1; distance <= blocks && power > NEGLIGIBLE; distance++) {
    const term = logs[distance] * power;
    seen += term * Math.min(tested, blocks - distance);
    if (distance > DICTIONARY_BLOCKS) unseen += term;
    power *= 1 - z;
  }
  return (z * (z * seen + unseen)) / tested;
}
