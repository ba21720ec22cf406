// The owner's client against every conformance case: what it did on the wire, and what it told its caller.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFileSync } from "node:fs";
import { certify, createAuthority } from "../../../client/ca.ts";
import type { Certifier } from "../../../client/certifier.ts";
import { CASES } from "../../../client/conformance/cases.ts";
import type { Clock } from "../../../client/conformance/judge.ts";
import { startConformance } from "../../../client/conformance/start.ts";
import type { Conformance } from "../../../client/conformance/start.ts";
import { WibError } from "../../../client/errors.ts";
import { provision } from "../../../client/provision.ts";
import type { Material } from "../../../client/provision.ts";
import { SUITES } from "../../../client/suites.ts";
import { ERROR, SUITE_CPACE } from "../../../firmware/protocol.ts";
import { ManualClock } from "../../../host-sim/clock.ts";

const QUIET_MS = 3000;
const docs = new URL("../../../docs/", import.meta.url);
const pem = (name: string) => readFileSync(new URL(`vectors/${name}`, docs));
const keyText = new Uint8Array(Buffer.concat([pem("device.pem"), pem("device.key")]));

/** By case name; the first that fits. Code "*" is the case's own; undefined: the client repeats no unproven code. */
const EXPECTED: [RegExp, number, (string | undefined)?][] = [
  [/^(honest|serial|x25519|cpace|ffdhe2048|slow)-/, 0],
  [/^(refused|forged)-csr-/, 0], // a client that brings its key does not ask for a CSR: see below
  [/^refused-/, 2, "*"],
  [/^forged-key-401-/, 2, ERROR.unauthenticated],
  [/^forged-/, 2],
  [/^(redirect|chunked|two|long)-/, 2],
  [/^(dropped|truncated|lost)-/, 3],
  [/^endless-/, 2],
  [/^greeting-(bench|suite-not-offered|plain-suites)$/, 1],
  [/^(greeting|value)-/, 2],
];

interface Ended {
  exitCode: number;
  code?: string;
  message: string;
  hint: string;
}

/** Where a client goes wrong that has the device make its own key, and one where it does not. */
const CSR_CASES = CASES.map(({ name }) => name).filter((name) => /^(refused|forged)-csr-/.test(name));
const HONEST = "honest-cpace-x25519";

const ended = new Map<string, Ended>();
/** The same with a CSR. */
const csrEnded = new Map<string, Ended>();
const time = new ManualClock();
const clock: Clock = {
  now: () => time.now() * 1000,
  setTimeout: (callback, ms) => time.setTimer(callback, ms, false),
  clearTimeout: (id) => time.clearTimer(id as number),
};
let running: Conformance;
let csrRunning: Conformance;
/** Of devices whose requests the client had certified. */
const certified: string[] = [];

async function runClient(conformance: Conformance, name: string, material: Material): Promise<Ended> {
  const { url, serial, suites } = conformance.cases.find((c) => c.case === name)!;
  try {
    const suite = suites[0] === SUITE_CPACE ? undefined : suites[0]; // our default
    await provision({ url, serial, suite, ...material });
    return { exitCode: 0, message: "", hint: "" };
  } catch (error) {
    if (error instanceof WibError) return error;
    throw error;
  }
}

