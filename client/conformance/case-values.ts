// The greeting's members and the device's public value, as no device would say them (docs/PROTOCOL.md 3.1, 3.2, 4).
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import * as P from "../../firmware/protocol.ts";
import { encodeFfdhe2048 } from "../ffdhe2048.ts";
import { BAD_Y, LOW_ORDER_U, MISSHAPEN_Y, p256OffCurve, p256XTooLarge } from "./bad-values.ts";
import type { Case, Scene } from "./case.ts";
import { CPACE, DEVICE_SUITES, FFDHE2048, P256, publicKeyDer, publicKeyText, X25519 } from "./public-keys.ts";
import type { DeviceSuite } from "./public-keys.ts";

function greeting(name: string, does: string, members: Record<string, unknown>, section = "3.1"): Case {
  return { ...{ name: `greeting-${name}`, section, at: "greeting", rule: "stop", greeting: members }, does };
}

const GREETINGS: Case[] = [
  greeting("version-2", "the greeting has v = 2", { v: 2 }),
  greeting("version-missing", "the greeting has no v", { v: undefined }),
  greeting("version-is-text", 'the greeting has v = "1"', { v: "1" }),
  greeting("bench", 'the greeting says build "bench", and the user did not ask for that', { build: "bench" }),
  greeting("build-unknown", "the greeting has a build that is neither product nor bench", { build: "debug" }),
  greeting("suite-not-offered", "the greeting offers no suite that a client knows", { suites: ["none-of-these"] }),
  {
    ...greeting("plain-suites", "the greeting offers plain suites only, to a client that was not told to use one", {
      suites: DEVICE_SUITES.filter((suite) => suite !== CPACE).map(({ name }) => name),
    }),
    ...{ section: "10", suites: [P.SUITE_CPACE] },
  },
  greeting("suites-empty", "the greeting's list of suites is empty", { suites: [] }),
  greeting("suites-missing", "the greeting has no suites", { suites: undefined }),
  greeting("salt-short", "the greeting's salt has 31 bytes", { salt: "5a".repeat(31) }),
  greeting("salt-upper-case", "the greeting's salt is in upper case", { salt: "5A".repeat(32) }),
  greeting("salt-missing", "the greeting has no salt", { salt: undefined }),
  greeting("wait-601", "the greeting has wait = 601", { wait: 601 }),
  greeting("max-negative", "the greeting has max = -1", { max: -1 }),
  greeting("member-more", "the greeting has a member more", { extra: 0 }),
  greeting("no-max", "the greeting has no max", { max: undefined }),
  { ...greeting("no-cookie", "the greeting sets no cookie", {}, "3.2"), cookie: () => "" },
  { ...greeting("cookie-short", "the greeting's cookie has 71 digits", {}, "3.2"), cookie: (value) => value.slice(1) },
  {
    ...greeting("not-json", "the greeting is no JSON", {}),
    act: ({ honest }) => ({
      kind: "answer",
      reply: { ...honest, body: new TextEncoder().encode("<html>hello</html>") },
    }),
  },
];

/** The greeting's text changed, where JSON.parse would make the same of it. */
function spelled(name: string, does: string, from: RegExp, to: string): Case {
  return {
    ...greeting(name, does, {}),
    act: ({ honest }) => ({
      kind: "answer",
      reply: { ...honest, body: text(new TextDecoder().decode(honest.body).replace(from, to)) },
    }),
  };
}

const SPELLINGS: Case[] = [
  spelled("fraction", "the greeting has tries = 5.0", /"tries":5/, '"tries":5.0'),
  spelled("exponent", "the greeting has window = 3e2", /"window":300/, '"window":3e2'),
  spelled("member-twice", "the greeting has tries twice", /"tries":5/, '"tries":5,"tries":5'),
];

const PEM_SUITES = DEVICE_SUITES.filter(({ type }) => type === P.TYPE_PEM);

/** in: gives the whole body of the answer from the honest scene. */
function value(name: string, does: string, body: (scene: Scene) => Uint8Array, ...suites: DeviceSuite[]): Case {
  return {
    ...{ name: `value-${name}`, section: "4", at: "dh", rule: "stop" },
    ...(suites.length ? { suites: suites.map((suite) => suite.name) } : {}),
    does: `the device's public value is ${does}`,
    act: (scene) => ({
      kind: "answer",
      reply: { status: 200, headers: { "Content-Type": scene.suite!.type }, body: body(scene) },
    }),
  };
}

const text = (s: string) => new TextEncoder().encode(s);
const honestDer = ({ honest }: Scene) => publicKeyDer(honest.body)!;
/** Of x25519 and p256. */
const honestValue = ({ honest, suite }: Scene) => suite!.read(honest.body)!;
const withValue = ({ suite }: Scene, bytes: Uint8Array) => suite!.write(bytes);

/** RFC 8410: the same shape, but a key for signatures. */
const ED25519_PREFIX = hexToBytes("302a300506032b6570032100");

function withHead(scene: Scene, head: number): Uint8Array {
  const point = honestValue(scene);
  point[0] = head;
  return withValue(scene, point);
}

