// Somebody in between: a proxy with a device on one side and a client on the other, who runs one exchange with each
// (docs/PROTOCOL.md 11.1). He keeps to the protocol, so that both sides see a peer that makes no mistake.
import { ctr } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { refusalReply } from "../../client/conformance/device.ts";
import type { Reply } from "../../client/conformance/case.ts";
import { readPublicValue } from "../../client/conformance/public-keys.ts";
import { mediaType, readRequest, stepOf } from "../../client/conformance/requests.ts";
import type { Request } from "../../client/conformance/requests.ts";
import { request } from "../../client/http.ts";
import type { HttpAnswer } from "../../client/http.ts";
import { deriveKeys, expectedProof, seal, transcriptHash } from "../../client/schedule.ts";
import type { SessionKeys } from "../../client/schedule.ts";
import { SUITES } from "../../client/suites.ts";
import * as P from "../../firmware/protocol.ts";

export interface ManOptions {
  /** The device's address. */
  device: string;
  /** The serial he uses until he has read a better one: a guess, 16 characters. */
  guess: string;
  /** What he installs in place of what the client sends. */
  keyText: Uint8Array;
  /** Passes everything on as it is, but for what `changeOffer` does. */
  relays?: boolean;
  /** What he makes of the list of suites in the greeting. */
  changeOffer?: (suites: string[]) => string[];
  /** Tells the client 204 whatever the device has said. */
  invents204?: boolean;
}

export interface Man {
  /** For the client. */
  url: string;
  /** What he could read. */
  loot: { serial?: string; keyText?: string };
  /** Step and status of all that the device has answered, and what has come from the client. */
  deviceSaid: string[];
  clientSent: string[];
  /** All bytes that passed him, both ways. */
  passed: Uint8Array[];
  stop(): Promise<void>;
}

const TIMEOUT_MS = 60000;
const STEPS = { auth: P.STEP_AUTH, csr: P.STEP_CSR, key: P.STEP_KEY };

/** What was sealed, if the keys are right. */
function openSealed(keys: SessionKeys, step: number, body: Uint8Array): string | undefined {
  const ct = body.slice(0, -P.TAG_BYTES);
  const tag = hmac(sha512, keys.client, concatBytes(Uint8Array.of(step), keys.transcript, ct));
  if (Buffer.compare(tag, body.slice(-P.TAG_BYTES))) return undefined;
  const counter = new Uint8Array(16);
  counter[0] = step;
  return new TextDecoder().decode(ctr(keys.encryption, counter).decrypt(ct));
}

export async function startManInTheMiddle(options: ManOptions): Promise<Man> {
  const device = new URL(options.device);
  const man: Omit<Man, "url" | "stop"> = { loot: {}, deviceSaid: [], clientSent: [], passed: [] };
  let offer: { build: string; suites: string[]; salt: string };
  let keys: { client: SessionKeys; device: SessionKeys };

  async function ask(r: Request, body: Uint8Array): Promise<HttpAnswer> {
    const isPost = r.method === "POST";
    const sent = isPost ? { type: mediaType(r), cookie: `${P.COOKIE_NAME}=${r.cookie}`, body } : {};
    const answer = await request(device, {
      method: isPost ? "POST" : "GET",
      path: r.path,
      ...sent,
      timeoutMs: TIMEOUT_MS,
    });
    man.deviceSaid.push([stepOf(r), answer.status, answer.headers["wib-error"]].filter(Boolean).join(" "));
    man.passed.push(body, answer.body);
    return answer;
  }

  function passOn(answer: HttpAnswer, body = answer.body): Reply {
    const headers: Record<string, string> = {};
    for (const name of ["content-type", "wib-error", "wib-proof", "retry-after"])
      if (answer.headers[name] !== undefined) headers[name] = answer.headers[name];
    if (answer.setCookie.length) headers["Set-Cookie"] = answer.setCookie[0];
    return { status: answer.status, headers, body };
  }

  async function greet(r: Request): Promise<Reply> {
    const answer = await ask(r, r.body);
    offer = JSON.parse(new TextDecoder().decode(answer.body));
    if (!options.changeOffer) return passOn(answer);
    const changed = { ...offer, suites: options.changeOffer(offer.suites) };
    return passOn(answer, new TextEncoder().encode(JSON.stringify(changed)));
  }

  /** One exchange with each side, each under what that side has seen. */
  async function agree(r: Request): Promise<Reply> {
    const { suite, value } = readPublicValue(mediaType(r), r.body)!;
    const salt = Uint8Array.from(Buffer.from(offer.salt, "hex"));
    const serial = new TextEncoder().encode(options.guess);
    const context = { serial, salt, cookie: r.cookie, offered: offer.suites.join(",") };
    const th = (body: Uint8Array, response: Uint8Array) =>
      transcriptHash({ ...context, build: offer.build, suite: suite.name, request: body, response });

    const mine = SUITES.find(({ name }) => name === suite.name)!.begin(context);
    const answer = await ask(r, mine.body);
    const secret = suite.drawSecret();
    const own = suite.publicOf(secret, value, context);
    const response = suite.write(own);
    keys = {
      device: deriveKeys(mine.finish(answer.body), th(mine.body, answer.body)),
      client: deriveKeys(suite.shared(secret, value, own, context), th(r.body, response)),
    };
    return { status: 200, headers: { "Content-Type": suite.type }, body: response };
  }

  async function sealed(r: Request, step: "auth" | "key"): Promise<Reply> {
    const text = openSealed(keys.client, STEPS[step], r.body);
    if (step === "auth") man.loot.serial = text;
    else man.loot.keyText = text;
    const mine = step === "key" ? options.keyText : new TextEncoder().encode(text ?? options.guess);
    const answer = await ask(r, seal(keys.device, STEPS[step], mine));
    const status = options.invents204 ? 204 : answer.status;
    const code = status === 204 ? "" : (answer.headers["wib-error"] ?? "");
    const reply = code
      ? refusalReply(status, code)
      : { status, headers: {} as Record<string, string>, body: answer.body };
    if (status === 401) return reply; // as a device does it
    const requestTag = r.body.slice(-P.TAG_BYTES);
    const proof = expectedProof(keys.client, { path: r.path, status, code, requestTag, body: reply.body });
    reply.headers["Wib-Proof"] = Buffer.from(proof).toString("hex");
    return reply;
  }

  async function handle(r: Request): Promise<Reply> {
    const step = stepOf(r)!;
    man.clientSent.push(step);
    man.passed.push(r.body);
    if (step === "greeting") return greet(r);
    if (options.relays) return passOn(await ask(r, r.body));
    return step === "dh" ? agree(r) : sealed(r, step as "auth" | "key");
  }

  const server = http.createServer((message, response) => {
    readRequest(message)
      .then(handle)
      .then(({ status, headers, body }) => {
        man.passed.push(body);
        const length = status === 204 ? {} : { "Content-Length": body.length };
        response.writeHead(status, { ...headers, ...length, Connection: "close" }).end(body);
      })
      .catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...man,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
