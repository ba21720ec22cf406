// A whole setup with a board's variables and its native back end, counted in instructions; and what it takes of memory.
import net from "node:net";
import { esp32 } from "../../boards/esp32.ts";
import { espruinowifi } from "../../boards/espruinowifi.ts";
import { linux } from "../../boards/linux.ts";
import { picoR13 } from "../../boards/pico-r1-3.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { certify, createAuthority } from "../../client/ca.ts";
import { request } from "../../client/http.ts";
import { provision } from "../../client/provision.ts";
import { PATH_AUTH, PATH_CSR, PATH_DH, PATH_KEY } from "../../firmware/protocol.ts";
import { preparedFlash, storageOf } from "../../host-sim/prepare.ts";
import { makeBundle } from "../bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { cannotCount, Machine, TIMEOUT_MS } from "./machine.ts";
import { broken, notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

/** What counts of a board here: the pool, which of the engine's hashes and ciphers its stock firmware has, what it offers. */
interface Profile {
  name: string;
  variables: number;
  crypto: BoardRecord["crypto"];
  suites: string[];
  takesRsa?: false;
  maxKeyBytes: number;
  native: boolean;
  tls: BoardRecord["tls"];
  /** How long a step may take, and how long a window and a session last, in seconds. */
  limits?: { waitS: number; authS: number; sessionS: number; windowS: number };
}

/** Of a board's record; the rest is the interpreter's for Linux. */
const from = ({ name, variables, crypto, suites, takesRsa, maxKeyBytes, native, tls }: BoardRecord): Profile => ({
  ...{ name, variables: variables!, crypto, suites, takesRsa, maxKeyBytes, native: !!native, tls },
});

const PROFILES: Profile[] = [
  from(espruinowifi),
  from(picoR13),
  // An ESP32 has up to 16,383. Longer limits than a board has, because QEMU is slower than one: instructions count here.
  {
    ...{ ...from(esp32), name: "plain ES5", variables: 8190, suites: ["cpace-x25519"], maxKeyBytes: 8192, tls: "none" },
    ...{ limits: { waitS: 600, authS: 900, sessionS: 1800, windowS: 1800 } },
  },
];
const SERIAL = "7K3M9QPX2D4RW8TF";
const REFUSED = 100;
/**
 * DESIGN section 8. Its seconds as millions of instructions: a Pico's 84 MHz, or 160 MHz where there is plain ES5 only, at 1.8
 * cycles an instruction.
 */
const BARS = { setup: 200, request: 15, rest: 1000, above: 1800 };
const SECONDS = { native: 84 / 1.8, es5: 160 / 1.8 };
/** Until key pairs have been made ahead; in plain ES5 an X25519 is some 4 billion instructions. */
const AHEAD_MS = { native: 8000, es5: 20000 };
/** The engine does not sleep while it listens: what this machine is late with counts as well. */
const RUNS = 3;

/** What the device did from the first byte of each request to the end of its answer, by method and path. */
export interface Meter {
  url: URL;
  costs: Map<string, number>;
}

/** A relay in front of the device: what the client computes in between, while the device idles, is not counted. */
export async function meter(port: number, count: () => number): Promise<Meter> {
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

async function measureOnce(profile: Profile): Promise<Row[]> {
  const name = (what: string) => `${profile.name} (${profile.variables} variables): ${what}`;
  const record: BoardRecord = { ...linux, ...profile, ...profile.limits, name: "linux" };
  const port = await freePort();
  const bundle = await makeBundle(record, "bench");
  const flash = preparedFlash(record, bundle, { serial: SERIAL, port });
  // What the board's firmware does not have must not be found.
  const hidden = (["sha256", "sha512"] as const).filter((hash) => !profile.crypto.includes(hash));
  if (hidden.length)
    storageOf(record, flash).write(
      ".boot0",
      hidden.map((hash) => `require("crypto").${hash.toUpperCase()}=undefined;`).join(""),
    );
  const machine = new Machine(profile.variables, flash.snapshot());
  try {
    await machine.until("there is randomness", async () => (await machine.status()).entropy === "ready");
    const atRest = await machine.variables();
    const untilReady = machine.count();
    await machine.ask("wib.press(3100)");
    await machine.until("the window is open", async () => (await machine.status()).window);
    await new Promise((resolve) => setTimeout(resolve, AHEAD_MS[profile.native ? "native" : "es5"]));
    const withWindow = await machine.variables();
    const { url, costs } = await meter(port, () => machine.count());
    await request(url, {
      ...{ method: "POST", path: "/", body: new Uint8Array(4), cookie: "x".repeat(900), timeoutMs: TIMEOUT_MS },
    });

    for (let i = 0; i < REFUSED; i++)
      await request(url, { method: "POST", path: "/refused", body: new Uint8Array(4), timeoutMs: TIMEOUT_MS });
    const afterRefused = await machine.variables();

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
      row(
        name("boot until there is randomness, two cheap sources"),
        untilReady,
        unit,
        Math.floor(profile.native ? 30 * SECONDS.native : 60 * SECONDS.es5),
      ),
      row(name("whole setup, cpace-x25519, csr, chain of two"), whole, unit, profile.native ? BARS.setup : null),
      row(name(`GET ${PATH_DH}`), cost(`GET ${PATH_DH}`), unit, BARS.request),
      row(name("POST of a kilobyte of header, refused"), cost("POST /"), unit, BARS.request),
      ...posts.map((post, i) => {
        const bar = !profile.native && i === 0 ? Math.floor(60 * SECONDS.es5) : null;
        return row(name(post), cost(post), unit, bar);
      }),
      row(name("variables at rest"), atRest, "", BARS.rest),
      row(name("variables more with the window open"), withWindow - atRest, "", BARS.above),
      row(name(`variables more after ${REFUSED} refused requests`), afterRefused - atRest, "", BARS.above),
      row(name("variables more after the setup"), after - atRest, ""),
    ];
  } catch (error) {
    throw new Error(`${profile.name}: ${(error as Error).message}; the console last said:\n${machine.said()}`);
  } finally {
    await machine.stop();
  }
}

/** The median of each row. */
async function measure(profile: Profile): Promise<Row[]> {
  const runs: Row[][] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await measureOnce(profile));
  return runs[0].map(({ name, unit, bar }, i) => {
    const values = runs.map((rows) => rows[i].value!).sort((a, b) => a - b);
    return row(name, values[RUNS >> 1], unit, bar);
  });
}

export async function setup(progress: (what: string) => void): Promise<Row[]> {
  const missing = cannotCount();
  const rows: Row[] = [];
  for (const profile of PROFILES)
    if (missing) rows.push(notMeasured(`${profile.name}: whole setup`, "", BARS.setup, missing));
    else {
      progress(`a setup as on ${profile.name}`);
      try {
        rows.push(...(await measure(profile)));
      } catch (error) {
        console.error((error as Error).message);
        rows.push(broken(`${profile.name} (${profile.variables} variables): whole setup`, BARS.setup, error as Error));
      }
    }
  return rows;
}
