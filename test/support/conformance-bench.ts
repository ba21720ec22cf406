// One conformance case with the judge's time in the test's hand.
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import type { Clock, Verdict } from "../../client/conformance/judge.ts";
import { startConformance } from "../../client/conformance/start.ts";
import type { RunningCase } from "../../client/conformance/start.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import { openSession } from "./free-client.ts";
import type { FreeSession } from "./free-client.ts";

export const QUIET_MS = 3000;
export const IDLE_MS = 30000;
const vectors = new URL("../../docs/vectors/", import.meta.url);
/** A pair that belongs together. */
export const KEY_TEXT = ["device.pem", "device.key"]
  .map((name) => readFileSync(new URL(name, vectors), "utf8"))
  .join("");

export interface Bench {
  case: RunningCase;
  advance(ms: number): void;
  told(success: boolean): void;
  verdict(): Verdict;
}

export async function withCase(name: string, run: (bench: Bench) => Promise<void>, slowMs = 100): Promise<void> {
  const time = new ManualClock();
  const clock: Clock = {
    now: () => time.now() * 1000,
    setTimeout: (callback, ms) => time.setTimer(callback, ms, false),
    clearTimeout: (id) => time.clearTimer(id as number),
  };
  const conformance = await startConformance({ only: [name], quietMs: QUIET_MS, idleMs: IDLE_MS, slowMs, clock });
  try {
    await run({
      case: conformance.cases[0],
      advance: (ms) => time.advance(ms),
      told: (success) => conformance.told(name, success),
      verdict: () => conformance.verdicts()[0],
    });
  } finally {
    await conformance.close();
  }
}

export function expectFail(bench: Bench, why: RegExp): void {
  assert.is(bench.verdict().verdict, "fail", bench.verdict().why);
  assert.match(bench.verdict().why, why);
}

export function expectPass(bench: Bench, why: RegExp): void {
  assert.is(bench.verdict().verdict, "pending", `too early: ${bench.verdict().why}`);
  bench.advance(QUIET_MS + 1);
  assert.is(bench.verdict().verdict, "pass", bench.verdict().why);
  assert.match(bench.verdict().why, why);
}

export async function authed(bench: Bench): Promise<FreeSession> {
  const session = await openSession(bench.case.url, "x25519");
  await session.auth(bench.case.serial);
  return session;
}
