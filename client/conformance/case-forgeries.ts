// Answers to sealed bodies whose proof is missing or wrong: what somebody in between can say (docs/PROTOCOL.md 6.1).
// After each of them a client sends nothing more.
import { ERROR, PATH_AUTH, PATH_CSR, PATH_KEY } from "../../firmware/protocol.ts";
import type { Case, Reply, Scene, Step } from "./case.ts";
import { refusalReply } from "./device.ts";

interface Forgery {
  name: string;
  at: Step;
  /** What is answered, in words. */
  with: string;
  status?: number;
  code?: string;
  /** Undefined for no proof at all. */
  proof?: (scene: Scene) => string;
}

function forge(scene: Scene, f: Forgery): Reply {
  const { status = 204, code } = f;
  const reply = code
    ? refusalReply(status, code)
    : { status, headers: {} as Record<string, string>, body: new Uint8Array(0) };
  if (f.proof) reply.headers["Wib-Proof"] = f.proof(scene);
  return reply;
}

/** One digit another. */
function corrupt(proof: string): string {
  return (proof[0] === "0" ? "1" : "0") + proof.slice(1);
}

type Proof = Forgery["proof"];

const MALFORMED = refusalReply(400, ERROR.malformedPem).body;
const right204 = (s: Scene) => s.prove({ status: 204, code: "", body: new Uint8Array(0) });
/** Of a 400 malformed-pem, but for what is changed. */
const proof400 =
  (changed: { code?: string; body?: Uint8Array }): Proof =>
  (s) =>
    s.prove({ status: 400, code: ERROR.malformedPem, body: MALFORMED, ...changed });

function forgeriesAt(at: "auth" | "key"): Forgery[] {
  const otherPath = at === "auth" ? PATH_KEY : PATH_AUTH;
  const say204 = (name: string, how: string, proof?: Proof): Forgery => ({
    ...{ name: `204-${name}`, at, with: `204 and ${how}`, proof },
  });
  const say400 = (name: string, how: string, proof?: Proof): Forgery => ({
    ...{ name: `400-${name}`, at, with: `400 malformed-pem and ${how}`, status: 400, code: ERROR.malformedPem, proof },
  });
  return [
    say204("without-proof", "no proof"),
    say204("wrong-proof", "a proof that is wrong in its first digit", (s) => corrupt(right204(s))),
    say204("zero-proof", "a proof of zeros", () => "0".repeat(128)),
    say204("empty-proof", "an empty Wib-Proof", () => ""),
    say204("upper-case-proof", "the right proof in upper case", (s) => right204(s).toUpperCase()),
    say204("short-proof", "the first half of the right proof", (s) => right204(s).slice(0, 64)),
    say204("long-proof", "the right proof with two digits more", (s) => `${right204(s)}00`),
    say204("proof-of-other-path", `the proof of a 204 to ${otherPath}`, (s) => s.prove({ path: otherPath })),
    say204("proof-of-other-request", "the proof of an answer to another request", (s) =>
      s.prove({ tag: new Uint8Array(64) }),
    ),
    say204("proof-of-400", "the right proof of a refusal", proof400({})),
    say400("without-proof", "no proof"),
    say400("proof-of-204", "the proof of a 204", right204),
    say400("proof-of-other-code", "the proof of the same with another code", proof400({ code: ERROR.mismatch })),
    say400("proof-of-other-body", "the proof of the same with another body", proof400({ body: new Uint8Array(1) })),
    { name: "409-without-proof", at, with: "409 and no proof", status: 409, code: ERROR.wrongOrder },
    { name: "413-without-proof", at, with: "413 and no proof", status: 413, code: ERROR.bodyTooLarge },
  ];
}

const AT_KEY: Forgery[] = [
  { name: "401-without-proof", at: "key", with: "401", status: 401, code: ERROR.unauthenticated },
  { name: "404-without-proof", at: "key", with: "404 and no proof", status: 404, code: ERROR.notFound },
];

const AT_CSR: Forgery = {
  ...{ name: "400-without-proof", at: "csr", with: "400 csr-unsupported and no proof" },
  ...{ status: 400, code: ERROR.csrUnsupported },
};

const PATH: Partial<Record<Step, string>> = { auth: PATH_AUTH, csr: PATH_CSR, key: PATH_KEY };

function toCase(f: Forgery): Case {
  return {
    ...{ name: `forged-${f.at}-${f.name}`, section: "6.1", at: f.at, rule: "stop" },
    does: `the device answers ${PATH[f.at]} with ${f.with}`,
    act: (scene) => ({ kind: "answer", reply: forge(scene, f) }),
  };
}

/** A CSR is signed by its own key, so only the proof says whose it is. */
const CSR_OF_SOMEBODY: Case = {
  ...{ name: "forged-csr-200-without-proof", section: "6.3", at: "csr", rule: "stop" },
  does: "the device answers csr with a CSR and no proof",
  act({ honest }) {
    const headers = { ...honest.headers };
    delete headers["Wib-Proof"];
    return { kind: "answer", reply: { ...honest, headers } };
  },
};

export const FORGERIES: Case[] = [
  ...[...forgeriesAt("auth"), ...forgeriesAt("key"), ...AT_KEY, AT_CSR].map(toCase),
  CSR_OF_SOMEBODY,
];
