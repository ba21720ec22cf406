// One bit changed in each field of each message that a client sends. A ClientHello with a bit changed may be a good one: then the
// handshake has to hold over the bytes that were sent; else an alert has to come. A sealed message with a bit changed is none.
import { CONTENT, EXTENSION, GROUP } from "../tls-peer/codes.ts";
import { encodeHello, readExtensions } from "../tls-peer/hello.ts";
import type { HelloSpec } from "../tls-peer/hello.ts";
import type { Handshake } from "../tls-peer/handshake.ts";
import { flipBit, Reader, toHex } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { rawCase } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

const REFUSALS: Answer[] = [
  ...(["decodeError", "illegalParameter", "protocolVersion", "handshakeFailure", "missingExtension"] as const),
  ...(["unexpectedMessage", "unrecognizedName", "noApplicationProtocol", "recordOverflow"] as const),
];

export interface Field {
  name: string;
  at: number;
  bytes: number;
  expect?: Answer[];
}

/** Where the fields of a ClientHello lie, from its message type on. */
export function fieldsOf(hello: Bytes): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const field = (name: string, bytes: number, expect?: Answer[]) => {
    fields.push({ name, at, bytes, expect });
    at += bytes;
  };
  const uint = (length: number) => new Reader(hello.slice(at)).uint(length);
  field("message type", 1, ["unexpectedMessage"]);
  field("message length", 3, [...REFUSALS, "internalError", "closed"]);
  field("legacy_version", 2);
  field("random", 32, ["served"]);
  field("session id length", 1);
  field("session id", hello[at - 1], ["served"]);
  const suites = uint(2);
  field("suites length", 2);
  field("suites", suites);
  field("compression length", 1);
  field("compression", 1, ["illegalParameter"]);
  field("extensions length", 2, ["decodeError", "illegalParameter"]);
  while (at < hello.length) {
    const type = uint(2);
    const name = Object.entries(EXTENSION).find(([, value]) => value === type)?.[0] ?? `extension ${type}`;
    field(`${name}: type`, 2);
    const length = uint(2);
    field(`${name}: length`, 2);
    field(name, length);
  }
  return fields;
}

/** What a strict reader finds in a ClientHello; undefined where it finds none. */
function parsed(sent: Bytes): Partial<HelloSpec> | undefined {
  try {
    return parse(sent);
  } catch {
    return undefined;
  }
}

function parse(sent: Bytes): Partial<HelloSpec> {
  const r = new Reader(sent.slice(4));
  const [legacyVersion, random, sessionId, suites] = [r.uint(2), r.take(32), r.vec(1), new Reader(r.vec(2))];
  r.vec(1);
  const extensions = [...readExtensions(r.vec(2))].map(([type, data]) => ({ type, data }));
  const list: number[] = [];
  while (suites.left) list.push(suites.uint(2));
  return { legacyVersion, random, sessionId, suites: list, extensions };
}

/** The groups that shares have really been sent of: a changed bit may have made another group of one. */
function sharedGroups({ extensions }: Pick<HelloSpec, "extensions">): number[] {
  const data = extensions.find(({ type }) => type === EXTENSION.keyShare)?.data;
  const groups: number[] = [];
  if (!data) return groups;
  const r = new Reader(new Reader(data).vec(2));
  for (; r.left; r.vec(2)) groups.push(r.uint(2));
  return groups;
}

/** The honest client goes on with what it has really sent. */
async function complete(peer: Handshake, { target }: Context, sent: Bytes): Promise<void> {
  peer.spec = { ...peer.spec, ...parsed(sent) };
  if ((await peer.readHello()).isRetry) {
    const groups = sharedGroups(peer.spec);
    peer.spec = { ...peer.spec, shares: peer.spec.shares.filter(({ group }) => groups.includes(group)) };
    await peer.sendHello(peer.retriedSpec());
    await peer.readHello();
  }
  peer.agree();
  await peer.readFlight();
  await peer.sendFlight(target.identity);
}

/** @param nth field, modulo how many there are. */
export function helloFlip(nth: number, spot: number, group: number = GROUP.x25519): HostileCase {
  const expect: Answer[] = [...REFUSALS, "served", "closed"];
  const name = `ClientHello (group ${group}) with bit ${spot} of field ${nth} changed`;
  return rawCase(name, "4.1.2", expect, async (peer, context) => {
    const spec = context.hello({ groups: [group], alpn: ["http/1.1"], recordSizeLimit: 4096 });
    const hello = encodeHello(spec);
    const fields = fieldsOf(hello).filter(({ bytes }) => bytes > 0);
    const field = fields[nth % fields.length];
    const bit = spot % (8 * field.bytes);
    const sent = flipBit(hello, field.at + (bit >> 3), bit & 7);
    peer.spec = spec;
    peer.transcript.add(sent);
    await peer.sendPlain(22, sent);
    // A length that is too long now is a wait for more: nobody would send it.
    if (field.name === "message length" || field.name === "message type") peer.wire.half();
    const isShare = field.name === "keyShare" && field.bytes - (bit >> 3) <= (group === GROUP.p256 ? 65 : 32);
    try {
      await complete(peer, context, sent);
    } catch (error) {
      // With the server's view of our share, nobody has the same secret: the server's flight cannot be opened, and that is right.
      if (isShare && /tag/.test((error as Error).message)) {
        peer.wire.half();
        for (;;) await peer.wire.nextRecord();
      }
      if (error instanceof Error)
        error.message += ` [${field.name}, byte ${bit >> 3}, ${toHex(sent).length / 2} bytes]`;
      throw error;
    }
  });
}

/** The record of the client's Finished: header, ciphertext and tag. */
export function finishedFlip(at: number, bit: number): HostileCase {
  // 5.1 has a version ignored; in the additional data of the cipher it may count. A length too long is a wait for more.
  const expect: Answer[] =
    at === 0
      ? ["unexpectedMessage", "badRecordMac", "decodeError", "closed"]
      : at < 3
        ? ["badRecordMac", "protocolVersion", "decodeError", "unexpectedMessage", "served"]
        : at < 5
          ? ["badRecordMac", "recordOverflow", "decodeError", "closed"]
          : ["badRecordMac"];
  return rawCase(
    `the record of Finished with bit ${bit} of byte ${at} changed`,
    "5.2",
    expect,
    async (peer, context) => {
      await peer.toServerFinished(context.hello());
      peer.writeWithHandshakeKeys();
      const finished = peer.finishedMessage();
      const record = peer.writing!.seal(CONTENT.handshake, finished);
      peer.transcript.add(finished);
      peer.writeWithTrafficKeys();
      await peer.sendRaw(flipBit(record, at, bit));
      if (at === 3 || at === 4) peer.wire.half();
    },
  );
}

/** Every field once, and every byte of Finished's record once; which bit is drawn. */
export function flipCases(random: (below: number) => number): HostileCase[] {
  const spots = Array.from({ length: 46 }, (_, nth) => helloFlip(nth, random(1 << 20)));
  const points = Array.from({ length: 8 }, (_, i) => helloFlip(i, random(1 << 20), GROUP.p256));
  return [...spots, ...points, ...Array.from({ length: 58 }, (_, at) => finishedFlip(at, random(8)))];
}
