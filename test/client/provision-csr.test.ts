// The path on which the device makes its own key: what provision() takes from a device whose proofs are right, what it
// installs, and when it has nothing certified.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { certify, createAuthority } from "../../client/ca.ts";
import type { Authority } from "../../client/ca.ts";
import type { Certifier } from "../../client/certifier.ts";
import type { Case, Reply, Scene, Step } from "../../client/conformance/case.ts";
import { makeCsr } from "../../client/conformance/csr.ts";
import { createJudge } from "../../client/conformance/judge.ts";
import { listen } from "../../client/conformance/listener.ts";
import type { Request } from "../../client/csr.ts";
import { encodePem } from "../../client/pem.ts";
import { provision } from "../../client/provision.ts";
import type { CsrPath, ProvisionResult } from "../../client/provision.ts";
import { SUITE_CPACE, TAG_BYTES } from "../../firmware/protocol.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import { requestFor } from "../support/csr.ts";
import { refusal } from "../support/refusal.ts";

const NAME = "lamp.local";
const SERIAL = "7K3M9QPX2D4RW8TF";
const MAX_BYTES = 9984;
const bytes = (text: string) => new TextEncoder().encode(text);
let authority: Authority;
test.before(async () => {
  authority = await createAuthority("Test CA", 1);
});

interface Bench {
  /** Of what the client has asked for. */
  certified: Request[];
  /** How far the device has seen the client come. */
  seen(): string;
  steps: string[];
  run(how?: Partial<CsrPath>): Promise<ProvisionResult>;
}

/** A device that is honest but for its answer to one step. */
async function withDevice(
  change: ((scene: Scene) => Reply) | undefined,
  run: (bench: Bench) => Promise<void>,
  at: Step = "csr",
): Promise<void> {
  const act: Case["act"] = change && ((scene) => ({ kind: "answer", reply: change(scene) }));
  const theCase: Case = { name: "odd", section: "6.3", does: "the device is odd", at, rule: "go-on", act };
  const time = new ManualClock();
  const clock = {
    now: () => time.now() * 1000,
    setTimeout: (callback: () => void, ms: number) => time.setTimer(callback, ms, false),
    clearTimeout: (id: unknown) => time.clearTimer(id as number),
  };
  const judge = createJudge(theCase, { quietMs: 3000, idleMs: 30000 }, clock, () => {});
  const options = { suites: [SUITE_CPACE], serial: SERIAL, slowMs: 0 };
  const { port, close } = await listen(theCase, options, judge, { host: "127.0.0.1", port: 0 });
  const certified: Request[] = [];
  const steps: string[] = [];
  const certifier: Certifier = {
    name: "the CA of this test",
    async certify(request) {
      certified.push(request);
      const wishes = { commonName: request.name, kind: "p256", days: 1, usage: "both" } as const;
      return (await certify(authority, request.publicKey, wishes)) + authority.cert;
    },
  };
  try {
    await run({
      ...{ certified, steps, seen: () => judge.verdict().why },
      run: (how = {}) =>
        provision({
          ...{ url: `http://127.0.0.1:${port}`, serial: SERIAL },
          csr: { name: NAME, certifier, ...how },
          onProgress: (step, done) => void steps.push(`${step} ${done ? "done" : "begins"}`),
        }),
    });
  } finally {
    await close();
  }
}

