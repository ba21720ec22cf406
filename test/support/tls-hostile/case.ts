// A hostile case: what a peer does, and what RFC 8446 has the server answer. Cases are data; run.ts runs them.
import type { TestRandom } from "../random.ts";
import { ALERT } from "../tls-peer/codes.ts";
import type { ClientIdentity } from "../tls-peer/authentication.ts";
import { Handshake } from "../tls-peer/handshake.ts";
import { makeHello, withExtension } from "../tls-peer/hello.ts";
import type { HelloOptions, HelloSpec, Ticket } from "../tls-peer/hello.ts";
import type { PeerTarget } from "../tls-peer/peer.ts";
import type { Bytes } from "../tls-peer/wire.ts";

/**
 * Alerts by name; `served`: the handshake succeeds and a request is answered; `full`: the same, and no PSK was taken; `closed`: the
 * connection ends, no alert is demanded.
 */
export type Answer = keyof typeof ALERT | "served" | "full" | "closed";

export interface HostileTarget extends PeerTarget {
  /** What an honest client fetches, with 200. */
  path: string;
  /** For a server that asks for client certificates: one that it takes. */
  identity?: ClientIdentity;
  /** Counts that have to be back where they were when nobody is connected. */
  memory?(): Promise<Record<string, number>>;
}

export interface Context {
  target: HostileTarget;
  random: TestRandom;
  /** A fresh one, of a full handshake. */
  ticket(): Promise<Ticket>;
  /** What an honest client sends to this server. */
  hello(options?: HelloOptions): HelloSpec;
  /** The same with a ticket, where there is one: what comes after the handshake does not ask how it began. */
  resuming(options?: HelloOptions): HelloSpec;
}

export interface HostileCase {
  name: string;
  /** Of RFC 8446 unless another is named: where it says so. */
  section: string;
  expect: Answer[];
  /** Dear: in the full run only. */
  isDear?: boolean;
  needsTicket?: boolean;
  /** @returns with the connection in the state in which the answer is awaited. */
  run(peer: Handshake, context: Context): Promise<void>;
}

export function helloOf(target: PeerTarget, options: HelloOptions = {}): HelloSpec {
  return makeHello({ servername: target.servername, ...options });
}

type Change = (spec: HelloSpec, context: Context) => HelloSpec;

/** A case that is a ClientHello of its own, and the honest rest if the server goes on. */
export function helloCase(
  name: string,
  section: string,
  expect: Answer[],
  change: Change,
  options: HelloOptions = {},
): HostileCase {
  return {
    ...{ name, section, expect },
    async run(peer, context) {
      await peer.complete(change(context.hello(options), context), context.target.identity);
    },
  };
}

/** A case that begins where the server has sent its Finished, and our keys for the handshake are in use. */
export function flightCase(
  name: string,
  section: string,
  expect: Answer[],
  run: HostileCase["run"],
  options: HelloOptions = {},
): HostileCase {
  return {
    ...{ name, section, expect },
    async run(peer, context) {
      // Half of them resume: the server's flight is another, what it awaits is the same.
      await peer.toServerFinished(context.random.below(2) ? context.hello(options) : context.resuming(options));
      peer.writeWithHandshakeKeys();
      await run(peer, context);
    },
  };
}

/** A case that begins when the handshake is done. */
export function connectedCase(
  name: string,
  section: string,
  expect: Answer[],
  run: HostileCase["run"],
  options: HelloOptions = {},
): HostileCase {
  return {
    ...{ name, section, expect },
    async run(peer, context) {
      await peer.complete(context.resuming(options), context.target.identity);
      await run(peer, context);
    },
  };
}

/** A case that begins with nothing sent. */
export function rawCase(name: string, section: string, expect: Answer[], run: HostileCase["run"]): HostileCase {
  return { name, section, expect, run };
}

export const replaced =
  (type: number, data: Bytes | undefined): Change =>
  (spec) =>
    withExtension(spec, type, data);
