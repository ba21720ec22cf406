// The continuous health tests of SP 800-90B section 4.4 on one noise source: repetition count (4.4.1) and adaptive
// proportion (4.4.2). `insert` takes raw samples, live or recorded, one by one, and nothing switches it off. Two
// cut-offs each: from the first on the source is SUSPECT, from the second on it is FAILED for good. A suspicion ends
// with the run, or the window, that raised it, and both go on being counted: what stays stuck must get to FAILED.
// The cut-offs come from cutoffs.ts, which a script derives from the claimed min-entropy.

export const HEALTHY = 0;
export const SUSPECT = 1;
export const FAILED = 2;

export interface Cutoffs {
  /** Window of the adaptive proportion test: 1024 samples for a binary source, else 512. */
  window: number;
  /** Repetitions: suspect, failed. */
  rct: number[];
  /** Samples equal to the first in a window, itself included: suspect, failed. */
  apt: number[];
}

export interface Health {
  /** @returns the verdict on the source as of this sample. FAILED stays. */
  insert(sample: number): number;
}

export function createHealth(cutoffs: Cutoffs): Health {
  let last = -1;
  let run = 0; // samples equal to `last` in a row
  let left = 0; // samples still to come in the window
  let first = -1; // of the window
  let same = 0; // samples equal to `first` in it
  const suspectRun = cutoffs.rct[0];
  const suspectSame = cutoffs.apt[0];
  let verdict = HEALTHY;

  function judge(): number {
    if (run >= cutoffs.rct[1] || same >= cutoffs.apt[1]) verdict = FAILED;
    return verdict || SUSPECT;
  }

  return {
    // A statement costs some 10,000 instructions on the engine, and this runs for every sample.
    insert: function (sample) {
      if (sample === last) run++;
      else {
        last = sample;
        run = 1;
      }
      if (left) {
        left--;
        if (sample === first) same++;
      } else {
        left = cutoffs.window - 1;
        first = sample;
        same = 1;
      }
      return run < suspectRun && same < suspectSame ? verdict : judge();
    },
  };
}

/** @returns whether zeros, each `every`-th sample a one instead, are HEALTHY until there were `limit` and then not. */
function tripsAt(limit: number, every: number, cutoffs: Cutoffs): boolean {
  const health = createHealth(cutoffs);
  let zeros = 0;
  for (let i = 1; zeros < limit; i++) {
    const sample = i % every ? 0 : 1;
    if (!sample) zeros++;
    if ((health.insert(sample) === HEALTHY) !== zeros < limit) return false;
  }
  return true;
}

/** Feeds each test a known-bad sequence, which must trip it and not the other. @returns whether both tripped, in time. */
export function selfTest(cutoffs: Cutoffs): boolean {
  // Stuck; then runs one short of the repetition cut-off, broken by one other sample: only the proportion is wrong.
  return tripsAt(cutoffs.rct[0], cutoffs.window, cutoffs) && tripsAt(cutoffs.apt[0], cutoffs.rct[0], cutoffs);
}
