// Two predictors that remember everything: Markov models of orders 1 to 16 side by side (MultiMMC, SP 800-90B 6.3.9)
// and the dictionary of LZ78Y (6.3.10). Both guess what followed most often when the last samples were the same.
// Both walk one path of a context tree at each sample, guess with what was known before it, then teach the tree.

import { ContextTree, NONE, ROOT } from "./context-tree.ts";
import { PredictionTally, predictionEntropy } from "./prediction.ts";
import type { Sequence } from "./samples.ts";

const MMC_DEPTH = 16;
/** 6.3.9 step 3: each model holds at most this many pairs of a context and what followed. */
const MMC_MAX_ENTRIES = 100_000;

/**
 * 6.3.9. Bits a symbol; null below three samples. Two things follow NIST's tool rather than the text:
 * a guess the winning model cannot make, because it never saw the context, neither lengthens nor ends a run
 * of right guesses (the text counts it as wrong); and models longer than the first one without the context are not
 * asked (the text asks all, which differs only if a short model is full while a long one is not).
 */
export function multiMmc({ symbols, alphabet }: Sequence): number | null {
  const length = symbols.length;
  if (length < 3) return null;

  const tree = new ContextTree(alphabet);
  const entries = new Int32Array(MMC_DEPTH + 1);
  const scores = new Int32Array(MMC_DEPTH + 1);
  const tally = new PredictionTally();
  let winner = 1;
  for (let at = 1; at < length; at++) {
    const symbol = symbols[at];
    const guesser = winner;
    const deepest = Math.min(MMC_DEPTH, at);
    let node = ROOT;
    let depth = 1;
    for (; depth <= deepest; depth++) {
      const next = tree.child(node, symbols[at - depth]);
      if (next === NONE) break;
      node = next;
      const hit = tree.favourite(node) === symbol;
      if (hit && ++scores[depth] >= scores[winner]) winner = depth;
      if (depth === guesser) tally.count(hit);
      if (tree.observe(node, symbol, entries[depth] < MMC_MAX_ENTRIES)) entries[depth]++;
    }

    // From here on the context is new. A model that is full forgets it, and then no longer one can be reached either;
    // NIST's tool still counts the place it would have taken there.
    let reachable = true;
    for (; depth <= deepest; depth++) {
      if (entries[depth] >= MMC_MAX_ENTRIES) {
        reachable = false;
        continue;
      }
      entries[depth]++;
      if (!reachable) continue;
      node = tree.grow(node, symbols[at - depth]);
      tree.observe(node, symbol, true);
    }
  }
  // The first symbol has no context and the second none that was seen before: neither is guessed.
  return predictionEntropy(tally, length - 2, alphabet);
}

const LZ78Y_DEPTH = 16;
/** 6.3.10 step 1: contexts in the dictionary, all lengths together. */
const LZ78Y_MAX_CONTEXTS = 65_536;

/** 6.3.10. Bits a symbol; null when fewer than two guesses are left behind the first 17 samples. */
export function lz78y({ symbols, alphabet }: Sequence): number | null {
  const length = symbols.length;
  const guesses = length - LZ78Y_DEPTH - 1;
  if (guesses < 2) return null;

  const tree = new ContextTree(alphabet);
  const path = new Int32Array(LZ78Y_DEPTH + 1);
  path[0] = ROOT;
  const tally = new PredictionTally();
  let contexts = 0;
  // The first round meets an empty dictionary: it only teaches.
  for (let at = LZ78Y_DEPTH; at < length; at++) {
    const symbol = symbols[at];
    const mayGrow = contexts < LZ78Y_MAX_CONTEXTS;
    let deepest = 0;
    while (deepest < LZ78Y_DEPTH) {
      const back = symbols[at - 1 - deepest];
      const next = mayGrow ? tree.grow(path[deepest], back) : tree.child(path[deepest], back);
      if (next === NONE) break;
      path[++deepest] = next;
    }

    // Longest context first: it wins a tie, and it gets the dictionary's last places.
    let bestSupport = 0;
    let guess = -1;
    for (let depth = deepest; depth > 0; depth--) {
      const node = path[depth];
      const support = tree.support(node);
      if (support > bestSupport) {
        bestSupport = support;
        guess = tree.favourite(node);
      }
      if (support > 0 || contexts < LZ78Y_MAX_CONTEXTS) {
        if (support === 0) contexts++;
        tree.observe(node, symbol, true);
      }
    }
    tally.count(guess === symbol);
  }
  return predictionEntropy(tally, guesses, alphabet);
}
