// Many connections at once, slow ones, and ones that vanish at every point: afterwards an honest client is served.
import { CONTENT } from "../tls-peer/codes.ts";
import { encodeHello } from "../tls-peer/hello.ts";
import { Handshake } from "../tls-peer/handshake.ts";
import { plainRecord } from "../tls-peer/records.ts";
import { ascii, flipBit } from "../tls-peer/wire.ts";
import { PeerClosed, PeerSilent } from "../tls-peer/wire-end.ts";
import { helloOf } from "./case.ts";
import type { HostileTarget } from "./case.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Flood {
  name: string;
  /** Leaves nothing open. */
  run(target: HostileTarget, times: number): Promise<void>;
}

/** Opened as far as the server lets us: a full house may refuse. */
async function openMany(target: HostileTarget, count: number): Promise<Handshake[]> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => Handshake.open(target)));
  return opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

const vanish = (peers: Handshake[], how: "reset" | "destroy") => peers.forEach((peer) => peer.wire[how]());

/** What a client has done before it vanishes. */
const POINTS: [string, (peer: Handshake, target: HostileTarget) => Promise<unknown>][] = [
  ["the first byte", (peer) => peer.sendRaw(Uint8Array.of(22))],
  ["half a ClientHello", (p, t) => p.sendRaw(plainRecord(22, encodeHello(helloOf(t))).slice(0, 100))],
  ["ClientHello", (p, t) => p.sendHello(helloOf(t))],
  ["ClientHello that has to be retried", (p, t) => p.sendHello(helloOf(t, { shareGroups: [] }))],
  ["HelloRetryRequest", async (p, t) => (await p.sendHello(helloOf(t, { shareGroups: [] })), await p.readHello())],
  ["ServerHello", async (p, t) => (await p.sendHello(helloOf(t)), await p.readHello())],
  ["the server's Finished", (p, t) => p.toServerFinished(helloOf(t))],
  ["ChangeCipherSpec", async (p, t) => (await p.toServerFinished(helloOf(t)), await p.sendChangeCipherSpec())],
  ["Finished", (p, t) => p.complete(helloOf(t), t.identity)],
  [
    "half a request",
    async (p, t) => (await p.complete(helloOf(t), t.identity), await p.sendRecord(23, ascii("GET /st"))),
  ],
  [
    "a request",
    async (p, t) => {
      await p.complete(helloOf(t), t.identity);
      await p.sendRecord(23, ascii(`GET ${t.path} HTTP/1.1\r\nHost: ${t.servername}\r\n\r\n`));
    },
  ],
];

const VANISHING: Flood[] = (["reset", "destroy"] as const).flatMap((how) =>
  POINTS.map(([point, run]) => ({
    name: `${how === "reset" ? "RST" : "FIN"} behind ${point}`,
    async run(target: HostileTarget) {
      const peer = await Handshake.open(target);
      await run(peer, target);
      peer.wire[how]();
    },
  })),
);

const FLOODS: Flood[] = [
  {
    name: "large records that are announced and never come",
    async run(target) {
      const peers = await openMany(target, 3);
      const sizes = [0x4000, 0x10f0, 0x0100];
      for (const [i, peer] of peers.entries())
        await peer.sendRaw(Uint8Array.of(22, 3, 1, sizes[i] >> 8, sizes[i] & 255, 1));
      await sleep(300);
      // They are still there: what they hold must not be what an honest client needs.
      const honest = await Handshake.open(target);
      try {
        await honest.complete(helloOf(target), target.identity);
      } finally {
        honest.wire.destroy();
        vanish(peers, "destroy");
      }
    },
  },
  {
    name: "connections that say nothing",
    async run(target, times) {
      const peers = await openMany(target, times);
      await sleep(200);
      vanish(peers, "destroy");
    },
  },
  {
    name: "half-open handshakes",
    async run(target, times) {
      const peers = await openMany(target, times);
      await Promise.all(peers.map((peer) => peer.sendHello(helloOf(target))));
      await sleep(500);
      vanish(peers, "reset");
    },
  },
  {
    name: "half ClientHellos",
    async run(target, times) {
      const peers = await openMany(target, times);
      const half = plainRecord(CONTENT.handshake, encodeHello(helloOf(target))).slice(0, -20);
      await Promise.all(peers.map((peer) => peer.sendRaw(half)));
      await sleep(200);
      vanish(peers, "destroy");
    },
  },
  {
    name: "ClientHellos, one connection after the other, nobody waits for an answer",
    async run(target, times) {
      for (let i = 0; i < times; i++) {
        const peers = await openMany(target, 1);
        for (const peer of peers) await peer.sendHello(helloOf(target));
        vanish(peers, "reset");
      }
    },
  },
  {
    name: "broken ClientHellos, one after the other",
    async run(target, times) {
      for (let i = 0; i < times; i++)
        for (const peer of await openMany(target, 1)) {
          await peer.sendRaw(flipBit(plainRecord(22, encodeHello(helloOf(target))), 5 + (i % 90), i % 8));
          peer.wire.half();
          peer.wire.destroy();
        }
    },
  },
];

/** One who sends so slowly that he never ends: he is shown the door. @returns after how many ms. */
export async function slowSender(target: HostileTarget, gapMs: number, withinMs: number): Promise<number> {
  const peer = await Handshake.open(target);
  const bytes = plainRecord(22, encodeHello(helloOf(target)));
  const start = Date.now();
  try {
    for (let at = 0; Date.now() - start < withinMs && !peer.wire.isOver; at++) {
      // The last byte never comes.
      await peer.sendRaw(
        bytes.slice(at % (bytes.length - 1), (at % (bytes.length - 1)) + (at < bytes.length - 1 ? 1 : 0)),
      );
      await sleep(gapMs);
    }
    await peer.nextContent(1000);
  } catch (error) {
    if (error instanceof PeerSilent) throw new Error(`a slow sender is still there after ${withinMs} ms`);
    if (!(error instanceof PeerClosed) && !/alert|server sent/.test((error as Error).message)) throw error;
  } finally {
    peer.wire.destroy();
  }
  return Date.now() - start;
}

export const MANY: Flood[] = [...VANISHING, ...FLOODS];