test("an honest device is installed what was certified, and the result says what that is", () =>
  withDevice(undefined, async ({ run, certified, seen, steps }) => {
    const result = await run();
    assert.equal(Object.keys(result), ["url", "build", "suite", "installed", "name", "fingerprint", "validTo"]);
    assert.is(result.name, NAME);
    assert.match(result.fingerprint!, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.ok(Date.parse(result.validTo!) > Date.now());
    assert.is(certified.length, 1);
    assert.is(seen(), "has come as far as POST key");
    assert.equal(
      steps,
      ["greeting", "key agreement", "serial", "request", "certification", "certificate"].flatMap((step) => [
        `${step} begins`,
        `${step} done`,
      ]),
    );
  }));

/** With a right proof, whatever it says. */
const saying = (body: Uint8Array) => (scene: Scene) => ({
  ...scene.honest,
  headers: { ...scene.honest.headers, "Wib-Proof": scene.prove({ body }) },
  body,
});
const csrOf = (name: string) => bytes(makeCsr(name).csr);
const ODD: [string, (scene: Scene) => Reply, string][] = [
  ["a request for another name", saying(csrOf("other.local")), "csr: the subject"],
  ["two requests", saying(bytes(makeCsr(NAME).csr + makeCsr(NAME).csr)), "no certificate request"],
  ["a certificate", saying(bytes(encodePem("CERTIFICATE", new Uint8Array(99)))), "no certificate request"],
  ["nothing", saying(new Uint8Array(0)), "no certificate request"],
  [
    "another type",
    ({ honest }) => ({ ...honest, headers: { ...honest.headers, "Content-Type": "text/plain" } }),
    "not the answer it should be",
  ],
  [
    "204 and a right proof",
    ({ prove }) => {
      const body = new Uint8Array(0);
      return { status: 204, headers: { "Wib-Proof": prove({ status: 204, body }) }, body };
    },
    "not the answer it should be",
  ],
  [
    "somebody else's request and the proof of its own",
    ({ honest }) => ({ ...honest, body: csrOf(NAME) }),
    "csr: the proof is wrong",
  ],
];
for (const [what, change, message] of ODD)
  test(`a device that answers csr with ${what} is refused, and nothing is certified`, () =>
    withDevice(change, async ({ run, certified, seen }) => {
      await refusal(run, 2, message);
      assert.equal(certified, []);
      assert.is(seen(), "has come as far as POST csr");
    }));

/** With a right proof, and a status or code that does not belong there. */
const answering = (status: number, code?: string) => (scene: Scene) => {
  const body = new Uint8Array(0);
  const proof = { "Wib-Proof": scene.prove({ status, code: code ?? "", body }) };
  return { status, headers: code === undefined ? proof : { ...proof, "Wib-Error": code }, body };
};
for (const [at, name] of [
  ["auth", "serial"],
  ["key", "certificate"],
] as const)
  test(`a device that proves another answer to ${at} than 204 is refused, and no strange code is told`, async () => {
    const seen = `has come as far as POST ${at}`;
    const cases: [(scene: Scene) => Reply, string][] = [
      [answering(200), `${name}: not the answer it should be`],
      [answering(302), `${name}: not the answer it should be`],
      [answering(400, "No-such-code"), `${name}: an answer 400 with a code that is none`],
      [answering(500), `${name}: an answer 500 with a code that is none`],
    ];
    for (const [change, message] of cases)
      await withDevice(
        change,
        async (bench) => {
          const error = await refusal(bench.run, 2, message);
          assert.is(error.code, undefined);
          assert.not(error.message.includes("No-such-code"));
          assert.is(bench.seen(), seen);
        },
        at,
      );
  });

test("nothing is installed when the certifier fails, or makes a certificate for another key", async () => {
  const failing: Certifier = { name: "it", certify: () => Promise.reject(new Error("no")) };
  const wrong: Certifier = { name: "it", certify: async () => authority.cert };
  await withDevice(undefined, async ({ run, seen }) => {
    const error = await run({ certifier: failing }).catch((e) => e);
    assert.is(error.message, "no");
    assert.is(seen(), "has come as far as POST csr");
  });
  await withDevice(undefined, async ({ run, seen }) => {
    await refusal(() => run({ certifier: wrong }), 1, "0 of its certificates are for the device's key");
    assert.is(seen(), "has come as far as POST csr");
  });
});

test("a name that is none is refused before the device hears anything", () =>
  withDevice(undefined, async ({ run, seen }) => {
    await refusal(() => run({ name: "a".repeat(65) }), 1, "is no name");
    assert.is(seen(), "no request yet");
  }));

test("chain and settings of the greeting's max are sent, one byte more is refused by us", async () => {
  const issue = ({ publicKey }: Request) =>
    certify(authority, publicKey, { commonName: NAME, kind: "p256", days: 1, usage: "both" });
  const { length } = await issue(await requestFor(NAME));
  const certifier: Certifier = {
    name: "it",
    async certify(request) {
      // Signatures differ in length by a byte or two.
      for (;;) {
        const chain = await issue(request);
        if (chain.length === length) return chain;
      }
    },
  };
  for (const extra of [0, 1])
    await withDevice(undefined, async ({ run, seen }) => {
      const settings = "\n".repeat(MAX_BYTES - TAG_BYTES - length + extra);
      if (extra) await refusal(() => run({ certifier, settings }), 1, /are 9921 bytes, the device takes 9920$/);
      else assert.is((await run({ certifier, settings })).installed, true);
      assert.is(seen(), `has come as far as POST ${extra ? "csr" : "key"}`);
    });
});

test("the certificate that is told is the device's, not its issuer's", () =>
  withDevice(undefined, async ({ run }) => {
    const { fingerprint } = await run();
    assert.is.not(fingerprint, new X509Certificate(authority.cert).fingerprint256);
  }));

test.run();
