// Every refusal of docs/PROTOCOL.md section 9 where a client may meet it, with a right proof where there is one.
import { ERROR } from "../../firmware/protocol.ts";
import type { Case, Rule, Scene, Step } from "./case.ts";
import { refusalReply } from "./device.ts";

/** Those that come with a proof: the body's tag was right and the answer is not 401. */
const PROVEN: Step[] = ["csr", "key"];

const NAME: Record<Step, string> = { greeting: "GET dh", dh: "POST dh", auth: "auth", csr: "csr", key: "key" };

function refusal(at: Step, status: number, code: string, section = "9"): Case {
  const isProven = PROVEN.includes(at);
  const rule: Rule = status === 503 ? "wait" : "stop";
  return {
    ...{ name: `refused-${at}-${code}`, section, at, rule, code },
    does: `the device answers ${NAME[at]} with ${status} ${code}${isProven ? " and a right proof" : ""}`,
    act(scene: Scene) {
      const reply = refusalReply(status, code);
      if (isProven) reply.headers["Wib-Proof"] = scene.prove({ status, code, body: reply.body });
      return { kind: "answer", reply };
    },
  };
}

const E = ERROR;

export const REFUSALS: Case[] = [
  refusal("greeting", 400, E.malformedRequest, "2.2"),
  refusal("greeting", 403, E.hostRefused, "2.4"),
  refusal("greeting", 403, E.originRefused, "2.4"),
  refusal("greeting", 404, E.notFound, "2.5"),
  refusal("greeting", 405, E.methodNotAllowed, "2.5"),
  refusal("greeting", 413, E.headerTooLarge, "2.2"),
  refusal("greeting", 429, E.triesUsedUp, "7.3"),
  refusal("greeting", 503, E.busy, "3.1"),
  refusal("greeting", 503, E.entropyStarting, "2.5"),
  refusal("greeting", 503, E.entropyFailed, "2.5"),
  refusal("dh", 400, E.lengthRequired, "2.2"),
  refusal("dh", 400, E.malformedPublicKey, "4"),
  refusal("dh", 400, E.unusablePublicKey, "4"),
  refusal("dh", 400, E.suiteNotOffered, "4"),
  refusal("dh", 401, E.unauthenticated, "3.2"),
  refusal("dh", 409, E.wrongOrder, "7.2"),
  refusal("dh", 413, E.bodyTooLarge, "2.2"),
  refusal("dh", 415, E.typeRefused, "2.2"),
  refusal("dh", 503, E.busy, "4"),
  refusal("dh", 503, E.noSlot, "4"),
  refusal("auth", 401, E.unauthenticated, "6.2"),
  refusal("auth", 503, E.storeFailed),
  ...[E.malformedWishes, E.csrUnsupported].map((code) => refusal("csr", 400, code, "6.3")),
  ...[
    ...[E.malformedPem, E.malformedDer, E.noCertificate, E.noPrivateKey, E.twoPrivateKeys, E.keyNotWanted],
    ...[E.encryptedKey, E.unsupportedKey, E.badKey, E.mismatch, E.leafIsCa, E.badChain, E.tooLarge],
    E.malformedSettings,
  ].map((code) => refusal("key", 400, code, "6.4")),
];
