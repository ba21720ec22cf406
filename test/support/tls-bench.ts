// The TLS server from its sources, on simulated sockets and a clock that moves only when told, with Node's own TLS client or
// bytes of a test's making in front of it.
import { Duplex } from "node:stream";
import tls from "node:tls";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { Authority, Leaf, LeafKind } from "../../client/ca.ts";
import { createHttpServer } from "../../firmware/http/server.ts";
import { createPages } from "../../firmware/http/pages.ts";
import { parseClientCas } from "../../firmware/tls/client-ca.ts";
import { createIdentity } from "../../firmware/tls/identity.ts";
import { createTlsServer } from "../../firmware/tls/server.ts";
import type { TlsServer } from "../../firmware/tls/server.ts";
import { primitives as p } from "./hal.ts";
import { testRandom } from "./random.ts";
import { virtualHal } from "./virtual-hal.ts";
import type { VirtualHal, WirePeer } from "./virtual-hal.ts";

export const TLS_PORT = 443;
export const NAME = "device.local";

export interface TlsBench extends VirtualHal {
  server: TlsServer;
  authority: Authority;
  leaf: Leaf;
  /** What random.status() says. */
  entropy: string;
  /** Seconds of uptime. */
  uptime: number;
  /** The device's random bytes, as they are now: its secrets are to be wiped. */
  drawn: Uint8Array[];
  /** Bytes of a test's making; computations are done by when it returns. */
  connect(bytes?: Uint8Array): WirePeer;
  /** Until nothing is computed any more; linger and deadlines are not waited for. */
  settle(): void;
  /** GET path by Node's client. @throws Error what went wrong. */
  get(options?: tls.ConnectionOptions, path?: string): Promise<Visit>;
}

export interface Visit {
  text: string;
  cipher: string;
  isReused: boolean;
  session?: Buffer;
  alpn: string | false | null;
  /** Everything that went over the wire, from the client and to it. */
  sent: Buffer;
  received: Buffer;
}

export interface TlsBenchOptions {
  kind?: LeafKind;
  /** Of its randomness. */
  seed?: number;
  /** PEM. */
  clientCa?: string;
}

/** A socket for Node's client whose other end is a peer on the wire. */
function pipeTo(bench: TlsBench, peer: WirePeer, sent: Buffer[]): Duplex {
  let seen = 0;
  let isOver = false;
  const duplex = new Duplex({
    read() {},
    write(data: Buffer, _encoding, done) {
      sent.push(data);
      peer.write(data.toString("latin1"));
      bench.settle();
      pull();
      done();
    },
    final(done) {
      peer.end();
      bench.settle();
      pull();
      done();
    },
  });
  const pull = () => {
    if (peer.received.length > seen) duplex.push(Buffer.from(peer.received.slice(seen), "latin1"));
    seen = peer.received.length;
    if (peer.closed && !isOver) duplex.push(null);
    isOver ||= peer.closed;
  };
  const timer = setInterval(() => {
    if (isOver) return clearInterval(timer);
    bench.advance(10);
    pull();
  }, 2);
  return duplex;
}

export async function tlsBench(options: TlsBenchOptions = {}): Promise<TlsBench> {
  const v = virtualHal();
  const random = testRandom(options.seed ?? 1);
  const authority = await createAuthority("Owner's CA", 1);
  const leaf = await issueLeaf(authority, {
    ...{ commonName: NAME, kind: options.kind ?? "p256", days: 1, usage: "both", dnsNames: [NAME] },
  });
  const der = (pem: string) => new Uint8Array(Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64"));
  const identity = createIdentity(p, { key: der(leaf.key), chain: [der(leaf.cert)], settings: "" });
  if (!identity) throw new Error("no identity");
  const bench = { ...v, authority, leaf, entropy: "", uptime: 0, drawn: [] as Uint8Array[] } as TlsBench;
  const status = () => '{"ok":true}';
  const pages = createHttpServer(
    v.hal,
    0,
    createPages(v.hal, status, () => undefined),
  );
  const read = (length: number) => {
    const bytes = random.bytes(length);
    bench.drawn.push(bytes);
    return bytes;
  };
  const parts = {
    ...{ hal: v.hal, p, identity, uptime: () => bench.uptime, ticketKey: random.bytes(32) },
    random: { status: () => bench.entropy, collect() {}, reseed() {}, read },
    clientCas: options.clientCa ? parseClientCas(v.hal, options.clientCa)! : [],
  };
  bench.server = createTlsServer(parts, TLS_PORT, pages);
  bench.settle = () => {
    v.idle();
    for (let i = 0; i < 40; i++) v.advance(1);
  };
  bench.connect = (bytes = new Uint8Array(0)) => {
    const peer = v.wire.connect(TLS_PORT, Buffer.from(bytes).toString("latin1"));
    bench.settle();
    return peer;
  };
  bench.get = (more = {}, path = "/status") =>
    new Promise((resolve, reject) => {
      const peer = bench.connect();
      const sent: Buffer[] = [];
      const common = { servername: NAME, ca: authority.cert, ALPNProtocols: ["http/1.1"], minVersion: "TLSv1.3" };
      const socket = tls.connect({ ...(common as tls.ConnectionOptions), ...more, socket: pipeTo(bench, peer, sent) });
      let text = "";
      let session: Buffer | undefined;
      socket.on("secureConnect", () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`));
      socket.on("session", (data: Buffer) => (session = data));
      socket.on("data", (data) => (text += String(data)));
      socket.on("error", reject);
      socket.on("end", () => {
        const [cipher, isReused, alpn] = [socket.getCipher()?.name, socket.isSessionReused(), socket.alpnProtocol];
        const received = Buffer.from(peer.received, "latin1");
        socket.end();
        resolve({ text, cipher, isReused, session, alpn, sent: Buffer.concat(sent), received });
      });
    });
  return bench;
}

/** The alert that a plaintext record at the end of what was received carries, or -1. */
export function alertIn(received: string): number {
  const bytes = Buffer.from(received, "latin1");
  let last = -1;
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3))
    if (bytes[at] === 21 && bytes.readUInt16BE(at + 3) === 2) last = bytes[at + 6];
  return last;
}
