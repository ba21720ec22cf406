// What a conformance case is: where the device departs from the protocol, how, and what a client may then do.
import type { DeviceSuite } from "./public-keys.ts";

export type Step = "greeting" | "dh" | "auth" | "csr" | "key";

export interface Reply {
  status: number;
  /** A list is as many header lines. */
  headers: Record<string, string | string[]>;
  body: Uint8Array;
}

/** What a departure may look at. */
export interface Scene {
  /** What an honest device answers. */
  honest: Reply;
  /** The request's body. */
  request: Uint8Array;
  /** From POST dh on. */
  suite?: DeviceSuite;
  /** A right proof over these; what is left out is taken from the honest answer. */
  prove(changed: { path?: string; status?: number; code?: string; tag?: Uint8Array; body?: Uint8Array }): string;
}

/** What goes out. */
export type Action =
  | { kind: "answer"; reply: Reply }
  /** The answer without its last bytes. */
  | { kind: "cut"; reply: Reply; bytes: number }
  /** The connection is closed without any answer. */
  | { kind: "drop" }
  /** The honest answer, late. */
  | { kind: "late" }
  /** An answer that does not end. */
  | { kind: "flood" };

/**
 * What a client may do afterwards.
 * stop: send nothing more. resend: nothing, or the identical bytes once more. wait: nothing before Retry-After is over.
 * go-on: it must come to a success.
 */
export type Rule = "stop" | "resend" | "wait" | "go-on";

export interface Case {
  name: string;
  /** Of docs/PROTOCOL.md. */
  section: string;
  /** What the device does, as the first half of a sentence. */
  does: string;
  at: Step;
  act?: (scene: Scene) => Action;
  rule: Rule;
  /** The code that the answer carries in Wib-Error, where it is a refusal. */
  code?: string;
  /** The device never sees the request; after the first time it answers honestly. */
  isRequestLost?: boolean;
  /** Only for clients of one of these suites; else whatever the run offers. */
  suites?: string[];
  /** Changes the members of the greeting; undefined removes one. */
  greeting?: Record<string, unknown>;
  /** Changes the cookie; "" sets none. */
  cookie?: (value: string) => string;
  /** Changes the device's secret; in: that, and the client's value. */
  secret?: (secret: Uint8Array, peer: Uint8Array) => Uint8Array;
  /** Changes the device's public value before anything is computed from it. */
  value?: (value: Uint8Array) => Uint8Array;
  /** How the serial is given to the client; canonical unless said. */
  show?: (serial: string) => string;
}

const WHAT_TO_DO: Record<Rule, string> = {
  "stop": "the client must report a failure and send nothing more",
  "resend": "the client must report a failure, or send the identical bytes once more, and nothing else",
  "wait": "the client must report a failure; if it comes back at all, then not before Retry-After is over",
  "go-on": "the client must succeed",
};

export function expectation(c: Case): string {
  return `${c.does}: ${WHAT_TO_DO[c.rule]}`;
}
