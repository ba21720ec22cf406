// What TLS costs a board: instructions of a full handshake, a resumed one and the request behind it, as ESPRUINO_ARM_COUNTED
// counts them; variables while they last; bytes of bundle.
import net from "node:net";
import tls from "node:tls";
import { espruinowifi } from "../../boards/espruinowifi.ts";
import { linux } from "../../boards/linux.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { createAuthority, issueLeaf } from "../../client/ca.ts";
import type { LeafWishes } from "../../client/ca.ts";
import { makeBundle } from "../bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { installedFlash } from "../installed-flash.ts";
import { storageOf } from "../../host-sim/prepare.ts";
import { cannotCount, Machine, TIMEOUT_MS } from "./machine.ts";
import { broken, notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

/** Issue 7, in millions of instructions, and bytes. */
const BARS = { full: 60, resumed: 20, bundle: 14000 };
const NAME = "device.local";
/** After its ticket a device has nothing more to say by itself; after a visit it makes ahead what the next one needs. */
const QUIET_MS = 300;
const VISITS = 5;
const UNIT = "million instructions";

interface Profile {
  name: string;
  variables: number;
  crypto: BoardRecord["crypto"];
  native: boolean;
  suites: string[];
  takesRsa?: false;
}

const { name, variables, crypto, suites, takesRsa } = espruinowifi;
/** In plain ES5 two X25519 alone, which a handshake has, take minutes (es5-crypto): such boards have no server. */
const PROFILES: Profile[] = [{ name, variables: variables!, crypto, suites, takesRsa, native: true }];

/** Adds up what the device does from what the client says to the last of its answer; in between it waits. */
class Relay {
  readonly port: Promise<number>;
  private readonly server: net.Server;
  private spent = 0;
  private from = 0;
  private until = 0;

  constructor(devicePort: number, count: () => number) {
    this.server = net.createServer((client) => {
      const device = net.connect(devicePort, "127.0.0.1").setNoDelay(true);
      client.setNoDelay(true);
      client.on("data", (data) => {
        if (this.until) this.settle();
        this.from ||= count();
        device.write(data);
      });
      device.on("data", (data) => {
        this.until = count();
        client.write(data);
      });
      device.on("close", () => client.end());
      client.on("close", () => device.end());
      for (const socket of [client, device]) socket.on("error", () => {});
    });
    this.server.listen(0, "127.0.0.1").unref();
    this.port = new Promise((resolve) =>
      this.server.once("listening", () => resolve((this.server.address() as net.AddressInfo).port)),
    );
  }

  private settle(): void {
    if (this.from && this.until) this.spent += this.until - this.from;
    this.from = this.until = 0;
  }

  /** Millions of instructions since it was last asked. */
  take(): number {
    this.settle();
    const spent = this.spent;
    this.spent = 0;
    return spent;
  }

  stop(): void {
    this.server.close();
  }
}

interface Visit {
  handshake: number;
  request: number;
  session: Buffer;
}

/** A handshake to the ticket, then a request. @throws Error unless it is answered, and resumed where that was asked for. */
async function visit(relay: Relay, ca: string, group: string, session?: Buffer): Promise<Visit> {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS)); // what the last visit has left is put away
  relay.take();
  const options = { host: "127.0.0.1", port: await relay.port, servername: NAME, ca, session, ecdhCurve: group };
  return new Promise((resolve, reject) => {
    let ticket: Buffer | undefined;
    let handshake = 0;
    let text = "";
    const socket = tls.connect({ ...options, minVersion: "TLSv1.3", ALPNProtocols: ["http/1.1"] });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer in time")));
    socket.once("session", (data: Buffer) => {
      if (session && !socket.isSessionReused()) return void socket.destroy(new Error("not resumed"));
      ticket = data;
      setTimeout(() => {
        handshake = relay.take();
        socket.write(`GET / HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`);
      }, QUIET_MS);
    });
    socket.on("data", (data) => (text += String(data)));
    socket.on("error", reject);
    socket.on("close", () => {
      if (!ticket || !text.startsWith("HTTP/1.1 200")) return reject(new Error(`answered with "${text.slice(0, 40)}"`));
      resolve({ handshake, request: relay.take(), session: ticket });
    });
  });
}

