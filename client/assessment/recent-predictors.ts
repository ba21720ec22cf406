// Two predictors that look at recent samples only: the most common value in a window (MultiMCW, SP 800-90B 6.3.7)
// and the sample a fixed distance back (Lag, 6.3.8). Each runs several sub-predictors side by side; the one with the
// highest score makes the guess that counts, the last to reach that score wins a tie.

import { PredictionTally, predictionEntropy } from "./prediction.ts";
import type { Sequence } from "./samples.ts";

const WINDOWS = [63, 255, 1023, 4095];

/** One window: what it holds, and its most common value, the most recent one in a tie. */
class Window {
  readonly size: number;
  mode = 0;
  private modeCount = 0;
  private readonly counts: Int32Array;

  constructor(size: number, alphabet: number) {
    this.size = size;
    this.counts = new Int32Array(alphabet);
  }

  /** Takes in symbols[at] and lets go of what is a window's size back. `lastSeen` already knows symbols[at]. */
  slide(symbols: Uint8Array, at: number, lastSeen: Int32Array): void {
    const counts = this.counts;
    const entering = symbols[at];
    const count = ++counts[entering];
    if (at >= this.size) {
      const leaving = symbols[at - this.size];
      counts[leaving]--;
      if (leaving === entering) {
        if (count - 1 === this.modeCount) this.mode = entering;
        return;
      }
      if (leaving === this.mode) {
        this.findMode(lastSeen);
        return;
      }
    }
    if (count >= this.modeCount) {
      this.mode = entering;
      this.modeCount = count;
    }
  }

  private findMode(lastSeen: Int32Array): void {
    let mode = 0;
    for (let symbol = 1; symbol < this.counts.length; symbol++) {
      const lead = this.counts[symbol] - this.counts[mode];
      if (lead > 0 || (lead === 0 && lastSeen[symbol] > lastSeen[mode])) mode = symbol;
    }
    this.mode = mode;
    this.modeCount = this.counts[mode];
  }
}

/** 6.3.7. Bits a symbol; null when the data does not fill the largest window and leave one sample to guess. */
export function multiMcw({ symbols, alphabet }: Sequence): number | null {
  const length = symbols.length;
  const first = WINDOWS[0];
  if (length <= WINDOWS[WINDOWS.length - 1]) return null;

  const windows = WINDOWS.map((size) => new Window(size, alphabet));
  const scores = windows.map(() => 0);
  const lastSeen = new Int32Array(alphabet).fill(-1);
  const tally = new PredictionTally();
  let winner = 0;
  for (let at = 0; at < length; at++) {
    const symbol = symbols[at];
    if (at >= first) {
      tally.count(windows[winner].mode === symbol);
      for (let i = 0; i < windows.length; i++) {
        if (at >= WINDOWS[i] && windows[i].mode === symbol && ++scores[i] >= scores[winner]) winner = i;
      }
    }
    lastSeen[symbol] = at;
    for (let i = 0; i < windows.length; i++) windows[i].slide(symbols, at, lastSeen);
  }
  return predictionEntropy(tally, length - first, alphabet);
}

/** A power of two, so that positions can be kept in a ring. */
const LAGS = 128;

/** 6.3.8. Bits a symbol; null below three samples. */
export function lag({ symbols, alphabet }: Sequence): number | null {
  const length = symbols.length;
  if (length < 3) return null;

  // Only the lags that are right gain a point, so each symbol's occurrences are chained, latest first, and the rest
  // is never looked at.
  const latest = new Int32Array(alphabet).fill(-1);
  const earlier = new Int32Array(LAGS).fill(-1);
  const scores = new Int32Array(LAGS + 1);
  const tally = new PredictionTally();
  let winner = 1;
  latest[symbols[0]] = 0;
  for (let at = 1; at < length; at++) {
    const symbol = symbols[at];
    // Before `winner` has a sample to look at, it is 1 and has one.
    tally.count(symbols[at - winner] === symbol);
    const oldest = Math.max(0, at - LAGS);
    for (let seen = latest[symbol]; seen >= oldest; seen = earlier[seen % LAGS]) {
      const distance = at - seen;
      if (++scores[distance] >= scores[winner]) winner = distance;
    }
    earlier[at % LAGS] = latest[symbol];
    latest[symbol] = at;
  }
  return predictionEntropy(tally, length - 1, alphabet);
}
