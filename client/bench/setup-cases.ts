// The end-to-end cases of a setup over real HTTP: one list for the simulator, the interpreter and boards on the bench. They
// run one after the other on one device; each leaves it so that the next can run, or so that any can run by itself.
import * as assert from "node:assert/strict";
import { certify, createAuthority, issueLeaf } from "../ca.ts";
import type { LeafKind, LeafWishes } from "../ca.ts";
import type { Request } from "../csr.ts";
import { WibError } from "../errors.ts";
import { provision } from "../provision.ts";
import { ERROR, PATH_AUTH, PATH_DH, PATH_KEY, TYPE_BYTES, TYPE_PEM } from "../../firmware/protocol.ts";
import { rawExchange } from "./raw-http.ts";
import type { RawOptions } from "./raw-http.ts";
import { sleep, until } from "./target.ts";
import type { Target } from "./target.ts";

export type SetupCase = { name: string; run(target: Target): Promise<void> };

const WRONG_SERIAL = "0".repeat(16);
const GONE_MS = 5000;

const WISHES: Omit<LeafWishes, "kind"> = { commonName: "lamp.local", days: 1, usage: "both", dnsNames: ["lamp.local"] };
type Pair = { cert: string; key: string };
const pairs = new Map<LeafKind, Promise<Pair>>();

