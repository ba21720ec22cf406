// The device's half of the protocol (docs/PROTOCOL.md), as strict as the page, for one case. It answers a request
// honestly and says what was wrong with it; what is made of that is the case's affair. No deadlines and no tries: a
// person who debugs a client may take her time.
import { ctr } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import * as P from "../../firmware/protocol.ts";
import { bytesToHex, equalBytes } from "../bytes.ts";
import { deriveKeys, expectedProof, transcriptHash } from "../schedule.ts";
import type { SessionKeys } from "../schedule.ts";
import type { Case, Reply, Step } from "./case.ts";
import { makeCsr } from "./csr.ts";
import { installFault } from "./install.ts";
import { readPublicValue } from "./public-keys.ts";
import type { DeviceSuite } from "./public-keys.ts";
import { headerFault, MAX_KEY_BYTES, mediaType, STEP_OF_PATH } from "./requests.ts";
import type { Refusal, Request } from "./requests.ts";

type State = "AwaitAuth" | "AwaitCsrOrKey" | "AwaitChain" | "Ended";

interface Session {
  state: State;
  suite: DeviceSuite;
  keys: SessionKeys;
  /** x and y of the key made for a CSR. */
  ownPublic?: Uint8Array;
}

export interface Outcome {
  reply: Reply;
  /** What the client did wrong. */
  fault?: string;
  session?: Session;
  installed?: boolean;
}

export interface Device {
  handle(request: Request): Outcome;
  /** A proof for an answer to this request. */
  prove(request: Request, reply: Reply, changed: Partial<Parameters<typeof expectedProof>[1]>): string;
}

const EMPTY = new Uint8Array(0);
/** Steps a state accepts (7.2). */
const ACCEPTS: Record<State, Step[]> = {
  AwaitAuth: ["auth"],
  AwaitCsrOrKey: ["csr", "key"],
  AwaitChain: ["key"],
  Ended: [],
};

/** A refusal as the device words it. */
export function refusalReply(status: number, code: string): Reply {
  const headers: Record<string, string> = { "Wib-Error": code, "Content-Type": "text/plain" };
  if (status === 503) headers["Retry-After"] = "1";
  if (status === 401) headers["Set-Cookie"] = `${P.COOKIE_NAME}=; Path=/setup; Max-Age=0`;
  return { status, headers, body: utf8ToBytes(`${code.replaceAll("-", " ")}\n`) };
}

