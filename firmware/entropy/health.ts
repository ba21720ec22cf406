// The continuous health tests of SP 800-90B section 4.4 on one noise source: repetition count (4.4.1) and adaptive
// proportion (4.4.2). `insert` takes raw samples, live or recorded, one by one. Two cut-offs each: the first makes
// the source SUSPECT (its samples are thrown away and it starts anew), the second makes it FAILED for good.
// The cut-offs come from cutoffs.ts, which a script derives from the claimed min-entropy.

export const HEALTHY = 0;
export const SUSPECT = 1;
export const FAILED = 2;

export interface Cutoffs {
  /** Window of the adaptive proportion test: 1024 samples for a binary source, else 512. */
  window: number;
  /** Repetitions: suspect, failed. */
  rct: number[];
  /** Samples equal to the first in a window: suspect, failed. */
  apt: number[];
}

export interface Health {
  /** @returns the verdict so far: the worst since `restart`. FAILED stays. */
  insert(sample: number): number;
  /** Forgets a SUSPECT verdict, and the run and the window that led to it. */
  restart(): void;
}

export function createHealth(cutoffs: Cutoffs): Health {
  let verdict = HEALTHY;
  let last = -1;
  let run = 0;
  let first = -1;
  let same = 0;
  let seen = 0;

  function judge(count: number, limits: number[]): void {
    if (count >= limits[1]) verdict = FAILED;
    else if (count >= limits[0] && verdict === HEALTHY) verdict = SUSPECT;
  }

  return {
    insert: function (sample) {
      run = sample === last ? run + 1 : 1;
      last = sample;
      judge(run, cutoffs.rct);
      if (!seen) {
        first = sample;
        same = 0;
      }
      if (sample === first) judge(++same, cutoffs.apt);
      seen = (seen + 1) % cutoffs.window;
      return verdict;
    },
    restart: function () {
      if (verdict === SUSPECT) verdict = HEALTHY;
      seen = run = 0;
      last = -1;
    },
  };
}

/** Feeds each test a sequence that must trip it and not the other. @returns whether both did. */
export function selfTest(cutoffs: Cutoffs): boolean {
  const stuck = createHealth(cutoffs);
  let verdict = HEALTHY;
  for (let i = 0; i < cutoffs.rct[1]; i++) verdict = stuck.insert(0);
  if (verdict !== FAILED) return false;
  // Runs one short of the repetition cut-off, broken by a single other sample: only the proportion is wrong.
  const biased = createHealth(cutoffs);
  verdict = HEALTHY;
  for (let i = 0; i < cutoffs.window && verdict !== FAILED; i++)
    verdict = biased.insert((i + 1) % cutoffs.rct[0] ? 0 : 1);
  return verdict !== HEALTHY;
}