/** Made once a process. */
function pairOf(kind: LeafKind): Promise<Pair> {
  const made = pairs.get(kind) ?? createAuthority("Bench CA", 1).then((ca) => issueLeaf(ca, { ...WISHES, kind }));
  pairs.set(kind, made);
  return made;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function setUp(target: Target, kind: LeafKind, suite: string, serial = target.serial): Promise<unknown> {
  const { cert, key } = await pairOf(kind);
  return provision({ url: target.url, serial, suite, allowBench: true, keyText: bytes(cert + key) });
}

function raw(target: Target, request: string, options: RawOptions = {}): Promise<string> {
  const host = new URL(target.url).hostname.replace(/^\[|\]$/g, "");
  return rawExchange(target.port, request, { ...options, host });
}

async function refusal(attempt: Promise<unknown>): Promise<WibError> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof WibError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

async function freshWindow(target: Target): Promise<void> {
  if (!(await target.status()).window) await target.openWindow();
}

/** The window is there if need be, and a correct setup still succeeds. */
async function stillWorks(target: Target): Promise<void> {
  await freshWindow(target);
  await sleep(1100); // two greetings a second
  await setUp(target, "p256", "x25519");
  await until("the window has shut", async () => !(await target.status()).window);
  assert.ok((await target.status()).installed);
}

const post = (path: string, headers: string, body = "") =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

async function cookieOf(target: Target): Promise<string> {
  const answer = await raw(target, `GET ${PATH_DH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  const cookie = /Set-Cookie: (wib=[0-9a-f]+);/.exec(answer)?.[1];
  if (cookie) return cookie;
  await sleep(1100); // two greetings a second
  return cookieOf(target);
}

export const SETUP_CASES: SetupCase[] = [
  ...(["cpace-x25519", "x25519", "p256", "ffdhe2048"] as const).flatMap((suite) =>
    (["p256", "rsa2048"] as const).map((kind) => ({
      name: `a device is set up with ${suite} and a pair of ${kind}, and its HTTP is gone`,
      async run(target: Target) {
        await target.openWindow();
        await setUp(target, kind, suite);
        await until("the window has shut", async () => !(await target.status()).window);
        assert.ok((await target.status()).installed);
        const isGone = async () =>
          (await raw(target, "GET / HTTP/1.1\r\n\r\n").catch((e) => e.code)) === "ECONNREFUSED";
        await until("its HTTP is gone", isGone, GONE_MS);
      },
    })),
  ),
  {
    name: "a device makes its own key, a CA certifies it, and its HTTP is gone",
    async run(target) {
      await target.openWindow();
      const authority = await createAuthority("Bench CA", 1);
      const wishes: LeafWishes = { ...WISHES, kind: "p256" };
      const certifier = {
        name: "the bench's CA",
        certify: async (request: Request) => (await certify(authority, request.publicKey, wishes)) + authority.cert,
      };
      const csr = { name: "lamp.local", certifier };
      const result = await provision({ url: target.url, serial: target.serial, allowBench: true, csr });
      assert.equal(result.name, "lamp.local");
      await until("the window has shut", async () => !(await target.status()).window);
      assert.ok((await target.status()).installed);
    },
  },
  {
    name: "a wrong serial is refused with 401, counted, and a right one still succeeds",
    async run(target) {
      await target.openWindow();
      const error = await refusal(setUp(target, "p256", "x25519", WRONG_SERIAL));
      assert.equal(error.code, ERROR.unauthenticated);
      assert.equal(error.exitCode, 2);
      assert.equal((await target.status()).failedTries, 1);
      await stillWorks(target);
      assert.equal((await target.status()).failedTries, 0);
    },
  },
  {
    name: "four dead sessions take all slots until their cookies are too old or the window is opened anew",
    async run(target) {
      await target.openWindow();
      for (let i = 0; i < 4; i++) {
        assert.equal((await refusal(setUp(target, "p256", "x25519", WRONG_SERIAL))).code, ERROR.unauthenticated);
        await sleep(1100); // two greetings a second
      }
      assert.equal((await refusal(setUp(target, "p256", "x25519"))).code, ERROR.noSlot);
      await target.press(3100);
      await until("the window has shut", async () => !(await target.status()).window);
      await stillWorks(target);
    },
  },
  {
    name: "a mismatched pair, rubbish PEM and an oversized body install nothing",
    async run(target) {
      const [ec, rsa] = [await pairOf("p256"), await pairOf("rsa2048")];
      const attempts: [Uint8Array, string][] = [
        [bytes(ec.cert + rsa.key), ERROR.mismatch],
        [bytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), ERROR.malformedDer],
        [bytes("nothing of the kind"), ERROR.malformedPem],
      ];
      for (const [keyText, code] of attempts) {
        await freshWindow(target);
        await sleep(1100);
        const attempt = provision({
          url: target.url,
          serial: target.serial,
          suite: "x25519",
          allowBench: true,
          keyText,
        });
        assert.equal((await refusal(attempt)).code, code);
        assert.ok((await target.status()).installed, "the pair of before is still there");
      }
      await freshWindow(target);
      const big = provision({
        url: target.url,
        serial: target.serial,
        suite: "x25519",
        allowBench: true,
        keyText: new Uint8Array(11000),
      });
      assert.match((await refusal(big)).message, /the device takes/);
      await stillWorks(target);
    },
  },
  {
    name: "wrong order, wrong type, missing cookie, forged cookie and an oversized length are refused by the header",
    async run(target) {
      await freshWindow(target);
      const cookie = await cookieOf(target);
      const forged = `wib=${"0".repeat(72)}`;
      const cases: [string, string][] = [
        [
          post(PATH_AUTH, `Content-Type: ${TYPE_BYTES}\r\nCookie: ${cookie}\r\n`, "x".repeat(80)),
          `401 ${ERROR.unauthenticated}`,
        ],
        [post(PATH_KEY, `Content-Type: ${TYPE_BYTES}\r\nCookie: ${cookie}\r\n`, "x"), `401 ${ERROR.unauthenticated}`],
        [post(PATH_DH, `Content-Type: ${TYPE_PEM}\r\nCookie: ${forged}\r\n`, "x"), `401 ${ERROR.unauthenticated}`],
        [post(PATH_DH, `Content-Type: ${TYPE_PEM}\r\n`, "x"), `401 ${ERROR.unauthenticated}`],
        [post(PATH_DH, `Content-Type: text/plain\r\nCookie: ${cookie}\r\n`, "x"), `415 ${ERROR.typeRefused}`],
        [
          post(PATH_DH, `Content-Type: ${TYPE_PEM}\r\nCookie: ${cookie}\r\n`, "rubbish"),
          `400 ${ERROR.malformedPublicKey}`,
        ],
        [
          `POST ${PATH_DH} HTTP/1.1\r\nHost: a\r\nContent-Type: ${TYPE_PEM}\r\nContent-Length: 1025\r\n\r\n`,
          `413 ${ERROR.bodyTooLarge}`,
        ],
        [`POST ${PATH_DH} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\n`, `403 ${ERROR.hostRefused}`],
        [`GET /x HTTP/1.1\r\nHost: a\r\n\r\n`, `404 ${ERROR.notFound}`],
        [`PUT ${PATH_DH} HTTP/1.1\r\nHost: a\r\n\r\n`, `405 ${ERROR.methodNotAllowed}`],
        [`GET ${PATH_DH} HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(1100)}\r\n\r\n`, `413 ${ERROR.headerTooLarge}`],
      ];
      for (const [request, expected] of cases) {
        const answer = await raw(target, request);
        const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
        const [, code] = /\r\nWib-Error: ([^\r]+)/.exec(answer) ?? [];
        assert.equal(`${status} ${code}`, expected, request.slice(0, 60));
      }
      await stillWorks(target);
    },
  },
  {
    name: "a body that is cut off leaves nothing behind",
    async run(target) {
      await freshWindow(target);
      const cookie = await cookieOf(target);
      const cut = `POST ${PATH_DH} HTTP/1.1\r\nHost: a\r\nContent-Type: ${TYPE_PEM}\r\nCookie: ${cookie}\r\nContent-Length: 500\r\n\r\nhalf`;
      for (let i = 0; i < 8; i++) assert.equal(await raw(target, cut, { endAfterWrite: true }), "");
      await stillWorks(target);
    },
  },
  {
    name: "the installed pair survives a restart, and the window does not",
    async run(target) {
      await freshWindow(target);
      await target.restart();
      await until("it is up again", async () => (await target.status()).entropy === "ready");
      const status = await target.status();
      assert.ok(status.installed);
      assert.ok(!status.window);
    },
  },
];
