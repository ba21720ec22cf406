// A client that can be made to break any rule: it seals and proves with the owner's code, and leaves what it does with
// an answer to the test.
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { request } from "../../client/http.ts";
import type { HttpAnswer } from "../../client/http.ts";
import { deriveKeys, expectedProof, seal, transcriptHash } from "../../client/schedule.ts";
import type { SessionKeys } from "../../client/schedule.ts";
import { canonicalSerial } from "../../client/serial.ts";
import { SUITES } from "../../client/suites.ts";
import { COOKIE_NAME, PATH_AUTH, PATH_CSR, PATH_DH, PATH_KEY, TAG_BYTES, TYPE_BYTES } from "../../firmware/protocol.ts";

const TIMEOUT_MS = 30000;
const PATHS = { 1: PATH_AUTH, 2: PATH_CSR, 3: PATH_KEY };

export interface FreeSession {
  keys: SessionKeys;
  /** What the keys were derived from, and the device's answer to the exchange. */
  ikm: Uint8Array;
  answer: Uint8Array;
  seal(step: 1 | 2 | 3, text: string): Uint8Array;
  post(step: 1 | 2 | 3, body: Uint8Array): Promise<HttpAnswer>;
  auth(serial: string): Promise<HttpAnswer>;
  isProven(step: 1 | 2 | 3, body: Uint8Array, answer: HttpAnswer): boolean;
}

export function greet(url: string): Promise<HttpAnswer> {
  return request(new URL(url), { method: "GET", path: PATH_DH, timeoutMs: TIMEOUT_MS });
}

export interface FreeOptions {
  timeoutMs?: number;
  cookie?: string;
  /** What CPace is done with; the keys are right for a device of that serial alone. */
  serial?: string;
  /** The exchange's own; drawn unless given. */
  secret?: Uint8Array;
}

/** A greeting, its cookie, and POST dh as often as wanted. */
export async function begin(url: string, suiteName: string, options: FreeOptions = {}) {
  const { timeoutMs = TIMEOUT_MS, serial = "0".repeat(16) } = options;
  const base = new URL(url);
  const greeting = await greet(url);
  const offer = JSON.parse(new TextDecoder().decode(greeting.body));
  const value = options.cookie ?? /wib=([0-9a-f]+)/.exec(greeting.setCookie[0])![1];
  const cookie = `${COOKIE_NAME}=${value}`;
  const salt = Uint8Array.from(Buffer.from(offer.salt, "hex"));
  const context = { serial: utf8ToBytes(serial), salt, cookie: value, offered: offer.suites.join(",") };
  const exchange = SUITES.find(({ name }) => name === suiteName)!.begin(context, options.secret);
  const { body, type } = exchange;
  const postDh = () => request(base, { method: "POST", path: PATH_DH, type, cookie, body, timeoutMs });
  function agree(answer: HttpAnswer): FreeSession {
    const th = transcriptHash({
      ...{ build: offer.build, suite: suiteName, salt },
      ...{ offered: context.offered, cookie: value, request: body, response: answer.body },
    });
    const shared = exchange.finish(answer.body);
    const ikm = Uint8Array.from(shared);
    const keys = deriveKeys(shared, th);
    const session: FreeSession = {
      ...{ keys, ikm, answer: answer.body },
      seal: (step, text) => seal(keys, step, new TextEncoder().encode(text)),
      post: (step, sealed) =>
        request(base, { method: "POST", path: PATHS[step], type: TYPE_BYTES, cookie, body: sealed, timeoutMs }),
      auth: (serial) => session.post(1, session.seal(1, canonicalSerial(serial))),
      isProven(step, sealed, { status, headers, body }) {
        const requestTag = sealed.slice(sealed.length - TAG_BYTES);
        const said = { path: PATHS[step], status, code: headers["wib-error"] ?? "", requestTag, body };
        return headers["wib-proof"] === Buffer.from(expectedProof(keys, said)).toString("hex");
      },
    };
    return session;
  }
  return { postDh, agree };
}

export async function openSession(url: string, suiteName: string, options?: FreeOptions): Promise<FreeSession> {
  const { postDh, agree } = await begin(url, suiteName, options);
  return agree(await postDh());
}
