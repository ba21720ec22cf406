// What goes wrong on the way: redirects, answers that are cut, endless or late, connections that drop; and the honest
// devices (docs/PROTOCOL.md 2.3, 6.1).
import * as P from "../../firmware/protocol.ts";
import { formatSerial } from "../serial.ts";
import { secretWithShortPower } from "./bad-values.ts";
import type { Case, Reply, Rule, Step } from "./case.ts";
import { DEVICE_SUITES } from "./public-keys.ts";

const PATH: Record<Step, string> = {
  greeting: `GET ${P.PATH_DH}`,
  dh: `POST ${P.PATH_DH}`,
  auth: P.PATH_AUTH,
  csr: P.PATH_CSR,
  key: P.PATH_KEY,
};

/** An answer to a sealed body that is lost may be asked for again, with the identical bytes. */
const ruleOfLoss = (at: Step): Rule => (at === "greeting" || at === "dh" ? "stop" : "resend");
const STEPS: Step[] = ["greeting", "dh", "auth", "key"];

/** From the end of a 204: two header lines of 44 bytes, the empty line, and some of the proof before them. */
const PROOF_CUT_BYTES = 80;

/** Bit 255 is ignored for the arithmetic; the transcript, and CPace's, have the value as it was sent. */
function bit255(suite: string, prefix: string): Case {
  return {
    ...{ name: `${prefix}-bit-255`, section: "4", at: "dh", rule: "go-on", suites: [suite] },
    does: "the device is honest, and bit 255 of its public value is set, which the client must ignore",
    value(u) {
      const set = u.slice();
      set[31] |= 128;
      return set;
    },
  };
}

function shortPower(name: string, does: string, base: (peer: Uint8Array) => bigint): Case {
  return {
    ...{ name: `ffdhe2048-short-${name}`, section: "4", at: "dh", rule: "go-on", suites: [P.SUITE_FFDHE2048] },
    does: `the device is honest, and ${does}`,
    secret: (secret, peer) => secretWithShortPower(secret, base(peer)),
  };
}

const HONEST: Case[] = [
  ...DEVICE_SUITES.map(({ name }): Case => ({
    ...{ name: `honest-${name}`, section: "10", at: "greeting", rule: "go-on", suites: [name] },
    does: `the device is honest and offers ${name}`,
  })),
  {
    ...{ name: "serial-as-typed", section: "8", at: "greeting", rule: "go-on" },
    does: "the device is honest; its serial is given with blanks, in lower case, with o for 0 and l for 1",
    show: (serial) =>
      ` ${formatSerial(serial).toLowerCase().replaceAll("0", "o").replaceAll("1", "l").replaceAll("-", " ")} `,
  },
  bit255(P.SUITE_X25519, "x25519"),
  bit255(P.SUITE_CPACE, "cpace"),
  shortPower("y", "its y is a byte shorter than p, its DER too", () => 2n),
  shortPower("z", "Z has a zero byte in front, which belongs to the ikm", (peer) =>
    BigInt(`0x${Buffer.from(peer).toString("hex")}`),
  ),
  ...STEPS.map((at): Case => ({
    ...{ name: `slow-${at}`, section: "3.1", at, rule: "go-on", act: () => ({ kind: "late" }) },
    does: `the device takes its time over ${PATH[at]}, but less than the greeting's wait`,
  })).filter(({ at }) => at !== "greeting"),
];

const REDIRECTS: Case[] = STEPS.map((at): Case => {
  const status = at === "greeting" ? 302 : 307; // 307 would send the body again
  const headers = { Location: at === "greeting" || at === "dh" ? `${P.PATH_DH}?again` : `${PATH[at]}?again` };
  return {
    ...{ name: `redirect-${at}`, section: "2.3", at, rule: "stop" },
    does: `the device answers ${PATH[at]} with ${status} and a Location`,
    act: () => ({ kind: "answer", reply: { status, headers, body: new Uint8Array(0) } }),
  };
});

const LOSSES: Case[] = STEPS.flatMap((at): Case[] => [
  {
    ...{ name: `dropped-${at}`, section: "6.1", at, rule: ruleOfLoss(at), act: () => ({ kind: "drop" }) },
    does: `the connection is closed without an answer to ${PATH[at]}${ruleOfLoss(at) === "stop" ? "" : ", which was carried out"}`,
  },
  {
    ...{ name: `truncated-${at}`, section: "6.1", at, rule: ruleOfLoss(at) },
    act: ({ honest }) => ({ kind: "cut", reply: honest, bytes: ruleOfLoss(at) === "stop" ? 20 : PROOF_CUT_BYTES }),
    does: `the answer to ${PATH[at]} breaks off ${ruleOfLoss(at) === "stop" ? "20 bytes early" : "within its proof"}`,
  },
]);

const LOST_REQUESTS: Case[] = (["auth", "key"] as const).map((at) => ({
  ...{ name: `lost-${at}`, section: "6.1", at, rule: "resend", act: () => ({ kind: "drop" }), isRequestLost: true },
  does: `the connection breaks before the device has seen ${PATH[at]}`,
}));

const FLOODS: Case[] = (["greeting", "dh", "auth"] as const).map((at) => ({
  ...{ name: `endless-${at}`, section: "2.3", at, rule: "stop", act: () => ({ kind: "flood" }) },
  does: `the answer to ${PATH[at]} does not end, and the client must hang up`,
}));

/** Right but for header lines that a client must refuse. */
function badHeader(name: string, at: Step, does: string, lines: (headers: Reply["headers"]) => Reply["headers"]): Case {
  return {
    ...{ name: `${name}-${at}`, section: "2.3", at, rule: "stop" },
    does: `the answer to ${PATH[at]} is right and has ${does}`,
    act: ({ honest }) => ({
      kind: "answer",
      reply: { ...honest, headers: { ...honest.headers, ...lines(honest.headers) } },
    }),
  };
}

const HEADERS: Case[] = [
  ...(["greeting", "dh", "auth"] as const).map((at) =>
    badHeader("chunked", at, "a Transfer-Encoding", () => ({ "Transfer-Encoding": "chunked" })),
  ),
  badHeader("two-proofs", "auth", "its Wib-Proof twice", (headers) => {
    const proof = String(headers["Wib-Proof"]);
    return { "Wib-Proof": [proof, proof] };
  }),
  badHeader("two-cookies", "greeting", "its cookie twice", (headers) => {
    const cookie = String(headers["Set-Cookie"]);
    return { "Set-Cookie": [cookie, cookie] };
  }),
  badHeader("long-header", "greeting", "a header of more than 8,192 bytes", () => ({ "X-Long": "x".repeat(8192) })),
];

export const NETWORK_CASES: Case[] = [...HEADERS, ...HONEST, ...REDIRECTS, ...LOSSES, ...LOST_REQUESTS, ...FLOODS];
