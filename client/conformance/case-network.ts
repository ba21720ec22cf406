// What goes wrong on the way: redirects, answers that are cut, endless or late, connections that drop; and the honest
// devices (docs/PROTOCOL.md 2.3, 6.1).
import { PATH_AUTH, PATH_CSR, PATH_DH, PATH_KEY, SUITE_P256, SUITE_X25519 } from "../../firmware/protocol.ts";

import { formatSerial } from "../serial.ts";
import type { Case, Rule, Step } from "./case.ts";

const PATH: Record<Step, string> = {
  greeting: `GET ${PATH_DH}`,
  dh: `POST ${PATH_DH}`,
  auth: PATH_AUTH,
  csr: PATH_CSR,
  key: PATH_KEY,
};

/** An answer to a sealed body that is lost may be asked for again, with the identical bytes. */
const ruleOfLoss = (at: Step): Rule => (at === "greeting" || at === "dh" ? "stop" : "resend");
const STEPS: Step[] = ["greeting", "dh", "auth", "key"];

/** From the end of a 204: two header lines of 44 bytes, the empty line, and some of the proof before them. */
const PROOF_CUT_BYTES = 80;

const HONEST: Case[] = [
  ...[SUITE_X25519, SUITE_P256].map((suite): Case => ({
    ...{ name: `honest-${suite}`, section: "10", at: "greeting", rule: "go-on", suite },
    does: `the device is honest and offers ${suite}`,
  })),
  {
    ...{ name: "serial-as-typed", section: "8", at: "greeting", rule: "go-on" },
    does: "the device is honest; its serial is given with blanks, in lower case, with o for 0 and l for 1",
    show: (serial) =>
      ` ${formatSerial(serial).toLowerCase().replaceAll("0", "o").replaceAll("1", "l").replaceAll("-", " ")} `,
  },
  {
    ...{ name: "x25519-bit-255", section: "4", at: "dh", rule: "go-on", suite: SUITE_X25519 },
    does: "the device is honest, and bit 255 of its public value is set, which the client must ignore",
    value(u) {
      const set = u.slice();
      set[31] |= 128;
      return set;
    },
  },
  ...STEPS.map((at): Case => ({
    ...{ name: `slow-${at}`, section: "3.1", at, rule: "go-on", act: () => ({ kind: "late" }) },
    does: `the device takes its time over ${PATH[at]}, but less than the greeting's wait`,
  })).filter(({ at }) => at !== "greeting"),
];

const REDIRECTS: Case[] = STEPS.map((at): Case => {
  const status = at === "greeting" ? 302 : 307; // 307 would send the body again
  const headers = { Location: at === "greeting" || at === "dh" ? `${PATH_DH}?again` : `${PATH[at]}?again` };
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

export const NETWORK_CASES: Case[] = [...HONEST, ...REDIRECTS, ...LOSSES, ...LOST_REQUESTS, ...FLOODS];
