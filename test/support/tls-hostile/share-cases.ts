// Key shares: none, unknown, twice, of a wrong length, points that are none, and what follows a HelloRetryRequest (RFC 8446 sections
// 4.1.2, 4.1.4, 4.2.8 and 7.4).
import { p256 } from "@noble/curves/nist.js";
import { EXTENSION, GROUP, SUITE } from "../tls-peer/codes.ts";
import { makeHello, shareData, withExtension, withShares } from "../tls-peer/hello.ts";
import type { HelloSpec } from "../tls-peer/hello.ts";
import { makeShare, opaqueShare } from "../tls-peer/key-exchange.ts";
import type { KeyShare } from "../tls-peer/key-exchange.ts";
import type { Handshake } from "../tls-peer/handshake.ts";
import { fromHex, join, u16, vec16, vec8 } from "../tls-peer/wire.ts";
import type { Bytes } from "../tls-peer/wire.ts";
import { helloCase, rawCase, replaced } from "./case.ts";
import type { Answer, Context, HostileCase } from "./case.ts";

const WRONG: Answer[] = ["illegalParameter"];
const WRONG_LENGTH: Answer[] = ["illegalParameter", "decodeError"];

const shares = (make: () => KeyShare[]) => (spec: HelloSpec) => withShares(spec, make());
const onlyShare = (group: number, bytes: number | Bytes) => shares(() => [opaqueShare(group, bytes)]);
const P256 = { groups: [GROUP.p256] };

/** Every u whose multiples by a clamped scalar are zero, and forms of them that are not reduced (cr.yp.to/ecdh.html, RFC 7748 6.1). */
export const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

const FIELD = p256.Point.CURVE().p;
const be32 = (n: bigint): Bytes => fromHex(n.toString(16).padStart(64, "0"));
const point = (x: bigint, y: bigint): Bytes => join(Uint8Array.of(4), be32(x), be32(y));

/** A point with an x so small that x + p fits into 32 bytes too. */
function smallPoint(): { x: bigint; y: bigint } {
  for (let x = 1n; ; x++)
    try {
      return { x, y: p256.Point.fromHex(`02${x.toString(16).padStart(64, "0")}`).toAffine().y };
    } catch {
      continue;
    }
}

function badPoints(): [string, Bytes][] {
  const { x, y } = p256.Point.BASE.toAffine();
  const small = smallPoint();
  const base = point(x, y);
  const formed = (form: number, length = 65) => join(Uint8Array.of(form), base.slice(1, length));
  return [
    ["off the curve by one", point(x, y + 1n)],
    ["x and y changed over", point(y, x)],
    ["zero and zero", point(0n, 0n)],
    ["y of zero", point(x, 0n)],
    ["x and y of p", point(FIELD, FIELD)],
    ["x not reduced", point(small.x + FIELD, small.y)],
    ["y not reduced, off the curve", point(x, 2n ** 256n - 1n)],
    ["on the twist", point(small.x + 1n, 1n)],
    ["infinity, one byte", Uint8Array.of(0)],
    ["infinity, padded", new Uint8Array(65)],
    ["compressed", formed(y % 2n ? 3 : 2, 33)],
    ["a compressed form in 65 bytes", formed(y % 2n ? 3 : 2)],
    ["hybrid", formed(y % 2n ? 7 : 6)],
    ["an unknown form", formed(5)],
    ["a byte short", base.slice(0, 64)],
    ["a byte long", join(base, Uint8Array.of(0))],
    ["the form alone", Uint8Array.of(4)],
    ["without its form", base.slice(1)],
  ];
}

/** An honest share in another form of the same number: masked and reduced by the server (RFC 7748 section 5). */
const highBit = shares(() => {
  const share = makeShare(GROUP.x25519);
  return [{ ...share, share: share.share.map((byte, i) => (i === 31 ? byte | 128 : byte)) }];
});

const POINTS: HostileCase[] = [
  ...LOW_ORDER.map((u) =>
    helloCase(
      `X25519 of low order: ${u.slice(0, 8)}..${u.slice(-2)}`,
      "7.4.2",
      WRONG,
      onlyShare(GROUP.x25519, fromHex(u)),
    ),
  ),
  helloCase("X25519 with its highest bit set", "RFC 7748 5", ["served"], highBit),
  ...[0, 1, 31, 33, 64].map((n) =>
    helloCase(`an X25519 share of ${n} bytes`, "4.2.8", WRONG_LENGTH, onlyShare(GROUP.x25519, n)),
  ),
  ...badPoints().map(([name, bytes]) =>
    helloCase(
      `P-256: ${name}`,
      "4.2.8.2",
      bytes.length === 65 ? WRONG : WRONG_LENGTH,
      onlyShare(GROUP.p256, bytes),
      P256,
    ),
  ),
];

const both = { groups: [GROUP.x25519, GROUP.p256] };
const rawShares = (bytes: Bytes) => replaced(EXTENSION.keyShare, bytes);
const good = () => makeShare(GROUP.x25519);

