// A sample of each noise source of a board, assessed as `npm run assess-entropy` does it, against the claim of its record. NIST
// wants a million samples for a statement; fewer find a source that is broken, not one that is a little worse than claimed.
import type { BoardRecord } from "../../boards/index.ts";
import { assess } from "../assessment/assess.ts";
import { judge } from "../assessment/verdict.ts";
import { firstTooWide } from "../assessment/samples.ts";
import type { EntropyRow } from "./report.ts";

/** Of one answer. */
const CHUNK = 256;

type Take = (source: number, count: number) => Promise<Uint8Array>;

export async function runEntropy(
  take: Take,
  record: BoardRecord,
  count: number,
  onSamples: (source: string, done: number) => void,
): Promise<EntropyRow[]> {
  const rows: EntropyRow[] = [];
  for (const [index, { kind, from, bits, claim }] of record.sources.entries()) {
    const source = from ? `${kind} ${from}` : kind;
    const samples = new Uint8Array(count);
    const started = performance.now();
    for (let at = 0; at < count; at += CHUNK) {
      samples.set(await take(index, Math.min(CHUNK, count - at)), at);
      onSamples(source, Math.min(count, at + CHUNK));
    }
    const seconds = (performance.now() - started) / 1000;
    // A sample that does not fit is not what the record says, and worth nothing.
    const isFitting = firstTooWide(samples, bits) < 0;
    const minEntropy = isFitting ? judge(assess(samples, bits), null, claim).minEntropy : 0;
    rows.push({ source, bits, samples: count, seconds, claim, minEntropy, passed: minEntropy >= claim });
  }
  return rows;
}
