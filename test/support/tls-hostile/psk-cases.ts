// Resumption by a liar (RFC 8446 sections 4.2.9 to 4.2.11 and 4.6.1). A ticket the server cannot use is no error: it goes on
// with a certificate. A binder that is wrong is one.
import { EXTENSION, GROUP, SUITE } from "../tls-peer/codes.ts";
import { encodeHello, obfuscatedAge, pskData, pskExtension, withExtension } from "../tls-peer/hello.ts";
import type { HelloSpec, Ticket } from "../tls-peer/hello.ts";
import type { Handshake } from "../tls-peer/handshake.ts";
import { flipBit, u8, vec16, vec8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { rawCase } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

const BINDER_BYTES = 32;
const MALFORMED: Answer[] = ["illegalParameter", "decodeError"];

async function finish(peer: Handshake, context: Context): Promise<void> {
  if ((await peer.readHello()).isRetry) throw new Error("a retry nobody needs");
  peer.agree();
  await peer.readFlight();
  await peer.sendFlight(context.target.identity);
}

/** A ClientHello with a good ticket, changed before its binders are made. */
const specCase = (
  name: string,
  section: string,
  expect: Answer[],
  change: (spec: HelloSpec, ticket: Ticket, context: Context) => HelloSpec,
): HostileCase =>
  rawCase(name, section, expect, async (peer, context) => {
    const ticket = await context.ticket();
    await peer.sendHello(change(context.hello({ ticket }), ticket, context));
    await finish(peer, context);
  });

/** The same, changed after: the bytes of the whole message. */
const bytesCase = (
  name: string,
  section: string,
  expect: Answer[],
  change: (bytes: Bytes, context: Context) => Bytes,
): HostileCase =>
  rawCase(name, section, expect, async (peer, context) => {
    const spec = context.hello({ ticket: await context.ticket() });
    const bytes = change(encodeHello(spec), context);
    peer.spec = spec;
    peer.transcript.add(bytes);
    await peer.sendPlain(22, bytes);
    await finish(peer, context);
  });

/** The extension with anything in it, and no binder made over it. */
const rawPsk = (name: string, section: string, expect: Answer[], data: (ticket: Ticket, context: Context) => Bytes) =>
  specCase(name, section, expect, (spec, ticket, context) => ({
    ...withExtension(spec, EXTENSION.preSharedKey, data(ticket, context)),
    tickets: [],
  }));

const id = (ticket: Ticket) => ({ identity: ticket.identity, age: obfuscatedAge(ticket) });
const binder = (context: Context, length = BINDER_BYTES) => context.random.bytes(length);
const withTicket = (spec: HelloSpec, ...tickets: Ticket[]): HelloSpec => ({
  ...{ ...spec, extensions: [...spec.extensions.slice(0, -1), pskExtension(tickets)], tickets },
});
const forged = (ticket: Ticket, { random }: Context, bytes = ticket.identity.length): Ticket => ({
  ...{ ...ticket, identity: random.bytes(bytes), psk: random.bytes(32) },
});

const BINDERS: HostileCase[] = [
  ...[-1, -16, -32].map((at) =>
    bytesCase(`a binder with byte ${at} wrong`, "4.2.11", ["decryptError"], (bytes) => flipBit(bytes, at, 3)),
  ),
  bytesCase("a ClientHello changed behind its binder's back", "4.2.11.2", ["decryptError"], (b) => flipBit(b, 10)),
  rawPsk("a binder over nothing", "4.2.11", ["decryptError"], (t, c) => pskData([id(t)], [binder(c)])),
  rawPsk("no binder", "4.2.11", MALFORMED, (t) => pskData([id(t)], [])),
  rawPsk("two binders for one identity", "4.2.11", [...MALFORMED, "decryptError"], (t, c) =>
    pskData([id(t)], [binder(c), binder(c)]),
  ),
  rawPsk("one binder for two identities", "4.2.11", MALFORMED, (t, c) => pskData([id(t), id(t)], [binder(c)])),
  rawPsk("a binder of 31 bytes", "4.2.11", [...MALFORMED, "decryptError"], (t, c) => pskData([id(t)], [binder(c, 31)])),
  rawPsk("a binder of 33 bytes", "4.2.11", [...MALFORMED, "decryptError"], (t, c) => pskData([id(t)], [binder(c, 33)])),
  rawPsk("an empty binder", "4.2.11", [...MALFORMED, "decryptError"], (t) => pskData([id(t)], [new Uint8Array(0)])),
  rawCase("a binder that knows nothing of the retry", "4.2.11.2", ["decryptError"], async (peer, context) => {
    const ticket = await context.ticket();
    await peer.sendHello(context.hello({ ticket, groups: [GROUP.x25519], shareGroups: [] }));
    if (!(await peer.readHello()).isRetry) throw new Error("no HelloRetryRequest came");
    const bytes = encodeHello(peer.retriedSpec());
    peer.transcript.add(bytes);
    await peer.sendPlain(22, bytes);
    await finish(peer, context);
  }),
];

const IDENTITIES: HostileCase[] = [
  specCase("a ticket nobody gave", "4.2.11", ["full"], (spec, t, c) => withTicket(spec, forged(t, c))),
  specCase("a ticket of one byte", "4.2.11", ["full"], (spec, t, c) => withTicket(spec, forged(t, c, 1))),
  specCase("a ticket of a kilobyte", "4.2.11", ["full"], (spec, t, c) => withTicket(spec, forged(t, c, 1024))),
  specCase("a ticket cut short", "4.2.11", ["full"], (spec, t) =>
    withTicket(spec, { ...t, identity: t.identity.slice(0, -1) }),
  ),
  specCase("a ticket with a byte too much", "4.2.11", ["full"], (spec, t) =>
    withTicket(spec, { ...t, identity: new Uint8Array([...t.identity, 0]) }),
  ),
  ...[0, 0.3, 0.6, 1].map((part) =>
    specCase(`a ticket with a bit wrong, ${part} of the way`, "4.2.11", ["full"], (spec, t) =>
      withTicket(spec, { ...t, identity: flipBit(t.identity, Math.floor(part * (t.identity.length - 1))) }),
    ),
  ),
  specCase("a good ticket behind one nobody gave", "4.2.11", ["served"], (spec, t, c) =>
    withTicket(spec, forged(t, c), t),
  ),
  specCase("ten tickets nobody gave", "4.2.11", ["full"], (spec, t, c) =>
    withTicket(spec, ...Array.from({ length: 10 }, () => forged(t, c))),
  ),
  specCase("a good ticket", "4.2.11", ["served"], (spec) => spec),
  specCase("an age that cannot be", "4.2.11.1", ["served"], (spec, t) =>
    withTicket(spec, { ...t, ageAdd: t.ageAdd + 2 ** 31 }),
  ),
  specCase("a ticket of the other suite", "4.2.11", ["served"], (spec, t) => ({
    ...{ ...spec, suites: [t.suite === SUITE.chacha20 ? SUITE.aes128Gcm : SUITE.chacha20] },
  })),
  rawPsk("an empty identity", "4.2.11", MALFORMED, (_, c) =>
    pskData([{ identity: new Uint8Array(0), age: 0 }], [binder(c)]),
  ),
  rawPsk("no identity", "4.2.11", MALFORMED, () => pskData([], [])),
  rawPsk("identities that end early", "4.2.11", MALFORMED, (t) => pskData([id(t)], []).slice(0, 20)),
  rawPsk("nothing in the extension", "4.2.11", MALFORMED, () => new Uint8Array(0)),
  rawPsk("a byte behind the binders", "4.2.11", [...MALFORMED, "decryptError"], (t, c) =>
    Uint8Array.from([...pskData([id(t)], [binder(c)]), 0]),
  ),
];

const PLACES: HostileCase[] = [
  specCase("an extension behind pre_shared_key", "4.2.11", ["illegalParameter"], (spec) => ({
    ...{ ...spec, tickets: [], extensions: [...spec.extensions, { type: 0x1234, data: new Uint8Array(0) }] },
  })),
  specCase("pre_shared_key first", "4.2.11", ["illegalParameter"], (spec) => ({
    ...{ ...spec, tickets: [], extensions: [spec.extensions.at(-1)!, ...spec.extensions.slice(0, -1)] },
  })),
  specCase("pre_shared_key twice", "4.2", MALFORMED, (spec) => ({
    ...{ ...spec, extensions: [...spec.extensions, spec.extensions.at(-1)!] },
  })),
  specCase("a PSK without modes", "4.2.9", ["missingExtension", "illegalParameter", "handshakeFailure"], (spec) =>
    withExtension(spec, EXTENSION.pskModes, undefined),
  ),
  specCase("only psk_ke, which gives no forward secrecy", "4.2.9", ["full"], (spec) =>
    withExtension(spec, EXTENSION.pskModes, vec8(u8(0))),
  ),
  specCase("unknown modes alone", "4.2.9", ["full"], (spec) => withExtension(spec, EXTENSION.pskModes, vec8(u8(77)))),
  specCase("unknown modes before ours", "4.2.9", ["served"], (spec) =>
    withExtension(spec, EXTENSION.pskModes, vec8(u8(0x0b), u8(0), u8(1))),
  ),
  specCase("an empty list of modes", "4.2.9", MALFORMED, (spec) => withExtension(spec, EXTENSION.pskModes, vec8())),
  specCase("a PSK without a key share", "9.2", ["missingExtension"], (spec) => withExtension(spec, 51, undefined)),
  specCase("a PSK and an empty list of shares, no group known", "4.1.1", ["handshakeFailure"], (spec) =>
    withExtension(withExtension(spec, 51, vec16()), 10, vec16(Uint8Array.of(0, 24))),
  ),
  specCase("a PSK and a point of low order", "7.4.2", ["illegalParameter"], (spec) =>
    withExtension(spec, 51, vec16(Uint8Array.of(0, 29), vec16(new Uint8Array(32)))),
  ),
];

/** 4.2.10: a server without 0-RTT skips what it cannot open; one that never allowed it may also refuse. */
const NOT_EARLY: Answer[] = ["served", "unexpectedMessage", "badRecordMac"];

const EARLY: HostileCase[] = [
  specCase("early_data is asked for, none comes", "4.2.10", ["served"], (spec) =>
    withExtension(spec, EXTENSION.earlyData, new Uint8Array(0)),
  ),
  rawCase("early data, of a ticket that allows none", "4.2.10", NOT_EARLY, async (peer, context) => {
    const spec = context.hello({ ticket: await context.ticket() });
    await peer.sendHello(withExtension(spec, EXTENSION.earlyData, new Uint8Array(0)));
    await peer.sendPlain(23, context.random.bytes(100));
    await finish(peer, context);
  }),
  rawCase("early data without a word of it", "4.2.10", ["badRecordMac", "unexpectedMessage"], async (peer, context) => {
    await peer.sendHello(context.hello());
    await peer.sendPlain(23, context.random.bytes(100));
    await finish(peer, context);
  }),
  rawCase(
    "early data beyond measure",
    "4.2.10",
    ["unexpectedMessage", "badRecordMac", "recordOverflow"],
    async (peer, c) => {
      await peer.sendHello(
        withExtension(c.hello({ ticket: await c.ticket() }), EXTENSION.earlyData, new Uint8Array(0)),
      );
      for (let i = 0; i < 40 && !peer.wire.isOver; i++) await peer.sendPlain(23, c.random.bytes(1000));
      await finish(peer, c);
    },
  ),
];

export const PSK_CASES: HostileCase[] = [...BINDERS, ...IDENTITIES, ...PLACES, ...EARLY].map((each) => ({
  ...{ ...each, needsTicket: true },
}));
