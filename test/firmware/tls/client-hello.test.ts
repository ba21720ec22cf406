// Reading a ClientHello: what is taken from it, what is passed over, and the alert for each thing that is wrong.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MAX_ENTRIES, MAX_EXTENSIONS, parseClientHello } from "../../../firmware/tls/client-hello.ts";
import type { ClientHello } from "../../../firmware/tls/client-hello.ts";
import { TICKET_BYTES } from "../../../firmware/tls/tickets.ts";
import { clientHello, P256_SHARE, preSharedKey, vector16, vector8, X25519_SHARE } from "../../support/client-hello.ts";
import type { HelloParts } from "../../support/client-hello.ts";
import { hal, hex } from "../../support/hal.ts";
import { nativeBench } from "../../support/native.ts";
import { forAll } from "../../support/random.ts";

const ECDSA = "\x04\x03";
const RSA = "\x08\x04";
const [ILLEGAL, DECODE, VERSION, MISSING] = [47, 50, 70, 109];
const bench = nativeBench();

/** By plain ES5 and by native code, which reads nothing beyond the message: there is nothing on the simulated board. */
function parseBoth(message: Uint8Array, scheme = ECDSA): ClientHello | number {
  const result = parseClientHello(hal, message, scheme);
  const own = message.slice();
  assert.equal(parseClientHello(bench.hal, own, scheme, bench.native), result);
  assert.is(hex(own), hex(message), "it is in the transcript");
  return result;
}

const parse = (parts: HelloParts = {}) => parseBoth(clientHello(parts));
const good = (parts: HelloParts = {}) => {
  const hello = parse(parts);
  if (typeof hello === "number") throw new Error(`alert ${hello} for ${JSON.stringify(parts)}`);
  return hello;
};
const ext = (extensions: HelloParts["extensions"]) => good({ extensions });
const TICKET = "cc".repeat(TICKET_BYTES);

test("what the handshake needs is found, as views of the message", () => {
  const hello = good();
  assert.equal([hello.suite, hello.group, hello.shares], [0x1303, 29, 1]);
  assert.equal([hello.takesScheme, hello.takesHttp, hello.takesTickets, hello.hasEarlyData], [true, true, true, false]);
  assert.is(hex(hello.share!), "11".repeat(32));
  assert.is(hex(hello.sessionId), "bb".repeat(32));
  assert.is(hex(hello.prefix), "0303" + "aa".repeat(32) + "20" + "bb".repeat(32) + "000413011303" + "0100");
  assert.is(hello.share!.buffer, hello.prefix.buffer);
});

test("suites, groups, schemes: ours among any others, wherever they stand, and never across two codes", () => {
  const suite = (codes: string) => good({ suites: vector16(codes) }).suite;
  assert.equal(
    [suite("1303"), suite("0a0a1301"), suite("13021301c02b1303"), suite("1302")],
    [0x1303, 0x1301, 0x1303, 0],
  );
  assert.equal([suite("00130300"), suite("0013030013031301"), suite("1313")], [0, 0x1303, 0]);
  const scheme = (codes: string) => ext({ 13: vector16(codes) }).takesScheme;
  assert.equal(
    [scheme("0403"), scheme("08040403"), scheme("0804"), scheme("0004"), scheme("00040304")],
    [true, true, false, false, false],
  );
});

test("shares: X25519 before P-256, one that is there before one that is not, large ones of others passed over", () => {
  const p256 = ext({ 51: vector16(P256_SHARE) });
  assert.equal([p256.group, hex(p256.share!)], [23, "22".repeat(64)]);
  const kyber = "11ec" + vector16("33".repeat(1216));
  const both = ext({
    51: vector16("0a0a000100" + kyber + P256_SHARE + X25519_SHARE),
    10: vector16("0a0a11ec001d0017"),
  });
  assert.equal([both.group, both.shares, both.share!.length], [29, 4, 32]);
  const none = ext({ 51: vector16(""), 10: vector16("11ec0017") });
  assert.equal([none.group, none.share, none.shares], [23, undefined, 0]);
  assert.is(ext({ 51: vector16(kyber), 10: vector16("11ec0018") }).group, 0);
});

test("ALPN: none, ours, ours among others, others only", () => {
  const alpn = (...names: string[]) =>
    ext({ 16: vector16(names.map((n) => vector8(hex(Buffer.from(n)))).join("")) }).takesHttp;
  assert.is(ext({ 16: undefined }).takesHttp, undefined);
  assert.equal([alpn("http/1.1"), alpn("h2", "http/1.1"), alpn("h2"), alpn("http/1.0")], [true, true, false, false]);
});

