// POST /setup/key.wib: a certificate with its key, or for the key of the CSR, is checked whole and installed
// (docs/PROTOCOL.md 6.4). One body at a time, in one buffer that is there from the start.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Response } from "../http/response.ts";
import type { Exchange } from "../http/server.ts";
import { encodeEcKey } from "../pki/ec-key.ts";
import * as P from "../protocol.ts";
import { LOG_INSTALLING } from "../store/setup-log.ts";
import { keyBodyBegin } from "./key-body.ts";
import type { KeyBody } from "./key-body.ts";
import { refusal, refuse } from "./refusals.ts";
import { SEALED_AT } from "./schedule.ts";
import { openOrRefuse, proven, tagOf } from "./sealed.ts";
import type { Session } from "./sessions.ts";
import * as S from "./states.ts";
import type { SetupWindow } from "./window.ts";

export interface KeyStep {
  /** Room for a body, or undefined while another is in it, or on its way there. */
  take(length: number): Bytes | undefined;
  /** Wipes it; now the next may come. */
  release(): void;
  answer(exchange: Exchange, session: Session): void;
  /** Is an answer on its way? The window must not close before it has gone. */
  isAnswering(): boolean;
  end(): void;
}

export function createKeyStep(w: SetupWindow): KeyStep {
  const p = w.parts.p;
  const buffer = new Uint8Array(SEALED_AT + w.config.maxKeyBytes);
  let isTaken = false;
  let body: KeyBody | undefined; // being checked
  let answers = 0;

  function release(): void {
    wipe(buffer);
    isTaken = false;
  }

  function respond(exchange: Exchange, response: Response, flushed?: () => void): void {
    answers++;
    exchange.respond(response, function () {
      answers--;
      if (flushed) flushed();
    });
  }

  function refuseKey(exchange: Exchange, session: Session, tag: Bytes, code: string): void {
    const response = refuse(refusal(400, code));
    w.events.note("refused: " + code);
    respond(exchange, proven(w, session, exchange, tag, response, code));
    w.sessions.end(session);
    release();
  }

  /** @returns "", or why nothing was installed. */
  function install(checked: KeyBody, session: Session): string {
    const code = checked.code();
    const pair = checked.pair;
    if (code) return code;
    if (session.csrKey) pair.key = encodeEcKey(p, session.csrKey);
    w.parts.log.append(LOG_INSTALLING, p.sha256(pair.chain[0]));
    const isInstalled = w.parts.keystore.install(pair);
    wipe(pair.key);
    return isInstalled ? "" : P.ERROR.tooLarge;
  }

  function finish(exchange: Exchange, session: Session, tag: Bytes): void {
    const code = install(body!, session);
    body!.wipe();
    body = undefined;
    if (code) return refuseKey(exchange, session, tag, code);
    w.events.note("installed");
    const response = proven(w, session, exchange, tag, { status: 204 }, "");
    w.sessions.end(session);
    respond(exchange, response, w.events.installed);
  }

  return {
    take: function (length) {
      if (isTaken) return undefined;
      isTaken = true;
      return buffer.subarray(SEALED_AT, SEALED_AT + length);
    },
    release: release,
    answer: function (exchange, session) {
      const text = openOrRefuse(w, session, exchange, P.STEP_KEY);
      if (!text) return release();
      const tag = tagOf(exchange);
      session.state = S.INSTALLING;
      w.sessions.setDeadline(session, 0);
      const tools = { hal: w.parts.hal, p: p, curves: w.curves };
      const begun = keyBodyBegin(tools, text, w.config.hasCsr, session.csrValue);
      body = begun;
      wipe(buffer);
      w.lane.run(
        function () {
          return begun;
        },
        function () {
          finish(exchange, session, tag);
        },
      );
    },
    isAnswering: function () {
      return answers > 0;
    },
    end: function () {
      if (body) body.wipe(); // it may not have begun
      wipe(buffer);
    },
  };
}
