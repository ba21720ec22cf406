// The bundle of each board on the real interpreter with the board's number of variables: whole setups over HTTP, in a row,
// without growth. WIB_BOARDS names some boards only. WIB_MEASURED names the file that the figures go into
// (npm run measure-boards), from which docs/BOARDS.md is made.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BOARDS, boardNamed, REFUSED } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { certify, createAuthority } from "../../client/ca.ts";
import type { LeafWishes } from "../../client/ca.ts";
import { composeKeyText } from "../../client/key-text.ts";
import { provision } from "../../client/provision.ts";
import { meter } from "../../scripts/bench/setup.ts";
import type { Figures } from "../../scripts/boards-figures.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { BoardMachine, boardFlash } from "../support/board-machine.ts";
import { withProgram } from "../support/needs.ts";
import { opensslPki } from "../support/pki.ts";
import { sleep } from "../support/targets.ts";

const SERIAL = "7K3M9QPX2D4RW8TF";
/** In a row: two, and ten in the full run; of another kind of pair always two. */
const FEW = 2;
const SETUPS = Math.min(FEW * Number(process.env.WIB_COUNT ?? 1), 10);
/** Timers and answers on their way at the moment of the measurement. */
const SLACK = 12;
/** Until key pairs have been made ahead. */
const AHEAD_MS = { native: 8000, es5: 20000 };
/** To ask in the middle of a request takes some 100 variables, which a Pico does not have to spare. */
const LEAST_TO_WATCH = 6000;

type How = Figures["how"];

/** What a board can be given: a certificate for a key of its own, or the owner's pair. */
const hows = (record: BoardRecord): How[] => (record.tls === "engine-client" ? ["rsa"] : ["csr", "ec"]);

async function wishes(how: How): Promise<Partial<Parameters<typeof provision>[0]>> {
  if (how !== "csr") return { keyText: composeKeyText(opensslPki()[how]) };
  const authority = await createAuthority("Test CA", 1);
  const leaf: LeafWishes = {
    commonName: "device.local",
    kind: "p256",
    days: 1,
    usage: "both",
    dnsNames: ["device.local"],
  };
  const certifier = {
    name: "the test's CA",
    certify: async (request: { publicKey: Uint8Array }) =>
      (await certify(authority, request.publicKey, leaf)) + authority.cert,
  };
  return { csr: { name: "device.local", certifier } };
}

/** What the interpreter itself and the prelude take, which are not the board's. */
async function preludeVariables(record: BoardRecord): Promise<number> {
  const machine = new BoardMachine(record.variables!, boardFlash(record, undefined, { serial: SERIAL }));
  try {
    return await machine.variables();
  } finally {
    await machine.stop();
  }
}

/** Sets it up so often. @throws Error when it does not come to that. */
async function measure(record: BoardRecord, how: How, setups: number): Promise<Figures> {
  const below = await preludeVariables(record);
  const port = await freePort();
  const bundle = await cachedBundle(record, "bench");
  const machine = new BoardMachine(record.variables!, boardFlash(record, bundle, { serial: SERIAL, port }));
  const used = async () => (await machine.variables()) - below;
  try {
    await machine.until("there is randomness", async () => (await machine.status()).entropy === "ready");
    const boot = Math.round(machine.count());
    const total = Number(await machine.ask("process.memory().total"));
    assert.ok(total <= record.variables!, `${total} variables, and the board has ${record.variables}`);
    const rest = await used();
    const after: number[] = [];
    let [open, peak, setup] = [0, 0, 0];
    for (let i = 0; i < setups; i++) {
      await machine.openWindow();
      await sleep(AHEAD_MS[record.native ? "native" : "es5"]);
      open = Math.max(open, await used());
      const { url, costs } = await meter(port, () => machine.count());
      const given = await wishes(how);
      let isDone = false;
      const asked = provision({ url: url.href, serial: SERIAL, allowBench: true, ...given } as never);
      const done = asked.finally(() => (isDone = true));
      done.catch(() => {}); // when memory has run out, that is what is reported
      // Asking collects garbage, which costs time: once is enough.
      const isWatched = i === 0 && record.variables! >= LEAST_TO_WATCH;
      while (!isDone && (isWatched || machine.isOutOfMemory())) {
        peak = Math.max(peak, await used());
        if (machine.isOutOfMemory()) throw new Error("out of memory");
      }
      await done;
      await machine.until("the window is shut", async () => !(await machine.status()).window);
      if (i > 0 || setups === 1) setup = Math.round([...costs.values()].reduce((sum, cost) => sum + cost, 0));
      after.push(await used());
    }
    assert.ok((await machine.status()).installed);
    assert.ok(Math.max(...after) <= after[0] + SLACK, `variables after each setup: ${after.join(", ")}`);
    return { how, total, bundle: bundle.length, rest, open, peak, after: after.at(-1)!, setups, boot, setup };
  } catch (error) {
    throw new Error(`${record.name}, ${how}: ${(error as Error).message}; the console last said:\n${machine.said()}`);
  } finally {
    await machine.stop();
  }
}

function keep(record: BoardRecord, figures: Figures): void {
  const file = process.env.WIB_MEASURED;
  if (!file) return;
  const all: Record<string, Figures[]> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  all[record.name] = [...(all[record.name] ?? []).filter(({ how }) => how !== figures.how), figures];
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

const wanted = process.env.WIB_BOARDS?.split(",");

for (const record of BOARDS.filter(({ name, variables }) => variables && (!wanted || wanted.includes(name))))
  for (const [i, how] of hows(record).entries()) {
    const times = i ? FEW : SETUPS;
    withProgram(
      "ESPRUINO_ARM",
      `${record.name} is set up ${times} times in a row by ${how}, and does not grow`,
      async () => {
        keep(record, await measure(record, how, times));
      },
    );
  }

/** Refused for their number of variables: the bundle of their kind that needs the fewest. */
const TOO_FEW: Record<string, BoardRecord> = {
  pixljs: { ...boardNamed("pico_r1_3"), variables: 2950 },
  esp32c3_idf4: { ...boardNamed("esp32"), variables: 4095, suites: ["cpace-x25519"], maxKeyBytes: 3072 },
  raspberrypi: { ...boardNamed("esp32"), variables: 5000, suites: ["cpace-x25519"], maxKeyBytes: 3072 },
};

for (const [name, record] of Object.entries(TOO_FEW).filter(([name]) => !wanted || wanted.includes(name)))
  withProgram("ESPRUINO_ARM", `${name} is refused because ${record.variables} variables are too few`, async () => {
    assert.ok(REFUSED.some((board) => board.name === name));
    let problem = "";
    await measure(record, hows(record)[0], 1).catch((error: Error) => (problem = error.message));
    // Out of it, or all the time at collecting garbage.
    assert.match(problem, /MEMORY|does not answer|no answer/);
    assert.not.match(problem, /ended by SIG/);
  });

test.run();