test("a ticket of ours is found among other identities, with its binder and what that covers", () => {
  const binders = ["dd".repeat(32), "ee".repeat(32)];
  const parts = { extensions: { 41: preSharedKey(["01", TICKET], binders) } };
  const { offer } = good(parts);
  assert.equal([offer!.index, hex(offer!.ticket), hex(offer!.binder)], [1, TICKET, binders[1]]);
  assert.is(offer!.covered, clientHello(parts).length - 2 - 66);
  assert.is(ext({ 41: preSharedKey(["01"], [binders[0]]) }).offer, undefined);
  assert.not(ext({ 45: vector8("00"), 41: preSharedKey([TICKET], [binders[0]]) }).takesTickets, "psk_ke alone");
});

test("GREASE and unknown extensions are passed over, a record_size_limit is taken from 64 on", () => {
  good({ extensions: { 0x0a0a: "", 0x7a7a: "00", 0xfe0d: "00".repeat(300) } });
  assert.equal([ext({ 28: "0040" }).limit, ext({ 28: "4001" }).limit, ext({ 28: "ffff" }).limit], [64, 16385, 65535]);
});

const binder = "dd".repeat(32);
const WRONG: [string, HelloParts, number][] = [
  ["no extensions", { whole: "" }, VERSION],
  ["an empty list of extensions", { whole: "0000" }, VERSION],
  ["no supported_versions", { extensions: { 43: undefined } }, VERSION],
  ["TLS 1.2 at most", { extensions: { 43: vector8("03030302") } }, VERSION],
  ["version codes shifted by a byte", { extensions: { 43: vector8("00030400") } }, VERSION],
  ["SSL 3", { version: "0300" }, VERSION],
  ["SSL 2", { version: "0002" }, VERSION],
  ["compression", { compression: "020001" }, ILLEGAL],
  ["another compression", { compression: "0101" }, ILLEGAL],
  ["no compression method", { compression: "00" }, DECODE],
  ["a session id of 33 bytes", { sessionId: "bb".repeat(33) }, DECODE],
  ["no suites", { suites: "0000" }, DECODE],
  ["half a suite", { suites: vector16("130313") }, DECODE],
  ["an extension twice", { more: "002b0003020304" }, ILLEGAL],
  ["an unknown extension twice", { more: "0a0a00000a0a0000" }, ILLEGAL],
  ["an extension beyond the end", { more: "0a0a0001" }, DECODE],
  ["half an extension's header", { more: "0a0a00" }, DECODE],
  ["a cookie that nobody gave", { extensions: { 44: vector16("00") } }, ILLEGAL],
  ["no signature_algorithms", { extensions: { 13: undefined } }, MISSING],
  ["no supported_groups", { extensions: { 10: undefined } }, MISSING],
  ["no key_share", { extensions: { 51: undefined } }, MISSING],
  ["no groups and no shares", { extensions: { 10: undefined, 51: undefined } }, MISSING],
  [
    "a PSK without psk_key_exchange_modes",
    { extensions: { 45: undefined, 41: preSharedKey(["01"], [binder]) } },
    MISSING,
  ],
  ["no groups in the list", { extensions: { 10: vector16("") } }, DECODE],
  ["half a group", { extensions: { 10: vector16("001d00") } }, DECODE],
  ["half a scheme", { extensions: { 13: vector16("040308") } }, DECODE],
  ["no schemes", { extensions: { 13: vector16("") } }, DECODE],
  ["bytes behind a list", { extensions: { 10: vector16("001d") + "00" } }, DECODE],
  ["half a version", { extensions: { 43: vector8("030403") } }, DECODE],
  ["a share without bytes", { extensions: { 51: vector16("001d0000") } }, DECODE],
  ["a share beyond the list", { extensions: { 51: vector16("001d0021" + "11".repeat(32)) } }, DECODE],
  ["an X25519 share of 31 bytes", { extensions: { 51: vector16("001d001f" + "11".repeat(31)) } }, ILLEGAL],
  ["an X25519 share of 33 bytes", { extensions: { 51: vector16("001d0021" + "11".repeat(33)) } }, ILLEGAL],
  ["a P-256 share of 3 bytes", { extensions: { 51: vector16("0017000304aabb") } }, ILLEGAL],
  ["a compressed P-256 point", { extensions: { 51: vector16(P256_SHARE.replace("004104", "004102")) } }, ILLEGAL],
  ["two shares of a group", { extensions: { 51: vector16(X25519_SHARE + X25519_SHARE) } }, ILLEGAL],
  ["two P-256 shares", { extensions: { 51: vector16(P256_SHARE + P256_SHARE) } }, ILLEGAL],
  ["a share of a group that is not in the list", { extensions: { 10: vector16("0017") } }, ILLEGAL],
  ["an empty ALPN name", { extensions: { 16: vector16("00") } }, DECODE],
  ["an ALPN name beyond the list", { extensions: { 16: vector16("0968747470") } }, DECODE],
  ["a server_name without a name", { extensions: { 0: vector16("000000") } }, DECODE],
  ["a server_name that does not fill its list", { extensions: { 0: vector16("0000016100") } }, DECODE],
  ["a record_size_limit of 63", { extensions: { 28: "003f" } }, ILLEGAL],
  ["a record_size_limit of three bytes", { extensions: { 28: "004000" } }, DECODE],
  ["early_data without a PSK", { extensions: { 42: "" } }, ILLEGAL],
  ["early_data with contents", { extensions: { 42: "00", 41: preSharedKey(["01"], [binder]) } }, DECODE],
  ["a PSK that is not the last", { more: "0029" + vector16(preSharedKey(["01"], [binder])) + "0a0a0000" }, ILLEGAL],
  ["no identities", { extensions: { 41: preSharedKey([], [binder]) } }, DECODE],
  ["an identity without bytes", { extensions: { 41: preSharedKey(["", "0102"], [binder, binder]) } }, DECODE],
  ["fewer binders than identities", { extensions: { 41: preSharedKey(["01", "02"], [binder]) } }, ILLEGAL],
  ["more binders than identities", { extensions: { 41: preSharedKey(["01"], [binder, binder]) } }, ILLEGAL],
  ["a binder of 31 bytes", { extensions: { 41: preSharedKey(["01"], ["dd".repeat(31)]) } }, DECODE],
  ["a pre_shared_key without contents", { extensions: { 41: "" } }, DECODE],
];

