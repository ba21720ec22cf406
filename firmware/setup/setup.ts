// One setup window, from the press of the button to its end: what it answers on dh, auth, csr and key
// (docs/PROTOCOL.md sections 3 to 7). Everything in it dies with it. The order of checks is the protocol's.
import type { Bytes, Hal } from "../hal/engine.ts";
import { equalCt, wipe } from "../crypto/bytes.ts";
import { createCurves } from "../crypto/curves.ts";
import type { PointJob } from "../crypto/curves.ts";
import { hmacSha512Key, wipeHmacKey } from "../crypto/hmac.ts";
import { createLane } from "../crypto/lane.ts";
import { hex } from "../crypto/primitives.ts";
import type { Primitives } from "../crypto/primitives.ts";
import type { Random } from "../entropy/random.ts";
import type { Exchange } from "../http/server.ts";
import type { Refusal, RequestHead } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import * as P from "../protocol.ts";
import type { Keystore } from "../store/keystore.ts";
import type { Tries } from "../store/tries.ts";
import { checkCookie, cookieValue, createCookie } from "./cookies.ts";
import { isHostAllowed, isOriginAllowed } from "./hosts.ts";
import { parseKeyBody } from "./key-body.ts";
import type { KeyBody } from "./key-body.ts";
import { deriveKeys, openSealed, proof, SEALED_AT, transcriptHash, wipeKeys } from "./schedule.ts";
import type { SessionKeys } from "./schedule.ts";
import * as S from "./states.ts";
import { createSuites, parsePublicKey, prepare, publicKeyPem } from "./suites.ts";
import type { Suite } from "./suites.ts";

export interface SetupConfig {
  build: string;
  serial: string;
  /** A host name written at flashing, or "". */
  host: string;
  maxKeyBytes: number;
  windowS: number;
  waitS: number;
  authS: number;
  sessionS: number;
}

export interface SetupParts {
  hal: Hal;
  p: Primitives;
  random: Random;
  keystore: Keystore;
  tries: Tries;
}

export interface SetupEvents {
  /** The pair has been switched and the answer has left the device. */
  installed(): void;
  /** The window's tries are used up, the answer has gone: it must close. */
  exhausted(): void;
  /** Something happened that an owner may want to see; never a secret. */
  note(text: string): void;
}

export interface Setup {
  accept(head: RequestHead): Bytes | Refusal;
  handle(exchange: Exchange): void;
  aborted(head: RequestHead): void;
  refuse(refusal: Refusal): Response;
  /** Wipes everything. */
  end(): void;
}

interface Session {
  cookie: string;
  /** Seconds since the window opened, when its cookie was made: until it is too old the slot stays taken. */
  made: number;
  state: number;
  keys?: SessionKeys;
  badSeals: number;
  deadline?: number;
}

/** In the order of the events of states.ts. */
const PATHS = [P.PATH_DH, P.PATH_AUTH, P.PATH_CSR, P.PATH_KEY];

