// A TLS connection from its first byte to its last: records in, messages put together, each handed to whose turn it is;
// alerts and closing (RFC 8446 sections 5 and 6). The engine of all connections; it exists while there is one.
import type { Bytes, EngineSocket } from "../hal/engine.ts";
import { createAead } from "../crypto/aead.ts";
import { createCurves } from "../crypto/curves.ts";
import { createLane } from "../crypto/lane.ts";
import { ALERT, CHANGE_CIPHER_SPEC, MESSAGE, RECORD } from "./codes.build.ts";
import { createConnection, MESSAGE_HEADER_BYTES } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { READ_UPDATE, WRITE_UPDATE } from "./derivations.build.ts";
import { createHandshake } from "./handshake.ts";
import type { TlsParts } from "./handshake.ts";
import { derive } from "./key-schedule.ts";
import { createRecordLayer, release } from "./records.ts";
import type { Budget } from "./records.ts";
import * as S from "./states.ts";

/** Key updates, change_cipher_specs and records without contents, in all: a request needs none of them. */
const MAX_IDLE = 32;
const WARNING = 1;
const FATAL = 2;

export interface ConnectionEvents {
  /** Where it waits for the peer from now on, or computes: one of states.ts. */
  waits(c: Connection): void;
  opened(c: Connection): void;
  /** Ends another connection, the one that holds the largest record. @returns false if no other holds one. */
  makeRoom(c: Connection): boolean;
  /** Everything has been said. */
  over(c: Connection, isBroken: boolean): void;
}

export interface TlsEngine {
  open(socket: EngineSocket, budget: Budget): Connection;
  feed(c: Connection, data: string): void;
  write(c: Connection, text: string): void;
  /** Says that no more will be written, and waits for nothing. */
  close(c: Connection): void;
  /** Breaks off with an alert. */
  fail(c: Connection, alert: number): void;
  /** The socket is gone. */
  drop(c: Connection): void;
  /** Nobody is connected: there is time to make ahead what the next one waits for. */
  prepare(): void;
  stop(): void;
}