test("what a list costs the device is bounded: extensions, shares, ALPN names, identities", () => {
  const empty = (count: number) => Array.from({ length: count }, (_, i) => `40${i.toString(16).padStart(2, "0")}0000`);
  const usual = 7; // that clientHello() has
  const lists: [(count: number) => HelloParts, number][] = [
    [(n) => ({ more: empty(n - usual).join("") }), MAX_EXTENSIONS],
    [(n) => ({ extensions: { 51: vector16(X25519_SHARE + "0a0a000100".repeat(n - 1)) } }), MAX_ENTRIES],
    [(n) => ({ extensions: { 16: vector16("0161".repeat(n)) } }), MAX_ENTRIES],
    [(n) => ({ extensions: { 41: preSharedKey(Array(n).fill("01"), Array(n).fill(binder)) } }), MAX_ENTRIES],
  ];
  for (const [parts, most] of lists) {
    good(parts(most));
    assert.is(parse(parts(most + 1)), ILLEGAL);
  }
});

test("everything that is wrong has its alert", () => {
  for (const [name, parts, alert] of WRONG) assert.is(parse(parts), alert, name);
});

test("a list without room for its length is refused, in the middle and at the end of the message", () => {
  for (const type of [0, 10, 13, 16, 43, 45, 51])
    for (const body of ["", "00", "0000"].slice(0, type === 51 ? 2 : 3)) {
      assert.is(parse({ extensions: { [type]: body } }), DECODE, `${type}: "${body}"`);
      const last = type.toString(16).padStart(4, "0") + vector16(body);
      assert.is(parse({ extensions: { [type]: undefined }, more: last }), DECODE, `${type}: "${body}", last`);
    }
});

test("cut off anywhere, or with any byte changed, it is read or refused, and never thrown at", () => {
  const whole = clientHello({ extensions: { 41: preSharedKey(["01", TICKET], [binder, binder]), 28: "0800" } });
  for (let n = 4; n < whole.length; n++) {
    const alert = parseBoth(whole.slice(0, n));
    assert.ok(alert === DECODE || alert === VERSION, `${n} bytes: ${JSON.stringify(alert)}`);
  }
  forAll(300, (random) => {
    const changed = whole.slice();
    for (let i = 1 + random.below(3); i; i--) {
      const at = 4 + random.below(changed.length - 4);
      changed[at] = random.below(2) ? random.below(256) : changed[at] + random.pick([-2, -1, 1, 2, 128]);
    }
    const result = parseBoth(changed, random.pick([ECDSA, RSA]));
    assert.ok(typeof result === "object" || [ILLEGAL, DECODE, VERSION, MISSING].includes(result));
  });
  // Every value of every byte that says how long something is, or what.
  const places = [38, 71, 72, 77, 78, 79, 80];
  for (let at = 81; at < whole.length; at += 4 + ((whole[at + 2] << 8) | whole[at + 3]))
    for (let i = 0; i < 8; i++) if (at + i < whole.length) places.push(at + i);
  for (const place of places)
    for (let byte = 0; byte < 256; byte++) parseBoth(Uint8Array.from(whole, (old, i) => (i === place ? byte : old)));
});

test.run();
