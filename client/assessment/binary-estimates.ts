// The collision estimate (SP 800-90B 6.3.2) and the Markov estimate (6.3.3). Both take bits only, one a byte.

import { minEntropyOf, Z_ALPHA } from "./most-common-value.ts";

/** Bits a bit, from the mean distance to the next collision; null with fewer than two collisions. */
export function collision(bits: Uint8Array): number | null {
  // Among three bits two are equal, so a collision is found after 2 bits or after 3.
  let pairs = 0;
  let triples = 0;
  for (let at = 0; at + 1 < bits.length;) {
    if (bits[at] === bits[at + 1]) {
      pairs++;
      at += 2;
    } else if (at + 2 < bits.length) {
      triples++;
      at += 3;
    } else {
      break;
    }
  }
  const count = pairs + triples;
  if (count < 2) return null;

  const total = 2 * pairs + 3 * triples;
  const mean = total / count;
  const deviation = Math.sqrt(Math.max(0, 4 * pairs + 9 * triples - total * mean) / (count - 1));
  const lowerMean = Math.max(2, mean - (Z_ALPHA * deviation) / Math.sqrt(count));

  // 6.3.2 step 7 searches p for which an incomplete gamma expression equals the mean. For two symbols the expected
  // distance is simply 2 + 2p(1-p), and the larger root of that is what the search finds. Above 2.5 no p fits, and
  // step 8 then grants the whole bit. NIST's tool solves it the same way.
  return lowerMean < 2.5 ? minEntropyOf(0.5 + Math.sqrt(1.25 - 0.5 * lowerMean)) : 1;
}

/** 6.3.3: the likeliest path of this many bits bounds the entropy. */
const MARKOV_PATH_BITS = 128;

/** Bits a bit, from the likeliest path through a first-order Markov model; null below two bits. */
export function markov(bits: Uint8Array): number | null {
  const length = bits.length;
  if (length < 2) return null;
  const transitions = [0, 0, 0, 0];
  for (let at = 1; at < length; at++) transitions[bits[at - 1] * 2 + bits[at]]++;
  const [count00, count01, count10, count11] = transitions;
  const zeros = count00 + count01 + (bits[length - 1] === 0 ? 1 : 0);

  // Costs in bits. An impossible step costs Infinity, and so does every path that takes it.
  const cost = (count: number, of: number) => (count === 0 ? Infinity : -Math.log2(count / of));
  const start = [cost(zeros, length), cost(length - zeros, length)];
  const stay = [cost(count00, count00 + count01), cost(count11, count10 + count11)];
  const leave = [cost(count01, count00 + count01), cost(count10, count10 + count11)];

  const steps = MARKOV_PATH_BITS - 1;
  // Zero times an impossible step would be NaN, hence no path here has a factor of zero.
  const paths = [0, 1].flatMap((first) => [
    start[first] + steps * stay[first],
    start[first] + leave[first] + (steps - 1) * stay[1 - first],
    start[first] + ((steps + 1) / 2) * leave[first] + ((steps - 1) / 2) * leave[1 - first],
  ]);
  return Math.min(1, Math.min(...paths) / MARKOV_PATH_BITS);
}
