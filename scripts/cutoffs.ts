// Derives firmware/entropy/cutoffs.ts from the claims in the board records (SP 800-90B sections 4.4.1 and 4.4.2).
// --write replaces the table, --check fails if it is not what would be written, neither prints it.
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { BOARDS } from "../boards/index.ts";

const FILE = new URL("../firmware/entropy/cutoffs.ts", import.meta.url);
const ALPHAS = [30, 60]; // suspect, failed: -log2 of the false-alarm rate

/** 4.4.1: C = 1 + ceil(-log2(alpha) / H). */
export function repetition(h: number, alpha: number): number {
  return 1 + Math.ceil(alpha / h);
}

/**
 * 4.4.2: 1 + the smallest c with P(Binomial(W, p) <= c) >= 1 - alpha, p = 2^-H. Summed from the top, in logarithms,
 * because 1 - 2^-60 is not a double. No more than W, or it could never trip.
 */
export function proportion(h: number, window: number, alpha: number): number {
  const p = 2 ** -h;
  const logFactorial = [0];
  for (let i = 1; i <= window; i++) logFactorial.push(logFactorial[i - 1] + Math.log(i));
  let tail = 0; // P(X > c)
  for (let c = window - 1; c >= 0; c--) {
    const k = c + 1;
    const log = logFactorial[window] - logFactorial[k] - logFactorial[window - k] + k * Math.log(p);
    tail += Math.exp(log + (window - k) * Math.log1p(-p));
    if (tail > 2 ** -alpha) return Math.min(window, c + 2);
  }
  return 1;
}

/** @throws Error for a claim so small that the tests could not be told apart: each has a sequence that trips it alone. */
export function deriveCutoffs(bits: number, h: number): { window: number; rct: number[]; apt: number[] } {
  const window = bits === 1 ? 1024 : 512;
  const rct = ALPHAS.map((alpha) => repetition(h, alpha));
  const apt = ALPHAS.map((alpha) => proportion(h, window, alpha));
  if (!(h > 0 && h <= bits) || rct[0] >= apt[0] || window - Math.floor(window / rct[0]) < apt[0])
    throw new Error(`a claim of ${h} bits in samples of ${bits} cannot be tested`);
  return { window, rct, apt };
}

export function cutoffKey(bits: number, h: number): string {
  return `${bits === 1 ? "binary" : "wide"} ${h}`;
}

function table(): string {
  const rows = new Map<string, string>();
  for (const source of BOARDS.flatMap((board) => board.sources)) {
    const { window, rct, apt } = deriveCutoffs(source.bits, source.claim);
    const row = `{ window: ${window}, rct: [${rct.join(", ")}], apt: [${apt.join(", ")}] }`;
    rows.set(cutoffKey(source.bits, source.claim), row);
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, row]) => `  "${key}": ${row},\n`)
    .join("");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const program = new Command("cutoffs")
    .description("Print the cut-offs of the health tests for the claims in use.")
    .option("--check", "fail if those of the firmware are others")
    .option("--write", "put them into the firmware")
    .parse();
  const options = program.opts<{ check?: boolean; write?: boolean }>();
  const source = readFileSync(FILE, "utf8");
  const wanted = source.replace(/(Cutoffs \} = \{)[^]*\};\n$/, (_, head) => `${head}\n${table()}};\n`);
  if (options.write) writeFileSync(FILE, wanted);
  else if (!options.check) process.stdout.write(table());
  else if (wanted !== source) {
    console.error("wib: error: firmware/entropy/cutoffs.ts is not what the board records' claims give");
    console.error("wib: hint: node --import ./hook.mjs scripts/cutoffs.ts --write");
    process.exitCode = 1;
  }
}