/** By what the handshake takes: now and then the engine collects garbage in between, which is 2 to 3 million. */
async function median(visitOnce: () => Promise<Visit>): Promise<Visit> {
  const visits: Visit[] = [];
  for (let i = 0; i < VISITS; i++) visits.push(await visitOnce());
  return visits.sort((a, b) => a.handshake - b.handshake)[VISITS >> 1];
}

async function measure(profile: Profile): Promise<Row[]> {
  const name = (what: string) => `TLS, ${profile.name} (${profile.variables} variables): ${what}`;
  const record: BoardRecord = { ...linux, ...profile, name: "linux" };
  const tlsPort = await freePort();
  const authority = await createAuthority("Bench CA", 1);
  const wishes = { commonName: NAME, kind: "p256", days: 1, usage: "both", dnsNames: [NAME] } satisfies LeafWishes;
  const { key, cert } = await issueLeaf(authority, wishes);
  const pair = { key, chain: cert + authority.cert, settings: "" };
  const flashed = { serial: "7K3M9QPX2D4RW8TF", port: await freePort(), tlsPort };
  const flash = installedFlash(record, await makeBundle(record, "bench"), flashed, pair);
  const hidden = (["sha256", "sha512"] as const).filter((hash) => !profile.crypto.includes(hash));
  const boot0 = hidden.map((hash) => `require("crypto").${hash.toUpperCase()}=undefined;`).join("");
  if (boot0) storageOf(record, flash).write(".boot0", boot0);
  const machine = new Machine(profile.variables, flash.snapshot());
  const relay = new Relay(tlsPort, () => machine.count());
  try {
    await machine.until("TLS is served", async () => (await machine.status()).tls === "server");
    const atRest = await machine.variables();
    const first = await visit(relay, authority.cert, "X25519");
    const full = await median(() => visit(relay, authority.cert, "X25519"));
    const p256 = await median(() => visit(relay, authority.cert, "prime256v1"));
    const resumed = await median(() => visit(relay, authority.cert, "X25519", full.session));
    const after = await machine.variables();
    // What is garbage counts too: it is taken.
    await machine.ask("(m=0,setInterval(function(){m=Math.max(m,process.memory(false).usage)},1))");
    await visit(relay, authority.cert, "X25519");
    const peak = Number(await machine.ask("m"));
    return [
      row(name("the first handshake, which makes the engine"), first.handshake, UNIT),
      row(
        name("full handshake, X25519 with a pair made ahead, ECDSA, chain of two, ticket"),
        full.handshake,
        UNIT,
        BARS.full,
      ),
      row(name("full handshake with P-256, nothing made ahead"), p256.handshake, UNIT),
      row(name("resumed handshake, X25519 with a pair made ahead, ticket"), resumed.handshake, UNIT, BARS.resumed),
      row(name("GET / behind it, with the close"), resumed.request, UNIT),
      row(name("variables at rest"), atRest, ""),
      row(name("variables more while a handshake lasts, garbage included"), peak - atRest, ""),
      row(name("variables more after three visits"), after - atRest, ""),
    ];
  } catch (error) {
    throw new Error(`${profile.name}: ${(error as Error).message}; the console last said:\n${machine.said()}`);
  } finally {
    relay.stop();
    await machine.stop();
  }
}

/** A bundle with the server less one without. */
async function bundleBytes(): Promise<number> {
  const record = { ...linux, native: true, variables: 8190 };
  const made = await Promise.all(
    [record, { ...record, tls: "none" as const }].map((each) => makeBundle(each, "product")),
  );
  return made[0].length - made[1].length;
}

export async function tlsServer(progress: (what: string) => void): Promise<Row[]> {
  const rows: Row[] = [row("TLS in a bundle", await bundleBytes(), "bytes", BARS.bundle)];
  const missing = cannotCount();
  for (const profile of PROFILES) {
    const what = `TLS, ${profile.name}: handshakes`;
    progress(what);
    if (missing) rows.push(notMeasured(what, UNIT, BARS.full, missing));
    else
      try {
        rows.push(...(await measure(profile)));
      } catch (error) {
        console.error((error as Error).message);
        rows.push(broken(what, BARS.full, error as Error));
      }
  }
  return rows;
}
