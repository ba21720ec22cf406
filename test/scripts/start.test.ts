// npm start, as a person runs it; and what it does when a proof fails, with one part exchanged for one that fails.
import { spawn } from "node:child_process";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SUITES } from "../../client/suites.ts";
import { checkStatus, firstSetup, REAL_PARTS, SUITE } from "../../scripts/first-setup.ts";
import type { SetupParts } from "../../scripts/first-setup.ts";
import { freePort } from "../../client/bench/free-port.ts";
import { main } from "../../scripts/start.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STEPS =
  "bundle device authority button greeting key-agreement serial request certification certificate port-shut https plain-HTTP".split(
    " ",
  );

type Event = Record<string, unknown>;

/** PATH without anything: neither openssl nor any other program may be needed. */
async function runStart(): Promise<{ code: number | null; events: Event[]; stderr: string }> {
  const port = String(await freePort());
  return new Promise((resolve) => {
    const command = ["--import", "./hook.mjs", "scripts/start.ts", "--json", "--port", port];
    const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, PATH: "" } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("close", (code) => {
      const lines = stdout.split("\n").filter(Boolean);
      resolve({ code, stderr, events: lines.map((line) => JSON.parse(line)) });
    });
  });
}

const stepsOf = (events: Event[]) => events.filter((e) => e.step).map((e) => String(e.step).replace(" ", "-"));

test("everything is done in order and proved, with Node alone", async () => {
  const { code, events, stderr } = await runStart();
  assert.is(code, 0, stderr);
  assert.is(stderr, "");
  assert.equal(stepsOf(events), STEPS);
  const of = (step: string) => events.find((e) => e.step === step)!;
  assert.is(of("port shut").code, "ECONNREFUSED");
  assert.is(of("plain HTTP").code, "ECONNREFUSED");
  assert.match(String(of("https").fingerprint), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.is(of("https").protocol, "TLSv1.3");
  const status = of("https").status as Event;
  assert.equal([status.installed, status.window, status.tls], [true, false, "server"]);
  assert.ok(events.at(-1)!.done);
  const warnings = events.map((e) => String(e.warning ?? "")).join("\n");
  assert.match(warnings, SUITES.find(({ name }) => name === SUITE)!.warning);
});

/** @returns the exit code and what was said, with these parts instead of the real ones. */
async function mainWith(parts: Partial<SetupParts>, ...args: string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const writers = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream } of writers) stream.write = ((text: string) => said.push(text) > 0) as typeof stream.write;
  try {
    const code = await main(args, { ...REAL_PARTS, ...parts });
    return { code, said: said.join("") };
  } finally {
    for (const { stream, write } of writers) stream.write = write;
  }
}

test("for people: a numbered line a step, and what is not protected", async () => {
  const { code, said } = await mainWith({});
  assert.is(code, 0, said);
  const numbers = [...said.matchAll(/^ ?(\d+)\. /gm)].map((m) => Number(m[1]));
  assert.equal(
    numbers,
    Array.from(STEPS, (_, i) => i + 1),
  );
  assert.match(said, /^ +not protected: /m);
  assert.not.match(said, "PRIVATE KEY");
});

test("another certificate than the one that was installed is a failure", async () => {
  const { code, said } = await mainWith({
    fetchSecureStatus: async (options) => ({ ...(await REAL_PARTS.fetchSecureStatus(options)), fingerprint: "AA:BB" }),
  });
  assert.is(code, 2);
  assert.match(
    said,
    /wib: error: the device shows certificate AA:BB, and ([0-9A-F]{2}:){31}.* was installed\nwib: hint: /,
  );
  assert.not.match(said, "proved, in");
});

test("a device that is not certified by the owner's CA is not believed", async () => {
  const { code, said } = await mainWith({
    fetchSecureStatus: async (options) => {
      const { cert } = await REAL_PARTS.createAuthority("another CA", 1);
      return REAL_PARTS.fetchSecureStatus({ ...options, ca: cert });
    },
  });
  assert.is(code, 3);
  assert.match(said, /wib: error: no TLS with the device at .*: (unable|self.signed)/);
});

test("a status counts only if the certificate is right, something is installed and the window is shut", () => {
  const certificate = { sha256: "aa" };
  const asked = {
    fingerprint: "AA",
    protocol: "",
    cipher: "",
    status: { installed: true, window: false, certificate },
  };
  checkStatus(asked, "AA");
  assert.throws(() => checkStatus(asked, "AB"), "the device shows certificate AA, and AB was installed");
  for (const more of [
    { installed: false },
    { window: true },
    { certificate: { sha256: "ab" } },
    { certificate: undefined },
  ])
    assert.throws(() => checkStatus({ ...asked, status: { ...asked.status, ...more } }, "AA"), "the device says {");
});

test("a setup port that still answers is a failure", async () => {
  const listeners: net.Server[] = [];
  const provision: SetupParts["provision"] = async (options) => {
    const result = await REAL_PARTS.provision(options);
    // Somebody takes the port as soon as the device has left it.
    const { port } = new URL(options.url);
    const listener = net.createServer();
    const retry = () => setTimeout(() => listener.listen(Number(port), "127.0.0.1"), 5);
    listener.on("error", retry);
    await new Promise<void>((resolve) => {
      listener.once("listening", resolve);
      retry();
    });
    listeners.push(listener);
    return result;
  };
  const { code, said } = await mainWith({ provision });
  for (const listener of listeners) listener.close();
  assert.is(code, 2);
  assert.match(said, /wib: error: port \d+ still answers after setup \(connected\)\nwib: hint: /);
});

test("a refusal of the device ends it with the device's reason", async () => {
  const provision: SetupParts["provision"] = (options) => REAL_PARTS.provision({ ...options, serial: "0".repeat(16) });
  const { code, said } = await mainWith({ provision });
  assert.is(code, 2);
  assert.match(said, "wib: hint: wrong serial");
});

test("whatever fails, what was started is stopped", async () => {
  const stopped: string[] = [];
  const parts: SetupParts = {
    ...REAL_PARTS,
    startDevice: (options) => {
      const device = REAL_PARTS.startDevice(options);
      return { ...device, stop: () => (stopped.push("device"), device.stop()) };
    },
    provision: () => Promise.reject(new Error("no")),
  };
  const steps = { begin: () => {}, done: () => {}, warn: () => {} };
  try {
    await firstSetup({ speed: 8, port: 0 }, steps, parts);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no");
  }
  assert.equal(stopped, ["device"]);
});

test("wrong use is refused before anything is started", async () => {
  for (const args of [["--speed", "0"], ["--speed", "11"], ["--port", "65536"], ["--nonsense"], ["argument"]]) {
    const { code, said } = await mainWith({ bundle: () => Promise.reject(new Error("started")) }, ...args);
    assert.is(code, 1, args.join(" "));
    assert.match(said, /^wib: error: /);
    assert.not.match(said, "started");
  }
  const port = await freePort();
  const taken = net.createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { code, said } = await mainWith({}, "--port", String(port));
  taken.close();
  assert.is(code, 1);
  assert.match(said, `port ${port} cannot be used: EADDRINUSE\nwib: hint: `);
});

test.run();
