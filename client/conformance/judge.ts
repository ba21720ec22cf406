// Tells from what came over the wire, and from nothing else, whether a client keeps to the protocol. Its one weakness:
// what a client tells its user does not show there. Whoever runs the client may add that with `told`.
import { bytesToHex } from "../bytes.ts";
import { expectation } from "./case.ts";
import type { Case, Rule, Step } from "./case.ts";
import { stepOf } from "./requests.ts";
import type { Request } from "./requests.ts";

export interface Verdict {
  case: string;
  verdict: "pass" | "fail" | "pending";
  why: string;
}

/** In milliseconds. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

export interface Timing {
  /** So long nothing must come after an answer that ends it all. */
  quietMs: number;
  /** A client from which nothing has come for so long has given up. */
  idleMs: number;
}

export interface Judge {
  verdict(): Verdict;
  request(r: Request): void;
  /** The client has broken a rule of the protocol by itself. */
  fault(why: string): void;
  /** An honest device refuses its request, and why. */
  refused(why: string): void;
  /** The case's departure goes out now. */
  departed(retryAfterMs: number): void;
  installed(): void;
  /** What the client has told its user; its process has ended. */
  told(success: boolean): void;
  /** Nothing more will come. */
  end(): void;
}

/** Timers of the host may be early by this much. */
const TOLERANCE_MS = 50;
const NAMES: Record<Step, string> = {
  greeting: "GET dh",
  dh: "POST dh",
  auth: "POST auth",
  csr: "POST csr",
  key: "POST key",
};

export function createJudge(theCase: Case, timing: Timing, clock: Clock, onVerdict: (v: Verdict) => void): Judge {
  const result: Verdict = { case: theCase.name, verdict: "pending", why: "no request yet" };
  const firstBodies = new Map<string, string>();
  let timer: unknown;
  let last: Request | undefined;
  let rule: Rule | undefined; // in force
  let since = 0;
  let retryAfterMs = 0;
  let hasDeparted = false;
  let mayStop = false; // whatever comes now, the client was free to end here
  let isInstalled = false;

  function decide(verdict: "pass" | "fail", why: string): void {
    if (result.verdict !== "pending") return;
    clock.clearTimeout(timer);
    Object.assign(result, { verdict, why });
    onVerdict(result);
  }

  function after(ms: number, then: () => void): void {
    clock.clearTimeout(timer);
    timer = result.verdict === "pending" ? clock.setTimeout(then, ms) : undefined;
  }

  function watchIdle(): void {
    after(timing.idleMs, () => {
      if (mayStop) return decide("pass", "it went no further");
      const seconds = Math.round(timing.idleMs / 1000);
      decide("fail", `nothing more came for ${seconds} s after ${NAMES[stepOf(last!)!]}`);
    });
  }

  function watchQuiet(why: string): void {
    after(timing.quietMs, () => decide("pass", why));
  }

  function breach(r: Request): string {
    const step = stepOf(r);
    const name = step ? NAMES[step] : `${r.method} ${r.path}`;
    if (isInstalled) return `${name} after the setup was done`;
    if (step === "greeting") return `it started again by itself, with ${name}, after this: ${theCase.does}`;
    if (step === "key" && theCase.at === "auth")
      return `it sent the private key although there was no right proof: ${theCase.does}`;
    return `${name} came after this: ${theCase.does}`;
  }

  function setUp(): string {
    return theCase.at === "csr" && !hasDeparted
      ? "it has set the device up; it asks for no CSR"
      : "it has set the device up";
  }

  /** @returns whether the request may come now. */
  function obeys(r: Request): boolean {
    if (rule === "stop") return decide("fail", breach(r)) ?? false;
    if (rule === "wait") {
      const waited = clock.now() - since;
      if (waited >= retryAfterMs - TOLERANCE_MS) decide("pass", "it came back after Retry-After");
      else decide("fail", `${NAMES[stepOf(r) ?? "dh"]} came after ${waited} ms, before Retry-After was over`);
      return false;
    }
    if (rule === "resend") {
      const isSame = r.path === last!.path && r.cookie === last!.cookie && Buffer.compare(r.body, last!.body) === 0;
      if (!isSame) return decide("fail", breach(r)) ?? false;
      mayStop = true;
      rule = theCase.isRequestLost ? undefined : "stop"; // the step was done: now comes a 409 without a proof
      if (!theCase.isRequestLost) watchQuiet("it sent the identical bytes once more, and then nothing");
    }
    return true;
  }

  /** Two texts under one key stream give both away. */
  function sealsOnce(r: Request): boolean {
    const step = stepOf(r);
    if (step === "greeting" || step === "dh") return true;
    const slot = `${r.cookie} ${r.path}`;
    const body = bytesToHex(r.body);
    const first = firstBodies.get(slot);
    firstBodies.set(slot, first ?? body);
    if (first === undefined || first === body) return true;
    decide("fail", `it sealed ${NAMES[step!]} a second time with other contents in one session`);
    return false;
  }

  return {
    verdict: () => ({ ...result }),
    request(r) {
      if (result.verdict !== "pending" || !sealsOnce(r) || !obeys(r)) return;
      last = r;
      result.why = `has come as far as ${NAMES[stepOf(r) ?? "greeting"]}`;
      if (rule !== "stop") watchIdle();
    },
    fault: (why) => decide("fail", why),
    refused(why) {
      if (rule !== "stop") decide("fail", why); // else it is what an identical resend of a step that was done gets
    },
    departed(ms) {
      rule = theCase.rule === "go-on" ? undefined : theCase.rule;
      hasDeparted = true;
      retryAfterMs = ms;
      since = clock.now();
      if (rule) watchQuiet("nothing more came");
      if (rule === "wait")
        after(Math.max(timing.quietMs, ms + TOLERANCE_MS), () => decide("pass", "nothing more came"));
    },
    installed() {
      if (rule) return; // the answer that would say so is the departure
      isInstalled = true;
      rule = "stop";
      watchQuiet(setUp());
    },
    told(success) {
      if (result.verdict !== "pending") return;
      if (success && !isInstalled) return decide("fail", `it says that it has succeeded; ${expectation(theCase)}`);
      if (success) return decide("pass", `${setUp()}, and says so`);
      if (theCase.rule === "go-on" || isInstalled) return decide("fail", "it says that it has failed");
      if (hasDeparted) return decide("pass", "nothing more came, and it says that it has failed");
      decide("fail", `it gave up before it came to this: ${theCase.does}`);
    },
    end: () => clock.clearTimeout(timer),
  };
}
