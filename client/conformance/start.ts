// A device a case, each on a port of its own, for people who write clients and for tests.
import { randomBytes } from "@noble/hashes/utils.js";
import { SUITE_CPACE } from "../../firmware/protocol.ts";
import { usageError } from "../errors.ts";
import { formatSerial, serialFromBytes } from "../serial.ts";
import { expectation } from "./case.ts";
import type { Case } from "./case.ts";
import { CASES } from "./cases.ts";
import { createJudge } from "./judge.ts";
import type { Clock, Judge, Verdict } from "./judge.ts";
import { listen } from "./listener.ts";
import type { Listener } from "./listener.ts";
import { DEVICE_SUITES } from "./public-keys.ts";

export interface ConformanceOptions {
  /** Of the first case; 0 for any. */
  port?: number;
  host?: string;
  /** Canonical. */
  serial?: string;
  /** Offers this one only, and leaves out what is for others. */
  suite?: string;
  /** Names; unless given all that are for clients of the suite, or of the client's default. */
  only?: string[];
  quietMs?: number;
  idleMs?: number;
  /** How late a slow answer is. */
  slowMs?: number;
  /** The judge's; for tests. */
  clock?: Clock;
  onVerdict?: (verdict: Verdict) => void;
}

export interface RunningCase {
  case: string;
  url: string;
  /** As the client is to be given it. */
  serial: string;
  expect: string;
  /** What a client is told to use first; what it is offered may differ. */
  suites: string[];
  section: string;
}

export interface Conformance {
  cases: RunningCase[];
  /** In the order of `cases`. */
  verdicts(): Verdict[];
  /** Adds what the client has told its user, once it has ended. */
  told(name: string, success: boolean): void;
  close(): Promise<void>;
}

const QUIET_MS = 3000;
/** As long as a device waits for auth. */
const IDLE_MS = 30000;
const SLOW_MS = 8000;

const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout | undefined),
};

/**
 * Those by name; else those for clients of the suite, or of the client's default where none is given.
 * @throws WibError for a name that is none.
 */
export function selectCases(only?: string[], suite?: string): Case[] {
  const unknown = only?.find((name) => !CASES.some((c) => c.name === name));
  if (unknown) throw usageError(`there is no case ${unknown}`, "see wib conformance --list");
  if (suite && !DEVICE_SUITES.some(({ name }) => name === suite))
    throw usageError(`unknown suite "${suite}"`, `known: ${DEVICE_SUITES.map(({ name }) => name).join(", ")}`);
  const suited = suite ?? (only ? undefined : SUITE_CPACE);
  const chosen = CASES.filter(
    (c) => (!only || only.includes(c.name)) && (!suited || !c.suites || c.suites.includes(suited)),
  );
  if (!chosen.length) throw usageError("no case is left", "that case is for another suite");
  return chosen;
}

/** Where a run does not say: all, the client's default first. */
function offeredIn(c: Case, suite?: string): string[] {
  if (suite) return [suite];
  return c.suites ?? DEVICE_SUITES.map(({ name }) => name);
}

/** @throws WibError when a port is taken. */
export async function startConformance(options: ConformanceOptions = {}): Promise<Conformance> {
  const { port = 0, host = "127.0.0.1", serial = serialFromBytes(randomBytes(10)), suite, only } = options;
  const { quietMs = QUIET_MS, idleMs = IDLE_MS, slowMs = SLOW_MS, clock = REAL_CLOCK } = options;
  const chosen = selectCases(only, suite);
  if (port && port + chosen.length - 1 > 65535)
    throw usageError(`${chosen.length} cases need as many ports`, `give a port of at most ${65536 - chosen.length}`);
  const judges = new Map<string, Judge>();
  const listeners: Listener[] = [];
  const cases: RunningCase[] = [];
  const close = async () => void (await Promise.all(listeners.map((listener) => listener.close())));
  for (const [i, c] of chosen.entries()) {
    const judge = createJudge(c, { quietMs, idleMs }, clock, (verdict) => options.onVerdict?.(verdict));
    const suites = offeredIn(c, suite);
    try {
      const address = { host, port: port && port + i };
      const listener = await listen(c, { suites, serial, slowMs }, judge, address);
      listeners.push(listener);
      const name = host.includes(":") ? `[${host}]` : host;
      const shown = c.show ? c.show(serial) : formatSerial(serial);
      cases.push({
        ...{ case: c.name, url: `http://${name}:${listener.port}`, serial: shown },
        ...{ expect: expectation(c), suites, section: c.section },
      });
      judges.set(c.name, judge);
    } catch (error) {
      await close();
      throw usageError(
        `port ${port + i} of ${host}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
        "choose other ports with --port, or 0 for any that are free",
      );
    }
  }
  return {
    cases,
    verdicts: () => [...judges.values()].map((judge) => judge.verdict()),
    told: (name, success) => judges.get(name)?.told(success),
    close,
  };
}
