// Runs hostile cases against a server, judges what it says, and then has an honest client served by the same server.
import { testRandom } from "../random.ts";
import { ALERT, alertName } from "../tls-peer/codes.ts";
import { connect, get, readReply, sendRequest } from "../tls-peer/client.ts";
import { Handshake } from "../tls-peer/handshake.ts";
import type { HelloOptions, Ticket } from "../tls-peer/hello.ts";
import { PeerAlert } from "../tls-peer/peer.ts";
import { PeerClosed, PeerSilent } from "../tls-peer/wire-end.ts";
import { helloOf } from "./case.ts";
import type { Answer, Context, HostileCase, HostileTarget } from "./case.ts";

const CLOSE_WITHIN_MS = 10000;
const HONEST_WITHIN_MS = 60000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** After a fatal alert both sides close, and nothing else is said (6.2). */
async function ending(peer: Handshake): Promise<string> {
  try {
    await peer.wire.nextRecord(CLOSE_WITHIN_MS);
    return ", and then went on";
  } catch (error) {
    return error instanceof PeerClosed ? "" : ", and left the connection open";
  }
}

async function askFor(peer: Handshake, context: Context): Promise<string> {
  await sendRequest(peer, context.target.path);
  const { status, wasClosedProperly } = await readReply(peer);
  if (status !== 200) return `answered with status ${status}`;
  if (!wasClosedProperly) return "served, and ended without close_notify";
  return peer.flight.isResumed ? "served" : "full";
}

/** Waits for the server's last word. */
async function lastWord(peer: Handshake): Promise<string> {
  for (;;) await peer.nextContent();
}

/** @returns an Answer, or a text that is none. */
async function outcome(each: HostileCase, peer: Handshake, context: Context): Promise<string> {
  try {
    await each.run(peer, context);
    const mayBeServed = each.expect.some((answer) => answer === "served" || answer === "full");
    return await (mayBeServed ? askFor(peer, context) : lastWord(peer));
  } catch (error) {
    if (error instanceof PeerAlert) {
      const wrongs: string[] = [];
      if (error.code !== ALERT.closeNotify && error.level !== 2) wrongs.push(`, as a level of ${error.level}`);
      if (peer.reading && !error.isProtected) wrongs.push(", in the clear (6: alerts are encrypted too)");
      return alertName(error.code) + wrongs.join("") + (await ending(peer));
    }
    if (error instanceof PeerClosed) return "closed";
    if (error instanceof PeerSilent) return "nothing, and left the connection open";
    return `broken: ${(error as Error).message}`;
  }
}

function isRight(answer: string, expect: Answer[]): boolean {
  if (expect.includes(answer as Answer)) return true;
  if (answer === "full") return expect.includes("served");
  return answer === "closeNotify" && expect.includes("closed");
}

export interface Verdict {
  name: string;
  isRight: boolean;
  answer: string;
  /** One line: the case, the section, what is demanded, what happened. */
  text: string;
}

export class HostileRun {
  #target: HostileTarget;
  #context: Context;
  #ticket: Ticket | undefined;

  constructor(target: HostileTarget, random = testRandom()) {
    this.#target = target;
    this.#context = {
      ...{ target, random },
      hello: (options?: HelloOptions) => helloOf(target, options),
      resuming: (options?: HelloOptions) => helloOf(target, { ticket: this.#ticket, ...options }),
      ticket: () => this.#freshTicket(),
    };
  }

  /** Of the last honest client if there is one: every connection is given another. */
  async #freshTicket(): Promise<Ticket> {
    if (this.#ticket) return this.#ticket;
    const peer = await connect(this.#target, { identity: this.#target.identity });
    await get(peer, this.#target.path);
    const ticket = peer.tickets[0];
    if (!ticket) throw new Error("the server gave no ticket");
    return (this.#ticket = ticket);
  }

  /** An honest client, which resumes if it can; it asks again while the server says nothing but a closed door. */
  async honest(): Promise<void> {
    for (const end = Date.now() + HONEST_WITHIN_MS; ; await sleep(100))
      try {
        const peer = await connect(this.#target, { ticket: this.#ticket, identity: this.#target.identity });
        const reply = await get(peer, this.#target.path);
        this.#ticket = peer.tickets[0] ?? undefined;
        if (reply.status !== 200) throw new Error(`got status ${reply.status}`);
        if (!reply.wasClosedProperly) throw new Error("got no close_notify (6.1)");
        return;
      } catch (error) {
        const isBusy = error instanceof PeerClosed || /ECONN/.test((error as Error).message);
        if (!isBusy || Date.now() > end) throw new Error(`an honest client: ${(error as Error).message}`);
      }
  }

  async one(each: HostileCase): Promise<Verdict> {
    // Before the case connects: a small server may not serve two at once.
    if (each.needsTicket) await this.#freshTicket();
    const peer = await Handshake.open(this.#target);
    const answer = await outcome(each, peer, this.#context);
    peer.wire.destroy();
    const right = isRight(answer, each.expect);
    const text = `${each.name} (${each.section}): wants ${each.expect.join(" or ")}, got ${answer}`;
    return { name: each.name, isRight: right, answer, text };
  }
}
