// The record layer: sizes, types, padding, tags, sequence, ChangeCipherSpec and interleaving (RFC 8446 section 5, appendix D.4).
import { CONTENT, HANDSHAKE } from "../tls-peer/codes.ts";
import { encodeHello, message } from "../tls-peer/hello.ts";
import { plainRecord } from "../tls-peer/records.ts";
import { ascii, flipBit, join, u16, u8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { connectedCase, flightCase, helloCase, rawCase } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

const UNEXPECTED: Answer[] = ["unexpectedMessage"];
const none = new Uint8Array(0);
const requestOf = ({ target }: Context, more = ""): Bytes =>
  ascii(`GET ${target.path} HTTP/1.1\r\nHost: ${target.servername}\r\n${more}\r\n`);

/** As the request of an honest client, in a form of ours; then the reply is read as ever. */
const NOTHING_ELSE = "a header alone: ";
const header = (type: number, length: number, version = 0x0303) => join(u8(type), u16(version), u16(length));

const SIZES: HostileCase[] = [
  rawCase(`${NOTHING_ELSE}a first record of 2^14 + 1`, "5.1", ["recordOverflow"], (peer) =>
    peer.sendRaw(join(header(22, 16385), message(1, new Uint8Array(16381)))),
  ),
  rawCase(`${NOTHING_ELSE}a first record of 65535`, "5.1", ["recordOverflow"], (peer) =>
    peer.sendRaw(join(header(22, 65535), new Uint8Array(600))),
  ),
  flightCase("a protected record of 2^14 + 257", "5.2", ["recordOverflow"], (peer) =>
    peer.sendRaw(join(header(23, 16641), new Uint8Array(16641))),
  ),
  connectedCase("a protected record of 65535", "5.2", ["recordOverflow"], (peer) =>
    peer.sendRaw(join(header(23, 65535), new Uint8Array(600))),
  ),
  ...[0, 1, 15, 16].map((length) =>
    flightCase(
      `a protected record of ${length} bytes`,
      "5.2",
      ["badRecordMac", "decodeError", "unexpectedMessage"],
      (peer) => peer.sendRaw(join(header(23, length), new Uint8Array(length))),
    ),
  ),
  connectedCase(
    "a record over the limit the server named",
    "RFC 8449 4",
    ["recordOverflow", "served"],
    async (peer, context) => {
      const over = peer.maxContentBytes + 1;
      if (peer.flight.encrypted.has(28) && peer.maxContentBytes < 16384)
        await peer.transmit(peer.writing!.seal(23, requestOf(context), over - requestOf(context).length));
    },
    { recordSizeLimit: 16385 },
  ),
  connectedCase(
    "a record of the limit the server named",
    "RFC 8449 4",
    ["served"],
    async (peer, context) => {
      const request = requestOf(context);
      const fill = Math.min(peer.maxContentBytes, 16384) - 10;
      await peer.transmit(peer.writing!.seal(23, none, fill));
      if (request.length > peer.maxContentBytes) throw new Error("the server takes no request");
    },
    { recordSizeLimit: 16385 },
  ),
];

const INNER: HostileCase[] = [
  flightCase("an inner plaintext of padding alone", "5.4", UNEXPECTED, (peer) =>
    peer.sendRaw(peer.writing!.sealInner(new Uint8Array(20))),
  ),
  connectedCase("an inner plaintext of nothing", "5.4", UNEXPECTED, (peer) =>
    peer.sendRaw(peer.writing!.sealInner(none)),
  ),
  connectedCase("an inner plaintext of one zero", "5.4", UNEXPECTED, (peer) =>
    peer.sendRaw(peer.writing!.sealInner(Uint8Array.of(0))),
  ),
  flightCase("an empty fragment of handshake", "5.4", UNEXPECTED, (peer) => peer.sendRecord(CONTENT.handshake, none)),
  connectedCase("an empty fragment of handshake, after it", "5.4", UNEXPECTED, (p) =>
    p.sendRecord(CONTENT.handshake, none),
  ),
  connectedCase("an empty fragment of handshake with padding", "5.4", UNEXPECTED, (p) =>
    p.sendRecord(CONTENT.handshake, none, 30),
  ),
  connectedCase("an empty alert", "5.4", ["unexpectedMessage", "decodeError"], (p) =>
    p.sendRecord(CONTENT.alert, none),
  ),
  rawCase("an empty fragment of ClientHello", "5.1", ["unexpectedMessage", "decodeError"], (p) =>
    p.sendPlain(22, none),
  ),
  rawCase(
    "an empty fragment in the midst of ClientHello",
    "5.1",
    ["unexpectedMessage", "decodeError"],
    async (peer, context) => {
      const bytes = encodeHello(context.hello());
      await peer.sendPlain(22, bytes.slice(0, 50));
      await peer.sendPlain(22, none);
      await peer.sendPlain(22, bytes.slice(50));
    },
  ),
  connectedCase("empty data, thrice", "5.4", ["served"], async (peer) => {
    for (let i = 0; i < 3; i++) await peer.sendRecord(23, none);
  }),
  connectedCase("a flood of empty data", "5.4", ["served", "unexpectedMessage", "closed"], async (peer) => {
    for (let i = 0; i < 200 && !peer.wire.isOver; i++) await peer.sendRecord(23, none);
  }),
  connectedCase("empty data with padding", "5.4", ["served"], (peer) => peer.sendRecord(23, none, 100)),
  ...[0, 20, 24, 25, 99, 255]
    .filter((type) => type !== 0)
    .map((type) =>
      connectedCase(`an inner type of ${type}`, "5", UNEXPECTED, (peer) => peer.sendRecord(type, Uint8Array.of(1))),
    ),
  flightCase("a protected ChangeCipherSpec before Finished", "5", UNEXPECTED, (p) =>
    p.sendRecord(20, Uint8Array.of(1)),
  ),
];

const TAGS: HostileCase[] = [
  ...[0, 4, -1, -16].map((at) =>
    flightCase(`a sealed Finished with byte ${at} changed`, "5.2", ["badRecordMac"], (peer) => {
      const record = peer.writing!.seal(22, peer.finishedMessage());
      return peer.sendRaw(flipBit(record, at < 0 ? at : 5 + at, 5));
    }),
  ),
  connectedCase("a request with a bit changed", "5.2", ["badRecordMac"], (peer, context) =>
    peer.sendRaw(flipBit(peer.writing!.seal(23, requestOf(context)), -20)),
  ),
  connectedCase("a record again", "5.3", ["badRecordMac"], async (peer) => {
    const record = peer.writing!.seal(23, ascii("G"));
    await peer.sendRaw(record);
    await peer.sendRaw(record);
  }),
  connectedCase("a record left out", "5.3", ["badRecordMac"], async (peer) => {
    peer.writing!.sequence++;
    await peer.sendRecord(23, ascii("G"));
  }),
  connectedCase("two records changed over", "5.3", ["badRecordMac"], async (peer) => {
    const [one, two] = [peer.writing!.seal(23, ascii("G")), peer.writing!.seal(23, ascii("E"))];
    await peer.sendRaw(join(two, one));
  }),
  connectedCase("a tag cut short", "5.2", ["badRecordMac", "decodeError"], (peer) => {
    const record = peer.writing!.seal(23, ascii("GET"));
    return peer.sendRaw(plainRecord(23, record.slice(5, -1)));
  }),
];

const OUTER: HostileCase[] = [
  ...[0, 24, 25, 128, 255].map((type) =>
    rawCase(
      `a first record of type ${type}`,
      "5",
      ["unexpectedMessage", "protocolVersion", "decodeError"],
      (peer, context) => peer.sendPlain(type, encodeHello(context.hello())),
    ),
  ),
  rawCase("a first record of data", "5", UNEXPECTED, (peer) => peer.sendPlain(23, ascii("GET / HTTP/1.1\r\n\r\n"))),
  ...[20, 21, 22, 24].map((type) =>
    connectedCase(
      `a protected record that says type ${type} outside`,
      "5.2",
      ["unexpectedMessage", "badRecordMac", "decodeError"],
      (peer, c) => peer.sendRaw(peer.writing!.seal(23, requestOf(c), 0, type)),
    ),
  ),
  ...[0x0300, 0x0301, 0x0302, 0x0304].map((version) =>
    rawCase(`a ClientHello in records of version ${version.toString(16)}`, "5.1", ["served"], async (peer, context) => {
      const plain = peer.sendPlain.bind(peer);
      peer.sendPlain = (type, body) => plain(type, body, type === 22 ? version : undefined);
      await peer.complete(context.hello(), context.target.identity);
    }),
  ),
];

const CCS = Uint8Array.of(1);

const CHANGE_CIPHER_SPEC: HostileCase[] = [
  rawCase("ChangeCipherSpec before ClientHello", "5", UNEXPECTED, async (peer, context) => {
    await peer.sendChangeCipherSpec();
    await peer.complete(context.hello());
  }),
  ...[Uint8Array.of(0), Uint8Array.of(2), Uint8Array.of(255), Uint8Array.of(1, 1), none].map((body) =>
    flightCase(`ChangeCipherSpec of [${body.join(", ")}]`, "5", ["unexpectedMessage", "decodeError"], (peer) =>
      peer.sendChangeCipherSpec(body),
    ),
  ),
  rawCase("no ChangeCipherSpec at all", "D.4", ["served"], async (peer, context) => {
    await peer.toServerFinished(context.hello());
    await peer.sendFlight(context.target.identity, false);
  }),
  rawCase("ChangeCipherSpec right behind ClientHello", "5", ["served"], async (peer, context) => {
    await peer.sendHello(context.hello());
    await peer.sendChangeCipherSpec();
    await peer.readHello();
    peer.agree();
    await peer.readFlight();
    await peer.sendFlight(context.target.identity, false);
  }),
  flightCase("ChangeCipherSpec thrice", "5", ["served"], async (peer, context) => {
    for (let i = 0; i < 3; i++) await peer.sendChangeCipherSpec();
    await peer.sendFlight(context.target.identity, false);
  }),
  flightCase("a flood of ChangeCipherSpec", "5", ["served", "unexpectedMessage", "closed"], async (peer, context) => {
    for (let i = 0; i < 200 && !peer.wire.isOver; i++) await peer.sendChangeCipherSpec();
    await peer.sendFlight(context.target.identity, false);
  }),
  connectedCase("ChangeCipherSpec after Finished", "5", UNEXPECTED, (peer) => peer.sendChangeCipherSpec()),
  connectedCase("a protected ChangeCipherSpec", "5", UNEXPECTED, (peer) =>
    peer.sendRecord(CONTENT.changeCipherSpec, CCS),
  ),
];

const BETWEEN: HostileCase[] = [
  ...[CONTENT.changeCipherSpec, CONTENT.applicationData].map((type) =>
    rawCase(`type ${type} in the midst of ClientHello`, "5.1", UNEXPECTED, async (peer, context) => {
      const bytes = encodeHello(context.hello());
      await peer.sendPlain(22, bytes.slice(0, 60));
      await peer.sendPlain(type, CCS);
      await peer.sendPlain(22, bytes.slice(60));
    }),
  ),
  flightCase("data in the midst of Finished", "5.1", UNEXPECTED, async (peer) => {
    const finished = peer.finishedMessage();
    await peer.sendRecord(22, finished.slice(0, 10));
    await peer.sendRecord(23, CCS);
    await peer.sendRecord(22, finished.slice(10));
  }),
  connectedCase("data in the midst of a KeyUpdate", "5.1", UNEXPECTED, async (peer, context) => {
    const update = message(HANDSHAKE.keyUpdate, u8(0));
    await peer.sendRecord(22, update.slice(0, 2));
    await peer.sendRecord(23, requestOf(context));
  }),
];

const PADDING: HostileCase[] = [
  ...[1, 100, 400].map((padding) =>
    connectedCase(`${padding} bytes of padding behind data`, "5.4", ["served"], (peer) =>
      peer.sendRecord(23, none, padding),
    ),
  ),
  flightCase("a Finished with padding", "5.4", ["served"], async (peer) => {
    const finished = peer.finishedMessage();
    peer.transcript.add(finished);
    await peer.sendRecord(22, finished, 77);
    peer.writeWithTrafficKeys();
  }),
  helloCase("a ClientHello with the padding extension", "RFC 7685", ["served"], (spec) => ({
    ...{ ...spec, extensions: [{ type: 21, data: new Uint8Array(400) }, ...spec.extensions] },
  })),
];

export const RECORD_CASES: HostileCase[] = [
  ...[...SIZES, ...INNER, ...TAGS, ...OUTER, ...CHANGE_CIPHER_SPEC, ...BETWEEN, ...PADDING],
];
