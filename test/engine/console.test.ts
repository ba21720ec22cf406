// The console on the real interpreter: a product build evaluates nothing without the password and opens no Telnet, and no
// listing of the variables of a device that has been set up shows its key.
import { readFileSync } from "node:fs";
import net from "node:net";
import * as assert from "uvu/assert";
import { test } from "uvu";
import { boardNamed } from "../../boards/index.ts";
import { boot0For, drawConsolePassword } from "../../client/boot0.ts";
import { provision } from "../../client/provision.ts";
import type { NorFlash } from "../../host-sim/flash.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import type { Build } from "../../scripts/cached-bundle.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { Interpreter } from "../../scripts/interpreter.ts";
import { withProgram } from "../support/needs.ts";
import { SERIAL, sleep, until } from "../support/targets.ts";

const TELNET_PORT = 2323; // targets/linux
const PASSWORD = drawConsolePassword();
const record = boardNamed("linux");

const image = async (build: Build, boot0?: string, port = 8023): Promise<NorFlash> =>
  preparedFlash(record, await cachedBundle(record, build), { serial: SERIAL, port }, boot0);

const start = (flash: NorFlash, options = ""): Interpreter =>
  new Interpreter(process.env.ESPRUINO_BIN! + options, flash.snapshot());

/** What comes back; character by character, because this interpreter drops some of what comes at once. */
async function type(engine: Interpreter, text: string, until = "\n"): Promise<string> {
  const from = engine.output.length;
  for (const c of text) {
    engine.write(c);
    await sleep(4);
  }
  for (let i = 0; i < 100 && !engine.output.slice(from).includes(until); i++) await sleep(50);
  await sleep(200);
  return engine.output.slice(from);
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

withProgram("ESPRUINO_BIN", "a product build evaluates nothing without the password, and all with it", async () => {
  const engine = start(await image("product", boot0For(PASSWORD)));
  try {
    await until("it has booted", () => engine.output.includes("wib: ready"));
    const attempts = [
      `print("ev"+"aluated")\n`,
      `\x10print("ev"+"aluated")\n`,
      `\x10\x01\x20\x12print("ev"+"aluated")\n`, // a packet, type EVAL
      `\x1b[1d\x10print("ev"+"aluated")\n`,
      `${SERIAL}\nprint("ev"+"aluated")\n`,
      `${PASSWORD.slice(0, 19)}\nprint("ev"+"aluated")\n`,
      `\x03print("ev"+"aluated")\n`,
      `reset()\nprint("ev"+"aluated")\n`,
    ];
    for (const attempt of attempts) {
      const answer = await type(engine, attempt, "Invalid password");
      assert.match(answer, "Invalid password", JSON.stringify(attempt));
      assert.not.match(engine.output, "evaluated", JSON.stringify(attempt));
    }
    assert.match(await type(engine, `${PASSWORD}\n`, "Logged in"), "Logged in");
    const asked = await type(engine, `\x10print("ev"+"aluated",wib.log(),Object.keys(wib).join())\n`);
    assert.match(asked, "evaluated [] status,log");
    assert.not.match(engine.output, PASSWORD);
    // And it stays so: after reset() and load() .boot0 runs again.
    await type(engine, `load()\n`, "wib: ready");
    assert.match(await type(engine, `print("agai"+"n")\n`, "Invalid password"), "Invalid password");
    assert.not.match(engine.output, "again");
  } finally {
    await engine.stop();
  }
});

withProgram("ESPRUINO_BIN", "Telnet, which the engine would open, is shut by .boot0", async () => {
  for (const [build, boot0] of [
    ["bench", undefined],
    ["product", boot0For(PASSWORD)],
  ] as const) {
    const engine = start(await image(build, boot0), " --telnet");
    try {
      await until("it has booted", () => engine.output.includes("wib: ready"));
      await sleep(500);
      assert.is(await connects(TELNET_PORT), build === "bench", build);
    } finally {
      await engine.stop();
    }
  }
});

/** Escaped in every way: what the listing is searched for must be found if it is there. */
const PLANTED = [1, 200, 34, 92, 10, 255, 0, 77, 128, 9, 49, 127];

/** Bytes of the texts in a listing of variables, whose escapes are JSON's and the engine's. */
function unescaped(listing: string): Buffer {
  const text = listing.replace(/\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\([0-7]{1,3})|\\([nrtbfv"\\])/gi, (all, x, u, o, c) =>
    x || u ? String.fromCharCode(parseInt(x ?? u, 16)) : o ? String.fromCharCode(parseInt(o, 8)) : ({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" }[c as string] ?? c ?? all)); // prettier-ignore
  return Buffer.from(text, "latin1");
}

withProgram("ESPRUINO_BIN", "after a setup neither a listing of all variables nor a global shows the key", async () => {
  const port = await freePort();
  const engine = start(await image("bench", undefined, port));
  try {
    await until("it has booted", () => engine.output.includes("wib: ready"));
    await type(engine, "wib.press(3100)\n", "window open");
    const keyText = new TextEncoder().encode(vector("device.pem") + vector("device.key"));
    await provision({ url: `http://127.0.0.1:${port}`, serial: SERIAL, allowBench: true, keyText });
    await until("the window has shut", () => engine.output.includes("window shut"));
    await type(engine, `\x10var planted=new Uint8Array([${PLANTED}])\n`, ">");
    // All variables there are, with the first 17 bytes of each that is a text or holds a typed array's bytes.
    const listing = await type(
      engine,
      `\x10E.dumpVariables();print(Object.keys(global).join());print("do"+"ne")\n`,
      "done",
    );
    assert.match(listing, "done");
    const bytes = unescaped(listing);
    assert.ok(bytes.length > 10000, `${bytes.length} bytes`);
    assert.ok(bytes.includes(Buffer.from(PLANTED)), "bytes that are there are found");
    const base64 = vector("device.key").split("\n")[1];
    const key = Buffer.from(vector("device.key").replace(/-----[^-]+-----|\s/g, ""), "base64").subarray(7, 39);
    for (let at = 0; at + 6 <= key.length; at++) assert.not(bytes.includes(key.subarray(at, at + 6)), `byte ${at}`);
    for (let at = 10; at < 50; at++) assert.not(bytes.includes(base64.slice(at, at + 10)), `character ${at}`);
    assert.not(bytes.includes(Buffer.from("BEGIN EC PRIVATE")), "its PEM");
  } finally {
    await engine.stop();
  }
});

function vector(name: string): string {
  return readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), "latin1");
}

test.run();
