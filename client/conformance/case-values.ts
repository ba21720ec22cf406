// The greeting's members and the device's public value, as no device would say them (docs/PROTOCOL.md 3.1, 3.2, 4).
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { SUITE_P256, SUITE_X25519, TYPE_PEM } from "../../firmware/protocol.ts";
import type { Case, Scene } from "./case.ts";
import { DEVICE_SUITES, LOW_ORDER_U, p256OffCurve, p256XTooLarge, publicKeyText } from "./public-keys.ts";
import { pemBlocks } from "../pem.ts";

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
  greeting("suites-missing", "the greeting has no suites", { suites: undefined }),
  greeting("salt-short", "the greeting's salt has 31 bytes", { salt: "5a".repeat(31) }),
  greeting("salt-upper-case", "the greeting's salt is in upper case", { salt: "5A".repeat(32) }),
  greeting("salt-missing", "the greeting has no salt", { salt: undefined }),
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

/** in: gives the whole body of the answer from the honest scene. */
function value(name: string, does: string, body: (scene: Scene) => Uint8Array, suite?: string): Case {
  return {
    ...{ name: `value-${name}`, section: "4", at: "dh", rule: "stop", suite },
    does: `the device's public value is ${does}`,
    act: (scene) => ({
      kind: "answer",
      reply: { status: 200, headers: { "Content-Type": TYPE_PEM }, body: body(scene) },
    }),
  };
}

const text = (s: string) => new TextEncoder().encode(s);
const honestDer = ({ honest }: Scene) => pemBlocks(new TextDecoder().decode(honest.body))[0].der;
const withValue = (scene: Scene, bytes: Uint8Array) => publicKeyText(concatBytes(scene.suite!.prefix, bytes));
const honestValue = (scene: Scene) => honestDer(scene).slice(scene.suite!.prefix.length);

/** RFC 8410: the same shape, but a key for signatures. */
const ED25519_PREFIX = hexToBytes("302a300506032b6570032100");

function withHead(scene: Scene, head: number): Uint8Array {
  const point = honestValue(scene);
  point[0] = head;
  return withValue(scene, point);
}

const VALUES: Case[] = [
  ...Object.entries(LOW_ORDER_U).map(([name, hex]) =>
    value(`low-order-u-${name}`, `of low order (${name})`, (s) => withValue(s, hexToBytes(hex)), SUITE_X25519),
  ),
  value("u-of-31-bytes", "one byte short", (s) => withValue(s, honestValue(s).slice(1)), SUITE_X25519),
  value(
    "ed25519-key",
    "an Ed25519 key",
    (s) => publicKeyText(concatBytes(ED25519_PREFIX, honestValue(s))),
    SUITE_X25519,
  ),
  value("off-curve", "no point of P-256", (s) => withValue(s, p256OffCurve(honestValue(s))), SUITE_P256),
  value("coordinate-too-large", "a point whose x is p", (s) => withValue(s, p256XTooLarge()), SUITE_P256),
  value(
    "zero-point",
    "the point 0, 0",
    (s) => withValue(s, concatBytes(Uint8Array.of(4), new Uint8Array(64))),
    SUITE_P256,
  ),
  value("hybrid-point", "a point in hybrid form, 06 x y", (s) => withHead(s, 6), SUITE_P256),
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
    SUITE_P256,
  ),
  value("echo", "the client's own, sent back", (s) => s.request),
  value("other-suite", "of another suite", (s) => {
    const other = DEVICE_SUITES.find((suite) => suite !== s.suite)!;
    return publicKeyText(concatBytes(other.prefix, other.publicOf(other.drawSecret())));
  }),
  value("wrong-prefix", "behind a DER prefix with one byte changed", (s) => {
    const der = honestDer(s);
    der[5] ^= 1;
    return publicKeyText(der);
  }),
  value("byte-more", "followed by one byte more", (s) => publicKeyText(concatBytes(honestDer(s), Uint8Array.of(0)))),
  value("garbage", "no PEM at all", () => text("hello\n")),
  value("empty", "nothing", () => new Uint8Array(0)),
  value("text-before", "PEM with text before it", (s) => concatBytes(text("hello\n"), s.honest.body)),
  value("two-blocks", "there twice", (s) => concatBytes(s.honest.body, s.honest.body)),
  value("other-label", "labelled PRIVATE KEY", (s) =>
    text(new TextDecoder().decode(s.honest.body).replaceAll("PUBLIC", "PRIVATE")),
  ),
];

export const VALUE_CASES: Case[] = [...GREETINGS, ...VALUES];
