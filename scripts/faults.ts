// npm run test:faults: do the tests notice when something is wrong? Lists of one-line faults are in test/faults, one
// file a part. stdout has a line a fault and a total; exit 1 if any survived.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { loadFaults, runFaults } from "./fault-run.ts";
import type { ListedFault, Verdict } from "./fault-run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Options {
  part?: string;
  only?: number;
  sample?: number;
  seed: number;
  list?: boolean;
  json?: boolean;
}

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 67)}...` : line;
}

/** `count` of them, by the seed: sorted by a hash of seed and place (FNV-1a). */
function sampled(faults: ListedFault[], count: number, seed: number): ListedFault[] {
  const hash = (text: string) => [...text].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0, 2166136261);
  const rank = (f: ListedFault) => hash(`${f.part} ${f.number} ${seed} ${f.find}`);
  return [...faults].sort((a, b) => rank(a) - rank(b)).slice(0, count);
}

function show(verdict: Verdict): void {
  const { part, number, file, find, replace, noticed, by, how, seconds, why } = verdict;
  const place = `${part} ${number}`.padEnd(12);
  const result = noticed ? "noticed " : "SURVIVED";
  const detail = noticed ? `${by.replace(/^.*\//, "")} ${how}` : why;
  console.log(
    `${result} ${place} ${file}: ${oneLine(find)} -> ${oneLine(replace)}  (${detail}, ${seconds.toFixed(1)} s)`,
  );
}

async function main(options: Options): Promise<void> {
  let faults = await loadFaults(root, options.part);
  if (options.only !== undefined) faults = faults.filter((fault) => fault.number === options.only);
  if (options.sample !== undefined) faults = sampled(faults, options.sample, options.seed);
  if (!faults.length) throw new Error("no such fault");
  if (options.list) {
    for (const f of faults) console.log(`${f.part} ${f.number}\t${f.file}\t${oneLine(f.find)}\t${f.why}`);
    return;
  }
  const verdicts = await runFaults(root, faults, {
    workers: availableParallelism(),
    seed: options.seed,
    onControl: (files) => console.error(`${files} test files without any fault first; seed ${options.seed}`),
    onVerdict: options.json ? undefined : show,
  });
  const survived = verdicts.filter((verdict) => !verdict.noticed);
  if (options.json) console.log(JSON.stringify({ seed: options.seed, verdicts }));
  else
    console.log(`${verdicts.length} faults, ${verdicts.length - survived.length} noticed, ${survived.length} survived`);
  process.exitCode = survived.length ? 1 : 0;
}

process.once("SIGINT", () => process.exit(130)); // so that the copies are removed

new Command("test:faults")
  .description("Plants the faults of test/faults one by one in a copy of the tree; the tests must turn red.")
  .option("--part <name>", "one list only")
  .option("--only <n>", "this number of each list only", number)
  .option("--sample <n>", "that many, chosen at random", number)
  .option("--seed <n>", "repeats a random choice, and the tests' own randomness", number, Date.now() % 1e9)
  .option("--list", "show the lists, try nothing")
  .option("--json", "print the verdicts as JSON")
  .action((options: Options) =>
    main(options).catch((error: Error) => {
      console.error(`wib: error: ${error.message}`);
      process.exitCode = 1;
    }),
  )
  .parse();
