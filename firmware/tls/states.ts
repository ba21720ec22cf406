// The server's states (RFC 8446 appendix A.2), named for what is accepted next. The table is data: each state takes one
// kind of message, up to a size, and everything else is an unexpected_message. A renegotiation is one.
import { ALERT, MESSAGE } from "./codes.build.ts";

export const AWAIT_HELLO = 0;
/** After a HelloRetryRequest. */
export const AWAIT_SECOND_HELLO = 1;
export const AWAIT_CERTIFICATE = 2;
export const AWAIT_VERIFY = 3;
export const AWAIT_FINISHED = 4;
export const OPEN = 5;
/** Both ways, or waiting for what was sent to leave. */
export const CLOSED = 6;

/** Browsers send some 1,800 bytes; more than this nobody has a use for. */
export const HELLO_MAX_BYTES = 4608;
const CERTIFICATE_MAX_BYTES = 4608;
const VERIFY_MAX_BYTES = 516;

/** By state: the message, and the greatest length of what is behind its header. */
const ACCEPTED = [
  MESSAGE.clientHello,
  MESSAGE.clientHello,
  MESSAGE.certificate,
  MESSAGE.certificateVerify,
  MESSAGE.finished,
  MESSAGE.keyUpdate,
];
const MAX_BYTES = [HELLO_MAX_BYTES, HELLO_MAX_BYTES, CERTIFICATE_MAX_BYTES, VERIFY_MAX_BYTES, 32, 1];

/** What is known from a message's header alone. @returns an alert, or 0. */
export function messageRefusal(state: number, message: number, length: number): number {
  if (ACCEPTED[state] !== message) return ALERT.unexpectedMessage;
  if (length <= MAX_BYTES[state]) return 0;
  return state < AWAIT_FINISHED ? ALERT.illegalParameter : ALERT.decodeError;
}