const LISTS: HostileCase[] = [
  helloCase("no share yet: a retry", "4.2.8", ["served"], (s) => s, { ...both, shareGroups: [] }),
  helloCase("both shares", "4.2.8", ["served"], (s) => s, { ...both, shareGroups: both.groups }),
  helloCase("shares of unknown groups first", "4.2.8", ["served"], (spec) =>
    withShares(withExtension(spec, 10, vec16(u16(GROUP.x25519MlKem768), u16(0x2a2a), u16(GROUP.x25519))), [
      ...[opaqueShare(GROUP.x25519MlKem768, 1216), opaqueShare(0x2a2a, 1), good()],
    ]),
  ),
  helloCase("a share of an unknown group alone: a retry", "4.1.4", ["served"], (spec) =>
    withShares(withExtension(spec, 10, vec16(u16(0x2a2a), u16(GROUP.x25519))), [opaqueShare(0x2a2a, 32)]),
  ),
  helloCase("only unknown groups", "4.1.1", ["handshakeFailure"], (spec) =>
    withShares(withExtension(spec, 10, vec16(u16(GROUP.p384), u16(GROUP.ffdhe2048))), [opaqueShare(GROUP.p384, 97)]),
  ),
  helloCase("only unknown groups, and no share", "4.1.1", ["handshakeFailure"], (spec) =>
    withShares(withExtension(spec, 10, vec16(u16(GROUP.x448))), []),
  ),
  helloCase(
    "a share of a group not in supported_groups",
    "4.2.8",
    ["illegalParameter", "handshakeFailure", "served"],
    (spec) => withShares(withExtension(spec, 10, vec16(u16(GROUP.p384))), [good()]),
  ),
  helloCase("two shares of a group", "4.2.8", ["illegalParameter", "served"], (spec) => {
    const [one, two] = [good(), good()];
    // Either may be used: what we agree with has to be the first, the extension names both.
    return { ...withExtension(spec, EXTENSION.keyShare, shareData([one, two])), shares: [one] };
  }),
  helloCase("key_share cut by a byte", "4.2.8", ["decodeError"], rawShares(shareData([good()]).slice(0, -1))),
  helloCase("key_share with a byte too much", "4.2.8", ["decodeError"], rawShares(join(shareData([good()]), vec8()))),
  helloCase("key_share: half an entry", "4.2.8", ["decodeError"], rawShares(vec16(u16(29)))),
  helloCase("key_share without its list", "4.2.8", ["decodeError"], rawShares(new Uint8Array(0))),
];

/** To the server's HelloRetryRequest. */
async function retried(peer: Handshake, { target }: Context, groups = [GROUP.x25519]): Promise<HelloSpec> {
  await peer.sendHello(makeHello({ servername: target.servername, groups, shareGroups: [] }));
  if (!(await peer.readHello()).isRetry) throw new Error("no HelloRetryRequest came");
  return peer.retriedSpec();
}

const afterRetry = (
  name: string,
  section: string,
  expect: Answer[],
  change: (spec: HelloSpec) => HelloSpec,
): HostileCase =>
  rawCase(name, section, expect, async (peer, context) => {
    await peer.sendHello(change(await retried(peer, context)));
    await peer.readHello();
    peer.agree();
    await peer.readFlight();
    await peer.sendFlight(context.target.identity);
  });

const without = (type: number) => (spec: HelloSpec) => withExtension(spec, type, undefined);

const RETRIES: HostileCase[] = [
  afterRetry("after a retry: another group's share", "4.2.8", WRONG, (spec) =>
    withShares(withExtension(spec, 10, vec16(u16(GROUP.x25519), u16(GROUP.p256))), [makeShare(GROUP.p256)]),
  ),
  afterRetry(
    "after a retry: an unknown group's share",
    "4.2.8",
    WRONG,
    shares(() => [opaqueShare(GROUP.p384, 97)]),
  ),
  afterRetry(
    "after a retry: still no share",
    "4.1.2",
    WRONG,
    shares(() => []),
  ),
  afterRetry("after a retry: two shares", "4.2.8", ["illegalParameter", "served"], (spec) => {
    const share = good();
    return { ...withExtension(spec, 51, shareData([share, makeShare(GROUP.p256)])), shares: [share] };
  }),
  afterRetry("after a retry: key_share is gone", "4.1.2", ["missingExtension", "illegalParameter"], without(51)),
  afterRetry(
    "after a retry: supported_versions is gone",
    "4.1.4",
    ["protocolVersion", "illegalParameter", "missingExtension"],
    without(43),
  ),
  afterRetry("after a retry: only another suite", "4.1.4", ["illegalParameter", "handshakeFailure"], (spec) => ({
    ...{ ...spec, suites: [SUITE.aes256Gcm] },
  })),
  afterRetry("after a retry: another session id", "4.1.2", ["illegalParameter", "served"], (spec) => ({
    ...{ ...spec, sessionId: spec.sessionId.map((byte) => byte ^ 1) },
  })),
  afterRetry("after a retry: early_data", "4.2.10", ["illegalParameter", "served"], (spec) =>
    withExtension(spec, EXTENSION.earlyData, new Uint8Array(0)),
  ),
  afterRetry("after a retry: a point of low order", "7.4.2", WRONG, onlyShare(GROUP.x25519, new Uint8Array(32))),
  rawCase("a retry to P-256", "4.1.4", ["served"], async (peer, context) => {
    await peer.sendHello(await retried(peer, context, [GROUP.p256]));
    await peer.readHello();
    peer.agree();
    await peer.readFlight();
    await peer.sendFlight(context.target.identity);
  }),
  rawCase("after a retry: a Finished", "4.1.4", ["unexpectedMessage"], async (peer, context) => {
    await retried(peer, context);
    await peer.sendPlain(22, join(Uint8Array.of(20, 0, 0, 32), new Uint8Array(32)));
  }),
  rawCase("after a retry: data", "5", ["unexpectedMessage"], async (peer, context) => {
    await retried(peer, context);
    await peer.sendPlain(23, new Uint8Array(40));
  }),
  rawCase("after a retry: a third ClientHello", "4.1.2", ["unexpectedMessage"], async (peer, context) => {
    const spec = await retried(peer, context);
    const bytes = await peer.sendHello(spec);
    await peer.readHello();
    peer.agree();
    await peer.readFlight();
    await peer.sendPlain(22, bytes);
  }),
];

export const SHARE_CASES: HostileCase[] = [...POINTS, ...LISTS, ...RETRIES];
