// Cut-offs of the health tests. Made by `node --import ./hook.mjs scripts/cutoffs.ts --write` from the claims in
// the board records, for false-alarm rates of 2^-30 (suspect) and 2^-60 (failed) a test; `npm run check` re-derives them.
import type { Cutoffs } from "./health.ts";

/** By the alphabet ("binary" or "wide") and the claimed min-entropy of a sample. */
export const CUTOFFS: { [key: string]: Cutoffs } = {
  "wide 0.125": { window: 512, rct: [241, 481], apt: [502, 512] },
  "wide 0.25": { window: 512, rct: [121, 241], apt: [477, 494] },
  "wide 1": { window: 512, rct: [31, 61], apt: [325, 355] },
};
