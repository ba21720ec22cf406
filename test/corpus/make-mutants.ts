// At most 40 files from the mutator, a few for each code that it reaches. Their codes are the firmware's own.
import { keyBodyBegin } from "../../firmware/setup/key-body.ts";
import { runJob } from "../support/jobs.ts";
import { keyTools } from "../support/key-body.ts";
import { mutate } from "../support/key-mutations.ts";
import { testRandom } from "../support/random.ts";
import type { Block } from "../support/der-tree.ts";
import type { CorpusEntry } from "./entry.ts";
import type { Corpus } from "./make.ts";

const MOST = 40;
const EACH = 3;
const FIRST_SEED = 1000;
const LAST_SEED = 20000;

export function addMutants(
  corpus: Corpus,
  entries: readonly CorpusEntry[],
  bundles: readonly Block[][],
  write: (blocks: readonly Block[]) => string,
): void {
  const pool = bundles.flat();
  const count = new Map<string, number>();
  const before = entries.length;
  for (let seed = FIRST_SEED; seed < LAST_SEED && entries.length < before + MOST; seed++) {
    const random = testRandom(seed);
    const text = write(mutate(random.pick(bundles), random, pool));
    const body = keyBodyBegin(keyTools, new Uint8Array(Buffer.from(text, "latin1")), true);
    runJob(body);
    const code = body.code();
    if (!code || (count.get(code) ?? 0) >= EACH) continue; // what is accepted would have to be looked at
    count.set(code, (count.get(code) ?? 0) + 1);
    corpus.add(`mutant-${seed}`, code, `test/support/key-mutations.ts, seed ${seed}`, text);
  }
}