/** The one lazy entry of the TLS room. */
export function createTlsEngine(parts: TlsParts, events: ConnectionEvents): TlsEngine {
  const hal = parts.hal;
  const toBytes = hal.E.toUint8Array;
  const aead = createAead(hal, parts.p);
  const records = createRecordLayer(hal, parts.p, aead);
  const lane = createLane(hal);

  function send(c: Connection, type: number, data: Bytes): void {
    if (c.socket.sckt) c.socket.write(records.seal(c, type, data));
  }

  function forgetWaiting(c: Connection): string[] {
    const waiting = c.waiting;
    c.budget.left += c.waitingBytes;
    c.waitingBytes = 0;
    c.waiting = [];
    return waiting;
  }

  /** For when the computation is done. */
  function keep(c: Connection, data: string): void {
    if (data.length > c.budget.left) return fail(c, ALERT.unexpectedMessage); // nobody has asked for so much
    c.budget.left -= data.length;
    c.waitingBytes += data.length;
    c.waiting.push(data);
  }

  function drop(c: Connection): void {
    c.state = S.CLOSED;
    handshake.wipe(c);
    c.secrets.fill(0);
    c.readKeys = c.writeKeys = c.message = undefined;
    release(c);
    forgetWaiting(c);
  }

  function end(c: Connection, level: number, alert: number): void {
    if (c.state === S.CLOSED) return;
    send(c, RECORD.alert, toBytes([level, alert]));
    drop(c);
    events.over(c, level === FATAL);
  }

  function fail(c: Connection, alert: number): void {
    end(c, FATAL, alert);
  }

  function close(c: Connection): void {
    end(c, WARNING, ALERT.closeNotify);
  }

  const handshake = createHandshake(parts, aead, createCurves(hal, parts.p.native), lane, {
    send: send,
    sendRaw: function (c, record) {
      if (c.socket.sckt) c.socket.write(record);
    },
    fail: fail,
    opened: events.opened,
    resume: function (c) {
      if (c.state < S.OPEN) events.waits(c);
      const waiting = forgetWaiting(c);
      for (let i = 0; i < waiting.length; i++) feed(c, waiting[i]);
    },
  });

  // ---- Messages ----

  function keyUpdate(c: Connection, message: Bytes): void {
    const isAsked = message[4];
    if (message.length !== MESSAGE_HEADER_BYTES + 1) return fail(c, ALERT.decodeError);
    if (isAsked > 1) return fail(c, ALERT.illegalParameter);
    derive(parts.p, c, READ_UPDATE, []);
    c.readKeys!.count = 0;
    if (++c.idle > MAX_IDLE) return fail(c, ALERT.unexpectedMessage);
    if (!isAsked) return;
    send(c, RECORD.handshake, toBytes([MESSAGE.keyUpdate, 0, 0, 1, 0]));
    derive(parts.p, c, WRITE_UPDATE, []);
    c.writeKeys!.count = 0;
  }

  /** @param isLast nothing lies behind it in its record: keys change there. */
  function consume(c: Connection, message: Bytes, isLast: boolean): void {
    const type = message[0];
    if (type === MESSAGE.certificate) handshake.certificate(c, message);
    else if (type === MESSAGE.certificateVerify) handshake.certificateVerify(c, message);
    else if (!isLast) fail(c, ALERT.unexpectedMessage);
    else if (type === MESSAGE.clientHello) handshake.clientHello(c, message);
    else if (type === MESSAGE.keyUpdate) keyUpdate(c, message);
    else if (message.length !== MESSAGE_HEADER_BYTES + 32) fail(c, ALERT.decodeError);
    else handshake.finished(c, message);
  }

  function takeHandshake(c: Connection, data: Bytes): void {
    if (!data.length) return fail(c, ALERT.unexpectedMessage);
    for (let at = 0; at < data.length && c.state !== S.CLOSED;) {
      if (!c.got && at + MESSAGE_HEADER_BYTES <= data.length) {
        const length = (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
        const alert = S.messageRefusal(c.state, data[at], length);
        if (alert) return fail(c, alert);
        const from = at;
        const end = at + MESSAGE_HEADER_BYTES + length;
        if (end <= data.length) {
          // As it lies in its record: a large key share is copied once, from the network.
          at = end;
          consume(c, data.subarray(from, end), end === data.length);
          continue;
        }
      }
      if (!c.message) {
        const part = data.subarray(at, Math.min(at + MESSAGE_HEADER_BYTES - c.got, data.length));
        c.start.set(part, c.got);
        c.got += part.length;
        at += part.length;
        if (c.got < MESSAGE_HEADER_BYTES) return;
        const length = (c.start[1] << 16) | (c.start[2] << 8) | c.start[3];
        const alert = S.messageRefusal(c.state, c.start[0], length);
        if (alert) return fail(c, alert);
        c.message = new Uint8Array(MESSAGE_HEADER_BYTES + length);
        c.message.set(c.start);
      }
      const message = c.message;
      const part = data.subarray(at, Math.min(at + message.length - c.got, data.length));
      if (part.length) message.set(part, c.got);
      c.got += part.length;
      at += part.length;
      if (c.got < message.length) return;
      c.message = undefined;
      c.got = 0;
      consume(c, message, at === data.length);
    }
  }

  // ---- Records ----

  function takeAlert(c: Connection, data: Bytes): void {
    if (data.length !== 2) return fail(c, data.length ? ALERT.decodeError : ALERT.unexpectedMessage);
    if (data[1] === ALERT.userCanceled) return; // a close_notify follows
    if (data[1] !== ALERT.closeNotify) {
      drop(c);
      return events.over(c, false);
    }
    if (c.onEnd) c.onEnd();
    else close(c);
  }

  function takeRecord(c: Connection): void {
    const record = records.take(c);
    if (record === undefined) return;
    if (typeof record === "number") return fail(c, record);
    const type = record.type;
    const data = record.data;
    // Handshake messages are not interleaved with anything (5.1).
    if (type !== RECORD.handshake && c.got) return fail(c, ALERT.unexpectedMessage);
    if (type === RECORD.handshake) takeHandshake(c, data);
    else if (type === RECORD.alert) takeAlert(c, data);
    else if (type === RECORD.data && c.state === S.OPEN) {
      if (!data.length && ++c.idle > MAX_IDLE) return fail(c, ALERT.unexpectedMessage);
      if (data.length && c.onData) c.onData(hal.E.toString(data));
    } else fail(c, ALERT.unexpectedMessage);
  }

  /** Is this change_cipher_spec one of those to be dropped (section 5)? */
  function isCompatible(c: Connection): boolean {
    return c.state > S.AWAIT_HELLO && c.state < S.OPEN && !c.got && ++c.idle <= MAX_IDLE;
  }

  function feed(c: Connection, data: string): void {
    if (c.state === S.CLOSED) return;
    if (c.isBusy) return keep(c, data);
    // As it nearly always comes: before the client's Finished, and in one piece.
    if (!c.filled && data.substr(0, 6) === CHANGE_CIPHER_SPEC && isCompatible(c)) data = data.substr(6);
    if (!data) return;
    const bytes = toBytes(data);
    for (let at = 0; at < bytes.length;) {
      at = records.fill(c, bytes, at);
      let alert = records.problem(c);
      // Whoever only announces large records must not keep out those who send theirs.
      while (alert === ALERT.internalError && events.makeRoom(c)) {
        at = records.fill(c, bytes, at);
        alert = records.problem(c);
      }
      if (alert) return fail(c, alert);
      const record = c.record;
      if (!record || c.filled < record.length) return;
      if (record[0] !== RECORD.changeCipherSpec) takeRecord(c);
      else if (record.length === 6 && record[5] === 1 && isCompatible(c)) release(c);
      else fail(c, ALERT.unexpectedMessage);
      if (c.state === S.CLOSED) return;
      if (c.isBusy) {
        events.waits(c);
        return at < bytes.length ? keep(c, data.substr(at)) : undefined;
      }
    }
  }

  return {
    open: createConnection,
    feed: feed,
    write: function (c, text) {
      if (c.state === S.OPEN) send(c, RECORD.data, toBytes(text));
    },
    close: close,
    fail: fail,
    drop: drop,
    prepare: handshake.prepare,
    stop: function () {
      lane.stop();
      handshake.stop();
    },
  };
}