export function createDevice(theCase: Case, suites: string[], serial: string, waitS: number): Device {
  const salt = randomBytes(P.SALT_BYTES);
  const cookieSecret = randomBytes(64);
  const offered = suites.join(",");
  const sessions = new Map<string, Session>();

  function refuse(r: Refusal, session?: Session): Outcome {
    return { reply: refusalReply(r.status, r.code), fault: `${r.status} ${r.code}: ${r.why}`, session };
  }

  function greet(): Outcome {
    const statement = concatBytes(randomBytes(16), new Uint8Array(4));
    const made = bytesToHex(concatBytes(statement, hmac(sha512, cookieSecret, statement).slice(0, 16)));
    const cookie = theCase.cookie ? theCase.cookie(made) : made;
    const members = {
      ...{ v: 1, build: "product", suites, salt: bytesToHex(salt) },
      ...{ window: 300, tries: 5, wait: waitS, max: MAX_KEY_BYTES },
      ...theCase.greeting,
    };
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (cookie) headers["Set-Cookie"] = `${P.COOKIE_NAME}=${cookie}; Path=/setup; HttpOnly; SameSite=Strict`;
    return { reply: { status: 200, headers, body: utf8ToBytes(JSON.stringify(members)) } };
  }

  function isOurs(cookie: string): boolean {
    if (!/^[0-9a-f]{72}$/.test(cookie)) return false;
    const bytes = Uint8Array.from(Buffer.from(cookie, "hex"));
    return equalBytes(bytes.slice(20), hmac(sha512, cookieSecret, bytes.slice(0, 20)).slice(0, 16));
  }

  function agree(request: Request): Outcome {
    const { cookie, body } = request;
    if (sessions.has(cookie))
      return refuse({ status: 409, code: P.ERROR.wrongOrder, why: "this cookie has a session" });
    if (!isOurs(cookie))
      return refuse({ status: 401, code: P.ERROR.unauthenticated, why: "not a cookie that the greeting has set" });
    const type = mediaType(request);
    const peer = readPublicValue(type, body);
    if (!peer)
      return refuse({
        ...{ status: 400, code: P.ERROR.malformedPublicKey },
        why: `the body is no public value of a suite that is known here and has ${type}`,
      });
    const { suite } = peer;
    if (!suites.includes(suite.name))
      return refuse({ status: 400, code: P.ERROR.suiteNotOffered, why: `${suite.name} was not offered` });
    const context = { serial: utf8ToBytes(serial), salt, cookie, offered };
    const drawn = suite.drawSecret();
    const secret = theCase.secret ? theCase.secret(drawn, peer.value) : drawn;
    const value = suite.publicOf(secret, peer.value, context);
    const own = theCase.value ? theCase.value(value) : value;
    const response = suite.write(own);
    let ikm: Uint8Array;
    try {
      ikm = suite.shared(secret, peer.value, own, context);
    } catch {
      return refuse({ status: 400, code: P.ERROR.unusablePublicKey, why: "the public value must be refused" });
    }
    const build = String(theCase.greeting?.build ?? "product");
    const th = transcriptHash({ build, suite: suite.name, salt, offered, cookie, request: body, response });
    const session: Session = { state: "AwaitAuth", suite, keys: deriveKeys(ikm, th) };
    sessions.set(cookie, session);
    return { reply: { status: 200, headers: { "Content-Type": type }, body: response }, session };
  }

  function open(session: Session, step: number, body: Uint8Array): Uint8Array | undefined {
    const ct = body.slice(0, Math.max(0, body.length - P.TAG_BYTES));
    const { transcript, client, encryption } = session.keys;
    const tag = hmac(sha512, client, concatBytes(Uint8Array.of(step), transcript, ct));
    if (ct.length === 0 || !equalBytes(tag, body.slice(ct.length))) return undefined;
    const counter = new Uint8Array(16);
    counter[0] = step;
    return ctr(encryption, counter).decrypt(ct);
  }

  function sealed(request: Request, step: "auth" | "csr" | "key"): Outcome {
    const session = sessions.get(request.cookie);
    if (!session || session.state === "Ended")
      return refuse({ status: 401, code: P.ERROR.unauthenticated, why: "no session has this cookie" }, session);
    if (!ACCEPTS[session.state].includes(step)) {
      const why = `${step} is not what comes in state ${session.state}`;
      return refuse({ status: 409, code: P.ERROR.wrongOrder, why }, session);
    }
    const number = { auth: P.STEP_AUTH, csr: P.STEP_CSR, key: P.STEP_KEY }[step];
    const text = open(session, number, request.body);
    if (!text) {
      if (step === "auth") session.state = "Ended";
      return refuse(
        { status: 401, code: P.ERROR.unauthenticated, why: "the tag of the sealed body is wrong" },
        session,
      );
    }
    const outcome = { auth: onAuth, csr: onCsr, key: onKey }[step](session, new TextDecoder().decode(text));
    if (outcome.reply.status !== 401) outcome.reply.headers["Wib-Proof"] = prove(request, outcome.reply, {});
    return outcome;
  }

  function onAuth(session: Session, text: string): Outcome {
    if (text !== serial) {
      session.state = "Ended";
      const why = "what was sealed is not the canonical form of the serial";
      return refuse({ status: 401, code: P.ERROR.unauthenticated, why }, session);
    }
    session.state = "AwaitCsrOrKey";
    return { reply: { status: 204, headers: {}, body: EMPTY }, session };
  }

  function onCsr(session: Session, text: string): Outcome {
    const cn = /^key=p256\ncn=([A-Za-z0-9.-]{1,64})\n$/.exec(text)?.[1];
    if (!cn) return refuse({ status: 400, code: P.ERROR.malformedWishes, why: "not the two lines of wishes" }, session);
    const { csr, publicKey } = makeCsr(cn);
    session.state = "AwaitChain";
    session.ownPublic = publicKey;
    return { reply: { status: 200, headers: { "Content-Type": P.TYPE_PEM }, body: utf8ToBytes(csr) }, session };
  }

  function onKey(session: Session, text: string): Outcome {
    session.state = "Ended";
    const refusal = installFault(text, session.ownPublic);
    if (refusal) return refuse({ status: 400, ...refusal }, session);
    return { reply: { status: 204, headers: {}, body: EMPTY }, session, installed: true };
  }

  function prove(request: Request, reply: Reply, changed: Partial<Parameters<typeof expectedProof>[1]>): string {
    const session = sessions.get(request.cookie);
    if (!session) return "00".repeat(64);
    const requestTag = request.body.slice(Math.max(0, request.body.length - P.TAG_BYTES));
    const { status, body } = reply;
    const code = String(reply.headers["Wib-Error"] ?? "");
    const said = { path: request.path, status, code, requestTag, body, ...changed };
    return bytesToHex(expectedProof(session.keys, said));
  }

  return {
    prove,
    handle(request) {
      const bad = headerFault(request);
      if (bad) return refuse(bad, sessions.get(request.cookie));
      const step = STEP_OF_PATH[request.path];
      if (step !== "dh") return sealed(request, step);
      return request.method === "GET" ? greet() : agree(request);
    },
  };
}
