// Everything honest, in any pieces: segments, records, messages coalesced; a ClientHello of up to 4 kB (RFC 8446 section 5.1).
import { HANDSHAKE } from "../tls-peer/codes.ts";
import { encodeHello, message } from "../tls-peer/hello.ts";
import type { HelloSpec } from "../tls-peer/hello.ts";
import type { Handshake } from "../tls-peer/handshake.ts";
import { ascii, join, u8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { pieces } from "../tls-peer/wire-end.ts";
import { rawCase } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

/** What the device is told to take. */
const HELLO_LIMIT_BYTES = 4096;
const TOO_LARGE: Answer[] = ["decodeError", "illegalParameter", "internalError", "handshakeFailure", "recordOverflow"];

/** Fills a hello up, with an extension nobody knows, to so many bytes of message. */
export function filled(spec: HelloSpec, bytes: number): HelloSpec {
  const missing = bytes - encodeHello(spec).length - 4;
  const filler = { type: 0x4567, data: new Uint8Array(Math.max(0, missing)) };
  return { ...spec, extensions: [filler, ...spec.extensions] };
}

/** All of our bytes in segments of a size. */
const inSegments = (size: number, bytes = 0): HostileCase =>
  rawCase(
    `${bytes ? `a hello of ${bytes} bytes, ` : ""}everything in segments of ${size}`,
    "5.1",
    ["served"],
    async (peer, context) => {
      peer.transmit = (out) => peer.wire.sendPieces(pieces(out, size));
      await peer.complete(filled(context.hello(), bytes), context.target.identity);
    },
  );

/** Handshake messages in records of a size. */
const inRecords = (size: number, bytes = 0): HostileCase =>
  rawCase(
    `${bytes ? `a hello of ${bytes} bytes, ` : ""}messages in records of ${size}`,
    "5.1",
    ["served"],
    async (peer, context) => {
      peer.fragment = (out) => [...pieces(out, size)];
      await peer.complete(filled(context.hello(), bytes), context.target.identity);
      peer.fragment = (out) => [out];
    },
  );

/** The client's whole stream up to its Finished, cut once. */
const cutOnce = (at: number): HostileCase =>
  rawCase(`the ClientHello's bytes cut at ${at}`, "5.1", ["served"], async (peer, context) => {
    let isFirst = true;
    peer.transmit = async (out) => {
      const parts = isFirst ? [out.slice(0, at), out.slice(at)] : [out];
      isFirst = false;
      await peer.wire.sendPieces(parts, 5);
    };
    await peer.complete(context.hello(), context.target.identity);
  });

const cutFinished = (at: number): HostileCase =>
  rawCase(`the sealed Finished cut at ${at}`, "5.1", ["served"], async (peer, context) => {
    await peer.toServerFinished(context.hello());
    peer.transmit = (out) => peer.wire.sendPieces([out.slice(0, at), out.slice(at)], 5);
    await peer.sendFlight(context.target.identity, false);
  });

const sized = (bytes: number, expect: Answer[]): HostileCase =>
  rawCase(`a ClientHello of ${bytes} bytes`, "4.1.2", expect, async (peer, context) => {
    const spec = filled(context.hello(), bytes);
    peer.fragment = (out) => [...pieces(out, 16384)];
    await peer.complete(spec, context.target.identity);
  });

/** Everything the client has to say after the server's flight, in one segment. */
async function allAtOnce(peer: Handshake, context: Context, request: Bytes): Promise<void> {
  await peer.toServerFinished(context.hello());
  const out: Bytes[] = [];
  const transmit = peer.transmit;
  peer.transmit = async (bytes) => void out.push(bytes);
  await peer.sendFlight(context.target.identity);
  await peer.sendRecord(23, request);
  peer.transmit = transmit;
  await peer.sendRaw(join(...out));
}

const COALESCED: HostileCase[] = [
  rawCase("Finished and half a request in a segment", "5.1", ["served"], (peer, context) => {
    const request = ascii(`GET ${context.target.path} HTTP/1.1\r\nX-Half: `);
    return allAtOnce(peer, context, request);
  }),
  rawCase("half a request, each byte a record, in a segment", "5.1", ["served"], async (peer, context) => {
    await peer.complete(context.hello(), context.target.identity);
    const request = ascii(`GET ${context.target.path} HTTP/1.1\r\nX-Half: `);
    const records = [...request].map((byte) => peer.writing!.seal(23, Uint8Array.of(byte)));
    await peer.sendRaw(join(...records));
  }),
  rawCase("three KeyUpdates and data in a segment", "4.6.3", ["served"], async (peer, context) => {
    await peer.complete(context.hello(), context.target.identity);
    const out: Bytes[] = [];
    for (let i = 0; i < 3; i++) {
      out.push(peer.writing!.seal(22, message(HANDSHAKE.keyUpdate, u8(0))));
      peer.writing = peer.writing!.next();
    }
    await peer.sendRaw(join(...out, peer.writing!.seal(23, new Uint8Array(0))));
  }),
];

export const SEGMENT_CASES: HostileCase[] = [
  ...[inSegments(1), inSegments(2), inSegments(7), inSegments(535), inSegments(1, HELLO_LIMIT_BYTES)],
  ...[
    inSegments(537, HELLO_LIMIT_BYTES),
    inSegments(1460, HELLO_LIMIT_BYTES),
    inRecords(1),
    inRecords(3),
    inRecords(64),
  ],
  ...[inRecords(100, HELLO_LIMIT_BYTES), inRecords(1, 1800), inRecords(HELLO_LIMIT_BYTES - 1, HELLO_LIMIT_BYTES)],
  ...[1, 2, 3, 4, 5, 6, 8, 9, 10, 43, 44, 76, 100, 150, 200].map(cutOnce),
  ...[1, 4, 5, 6, 20, 40, 57].map(cutFinished),
  ...[1800, HELLO_LIMIT_BYTES].map((bytes) => sized(bytes, ["served"])),
  ...[5000, 16000, 40000].map((bytes) => sized(bytes, TOO_LARGE)),
  ...COALESCED,
];

/** For the full run: a cut at every byte. */
export function everyCut(): HostileCase[] {
  const all = Array.from({ length: 260 }, (_, at) => cutOnce(at + 1));
  return [...all, ...Array.from({ length: 57 }, (_, at) => cutFinished(at + 1))].map((each) => ({
    ...each,
    isDear: true,
  }));
}