test.before(async () => {
  running = await startConformance({ only: CASES.map(({ name }) => name), slowMs: 200, quietMs: QUIET_MS, clock });
  csrRunning = await startConformance({ only: [HONEST, ...CSR_CASES], quietMs: QUIET_MS, clock });
  const authority = await createAuthority("Test CA", 1);
  const certifier: Certifier = {
    name: "the CA of this test",
    certify({ name, publicKey }) {
      certified.push(name);
      return certify(authority, publicKey, { commonName: name, kind: "p256", days: 1, usage: "both" });
    },
  };
  const queue = running.cases.map((c) => c.case);
  const csrQueue = csrRunning.cases.map((c) => c.case);
  const worker = async () => {
    for (let name = queue.shift(); name; name = queue.shift())
      ended.set(name, await runClient(running, name, { keyText }));
    for (let name = csrQueue.shift(); name; name = csrQueue.shift())
      csrEnded.set(name, await runClient(csrRunning, name, { csr: { name, certifier } }));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
});
test.after(() => Promise.all([running.close(), csrRunning.close()]).then(() => undefined));

test("before the quiet time is over no case that ends in silence has a verdict", () => {
  time.advance(QUIET_MS - 1);
  const early = [running, csrRunning].flatMap((each) => each.verdicts()).filter(({ verdict }) => verdict !== "pending");
  time.advance(1000);
  assert.equal(early, [], "only a client that comes back is judged at once, and ours does not");
});

for (const c of CASES)
  test(`${c.name}: ${c.does}`, () => {
    const verdict = running.verdicts().find((v) => v.case === c.name)!;
    assert.is(verdict.verdict, "pass", verdict.why);
    const [, exitCode, code] = EXPECTED.find(([pattern]) => pattern.test(c.name))!;
    const end = ended.get(c.name)!;
    assert.is(end.exitCode, exitCode, end.message);
    assert.is(end.code, code === "*" ? c.code : code);
    if (exitCode) assert.ok(end.hint, "a failure comes with advice");
  });

for (const name of CSR_CASES)
  test(`${name}: a client that asks for a CSR stops, and has nothing certified`, () => {
    const { does, code } = CASES.find((c) => c.name === name)!;
    const verdict = csrRunning.verdicts().find((v) => v.case === name)!;
    assert.equal(verdict, { case: name, verdict: "pass", why: "nothing more came" }, does);
    const end = csrEnded.get(name)!;
    assert.is(end.exitCode, 2, end.message);
    assert.ok(end.hint, "a failure comes with advice");
    assert.is(end.code, name.startsWith("refused") ? code : undefined);
    assert.match(end.message, name.startsWith("refused") ? code! : /^csr: an answer (200|400) without proof$/);
    assert.not(certified.includes(name));
  });

test("the same client sets up a device that is honest, so it was the answer that stopped it", () => {
  assert.is(CSR_CASES.length, 4);
  assert.is(csrEnded.get(HONEST)!.exitCode, 0, csrEnded.get(HONEST)!.message);
  const verdict = csrRunning.verdicts().find((v) => v.case === HONEST)!;
  assert.equal([verdict.verdict, verdict.why], ["pass", "it has set the device up"]);
  assert.equal(certified, [HONEST]);
});

test("a forged 204 and a forged 400 at key.wib are noticed by the client", () => {
  for (const status of ["204", "400"]) {
    const end = ended.get(`forged-key-${status}-without-proof`)!;
    assert.is(end.exitCode, 2);
    assert.match(end.message, `an answer ${status} without proof`);
    assert.is(end.code, undefined, "the forged reason is not repeated as the device's");
  }
  for (const name of ["204-wrong-proof", "204-proof-of-other-path", "400-proof-of-204", "400-proof-of-other-code"])
    assert.match(ended.get(`forged-key-${name}`)!.message, "the proof is wrong");
});

test("every refusal is a case, and a line of PROTOCOL section 9; and the other way round", () => {
  const protocol = readFileSync(new URL("PROTOCOL.md", docs), "utf8");
  const section = protocol.slice(protocol.indexOf("\n## 9."), protocol.indexOf("\n## 10."));
  const rows = section.split("\n").filter((line) => /^\| \d/.test(line));
  const listed = new Set(rows.flatMap((row) => [...row.matchAll(/`([a-z-]+)`/g)].map((m) => m[1])));
  const known = Object.values<string>(ERROR).sort();
  assert.equal([...listed].sort(), known);
  assert.equal([...new Set(CASES.flatMap((c) => c.code ?? []))].sort(), known);
});

test("a device that offers plain suites only is told what may have happened, and gets no key", () => {
  const end = ended.get("greeting-plain-suites")!;
  assert.match(end.message, "does not offer cpace-x25519");
  assert.match(end.hint, /x25519, p256, ffdhe2048; .*somebody interferes/);
});

test("every suite has its honest case, and CPace all that give the all-zero point", () => {
  const names = CASES.map((c) => c.name);
  for (const { name } of SUITES) assert.ok(names.includes(`honest-${name}`), name);
  assert.is(names.filter((name) => name.startsWith("value-cpace-low-order-")).length, 8);
});

test("case names are unique, and every case names its section", () => {
  assert.is(new Set(CASES.map((c) => c.name)).size, CASES.length);
  const protocol = readFileSync(new URL("PROTOCOL.md", docs), "utf8");
  for (const c of CASES) assert.match(protocol, new RegExp(`^##+ ${c.section.replace(".", "\\.")}\\.? `, "m"), c.name);
});

test.run();
