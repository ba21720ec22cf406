// POST /setup/dh.wib: key agreement, which opens a session (docs/PROTOCOL.md section 4). One at a time.
import type { Bytes } from "../hal/engine.ts";
import type { Exchange } from "../http/server.ts";
import * as P from "../protocol.ts";
import { dropPair, prepare } from "./prepared.ts";
import { refusal, refuse } from "./refusals.ts";
import { deriveKeys, transcriptHash } from "./schedule.ts";
import type { Session } from "./sessions.ts";
import * as S from "./states.ts";
import type { Agreement, Suite } from "./suites.ts";
import type { SetupWindow } from "./window.ts";

export interface DhStep {
  /** Is it the media type of a suite? */
  accepts(type: string | undefined): boolean;
  /** made: seconds since the window opened, when the cookie was made. */
  answer(exchange: Exchange, cookie: string, made: number): void;
}

/** @param prepareNext is called when a suite's pair is used up. */
export function createDhStep(w: SetupWindow, suites: Suite[], salt: Bytes, prepareNext: () => void): DhStep {
  let isRunning = false;

  function agree(exchange: Exchange, session: Session, suite: Suite, peer: Bytes, body: string): void {
    let agreement: Agreement;
    function finish(): void {
      const result = agreement.finish();
      dropPair(suite);
      isRunning = false;
      if (!result) {
        w.sessions.end(session);
        exchange.respond(refuse(refusal(400, P.ERROR.unusablePublicKey)));
        return prepareNext();
      }
      const said = [w.config.build, suite.name, salt, w.config.suites, session.cookie, body, result.answer];
      session.keys = deriveKeys(w.parts.p, result.ikm, transcriptHash(w.parts.p, said));
      session.state = S.AWAIT_AUTH;
      exchange.respond({ status: 200, type: suite.type, body: result.answer });
      w.sessions.setDeadline(session, w.config.authS);
      prepareNext();
    }
    prepare(w.lane, suite, function () {
      w.lane.run(function () {
        agreement = suite.agreeBegin(peer, session.cookie);
        return agreement;
      }, finish);
    });
  }

  return {
    accepts: function (type) {
      for (let i = 0; i < suites.length; i++) if (type === suites[i].type) return true;
      return false;
    },
    answer: function (exchange, cookie, made) {
      const body = w.parts.hal.E.toString(exchange.body);
      let suite: Suite | undefined;
      let peer: Bytes | undefined;
      for (let i = 0; i < suites.length && !peer; i++) {
        suite = suites[i];
        if (suite.type === exchange.head.headers["content-type"]) peer = suite.read(body);
      }
      if (!peer) return exchange.respond(refuse(refusal(400, P.ERROR.malformedPublicKey)));
      if (!suite!.isUsable(peer)) return exchange.respond(refuse(refusal(400, P.ERROR.unusablePublicKey)));
      if (isRunning) return exchange.respond(refuse(refusal(503, P.ERROR.busy)));
      const session = w.sessions.take(cookie, made);
      if (!session) return exchange.respond(refuse(refusal(503, P.ERROR.noSlot)));
      isRunning = true;
      agree(exchange, session, suite!, peer, body);
    },
  };
}