/** The one lazy entry of the setup room. */
export function createSetup(parts: SetupParts, config: SetupConfig, events: SetupEvents): Setup {
  const hal = parts.hal;
  const p = parts.p;
  const random = parts.random;
  const opened = hal.getTime();
  const salt = random.read(P.SALT_BYTES);
  const saltHex = hex(hal, salt);
  const cookieSecret = random.read(64);
  const cookieKey = hmacSha512Key(p, cookieSecret);
  const curves = createCurves(hal);
  const lane = createLane(hal);
  const suites = createSuites(curves, random.read);
  const sessions: Session[] = [];
  const keyBuffer = new Uint8Array(SEALED_AT + config.maxKeyBytes);
  let keyReader: Session | undefined; // whose body is in keyBuffer
  let failures = 0;
  let gets = 0;
  let getSecond = 0;
  let offered = "";
  wipe(cookieSecret);
  for (let i = 0; i < suites.length; i++) offered += (i ? "," : "") + suites[i].name;

  function seconds(): number {
    return Math.floor(hal.getTime() - opened);
  }

  function refusal(status: number, code: string): Refusal {
    return { status: status, code: code };
  }

  function refuse(r: Refusal): Response {
    let headers = "Wib-Error: " + r.code + "\r\n";
    if (r.status === 503) headers += "Retry-After: " + (r.code === P.ERROR.entropyStarting ? 5 : 1) + "\r\n";
    if (r.status === 401) headers += "Set-Cookie: " + P.COOKIE_NAME + "=; Path=/setup; Max-Age=0\r\n";
    if (r.status === 405) headers += "Allow: GET, POST\r\n";
    return { status: r.status, headers: headers, body: r.code.split("-").join(" ") + "\n" };
  }

  /** One body at a time is read into the key buffer; now the next may come. */
  function releaseKeyBuffer(): void {
    wipe(keyBuffer);
    keyReader = undefined;
  }

  function endSession(session: Session): void {
    if (session.deadline) hal.clearTimeout(session.deadline);
    if (session.keys) wipeKeys(session.keys);
    if (keyReader === session) releaseKeyBuffer();
    session.keys = session.deadline = undefined;
    session.state = S.ENDED;
  }

  function setDeadline(session: Session, s: number): void {
    if (session.deadline) hal.clearTimeout(session.deadline);
    session.deadline = hal.setTimeout(function () {
      session.deadline = undefined;
      events.note("session timed out");
      endSession(session);
    }, s * 1000);
  }

  function findSession(cookie: string): Session | undefined {
    for (let i = 0; i < sessions.length; i++) if (sessions[i].cookie === cookie) return sessions[i];
    return undefined;
  }

  /** Slots of dead sessions are free again once their cookies are too old to be used. */
  function takeSlot(cookie: string, made: number): Session | undefined {
    for (let i = sessions.length - 1; i >= 0; i--)
      if (sessions[i].state === S.ENDED && seconds() - sessions[i].made > P.COOKIE_LIFE_S) sessions.splice(i, 1);
    if (sessions.length === P.SESSION_SLOTS) return undefined;
    const session: Session = { cookie: cookie, made: made, state: S.COMPUTING_DH, badSeals: 0 };
    sessions.push(session);
    return session;
  }

  // ---- What is decided by the header alone ----

  function acceptGet(): Bytes | Refusal {
    const now = seconds();
    if (now !== getSecond) gets = 0;
    getSecond = now;
    return ++gets > P.GETS_PER_SECOND ? refusal(503, P.ERROR.busy) : new Uint8Array(0);
  }

  function acceptDh(head: RequestHead, cookie: string): Bytes | Refusal {
    const type = head.headers["content-type"];
    if (type !== P.TYPE_PEM) return refusal(415, P.ERROR.typeRefused);
    if (head.length > P.DH_MAX_BYTES) return refusal(413, P.ERROR.bodyTooLarge);
    const session = findSession(cookie);
    if (session) {
      const code = S.refusalOf(session.state, S.EVENT_DH);
      return refusal(code === P.ERROR.wrongOrder ? 409 : 401, code);
    }
    if (checkCookie(p, cookieKey, cookie, seconds()) < 0) return refusal(401, P.ERROR.unauthenticated);
    return new Uint8Array(head.length);
  }

  function acceptSealed(head: RequestHead, cookie: string, event: number): Bytes | Refusal {
    const cap = [0, P.DH_MAX_BYTES, P.CSR_MAX_BYTES, config.maxKeyBytes][event];
    if (head.headers["content-type"] !== P.TYPE_BYTES) return refusal(415, P.ERROR.typeRefused);
    if (head.length > cap) return refusal(413, P.ERROR.bodyTooLarge);
    const session = findSession(cookie);
    if (!session) return refusal(401, P.ERROR.unauthenticated);
    const code = S.refusalOf(session.state, event);
    if (code) return refusal(code === P.ERROR.wrongOrder ? 409 : 401, code);
    if (event === S.EVENT_AUTH && head.length !== P.AUTH_BYTES) return refusal(400, P.ERROR.malformedRequest);
    if (event !== S.EVENT_KEY) return new Uint8Array(SEALED_AT + head.length).subarray(SEALED_AT);
    if (keyReader) return refusal(503, P.ERROR.busy);
    keyReader = session;
    return keyBuffer.subarray(SEALED_AT, SEALED_AT + head.length);
  }

  function accept(head: RequestHead): Bytes | Refusal {
    if (!isHostAllowed(head.host, config.host)) return refusal(403, P.ERROR.hostRefused);
    if (!isOriginAllowed(head)) return refusal(403, P.ERROR.originRefused);
    const event = PATHS.indexOf(head.path);
    if (event < 0) return refusal(404, P.ERROR.notFound);
    const isGet = head.method === "GET" && event === S.EVENT_DH;
    if (!isGet && head.method !== "POST") return refusal(405, P.ERROR.methodNotAllowed);
    if (random.status()) return refusal(503, random.status());
    if (parts.tries.count() >= P.TRIES_IN_ALL) return refusal(429, P.ERROR.triesUsedUp);
    if (isGet) return acceptGet();
    const cookie = cookieValue(head.headers["cookie"]);
    return event === S.EVENT_DH ? acceptDh(head, cookie) : acceptSealed(head, cookie, event);
  }

  // ---- dh ----

  function answerGet(exchange: Exchange): void {
    const left = P.TRIES_IN_ALL - parts.tries.count();
    const cookie = createCookie(hal, p, cookieKey, random.read(16), seconds());
    exchange.respond({
      status: 200,
      headers: "Set-Cookie: " + P.COOKIE_NAME + "=" + cookie + "; Path=/setup; HttpOnly; SameSite=Strict\r\n",
      type: "application/json",
      body:
        '{"v":1,"build":"' +
        config.build +
        '","suites":["' +
        offered.split(",").join('","') +
        '"],"salt":"' +
        saltHex +
        '","window":' +
        Math.max(0, config.windowS - seconds()) +
        ',"tries":' +
        Math.min(left, P.TRIES_PER_WINDOW - failures) +
        ',"wait":' +
        config.waitS +
        ',"max":' +
        config.maxKeyBytes +
        "}",
    });
  }

  let dhRunning = false;

  function answerDh(exchange: Exchange): void {
    const cookie = cookieValue(exchange.head.headers["cookie"]);
    const body = hal.E.toString(exchange.body);
    const peer = parsePublicKey(hal, suites, body);
    if (!peer) return exchange.respond(refuse(refusal(400, P.ERROR.malformedPublicKey)));
    if (!peer.suite.isUsable(peer.value)) return exchange.respond(refuse(refusal(400, P.ERROR.unusablePublicKey)));
    if (dhRunning) return exchange.respond(refuse(refusal(503, P.ERROR.busy)));
    const session = takeSlot(cookie, checkCookie(p, cookieKey, cookie, seconds()));
    if (!session) return exchange.respond(refuse(refusal(503, P.ERROR.noSlot)));
    dhRunning = true;
    prepare(lane, peer.suite, function () {
      computeShared(exchange, session, peer.suite, peer.value, body);
    });
  }

  function computeShared(exchange: Exchange, session: Session, suite: Suite, value: Bytes, body: string): void {
    const own = suite.ready!;
    let job: PointJob;
    suite.ready = undefined;
    function fail(): void {
      dhRunning = false;
      wipe(own.secret);
      endSession(session);
      exchange.respond(refuse(refusal(400, P.ERROR.unusablePublicKey)));
      prepareNext();
    }
    if (hal.E.toString(own.value) === hal.E.toString(value)) return fail(); // our own value sent back
    lane.run(
      function () {
        job = suite.begin(own.secret, value);
        return job;
      },
      function () {
        const result = job.finish();
        if (!result) return fail();
        const answer = publicKeyPem(hal, suite, own.value);
        const transcript = transcriptHash(p, [config.build, suite.name, salt, offered, session.cookie, body, answer]);
        session.keys = deriveKeys(p, suite.ikm(result), transcript);
        wipe(own.secret, result);
        dhRunning = false;
        session.state = S.AWAIT_AUTH;
        exchange.respond({ status: 200, type: P.TYPE_PEM, body: answer });
        setDeadline(session, config.authS);
        prepareNext();
      },
    );
  }

  /** Makes key pairs ahead, one suite after the other. */
  function prepareNext(): void {
    for (let i = 0; i < suites.length; i++) if (!suites[i].ready) return prepare(lane, suites[i], prepareNext);
  }

  // ---- Sealed bodies ----

  function proven(session: Session, exchange: Exchange, tag: Bytes, response: Response, code: string): Response {
    const value = proof(p, session.keys!, exchange.head.path, response.status, code, tag, response.body || "");
    response.headers = (response.headers || "") + "Wib-Proof: " + hex(hal, value) + "\r\n";
    return response;
  }

  function tagOf(exchange: Exchange): Bytes {
    const end = exchange.body.length;
    return new Uint8Array(exchange.body.subarray(end - P.TAG_BYTES, end));
  }

  function whole(exchange: Exchange): Bytes {
    return new Uint8Array(exchange.body.buffer);
  }

  function answerAuth(exchange: Exchange, session: Session): void {
    if (!parts.tries.spend()) return exchange.respond(refuse(refusal(503, P.ERROR.storeFailed)));
    const tag = tagOf(exchange);
    const text = openSealed(p, session.keys!, P.STEP_AUTH, whole(exchange), P.AUTH_BYTES);
    // After a wrong tag the same work is done on what is there.
    const good = equalCt(text || exchange.body.subarray(0, P.SERIAL_CHARS), p.join(config.serial));
    const passed = !!text && good;
    wipe(whole(exchange));
    if (passed) {
      parts.tries.clear();
      session.state = S.AWAIT_CSR_OR_KEY;
      setDeadline(session, config.sessionS);
      events.note("authenticated");
      return exchange.respond(proven(session, exchange, tag, { status: 204 }, ""));
    }
    failures++;
    endSession(session);
    events.note("authentication failed");
    exchange.respond(
      refuse(refusal(401, P.ERROR.unauthenticated)),
      failures >= P.TRIES_PER_WINDOW ? events.exhausted : undefined,
    );
  }

  /** After auth. @returns undefined when length or tag are wrong: that has been answered, and changed nothing. */
  function openOrRefuse(exchange: Exchange, session: Session, step: number): Bytes | undefined {
    const length = exchange.body.length;
    const text = length > P.TAG_BYTES ? openSealed(p, session.keys!, step, whole(exchange), length) : undefined;
    if (text) return text;
    if (step === P.STEP_KEY) releaseKeyBuffer();
    if (++session.badSeals >= P.BAD_SEALS_PER_SESSION) endSession(session);
    exchange.respond(refuse(refusal(401, P.ERROR.unauthenticated)));
    return undefined;
  }

  function answerCsr(exchange: Exchange, session: Session): void {
    if (!openOrRefuse(exchange, session, P.STEP_CSR)) return;
    const code = P.ERROR.csrUnsupported;
    exchange.respond(proven(session, exchange, tagOf(exchange), refuse(refusal(400, code)), code));
  }

  function answerKey(exchange: Exchange, session: Session): void {
    const text = openOrRefuse(exchange, session, P.STEP_KEY);
    if (!text) return;
    const tag = tagOf(exchange);
    session.state = S.INSTALLING;
    if (session.deadline) hal.clearTimeout(session.deadline);
    session.deadline = undefined;
    const body = parseKeyBody(hal, curves, text);
    wipe(keyBuffer);
    if (typeof body === "string") return refuseKey(exchange, session, tag, body);
    if (!body.job) return install(exchange, session, tag, body);
    lane.run(
      function () {
        return body.job!;
      },
      function () {
        install(exchange, session, tag, body);
      },
    );
  }

  function refuseKey(exchange: Exchange, session: Session, tag: Bytes, code: string): void {
    const response = refuse(refusal(400, code));
    events.note("refused: " + code);
    exchange.respond(proven(session, exchange, tag, response, code));
    endSession(session);
  }

  function install(exchange: Exchange, session: Session, tag: Bytes, body: KeyBody): void {
    const code = body.check() || (parts.keystore.install(body.pair) ? "" : P.ERROR.tooLarge);
    wipe(body.pair.key);
    if (code) return refuseKey(exchange, session, tag, code);
    events.note("installed");
    const response = proven(session, exchange, tag, { status: 204 }, "");
    endSession(session);
    exchange.respond(response, events.installed);
  }

  function handle(exchange: Exchange): void {
    if (exchange.head.path === P.PATH_DH) {
      if (exchange.head.method === "GET") return answerGet(exchange);
      return answerDh(exchange);
    }
    const session = findSession(cookieValue(exchange.head.headers["cookie"]));
    const event = PATHS.indexOf(exchange.head.path);
    // The session may have ended while the body was on its way.
    if (!session || S.refusalOf(session.state, event))
      return exchange.respond(refuse(refusal(401, P.ERROR.unauthenticated)));
    if (event === S.EVENT_AUTH) answerAuth(exchange, session);
    else if (event === S.EVENT_CSR) answerCsr(exchange, session);
    else answerKey(exchange, session);
  }

  prepareNext();
  return {
    accept: accept,
    handle: handle,
    aborted: function (head) {
      if (head.path === P.PATH_KEY && keyReader && keyReader.state !== S.INSTALLING) releaseKeyBuffer();
    },
    refuse: refuse,
    end: function () {
      lane.stop();
      for (let i = 0; i < sessions.length; i++) endSession(sessions[i]);
      for (let i = 0; i < suites.length; i++) if (suites[i].ready) wipe(suites[i].ready!.secret);
      wipeHmacKey(cookieKey);
      wipe(salt, keyBuffer);
    },
  };
}
