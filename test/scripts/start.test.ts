// npm start, as a person runs it; and what it does when a proof fails, with one part exchanged for one that fails.
import { spawn } from "node:child_process";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SUITES } from "../../client/suites.ts";
import { checkReport, firstSetup, REAL_PARTS, SUITE } from "../../scripts/first-setup.ts";
import type { SetupParts } from "../../scripts/first-setup.ts";
import { freePort } from "../../scripts/free-port.ts";
import { main } from "../../scripts/start.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STEPS = "bundle device authority server button greeting key-agreement serial certificate port-shut report".split(
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
  assert.match(String(of("authority").fingerprint), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.is(of("report").fingerprint, of("authority").fingerprint);
  const status = of("report").status as Event;
  assert.is(status.installed, true);
  assert.is(status.window, false);
  assert.ok(events.at(-1)!.done);
  const warnings = events.map((e) => String(e.warning ?? "")).join("\n");
  assert.match(warnings, SUITES.find(({ name }) => name === SUITE)!.warning);
  assert.match(warnings, "does not authenticate the server");
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
    serveReports: (options) =>
      REAL_PARTS.serveReports({
        ...options,
        onReport: (report) => options.onReport({ ...report, fingerprint: "AA:BB" }),
      }),
  });
  assert.is(code, 2);
  assert.match(
    said,
    /wib: error: the device shows certificate AA:BB, and ([0-9A-F]{2}:){31}.* was installed\nwib: hint: /,
  );
  assert.not.match(said, "proved, in");
});

test("a report counts only if the certificate is right, something is installed and the window is shut", () => {
  const report = { fingerprint: "AA", commonName: "", cipher: "", text: '{"installed":true,"window":false}\n' };
  assert.equal(checkReport(report, "AA"), { installed: true, window: false });
  assert.throws(() => checkReport(report, "AB"), "the device shows certificate AA, and AB was installed");
  for (const text of ['{"installed":false,"window":false}', '{"installed":true,"window":true}', "{}"])
    assert.throws(() => checkReport({ ...report, text }, "AA"), "the device reports {");
  for (const text of ["", "nonsense"])
    assert.throws(() => checkReport({ ...report, text }, "AA"), "the device's report is no JSON");
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
    serveReports: async (options) => {
      const server = await REAL_PARTS.serveReports(options);
      return { ...server, close: () => (stopped.push("server"), server.close()) };
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
  assert.equal(stopped, ["server", "device"]);
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
