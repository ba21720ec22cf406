// A whole setup on the interpreter built for 32-bit Thumb, by a board's variables and with its native back end, counted in
// instructions by QEMU. ESPRUINO_ARM_COUNTED names the command: {vars} is the number of variables, {count} a file that a
// QEMU plugin writes the number of instructions into, as 64 bits, low byte first.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { linux } from "../../boards/linux.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { certify, createAuthority } from "../../client/ca.ts";
import { request } from "../../client/http.ts";
import { provision } from "../../client/provision.ts";
import { PATH_AUTH, PATH_CSR, PATH_DH, PATH_KEY } from "../../firmware/protocol.ts";
import { preparedFlash, storageOf } from "../../host-sim/prepare.ts";
import { makeBundle } from "../bundle.ts";
import { doesNotFit, notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

/** What counts of a board here: the pool, which of the engine's hashes and ciphers its stock firmware has, what it offers. */
interface Profile {
  name: string;
  variables: number;
  crypto: string[];
  suites: string[];
  maxKeyBytes: number;
}

const PROFILES: Profile[] = [
  {
    ...{ name: "espruinowifi", variables: 8190, crypto: ["sha256", "sha512", "aes"] },
    ...{ suites: linux.suites, maxKeyBytes: 8192 },
  },
  {
    ...{ name: "pico_r1_3", variables: 5100, crypto: ["sha256", "aes"] },
    ...{ suites: ["cpace-x25519"], maxKeyBytes: 4096 },
  },
];
const SERIAL = "7K3M9QPX2D4RW8TF";
const MILLION = 1e6;
const BARS = { setup: 200, request: 15, rest: 1000, above: 1800 };
const TIMEOUT_MS = 300000;

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A console that answers, and a counter. */
class Machine {
  readonly folder = mkdtempSync(path.join(tmpdir(), "wib-bench-"));
  private readonly lines: string[] = [];
  private child!: ReturnType<typeof spawn>;
  private questions = 0;
  private rest = "";

  start(command: string, flash: Uint8Array): void {
    writeFileSync(path.join(this.folder, "espruino.flash"), flash);
    writeFileSync(path.join(this.folder, "count"), new Uint8Array(8));
    const [program, ...args] = command.replace("{count}", path.join(this.folder, "count")).split(" ");
    this.child = spawn(program, args, { cwd: this.folder, stdio: ["pipe", "pipe", "ignore"] });
    this.child.stdout!.on("data", (data) => {
      const parts = (this.rest + String(data)).split("\n");
      this.rest = parts.pop()!;
      this.lines.push(...parts.map((line) => line.replace(/\x1b\[[0-9;]*\w|[>\r]/g, "").trim()));
    });
  }

  count(): number {
    return Number(readFileSync(path.join(this.folder, "count")).readBigUInt64LE()) / MILLION;
  }

  /** @throws Error when the console is silent for too long. */
  async ask(expression: string): Promise<string> {
    const mark = `answer ${++this.questions} `;
    this.child.stdin!.write(`\x10print("${mark}"+(${expression}))\n`);
    for (const end = Date.now() + TIMEOUT_MS; Date.now() < end;) {
      const line = this.lines.find((l) => l.startsWith(mark));
      if (line) return line.slice(mark.length);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the interpreter does not answer");
  }

  said(): string {
    return this.lines.slice(-12).join("\n");
  }

  async status(): Promise<{ window: boolean; entropy: string }> {
    return JSON.parse(await this.ask("wib.status()"));
  }

  /** After a garbage collection. */
  async variables(): Promise<number> {
    return Number(await this.ask("process.memory().usage"));
  }

  async until(what: string, test: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + TIMEOUT_MS; Date.now() < end;) if (await test()) return;
    throw new Error(`timed out waiting until ${what}`);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill("SIGKILL");
    await gone;
    rmSync(this.folder, { recursive: true });
  }
}

/** What the device did from the first byte of each request to the end of its answer, by method and path. */
interface Meter {
  url: URL;
  costs: Map<string, number>;
}

/** A relay in front of the device: what the client computes in between, while the device idles, is not counted. */
async function meter(port: number, count: () => number): Promise<Meter> {
  const costs = new Map<string, number>();
  const server = net.createServer((client) => {
    let from = 0;
    let name = "";
    const device = net.connect(port, "127.0.0.1");
    device.setNoDelay(true);
    client.on("data", (data) => {
      if (!name) [from, name] = [count(), String(data).split(" ", 2).join(" ")];
      device.write(data);
    });
    device.on("data", (data) => void client.write(data));
    device.on("close", () => {
      if (name) costs.set(name, count() - from);
      client.end();
    });
    for (const socket of [client, device]) socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1").unref();
  await new Promise((resolve) => server.once("listening", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  return { url, costs };
}

async function measure(profile: Profile, command: string): Promise<Row[]> {
  const name = (what: string) => `${profile.name} (${profile.variables} variables): ${what}`;
  const record: BoardRecord & { crypto: string[] } = { ...linux, ...profile, native: true, name: "linux" };
  const port = await freePort();
  const bundle = await makeBundle(record, "bench");
  const flash = preparedFlash(record, bundle, { serial: SERIAL, port });
  // What the board's firmware does not have must not be found.
  const hidden = ["sha256", "sha512"].filter((hash) => !profile.crypto.includes(hash));
  if (hidden.length)
    storageOf(record, flash).write(
      ".boot0",
      hidden.map((hash) => `require("crypto").${hash.toUpperCase()}=undefined;`).join(""),
    );
  const machine = new Machine();
  try {
    machine.start(command.replace("{vars}", String(profile.variables)), flash.snapshot());
    await machine.until("there is randomness", async () => (await machine.status()).entropy === "ready");
    const atRest = await machine.variables();
    const untilReady = machine.count();
    await machine.ask("wib.press(3100)");
    await machine.until("the window is open", async () => (await machine.status()).window);
    await new Promise((resolve) => setTimeout(resolve, 8000)); // key pairs are made ahead
    const withWindow = await machine.variables();
    const { url, costs } = await meter(port, () => machine.count());
    await request(url, {
      ...{ method: "POST", path: "/", body: new Uint8Array(4), cookie: "x".repeat(900), timeoutMs: TIMEOUT_MS },
    });

    const authority = await createAuthority("Bench CA", 1);
    const csr = {
      name: "device.local",
      certifier: {
        name: "the bench",
        certify: async (r: { publicKey: Uint8Array }) =>
          (await certify(authority, r.publicKey, {
            ...{ commonName: "device.local", kind: "p256", days: 1, usage: "both", dnsNames: ["device.local"] },
          })) + authority.cert,
      },
    };
    await provision({ url: url.href, serial: SERIAL, csr, allowBench: true });
    await machine.until("the window is shut", async () => !(await machine.status()).window);
    const after = await machine.variables();
    const cost = (name: string) => costs.get(name)!;
    const posts = [PATH_DH, PATH_AUTH, PATH_CSR, PATH_KEY].map((file) => `POST ${file}`);
    const whole = posts.reduce((sum, name) => sum + cost(name), 0);
    const unit = "million instructions";
    return [
      row(name("bundle"), bundle.length, "bytes", 26000),
      row(name("boot until there is randomness, two cheap sources"), untilReady, unit),
      row(name("whole setup, cpace-x25519, csr, chain of two"), whole, unit, BARS.setup),
      row(name(`GET ${PATH_DH}`), cost(`GET ${PATH_DH}`), unit, BARS.request),
      row(name("POST of a kilobyte of header, refused"), cost("POST /"), unit, BARS.request),
      ...posts.map((post) => row(name(post), cost(post), unit)),
      row(name("variables at rest"), atRest, "", BARS.rest),
      row(name("variables more with the window open"), withWindow - atRest, "", BARS.above),
      row(name("variables more after the setup"), after - atRest, ""),
    ];
  } catch (error) {
    throw new Error(`${profile.name}: ${(error as Error).message}; the console last said:\n${machine.said()}`);
  } finally {
    await machine.stop();
  }
}

export async function setup(progress: (what: string) => void): Promise<Row[]> {
  const command = process.env.ESPRUINO_ARM_COUNTED;
  const rows: Row[] = [];
  for (const profile of PROFILES)
    if (!command)
      rows.push(notMeasured(`${profile.name}: whole setup`, "", BARS.setup, "ESPRUINO_ARM_COUNTED is not set"));
    else {
      progress(`a setup as on ${profile.name}`);
      try {
        rows.push(...(await measure(profile, command)));
      } catch (error) {
        console.error((error as Error).message);
        rows.push(doesNotFit(`${profile.name} (${profile.variables} variables): whole setup`, BARS.setup));
      }
    }
  return rows;
}
