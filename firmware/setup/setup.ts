// One setup window, from the press of the button to its end: what it answers on dh, auth, csr and key
// (docs/PROTOCOL.md sections 2 to 7). Everything in it dies with it. The order of checks is the protocol's.
import type { Bytes } from "../hal/engine.ts";
import { SUITES, THUMB } from "../crypto/back-ends.build.ts";
import { wipe } from "../crypto/bytes.ts";
import { createCurves } from "../crypto/curves.ts";
import { hmacSha512Key, wipeHmacKey } from "../crypto/hmac.ts";
import { createFfdhe2048 } from "../crypto/ffdhe2048.ts";
import { P256_REGISTERS } from "../crypto/formulas.build.ts";
import { createLane } from "../crypto/lane.ts";
import { wordsOf } from "../crypto/native/field-native.ts";
import { hex } from "../crypto/primitives.ts";
import type { Exchange } from "../http/server.ts";
import type { Refusal, RequestHead } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import * as P from "../protocol.ts";
import { createAuthStep } from "./auth-step.ts";
import { checkCookie, cookieValue, createCookie } from "./cookies.ts";
import { createCsrStep } from "./csr-step.ts";
import { createDhStep } from "./dh-step.ts";
import { isHostAllowed, isOriginAllowed } from "./hosts.ts";
import { createKeyStep } from "./key-step.ts";
import { dropPair, p256Pair, prepareAll } from "./prepared.ts";
import { refusal, refuse } from "./refusals.ts";
import { SEALED_AT } from "./schedule.ts";
import { createSessions } from "./sessions.ts";
import * as S from "./states.ts";
import { createSuites } from "./suites.ts";
import type { Prepared } from "./prepared.ts";
import type { SetupConfig, SetupEvents, SetupParts, SetupWindow } from "./window.ts";

export interface Setup {
  accept(head: RequestHead): Bytes | Refusal;
  handle(exchange: Exchange): void;
  aborted(head: RequestHead): void;
  refuse(refusal: Refusal): Response;
  /** The window's time is up: nobody new is served. @returns whether an authenticated session is still at work. */
  expire(): boolean;
  /** Wipes everything. */
  end(): void;
}

/** In the order of the events of states.ts. */
const PATHS = [P.PATH_DH, P.PATH_AUTH, P.PATH_CSR, P.PATH_KEY];

