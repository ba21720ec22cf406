// POST /setup/auth.wib: does the client know the serial? (docs/PROTOCOL.md 6.2). The order of its steps is the protocol's.
import { aesCtrXor } from "../crypto/aes-ctr.ts";
import { equalCt, wipe } from "../crypto/bytes.ts";
import type { Exchange } from "../http/server.ts";
import * as P from "../protocol.ts";
import { LOG_AUTHENTICATED } from "../store/setup-log.ts";
import { refusal, refuse } from "./refusals.ts";
import { openSealed } from "./schedule.ts";
import { proven, tagOf, whole } from "./sealed.ts";
import type { Session } from "./sessions.ts";
import * as S from "./states.ts";
import type { SetupWindow } from "./window.ts";

export interface AuthStep {
  /** Failures in this window. */
  failures(): number;
  answer(exchange: Exchange, session: Session): void;
}

export function createAuthStep(w: SetupWindow): AuthStep {
  const p = w.parts.p;
  let failures = 0;

  return {
    failures: function () {
      return failures;
    },
    answer: function (exchange, session) {
      if (!w.parts.tries.spend()) return exchange.respond(refuse(refusal(503, P.ERROR.storeFailed)));
      const tag = tagOf(exchange);
      const text = openSealed(p, session.keys!, P.STEP_AUTH, whole(exchange), P.AUTH_BYTES);
      // After a wrong tag the same work is done on what is there, so that time does not tell a wrong serial from it.
      const opened = exchange.body.subarray(0, P.SERIAL_CHARS);
      if (!text) aesCtrXor(p, session.keys!.encryption, P.STEP_AUTH, opened);
      const serial = p.join(w.config.serial);
      const good = equalCt(opened, serial);
      const passed = !!text && good;
      wipe(whole(exchange), serial);
      if (passed) {
        w.parts.log.append(LOG_AUTHENTICATED);
        w.parts.tries.clear();
        session.state = S.AWAIT_CSR_OR_KEY;
        w.sessions.setDeadline(session, w.config.sessionS);
        w.events.note("authenticated");
        return exchange.respond(proven(w, session, exchange, tag, { status: 204 }, ""));
      }
      failures++;
      w.sessions.end(session);
      w.events.note("authentication failed");
      exchange.respond(
        refuse(refusal(401, P.ERROR.unauthenticated)),
        failures >= P.TRIES_PER_WINDOW ? w.events.exhausted : undefined,
      );
    },
  };
}
