// Runs the known answers on a board that has the probe (firmware/probe.ts), by questions to its console, a slice of work each,
// so that a board that needs minutes for a primitive stays in touch. Each case runs twice: once for its answer and the
// time, by the board's own clock, and once with an eye on variables and stack, which costs time. Both have to be right. What
// takes long runs once: it has been looked at between its slices.
import { hexToBytes } from "../bytes.ts";
import { CRYPTO_CASES } from "./crypto-cases.ts";
import type { CryptoCase } from "./crypto-cases.ts";

/** What the console says to an expression. */
export type Ask = (expression: string) => Promise<string>;

const SLICE_MS = 400;
const LONG_S = 5;

export interface CryptoRow {
  name: string;
  source: string;
  passed: boolean;
  /** What came instead of the answer, its beginning. */
  said?: string;
  seconds: number;
  bytes?: number;
  /** Above those in use before; null where the engine does not tell. */
  variables: number | null;
  /** Least free stack in bytes; null where the engine does not tell. */
  stackFree: number | null;
}

interface Answer {
  said: string;
  seconds: number;
  variables: number | null;
  stackFree: number | null;
}

const figure = (text: string): number | null => (/^-?\d+$/.test(text) ? Number(text) : null);

async function run(ask: Ask, { operation, args }: CryptoCase, isWatched: boolean): Promise<Answer> {
  const base64 = args.map((arg) => Buffer.from(hexToBytes(arg)).toString("base64"));
  await ask("wib.rest()");
  await ask(`wib.begin(${JSON.stringify(operation)},${JSON.stringify(base64.join())})`);
  let text = "";
  while (!text) text = await ask(`wib.go(${SLICE_MS},${isWatched})`);
  const [said, microseconds, variables, stackFree] = text.split(" ");
  return { said, seconds: Number(microseconds) / 1e6, variables: figure(variables), stackFree: figure(stackFree) };
}

/** Cases of primitives that this board has. */
export async function casesOf(ask: Ask): Promise<CryptoCase[]> {
  const names = (await ask("wib.names()")).split(",");
  return CRYPTO_CASES.filter(({ operation }) => names.includes(operation));
}

export async function runCryptoCase(ask: Ask, c: CryptoCase): Promise<CryptoRow> {
  const timed = await run(ask, c, false);
  const watched = timed.seconds > LONG_S ? timed : await run(ask, c, true);
  const wrong = [timed, watched].find(({ said }) => said !== c.answer);
  return {
    ...{ name: c.name, source: c.source, passed: !wrong, seconds: timed.seconds },
    ...(wrong && { said: wrong.said.slice(0, 64) }),
    ...(c.bytes && { bytes: c.bytes }),
    ...{ variables: watched.variables, stackFree: watched.stackFree },
  };
}
