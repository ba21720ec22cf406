// The known answers of the bench, by other implementations, and by the probe of a board without and of one with native code. An
// answer that is wrong, or comes wrong in one run of two, is a failure with what was said.
import { ctr, ecb, gcm } from "@noble/ciphers/aes.js";
import { chacha20, chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { _map_to_curve_elligator2_curve25519 as map, ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { createDiffieHellman } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import { CRYPTO_CASES } from "../../../client/bench/crypto-cases.ts";
import { casesOf, runCryptoCase } from "../../../client/bench/crypto-run.ts";
import type { Ask } from "../../../client/bench/crypto-run.ts";
import { FFDHE2048_P } from "../../../client/ffdhe2048.ts";
import { SimBoard } from "../../../host-sim/board.ts";
import { RealClock } from "../../../host-sim/clock.ts";
import { MemoryNetwork } from "../../../host-sim/network.ts";
import { preparedFlash } from "../../../host-sim/prepare.ts";
import { cachedBundle } from "../../../scripts/cached-bundle.ts";
import { ReferenceDrbg } from "../../../scripts/drbg-vectors.ts";
import { hex, unhex } from "../../support/hal.ts";

type Reference = (...args: Uint8Array[]) => Uint8Array | undefined;

const cat = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const lv = (part: Uint8Array) => cat([part.length], part);
const text = (characters: string) => new TextEncoder().encode(characters);

function elligator(r: Uint8Array): Uint8Array {
  const { Fp } = ed25519.Point;
  const { xMn, xMd } = map(Fp.create(BigInt(`0x${hex(r.slice().reverse())}`) & ((1n << 255n) - 1n)));
  return Fp.toBytes(Fp.div(xMn, xMd));
}

function openssl(secret: Uint8Array, value?: Uint8Array): Uint8Array {
  const dh = createDiffieHellman(Buffer.from(FFDHE2048_P.toString(16), "hex"), 2);
  dh.setPrivateKey(secret);
  dh.generateKeys();
  return value ? dh.computeSecret(value) : dh.getPublicKey();
}

const REFERENCES: Record<string, Reference> = {
  "sha256": sha256,
  "sha512": sha512,
  "hmac-sha256": (key, data) => hmac(sha256, key, data),
  "hmac-sha512": (key, data) => hmac(sha512, key, data),
  "hkdf-sha256": (ikm, salt, info, [length]) => hkdf(sha256, ikm, salt, info, length),
  "aes256-block": (key, blocks) => ecb(key, { disablePadding: true }).encrypt(blocks),
  "aes256-ctr": (key, [step], data) => ctr(key, cat([step], new Uint8Array(15))).encrypt(data),
  "chacha20": (key, [counter], nonce, [blocks]) =>
    chacha20(key, nonce, new Uint8Array(64 * blocks), undefined, counter),
  "chacha20-poly1305": (key, nonce, associated, body) => chacha20poly1305(key, nonce, associated).encrypt(body),
  "aes128-gcm": (key, nonce, associated, body) => gcm(key, nonce, associated).encrypt(body),
  "drbg": (seed, [length]) => {
    const drbg = new ReferenceDrbg(() => seed);
    drbg.reseed();
    return drbg.read(length);
  },
  "x25519": (scalar, u) => {
    try {
      return x25519.scalarMult(scalar, u);
    } catch {
      return undefined; // it throws at a result of zero
    }
  },
  "p256": (scalar, point) => {
    const base = point ? p256.Point.fromHex(`04${hex(point)}`) : p256.Point.BASE;
    return base
      .multiply(BigInt(`0x${hex(scalar)}`))
      .toBytes(false)
      .slice(1);
  },
  "ecdsa-sign": (key, digest) => p256.sign(digest, key, { prehash: false, lowS: false }),
  "ecdsa-verify": (key, digest, signature) =>
    p256.verify(signature, digest, cat([4], key), { prehash: false, lowS: false }) ? Uint8Array.of(1) : undefined,
  "cpace-generator": (prs, ci, sid) => {
    const dsi = lv(text("CPace255"));
    const padding = new Uint8Array(128 - 1 - (1 + prs.length) - dsi.length);
    return elligator(sha512(cat(dsi, lv(prs), lv(padding), lv(ci), lv(sid))).slice(0, 32));
  },
  "cpace-key": (sid, k, ...shares) => sha512(cat(lv(text("CPace255_ISK")), lv(sid), lv(k), ...shares.map(lv))),
  "ffdhe2048": openssl,
};

test("every answer is what another implementation gives", () => {
  for (const { name, operation, args, answer } of CRYPTO_CASES) {
    const result = REFERENCES[operation](...args.map(unhex));
    assert.is(result ? hex(result) : "none", answer, name);
  }
  assert.is(new Set(CRYPTO_CASES.map(({ name }) => name)).size, CRYPTO_CASES.length, "names");
});

async function probeOf(name: string): Promise<Ask> {
  const record = boardNamed(name);
  const flash = preparedFlash(record, await cachedBundle(record, "probe"), { serial: "0".repeat(16) });
  const board = new SimBoard({ record, flash, clock: new RealClock(1), network: new MemoryNetwork() });
  board.boot();
  return async (expression) => String(board.evaluate(expression));
}

/** Plain ES5 takes seconds for these, in tests/firmware they have their own tests. */
const SLOW = ["p256", "ecdsa-sign", "ffdhe2048"];

const ran = new Set<string>();
for (const [board, skipped] of [
  ["linux", SLOW],
  ["stm32l496gdiscovery", []], // all suites, in native code
] as const)
  test(`the probe of ${board} knows every answer`, async () => {
    const ask = await probeOf(board);
    for (const c of await casesOf(ask)) {
      if (skipped.some((operation) => operation === c.operation)) continue;
      const row = await runCryptoCase(ask, c);
      assert.is(row.said, undefined, c.name);
      assert.ok(row.passed && row.seconds >= 0, c.name);
      assert.is(row.variables, null, "the simulator has no variables");
      ran.add(c.name);
    }
  });

test("a computation in slices comes to the same, however short they are", async () => {
  const ask = await probeOf("linux");
  const c = CRYPTO_CASES.find(({ name }) => name === "X25519")!;
  const base64 = c.args.map((arg) => Buffer.from(arg, "hex").toString("base64"));
  await ask(`wib.begin(${JSON.stringify(c.operation)},${JSON.stringify(base64.join())})`);
  assert.is(await ask("wib.go(0,false)"), "");
  assert.is(await ask("wib.go(1,false)"), "");
  assert.is((await ask("wib.go(60000,false)")).split(" ")[0], c.answer);
});

test("between them they have run every case", () => {
  assert.equal(
    CRYPTO_CASES.filter(({ name }) => !ran.has(name)).map(({ name }) => name),
    [],
  );
});

/** What the probe says, in slices, changed in one of its runs. */
function scripted(answers: string[]): Ask {
  return async (expression) => (expression.startsWith("wib.go") ? answers.shift()! : "1");
}

test("a wrong answer fails, in the timed run or in the watched one", async () => {
  const [c] = CRYPTO_CASES;
  const right = `${c.answer} 2500 12 900`;
  const wrong = `00${c.answer.slice(2)} 2500 12 900`;
  assert.ok((await runCryptoCase(scripted(["", right, right]), c)).passed);
  for (const answers of [
    [wrong, right],
    [right, "", wrong],
    [right, "none 1 - -"],
    [right, `${c.answer}00 1 - -`],
    [right, `${c.answer.slice(0, -2)} 1 - -`],
  ]) {
    const row = await runCryptoCase(scripted([...answers]), c);
    assert.not(row.passed);
    assert.is(row.said, answers.at(-1) === right ? wrong.slice(0, 64) : answers.at(-1)!.split(" ")[0].slice(0, 64));
  }
});

test("what takes more than 5 s runs once, and what was seen between its slices counts", async () => {
  const [c] = CRYPTO_CASES;
  for (const [microseconds, runs] of [
    [5_000_000, 2],
    [5_000_001, 1],
  ]) {
    const answers = Array.from({ length: 2 }, () => `${c.answer} ${microseconds} 77 900`);
    assert.equal((await runCryptoCase(scripted(answers), c)).variables, 77);
    assert.is(answers.length, 2 - runs);
  }
});

test("time is the timed run's, variables and stack are the watched one's; what an engine does not tell is null", async () => {
  const [c] = CRYPTO_CASES;
  const row = await runCryptoCase(scripted([`${c.answer} 2500 - -`, `${c.answer} 9000 -3 900`]), c);
  assert.equal([row.seconds, row.variables, row.stackFree], [0.0025, -3, 900]);
  const none = await runCryptoCase(scripted([`${c.answer} 1 - -`, `${c.answer} 1 NaN -`]), c);
  assert.equal([none.variables, none.stackFree], [null, null]);
});

test.run();