const CPACE_VALUES: Case[] = [
  ...Object.entries(LOW_ORDER_U).map(([name, hex]) =>
    value(`cpace-low-order-${name}`, `of low order (${name})`, () => hexToBytes(hex), CPACE),
  ),
  value(
    "cpace-low-order-bit-255",
    "of low order (p), with bit 255 set",
    () => hexToBytes(`${"ed"}${"ff".repeat(31)}`),
    CPACE,
  ),
  value("cpace-byte-less", "one byte short", (s) => s.honest.body.slice(1), CPACE),
  value(
    "cpace-with-nonce",
    "behind a nonce, as the client's is",
    (s) => concatBytes(new Uint8Array(16), s.honest.body),
    CPACE,
  ),
  value("cpace-as-pem", "the right one as a PEM key of x25519", (s) => X25519.write(s.honest.body), CPACE),
];

const WRONG_TYPE: Case = {
  ...{ name: "value-wrong-type", section: "4", at: "dh", rule: "stop" },
  does: "the device's public value comes as text/plain",
  act: ({ honest }) => ({ kind: "answer", reply: { ...honest, headers: { "Content-Type": "text/plain" } } }),
};

const FFDHE2048_VALUES: Case[] = [
  ...Object.entries(BAD_Y).map(([name, y]) =>
    value(
      `ffdhe2048-y-${name}`,
      `y = ${name.replaceAll("-", " ")}`,
      () => publicKeyText(encodeFfdhe2048(y)),
      FFDHE2048,
    ),
  ),
  ...Object.entries(MISSHAPEN_Y).map(([name, [does, der]]) =>
    value(`ffdhe2048-${name}`, does, () => publicKeyText(der), FFDHE2048),
  ),
];

const VALUES: Case[] = [
  ...Object.entries(LOW_ORDER_U).map(([name, hex]) =>
    value(`low-order-u-${name}`, `of low order (${name})`, (s) => withValue(s, hexToBytes(hex)), X25519),
  ),
  value("u-of-31-bytes", "one byte short", (s) => publicKeyText(honestDer(s).slice(0, -1)), X25519),
  value("ed25519-key", "an Ed25519 key", (s) => publicKeyText(concatBytes(ED25519_PREFIX, honestValue(s))), X25519),
  value("off-curve", "no point of P-256", (s) => withValue(s, p256OffCurve(honestValue(s))), P256),
  value("coordinate-too-large", "a point whose x is p", (s) => withValue(s, p256XTooLarge()), P256),
  value("zero-point", "the point 0, 0", (s) => withValue(s, concatBytes(Uint8Array.of(4), new Uint8Array(64))), P256),
  value("hybrid-point", "a point in hybrid form, 06 x y", (s) => withHead(s, 6), P256),
  value(
    "compressed-point",
    "a compressed point",
    (s) =>
      publicKeyText(
        concatBytes(
          hexToBytes("3039301306072a8648ce3d020106082a8648ce3d030107032200"),
          Uint8Array.of(2),
          honestValue(s).slice(1, 33),
        ),
      ),
    P256,
  ),
  value("echo", "the client's own, sent back", (s) => s.request),
  value("other-suite", "of another suite", (s) => {
    const [other, secret] = s.suite === X25519 ? [P256, P256.drawSecret()] : [X25519, X25519.drawSecret()];
    const context = { serial: secret, salt: secret, cookie: "", offered: "" }; // only CPace's would depend on that
    return other.write(other.publicOf(secret, s.request, context));
  }),
  value("byte-more", "followed by one byte more", ({ honest, suite }) =>
    suite === CPACE
      ? concatBytes(honest.body, Uint8Array.of(0))
      : publicKeyText(concatBytes(publicKeyDer(honest.body)!, Uint8Array.of(0))),
  ),
  value("garbage", "no public value at all", () => text("hello\n")),
  value("empty", "nothing", () => new Uint8Array(0)),
];

/** What can be wrong with the text around a DER. */
const PEM_VALUES: Case[] = [
  value(
    "wrong-prefix",
    "behind a DER prefix with one byte changed",
    (s) => {
      const der = honestDer(s);
      der[5] ^= 1;
      return publicKeyText(der);
    },
    ...PEM_SUITES,
  ),
  value("text-before", "PEM with text before it", (s) => concatBytes(text("hello\n"), s.honest.body), ...PEM_SUITES),
  value("two-blocks", "there twice", (s) => concatBytes(s.honest.body, s.honest.body), ...PEM_SUITES),
  value(
    "other-label",
    "labelled PRIVATE KEY",
    (s) => text(new TextDecoder().decode(s.honest.body).replaceAll("PUBLIC", "PRIVATE")),
    ...PEM_SUITES,
  ),
];

export const VALUE_CASES: Case[] = [
  ...GREETINGS,
  ...SPELLINGS,
  ...VALUES,
  WRONG_TYPE,
  ...PEM_VALUES,
  ...CPACE_VALUES,
  ...FFDHE2048_VALUES,
];