/** The one lazy entry of the setup room. */
export function createSetup(parts: SetupParts, config: SetupConfig, events: SetupEvents): Setup {
  const hal = parts.hal;
  const p = parts.p;
  const random = parts.random;
  const opened = hal.getTime();
  if (THUMB.runs && p.native) p.native.keep(wordsOf(P256_REGISTERS)); // the largest machine but that of ffdhe2048
  const salt = random.read(P.SALT_BYTES);
  const saltHex = hex(hal, salt);
  const cookieSecret = random.read(64);
  const cookieKey = hmacSha512Key(p, cookieSecret);
  wipe(cookieSecret);

  function seconds(): number {
    return Math.floor(hal.getTime() - opened);
  }

  const w: SetupWindow = {
    parts: parts,
    config: config,
    events: events,
    curves: createCurves(hal, p.native),
    lane: createLane(hal),
    sessions: createSessions(hal, seconds, events.busy, events.note),
  };
  const suites = createSuites({
    hal: hal,
    p: p,
    curves: w.curves,
    ffdhe2048: SUITES.ffdhe2048 ? createFfdhe2048(hal, p.native) : undefined,
    draw: random.read,
    serial: config.serial,
    salt: salt,
    names: config.suites.split(","),
  });
  const csrPair = p256Pair(w.curves, random.read);
  const ahead: Prepared[] = suites.filter(function (suite) {
    return suite.isAhead;
  });
  if (config.hasCsr) ahead.push(csrPair);

  function prepareNext(): void {
    prepareAll(w.lane, ahead);
  }

  const dh = createDhStep(w, suites, salt, prepareNext);
  const auth = createAuthStep(w);
  const answerCsr = createCsrStep(w, csrPair);
  const key = createKeyStep(w);
  let isExpired = false;
  let isEnded = false;
  let gets = 0;
  let getSecond = 0;

  // ---- What is decided by the header alone ----

  function acceptGet(): Bytes | Refusal {
    const now = seconds();
    if (now !== getSecond) gets = 0;
    getSecond = now;
    return ++gets > P.GETS_PER_SECOND ? refusal(503, P.ERROR.busy) : new Uint8Array(0);
  }

  /** Checked with the header, and again when the body is there. */
  function unavailable(event: number): Refusal | undefined {
    // A connection that was accepted in the pass in which the window closed may still speak.
    if (isEnded || (isExpired && event <= S.EVENT_AUTH)) return refusal(503, P.ERROR.busy);
    if (random.status()) return refusal(503, random.status());
    // Until the last answer of this window has gone, or for good.
    const usedUp = auth.failures() >= P.TRIES_PER_WINDOW || parts.tries.count() >= P.TRIES_IN_ALL;
    return usedUp ? refusal(429, P.ERROR.triesUsedUp) : undefined;
  }

  /** Likewise: is there a session for this, or for a dh a cookie, and is it its turn? */
  function outOfTurn(cookie: string, event: number): Refusal | undefined {
    const session = w.sessions.find(cookie);
    let code: string = P.ERROR.unauthenticated;
    if (session) code = S.refusalOf(session.state, event);
    else if (event === S.EVENT_DH && checkCookie(p, cookieKey, cookie, seconds()) >= 0) code = "";
    return code ? refusal(code === P.ERROR.wrongOrder ? 409 : 401, code) : undefined;
  }

  function acceptPost(head: RequestHead, event: number): Bytes | Refusal {
    const type = head.headers["content-type"];
    const isType = event === S.EVENT_DH ? dh.accepts(type) : type === P.TYPE_BYTES;
    const cap = [P.DH_MAX_BYTES, P.DH_MAX_BYTES, P.CSR_MAX_BYTES, config.maxKeyBytes][event];
    if (!isType) return refusal(415, P.ERROR.typeRefused);
    if (head.length > cap) return refusal(413, P.ERROR.bodyTooLarge);
    const refused = outOfTurn(cookieValue(head.headers["cookie"]), event);
    if (refused) return refused;
    if (event === S.EVENT_DH) return new Uint8Array(head.length);
    if (event === S.EVENT_AUTH && head.length !== P.AUTH_BYTES) return refusal(400, P.ERROR.malformedRequest);
    if (event !== S.EVENT_KEY) return new Uint8Array(SEALED_AT + head.length).subarray(SEALED_AT);
    return key.take(head.length) || refusal(503, P.ERROR.busy);
  }

  function accept(head: RequestHead): Bytes | Refusal {
    if (!isHostAllowed(head.host, config.host)) return refusal(403, P.ERROR.hostRefused);
    if (!isOriginAllowed(head)) return refusal(403, P.ERROR.originRefused);
    const event = PATHS.indexOf(head.path);
    if (event < 0) return refusal(404, P.ERROR.notFound);
    const isGet = head.method === "GET" && event === S.EVENT_DH;
    if (!isGet && head.method !== "POST") {
      const allow = event === S.EVENT_DH ? "GET, POST" : "POST";
      return { status: 405, code: P.ERROR.methodNotAllowed, allow: allow };
    }
    return unavailable(event) || (isGet ? acceptGet() : acceptPost(head, event));
  }

  // ---- Answers ----

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
        config.suites.split(",").join('","') +
        '"],"salt":"' +
        saltHex +
        '","window":' +
        Math.max(0, config.windowS - seconds()) +
        ',"tries":' +
        Math.min(left, P.TRIES_PER_WINDOW - auth.failures()) +
        ',"wait":' +
        config.waitS +
        ',"max":' +
        config.maxKeyBytes +
        "}",
    });
  }

  function handle(exchange: Exchange): void {
    const head = exchange.head;
    const event = PATHS.indexOf(head.path);
    const isGet = head.method === "GET";
    const cookie = cookieValue(head.headers["cookie"]);
    // Things may have changed while the body was on its way.
    const refused = unavailable(event) || (isGet ? undefined : outOfTurn(cookie, event));
    if (refused) {
      if (event === S.EVENT_KEY) key.release();
      return exchange.respond(refuse(refused));
    }
    if (isGet) return answerGet(exchange);
    if (event === S.EVENT_DH) return dh.answer(exchange, cookie, checkCookie(p, cookieKey, cookie, seconds()));
    const session = w.sessions.find(cookie)!;
    if (event === S.EVENT_AUTH) auth.answer(exchange, session);
    else if (event === S.EVENT_CSR) answerCsr(exchange, session);
    else key.answer(exchange, session);
  }

  prepareNext();
  return {
    accept: accept,
    handle: handle,
    aborted: function (head) {
      if (head.path === P.PATH_KEY) key.release();
    },
    refuse: refuse,
    expire: function () {
      isExpired = true;
      return w.sessions.hasAuthenticated() || key.isAnswering();
    },
    end: function () {
      isEnded = true;
      w.lane.stop();
      if (THUMB.runs && p.native) p.native.keep(0);
      w.sessions.endAll();
      suites.forEach(dropPair);
      dropPair(csrPair);
      key.end();
      wipeHmacKey(cookieKey);
      wipe(salt);
    },
  };
}
