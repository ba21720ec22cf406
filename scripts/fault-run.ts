// Plants faults one by one in copies of the tree, and looks whether the tests notice. The tree itself is never changed.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { runTestFile } from "./run-test-file.ts";
import { copyTree } from "./tree-copy.ts";

export interface Fault {
  file: string;
  /** Text that is exactly once in the file, and what stands there instead. */
  find: string;
  replace: string;
  /** Parts of names of the test files that should notice, the likeliest first. */
  tests: string[];
  /** What would go wrong in the field. */
  why: string;
}

export interface ListedFault extends Fault {
  part: string;
  /** From 1, within its part. */
  number: number;
}

export interface Verdict extends ListedFault {
  noticed: boolean;
  /** The test file that turned red. */
  by: string;
  how: "failed" | "did not load" | "timed out" | "";
  seconds: number;
}

/** Every list in test/faults, or that of one part. */
export async function loadFaults(root: string, part?: string): Promise<ListedFault[]> {
  const parts = readdirSync(`${root}test/faults`)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3))
    .sort();
  if (part !== undefined && !parts.includes(part))
    throw new Error(`no list "${part}" in test/faults; there are ${parts.join(", ")}`);
  const faults: ListedFault[] = [];
  for (const each of parts.filter((name) => part === undefined || name === part)) {
    const { FAULTS }: { FAULTS: Fault[] } = await import(pathToFileURL(`${root}test/faults/${each}.ts`).href);
    FAULTS.forEach((fault, i) => faults.push({ ...fault, part: each, number: i + 1 }));
  }
  return faults;
}

function allTests(root: string): string[] {
  return readdirSync(`${root}test`, { recursive: true })
    .map((name) => `test/${String(name)}`)
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
}

function testsOf(fault: Fault, tests: string[]): string[] {
  return [...new Set(fault.tests.flatMap((part) => tests.filter((file) => file.includes(part))))];
}

function applied(fault: Fault, source: string): string {
  return source.split(fault.find).join(fault.replace);
}

/** @returns one line for every entry that does not apply (any more). */
export function faultProblems(root: string, faults: ListedFault[]): string[] {
  const tests = allTests(root);
  return faults.flatMap((fault) => {
    const name = `${fault.part} ${fault.number} (${fault.file}): `;
    let source: string;
    try {
      source = readFileSync(root + fault.file, "utf8");
    } catch {
      return [`${name}no such file`];
    }
    const times = fault.find ? source.split(fault.find).length - 1 : 0;
    const problems: string[] = [];
    if (times !== 1) problems.push(`${name}${JSON.stringify(fault.find)} is there ${times} times, not once`);
    if (fault.find === fault.replace) problems.push(`${name}changes nothing`);
    for (const part of fault.tests)
      if (!tests.some((file) => file.includes(part))) problems.push(`${name}no test file matches "${part}"`);
    if (!fault.tests.length) problems.push(`${name}names no test`);
    return problems;
  });
}

export interface FaultOptions {
  workers: number;
  /** For the tests' own randomness, so that a run can be repeated. */
  seed: number;
  /** For a test with a fault; by default ten times what it took without one, and half a minute at least. */
  timeoutMs?: number;
  onControl?: (files: number) => void;
  onVerdict?: (verdict: Verdict) => void;
}

async function inParallel<T>(
  queue: T[],
  workers: number,
  work: (item: T, root: string) => Promise<void>,
  from: string,
) {
  const rest = [...queue];
  const worker = async () => {
    const tree = copyTree(from);
    try {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item, tree.root);
    } finally {
      tree.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, queue.length) }, worker));
}

/**
 * First the tests that are named run on an unchanged copy, for nothing can be learnt from one that is red anyway.
 * @throws Error if an entry does not apply, or a test fails without any fault.
 */
export async function runFaults(root: string, faults: ListedFault[], options: FaultOptions): Promise<Verdict[]> {
  const problems = faultProblems(root, faults);
  if (problems.length) throw new Error(`faults that do not apply:\n  ${problems.join("\n  ")}`);
  const env = { WIB_SEED: String(options.seed), CI: "" };
  const tests = allTests(root);
  const needed = [...new Set(faults.flatMap((fault) => testsOf(fault, tests)))];
  const usualMs = new Map<string, number>();
  const red: string[] = [];
  options.onControl?.(needed.length);
  const control = async (file: string, tree: string) => {
    const start = Date.now();
    const outcome = await runTestFile(tree, file, env);
    usualMs.set(file, Date.now() - start);
    if (outcome.failed) red.push(`${file}\n${outcome.output.trim()}`);
  };
  await inParallel(needed, options.workers, control, root);
  if (red.length) throw new Error(`red without any fault: ${red.join("\n")}`);

  const verdicts: Verdict[] = [];
  const tryFault = async (fault: ListedFault, tree: string) => {
    const start = Date.now();
    const source = readFileSync(tree + fault.file, "utf8");
    const verdict: Verdict = { ...fault, noticed: false, by: "", how: "", seconds: 0 };
    writeFileSync(tree + fault.file, applied(fault, source));
    for (const file of testsOf(fault, tests)) {
      const limit = options.timeoutMs ?? Math.max(30000, 10 * usualMs.get(file)!);
      const outcome = await runTestFile(tree, file, env, limit);
      if (!outcome.failed) continue;
      const loaded = outcome.passed + outcome.failed > 1 || /^\s+FAIL /m.test(outcome.output);
      const how = outcome.timedOut ? "timed out" : loaded ? "failed" : "did not load";
      Object.assign(verdict, { noticed: true, by: file, how });
      break;
    }
    writeFileSync(tree + fault.file, source);
    verdict.seconds = (Date.now() - start) / 1000;
    verdicts.push(verdict);
    options.onVerdict?.(verdict);
  };
  await inParallel(faults, options.workers, tryFault, root);
  return verdicts;
}
