// The slots of a window (docs/PROTOCOL.md 7.2): nothing is ever evicted, and a cookie opens one session, once.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import * as P from "../protocol.ts";
import { wipeKeys } from "./schedule.ts";
import type { SessionKeys } from "./schedule.ts";
import * as S from "./states.ts";

export interface Session {
  cookie: string;
  /** Seconds since the window opened, when its cookie was made: until it is too old the slot stays taken. */
  made: number;
  state: number;
  keys?: SessionKeys;
  badSeals: number;
  /** The key made for a CSR, and its x and y. */
  csrKey?: Bytes;
  csrValue?: Bytes;
  deadline?: number;
}

export interface Sessions {
  find(cookie: string): Session | undefined;
  /** @returns a session that computes its dh, or undefined if there is no slot. */
  take(cookie: string, made: number): Session | undefined;
  /** One deadline a session; a new one replaces the old, and 0 leaves none. */
  setDeadline(session: Session, s: number): void;
  /** Wipes what it knew. */
  end(session: Session): void;
  endAll(): void;
  /** Is there one that has authenticated and is still at work? */
  hasAuthenticated(): boolean;
}

/**
 * @param seconds since the window opened.
 * @param onBusy is told whether any session is under way.
 */
export function createSessions(
  hal: Hal,
  seconds: () => number,
  onBusy: (isBusy: boolean) => void,
  note: (text: string) => void,
): Sessions {
  const sessions: Session[] = [];

  function isLive(session: Session): boolean {
    return session.state !== S.ENDED;
  }

  function clearDeadline(session: Session): void {
    if (session.deadline) hal.clearTimeout(session.deadline);
    session.deadline = undefined;
  }

  function end(session: Session): void {
    clearDeadline(session);
    if (session.keys) wipeKeys(session.keys);
    wipe(session.csrKey);
    session.keys = session.csrKey = undefined;
    session.state = S.ENDED;
    onBusy(sessions.some(isLive));
  }

  return {
    find: function (cookie) {
      for (let i = 0; i < sessions.length; i++) if (sessions[i].cookie === cookie) return sessions[i];
      return undefined;
    },
    take: function (cookie, made) {
      // Slots of dead sessions are free again once their cookies are too old to be used.
      for (let i = sessions.length - 1; i >= 0; i--)
        if (!isLive(sessions[i]) && seconds() - sessions[i].made > P.COOKIE_LIFE_S) sessions.splice(i, 1);
      if (sessions.length === P.SESSION_SLOTS) return undefined;
      const session: Session = { cookie: cookie, made: made, state: S.COMPUTING_DH, badSeals: 0 };
      sessions.push(session);
      onBusy(true);
      return session;
    },
    setDeadline: function (session, s) {
      clearDeadline(session);
      if (!s) return;
      session.deadline = hal.setTimeout(function () {
        session.deadline = undefined;
        end(session);
        note("session timed out");
      }, s * 1000);
    },
    end: end,
    endAll: function () {
      sessions.forEach(end);
    },
    hasAuthenticated: function () {
      return sessions.some(function (session) {
        return isLive(session) && session.state >= S.AWAIT_CSR_OR_KEY;
      });
    },
  };
}
