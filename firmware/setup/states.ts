// The session's state machine (docs/PROTOCOL.md 7.2) as data. A state is named for what it accepts next.
import { ERROR } from "../protocol.ts";

export const COMPUTING_DH = 0;
export const AWAIT_AUTH = 1;
export const AWAIT_CSR_OR_KEY = 2;
export const COMPUTING_CSR = 3;
export const AWAIT_CHAIN = 4; // for the key of the CSR that was sent
export const AWAIT_KEY = 5; // the CSR was refused
export const INSTALLING = 6;
export const ENDED = 7;

export const EVENT_DH = 0;
export const EVENT_AUTH = 1;
export const EVENT_CSR = 2;
export const EVENT_KEY = 3;

/**
 * One row a state, one column an event: 0 to go on, else the status of the refusal.
 * A live session's cookie opens no second one (409); a dead one's opens nothing (401).
 */
const TABLE = [
  [409, 409, 409, 409], // COMPUTING_DH
  [409, 0, 409, 409], // AWAIT_AUTH
  [409, 409, 0, 0], // AWAIT_CSR_OR_KEY
  [409, 409, 409, 409], // COMPUTING_CSR
  [409, 409, 409, 0], // AWAIT_CHAIN
  [409, 409, 409, 0], // AWAIT_KEY
  [409, 409, 409, 409], // INSTALLING
  [401, 401, 401, 401], // ENDED
];

/** @returns "" if the event may happen, else a code of protocol.ERROR. */
export function refusalOf(state: number, event: number): string {
  const status = TABLE[state][event];
  return !status ? "" : status === 409 ? ERROR.wrongOrder : ERROR.unauthenticated;
}
