// After the handshake: KeyUpdate and alerts, right and wrong (RFC 8446 sections 4.6.3 and 6).
import { ALERT, HANDSHAKE } from "../tls-peer/codes.ts";
import { message } from "../tls-peer/hello.ts";
import { ascii, join, u8 } from "../tls-peer/wire.ts";
import { connectedCase, flightCase, rawCase } from "./case.ts";
import type { Answer, HostileCase } from "./case.ts";

const keyUpdate = (...body: number[]) => message(HANDSHAKE.keyUpdate, Uint8Array.from(body));

const KEY_UPDATES: HostileCase[] = [
  connectedCase("a KeyUpdate", "4.6.3", ["served"], (peer) => peer.sendKeyUpdate(0)),
  connectedCase("a KeyUpdate that asks for one", "4.6.3", ["served"], (peer) => peer.sendKeyUpdate(1)),
  connectedCase("five of each", "4.6.3", ["served"], async (peer) => {
    for (let i = 0; i < 10; i++) await peer.sendKeyUpdate(i % 2);
  }),
  connectedCase("a KeyUpdate in four records", "5.1", ["served"], async (peer) => {
    peer.fragment = (bytes) => [...bytes].map((byte) => Uint8Array.of(byte));
    await peer.sendKeyUpdate(1);
    peer.fragment = (bytes) => [bytes];
  }),
  connectedCase("a flood of KeyUpdates that ask", "4.6.3", ["served", "unexpectedMessage", "closed"], async (peer) => {
    for (let i = 0; i < 60 && !peer.wire.isOver; i++) await peer.sendKeyUpdate(1);
  }),
  ...[2, 3, 127, 255].map((value) =>
    connectedCase(`a KeyUpdate of ${value}`, "4.6.3", ["illegalParameter"], (p) => p.sendFragments(keyUpdate(value))),
  ),
  connectedCase("an empty KeyUpdate", "4.6.3", ["decodeError"], (peer) => peer.sendFragments(keyUpdate())),
  connectedCase("a KeyUpdate of two bytes", "4.6.3", ["decodeError"], (peer) => peer.sendFragments(keyUpdate(0, 0))),
  connectedCase("a KeyUpdate of 16 MB", "4.6.3", ["decodeError", "illegalParameter", "recordOverflow"], (peer) =>
    peer.sendFragments(Uint8Array.of(24, 255, 255, 255, 0)),
  ),
  connectedCase("a KeyUpdate, and the old keys", "4.6.3", ["badRecordMac"], async (peer) => {
    await peer.sendFragments(keyUpdate(0));
    await peer.sendRecord(23, ascii("GET"));
  }),
  connectedCase("two KeyUpdates in a record", "5.1", ["unexpectedMessage"], (peer) =>
    peer.sendFragments(join(keyUpdate(0), keyUpdate(0))),
  ),
  connectedCase("a KeyUpdate and half of one in a record", "5.1", ["unexpectedMessage"], (peer) =>
    peer.sendFragments(join(keyUpdate(0), u8(24))),
  ),
  connectedCase("new keys, and no KeyUpdate", "4.6.3", ["badRecordMac"], async (peer) => {
    peer.writing = peer.writing!.next();
    await peer.sendRecord(23, ascii("GET"));
  }),
];

/** Where an alert may come. */
const ENDS: Answer[] = ["closed"];
const FATAL = Object.entries(ALERT).filter(([name]) => !["closeNotify", "userCanceled"].includes(name));

const ALERTS: HostileCase[] = [
  ...FATAL.map(([name, code]) =>
    connectedCase(`${name}, after the handshake`, "6.2", ENDS, (peer) => peer.sendAlert(code)),
  ),
  ...FATAL.filter((_, i) => i % 5 === 0).flatMap(([name, code]) => [
    flightCase(`${name}, in the place of Finished`, "6.2", ENDS, (peer) => peer.sendAlert(code)),
    rawCase(`${name}, in the place of ClientHello`, "6.2", [...ENDS, "unexpectedMessage"], (peer) =>
      peer.sendAlert(code),
    ),
  ]),
  connectedCase("a fatal alert that says it is a warning", "6", ENDS, (peer) => peer.sendAlert(ALERT.internalError, 1)),
  connectedCase("an alert nobody knows", "6", ENDS, (peer) => peer.sendAlert(77)),
  connectedCase("an alert of a level nobody knows", "6", [...ENDS, "illegalParameter", "decodeError"], (peer) =>
    peer.sendAlert(ALERT.internalError, 9),
  ),
  connectedCase("close_notify", "6.1", ENDS, (peer) => peer.sendAlert(ALERT.closeNotify, 1)),
  flightCase("close_notify in the place of Finished", "6.1", ENDS, (peer) => peer.sendAlert(ALERT.closeNotify, 1)),
  rawCase("close_notify in the place of ClientHello", "6.1", [...ENDS, "unexpectedMessage"], (peer) =>
    peer.sendAlert(ALERT.closeNotify, 1),
  ),
  connectedCase("user_canceled and close_notify", "6.1", ENDS, async (peer) => {
    await peer.sendAlert(ALERT.userCanceled, 1);
    await peer.sendAlert(ALERT.closeNotify, 1);
  }),
  connectedCase("data behind close_notify", "6.1", ENDS, async (peer) => {
    await peer.sendAlert(ALERT.closeNotify, 1);
    await peer.sendRecord(23, ascii("GET / HTTP/1.1\r\n"));
  }),
  connectedCase("an alert of one byte", "5.1", ["decodeError", "unexpectedMessage", "closed"], (p) =>
    p.sendRecord(21, u8(2)),
  ),
  connectedCase("an alert of three bytes", "5.1", ["decodeError", "unexpectedMessage", "closed"], (peer) =>
    peer.sendRecord(21, Uint8Array.of(1, 0, 0)),
  ),
  connectedCase(
    "an alert in the clear, after the handshake",
    "6",
    ["unexpectedMessage", "badRecordMac", "decodeError", "closed"],
    (p) => p.sendPlain(21, Uint8Array.of(2, 80)),
  ),
  connectedCase(
    "close_notify in the clear: no end of data",
    "6.1",
    ["unexpectedMessage", "badRecordMac", "decodeError"],
    (peer) => peer.sendPlain(21, Uint8Array.of(1, 0)),
  ),
];

export const AFTER_CASES: HostileCase[] = [...KEY_UPDATES, ...ALERTS];
