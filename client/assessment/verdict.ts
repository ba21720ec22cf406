// What an assessment means for a claim: one place for the command line, its JSON and the page to agree on.
// With restarts, SP 800-90B 3.1.4.2 lowers the figure to min(H_r, H_c, H_I), and to nothing if a test fails.

import type { Assessment } from "./assess.ts";
import type { RestartAssessment } from "./restart.ts";

/** NIST asks for this many consecutive samples (3.1.1). */
export const WANTED_SAMPLES = 1_000_000;

export interface Verdict {
  /** Bits a sample that may be relied on. */
  minEntropy: number;
  claim: number | null;
  /** Null without a claim. */
  met: boolean | null;
  sentence: string;
}

/** H_I: what restarts have to confirm is never more than what was claimed (3.1.3). */
export function initialEntropy(assessed: number, claim: number | null): number {
  return claim === null ? assessed : Math.min(assessed, claim);
}

/** At least one of the two assessments is there. */
export function judge(
  assessment: Assessment | null,
  restarts: RestartAssessment | null,
  claim: number | null,
): Verdict {
  const minEntropy = restarts ? restarts.minEntropy : assessment!.minEntropy;
  const met = claim === null ? null : minEntropy >= claim;
  return { minEntropy, claim, met, sentence: explain(minEntropy, restarts, claim) };
}

function explain(minEntropy: number, restarts: RestartAssessment | null, claim: number | null): string {
  if (restarts && !restarts.sanityPassed) return "The restart sanity check failed: no entropy is awarded.";
  if (restarts && !restarts.validationPassed) {
    return "Rows or columns of the restarts hold less than half of the initial entropy: none is awarded.";
  }
  if (claim === null) return "No claim was given to compare with.";
  if (minEntropy >= claim) return `The claim of ${claim} bits a sample is met.`;
  return `The claim of ${claim} bits a sample is not met.`;
}
