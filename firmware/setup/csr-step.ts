// POST /setup/csr.wib: the device's own key, made ahead where it can be, and a request for its certificate
// (docs/PROTOCOL.md 6.3). The key lives in the session until its certificate comes back.
import type { PointJob } from "../crypto/curves.ts";
import type { Exchange } from "../http/server.ts";
import { csrBegin } from "../pki/csr.ts";
import { encodePem } from "../pki/pem.ts";
import * as P from "../protocol.ts";
import { prepare } from "./prepared.ts";
import type { Prepared } from "./prepared.ts";
import { refusal, refuse } from "./refusals.ts";
import { openOrRefuse, proven, tagOf } from "./sealed.ts";
import type { Session } from "./sessions.ts";
import * as S from "./states.ts";
import { commonNameOf } from "./wishes.ts";
import type { SetupWindow } from "./window.ts";

/** @returns what answers. */
export function createCsrStep(w: SetupWindow, pair: Prepared): (exchange: Exchange, session: Session) => void {
  const hal = w.parts.hal;
  const p = w.parts.p;

  return function (exchange, session) {
    const text = openOrRefuse(w, session, exchange, P.STEP_CSR);
    if (!text) return;
    const tag = tagOf(exchange);
    const name = commonNameOf(hal.E.toString(text));
    const code = !w.config.hasCsr ? P.ERROR.csrUnsupported : !name ? P.ERROR.malformedWishes : "";
    if (code) {
      session.state = S.AWAIT_KEY;
      return exchange.respond(proven(w, session, exchange, tag, refuse(refusal(400, code)), code));
    }
    session.state = S.COMPUTING_CSR;
    // The session may be over when its turn comes.
    function isOver(): boolean {
      if (session.state === S.COMPUTING_CSR) return false;
      exchange.respond(refuse(refusal(401, P.ERROR.unauthenticated)));
      return true;
    }
    prepare(w.lane, pair, function () {
      if (isOver()) return;
      const key = pair.secret!;
      const value = pair.value!;
      pair.secret = pair.value = undefined; // the session's now, before anybody else can take it
      session.csrKey = key;
      session.csrValue = value;
      let job: PointJob | undefined;
      w.lane.run(
        function () {
          job = csrBegin(p, w.curves, key, value, name);
          return job;
        },
        function () {
          const body = encodePem(hal, "CERTIFICATE REQUEST", job!.finish()!);
          job = undefined; // the proof needs room
          if (isOver()) return;
          session.state = S.AWAIT_CHAIN;
          exchange.respond(proven(w, session, exchange, tag, { status: 200, type: P.TYPE_PEM, body: body }, ""));
        },
      );
    });
  };
}
