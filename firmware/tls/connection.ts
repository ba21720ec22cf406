// What is kept of one connection. Functions take it as an argument: a function of its own would cost each connection
// several of the engine's variables. It dies with its socket.
import type { Bytes, EngineSocket } from "../hal/engine.ts";
import type { Link } from "./client-certificate.ts";
import type { ClientHello } from "./client-hello.ts";
import { SECRETS_BYTES } from "./derivations.build.ts";
import type { KeySchedule } from "./key-schedule.ts";
import { createWire } from "./records.ts";
import type { Budget, Wire } from "./records.ts";
import { AWAIT_HELLO } from "./states.ts";

export const MESSAGE_HEADER_BYTES = 4;

export interface Connection extends Wire, KeySchedule {
  socket: EngineSocket;
  /** Of its deadline. */
  timer?: number;
  /** One of states.ts. */
  state: number;
  /** It has been told so by an alert, and lingers. */
  isBroken?: boolean;
  /** A computation is under way: what arrives waits. */
  isBusy: boolean;
  /** Handshake messages so far, until the handshake is over; the first may be the message_hash of a first ClientHello. */
  transcript: Bytes[];
  hello?: ClientHello;
  /** Of a first ClientHello that was answered with a HelloRetryRequest. */
  prefix?: string;
  /** When the full handshake was that the client's ticket goes back to, in seconds of uptime; -1 without a ticket. */
  since: number;
  /** Our secret of the key exchange, while it lasts. */
  ephemeral?: Bytes;
  /** What the client's certificate has to stand for. */
  links?: Link[];

  /** What came while it was busy, and how much of it. */
  waiting: string[];
  waitingBytes: number;
  /** Records so far that brought nobody anything. */
  idle: number;
  /** The message that is being put together: its header, bytes so far, and room for all of it once that is whole. */
  start: Bytes;
  got: number;
  message?: Bytes;
  /** Where the text goes. */
  onData?: (text: string) => void;
  /** The peer will say no more. */
  onEnd?: () => void;
}

export function createConnection(socket: EngineSocket, budget: Budget): Connection {
  const c = createWire(budget) as Connection;
  c.socket = socket;
  c.state = AWAIT_HELLO;
  c.transcript = [];
  c.waiting = [];
  c.idle = c.got = c.waitingBytes = 0;
  c.start = new Uint8Array(MESSAGE_HEADER_BYTES);
  c.secrets = new Uint8Array(SECRETS_BYTES);
  c.since = -1;
  return c;
}
