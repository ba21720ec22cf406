// Handshake messages missing, repeated, out of order, truncated, oversized (RFC 8446 sections 4, 4.4.4, 5.1 and appendix A.2).
import { CONTENT, HANDSHAKE } from "../tls-peer/codes.ts";
import { certificateMessage, certificateVerifyMessage } from "../tls-peer/authentication.ts";
import { encodeHello, message } from "../tls-peer/hello.ts";
import { Protection } from "../tls-peer/records.ts";
import { flipBit, join, u16, u24, u8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { connectedCase, flightCase, rawCase } from "./case.ts";
import type { Answer, HostileCase } from "./case.ts";

const OUT_OF_PLACE: Answer[] = ["unexpectedMessage"];
const WRONG_KEYS: Answer[] = ["badRecordMac", "unexpectedMessage"];
const none = new Uint8Array(0);

/** Every message there is, well-formed where that is possible, by its name. */
function everyMessage(): [string, Bytes][] {
  return [
    ["HelloRequest", message(HANDSHAKE.helloRequest)],
    ["ServerHello", message(HANDSHAKE.serverHello, u16(0x0303), new Uint8Array(32), u8(0), u16(0x1303), u8(0), u16(0))],
    ["NewSessionTicket", message(HANDSHAKE.newSessionTicket, new Uint8Array(8), u8(0), u16(1), u8(7), u16(0))],
    ["EndOfEarlyData", message(HANDSHAKE.endOfEarlyData)],
    ["EncryptedExtensions", message(HANDSHAKE.encryptedExtensions, u16(0))],
    ["Certificate", certificateMessage([])],
    ["ServerKeyExchange", message(HANDSHAKE.serverKeyExchange, none)],
    ["CertificateRequest", message(HANDSHAKE.certificateRequest, u8(0), u16(0))],
    ["ServerHelloDone", message(HANDSHAKE.serverHelloDone)],
    ["CertificateVerify", certificateVerifyMessage(0x0403, new Uint8Array(70))],
    ["ClientKeyExchange", message(HANDSHAKE.clientKeyExchange, new Uint8Array(66))],
    ["Finished", message(HANDSHAKE.finished, new Uint8Array(32))],
    ["KeyUpdate", message(HANDSHAKE.keyUpdate, u8(0))],
    ["message_hash", message(HANDSHAKE.messageHash, new Uint8Array(32))],
    ["a message of an unknown type", message(99, none)],
  ];
}

const FIRST: HostileCase[] = everyMessage().map(([name, bytes]) =>
  rawCase(`${name} in the place of ClientHello`, "4", OUT_OF_PLACE, (peer) => peer.sendPlain(CONTENT.handshake, bytes)),
);

const INSTEAD: HostileCase[] = everyMessage()
  .filter(([name]) => name !== "Finished")
  .map(([name, bytes]) =>
    flightCase(`${name} in the place of Finished`, "4", OUT_OF_PLACE, (peer) => peer.sendFragments(bytes)),
  );

const AFTER: HostileCase[] = everyMessage()
  .filter(([name]) => name !== "KeyUpdate")
  .map(([name, bytes]) =>
    connectedCase(`${name} after the handshake`, "4.6", OUT_OF_PLACE, (peer) => peer.sendFragments(bytes)),
  );

const HELLOS: HostileCase[] = [
  rawCase("ClientHello twice", "4.1.2", OUT_OF_PLACE, async (peer, context) => {
    const bytes = await peer.sendHello(context.hello());
    await peer.sendPlain(CONTENT.handshake, bytes);
    await peer.readHello();
    peer.agree();
    await peer.readFlight();
  }),
  rawCase("two ClientHellos in a record", "5.1", OUT_OF_PLACE, async (peer, context) => {
    const bytes = encodeHello(context.hello());
    await peer.sendPlain(CONTENT.handshake, join(bytes, bytes));
  }),
  rawCase("half a message behind ClientHello, in its record", "5.1", OUT_OF_PLACE, async (peer, context) => {
    await peer.sendPlain(CONTENT.handshake, join(encodeHello(context.hello()), u8(20)));
  }),
  connectedCase("renegotiation: a ClientHello after the handshake", "4.1.2", OUT_OF_PLACE, async (peer, context) => {
    await peer.sendFragments(encodeHello(context.hello()));
  }),
  connectedCase("renegotiation, in the clear", "5", WRONG_KEYS, async (peer, context) => {
    await peer.sendPlain(CONTENT.handshake, encodeHello(context.hello()));
  }),
  flightCase("a ClientHello in the place of Finished", "4.1.2", OUT_OF_PLACE, async (peer, context) => {
    await peer.sendFragments(encodeHello(context.hello()));
  }),
];

/** A ClientHello whose header says what is there, and whose body is cut. */
function cut(parts: number): HostileCase {
  return rawCase(
    `a ClientHello cut at ${parts} of 1000`,
    "4.1.2",
    ["decodeError", "protocolVersion"],
    async (peer, context) => {
      const body = encodeHello(context.hello()).slice(4);
      await peer.sendPlain(
        CONTENT.handshake,
        message(HANDSHAKE.clientHello, body.slice(0, (body.length * parts) / 1000)),
      );
    },
  );
}

const SIZES: HostileCase[] = [
  ...[0, 5, 60, 120, 150, 160, 170, 250, 400, 600, 800, 950, 999].map(cut),
  rawCase("a ClientHello with a byte behind its extensions", "4.1.2", ["decodeError"], async (peer, context) => {
    await peer.sendPlain(
      CONTENT.handshake,
      message(HANDSHAKE.clientHello, encodeHello(context.hello()).slice(4), u8(0)),
    );
  }),
  rawCase(
    "a ClientHello that says it has 16 MB",
    "6.2",
    ["decodeError", "illegalParameter", "internalError", "handshakeFailure", "recordOverflow"],
    async (peer) => {
      await peer.sendPlain(CONTENT.handshake, join(u8(1), u24(0xffffff), new Uint8Array(100)));
    },
  ),
];

const finishedOf = (length: number) => message(HANDSHAKE.finished, new Uint8Array(length));

const FINISHED: HostileCase[] = [
  ...[0, 1, 15, 31].map((at) =>
    flightCase(`Finished with a bit wrong in byte ${at}`, "4.4.4", ["decryptError"], async (peer) => {
      await peer.sendFragments(flipBit(peer.finishedMessage(), 4 + at, at % 8));
    }),
  ),
  flightCase("Finished of zeros", "4.4.4", ["decryptError"], (peer) => peer.sendFragments(finishedOf(32))),
  ...[0, 31, 33, 64, 4000].map((length) =>
    flightCase(`a Finished of ${length} bytes`, "4.4.4", ["decodeError", "decryptError", "illegalParameter"], (peer) =>
      peer.sendFragments(finishedOf(length)),
    ),
  ),
  flightCase(
    "a Finished that says it has 16 MB",
    "4.4.4",
    ["decodeError", "decryptError", "illegalParameter"],
    (peer) => peer.sendFragments(join(u8(20), u24(0xffffff), new Uint8Array(32))),
  ),
  flightCase("Finished in the clear", "5", WRONG_KEYS, (peer) =>
    peer.sendPlain(CONTENT.handshake, peer.finishedMessage()),
  ),
  flightCase("Finished under the traffic keys", "4.4", ["badRecordMac"], (peer) => {
    const finished = peer.finishedMessage();
    peer.writing = new Protection(peer.server.suite, peer.clientTrafficSecret);
    return peer.sendFragments(finished);
  }),
  flightCase("Finished under the server's keys", "5.2", ["badRecordMac"], (peer) => {
    peer.writing = new Protection(peer.server.suite, peer.serverHandshakeSecret);
    return peer.sendFragments(peer.finishedMessage());
  }),
  flightCase("no Finished: a request under the handshake's keys", "4.4.4", OUT_OF_PLACE, (peer) =>
    peer.sendRecord(CONTENT.applicationData, new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  ),
  flightCase("no Finished: a request under the traffic keys", "4.4.4", ["badRecordMac"], (peer) => {
    peer.writing = new Protection(peer.server.suite, peer.clientTrafficSecret);
    return peer.sendRecord(CONTENT.applicationData, new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  }),
  flightCase("no Finished: a request in the clear", "5", WRONG_KEYS, (peer) =>
    peer.sendPlain(CONTENT.applicationData, new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  ),
  flightCase("Finished and a KeyUpdate in a record", "5.1", OUT_OF_PLACE, (peer) =>
    peer.sendFragments(join(peer.finishedMessage(), message(HANDSHAKE.keyUpdate, u8(0)))),
  ),
  flightCase("Finished and half a message in a record", "5.1", OUT_OF_PLACE, (peer) =>
    peer.sendFragments(join(peer.finishedMessage(), u8(24))),
  ),
  flightCase("Finished twice, under the handshake's keys", "4.4.4", ["badRecordMac"], async (peer) => {
    const finished = peer.finishedMessage();
    await peer.sendFragments(finished);
    await peer.sendFragments(finished);
  }),
  connectedCase("Finished again, as it was", "4.4.4", OUT_OF_PLACE, (peer) =>
    peer.sendFragments(peer.finishedMessage()),
  ),
  {
    ...{ name: "the server's Finished sent back", section: "4.4.4", expect: ["decryptError"] as Answer[] },
    async run(peer, context) {
      await peer.sendHello(context.hello());
      await peer.readHello();
      peer.agree();
      let finished: Bytes = none;
      const expect = peer.expect.bind(peer);
      peer.expect = async (type) => {
        const body = await expect(type);
        if (type === HANDSHAKE.finished) finished = message(type, body);
        return body;
      };
      await peer.readFlight();
      peer.writeWithHandshakeKeys();
      await peer.sendFragments(finished);
    },
  },
];

export const ORDER_CASES: HostileCase[] = [...FIRST, ...INSTEAD, ...AFTER, ...HELLOS, ...SIZES, ...FINISHED];
