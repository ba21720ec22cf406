// Random changes to good bundles, in valid PEM: no crash, no hang, no other pair than the good one, memory back where it
// was, and each of the judge's codes is met. Prints how often each was.
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseCertificate } from "../../../firmware/pki/certificate.ts";
import { parsePrivateKey } from "../../../firmware/pki/private-key.ts";
import { ERROR } from "../../../firmware/protocol.ts";
import { keyBodyBegin } from "../../../firmware/setup/key-body.ts";
import type { KeyBody } from "../../../firmware/setup/key-body.ts";
import { readCorpus } from "../../corpus/entry.ts";
import { readBlocks, writeBlocks } from "../../support/der-tree.ts";
import type { Block } from "../../support/der-tree.ts";
import { hex, unhex } from "../../support/hal.ts";
import { keyTools, quickKeyTools } from "../../support/key-body.ts";
import { mutate } from "../../support/key-mutations.ts";
import { testRandom, times } from "../../support/random.ts";

const COUNT = times(5000);
/** Of those that pass, and of those that long checks refuse, so many are judged again with the firmware's own curve code. */
const AGAIN = times(2);
const MAX_STEPS = 100000;
const MAX_GROWTH_BYTES = 3e6;

/** Mostly single certificates: with its issuer beside it nearly every change to one is a broken signature. */
const BASES = [
  ...["ec-sec1", "ec-pkcs8", "ec-without-public", "ec-v1", "python-rich", "settings", "ec-parameters", "after-csr"],
  ...["ec-sec1", "ec-pkcs8", "python-no-names", "ec-serial-zero", "python-no-basic", "peculiar-ec", "text-crlf"],
  ...["rsa-2048-pkcs1", "rsa-2048-pkcs8", "rsa-exponent-3", "chain-2", "chain-4"],
];

const CODES: string[] = [
  ...[ERROR.malformedPem, ERROR.malformedDer, ERROR.noCertificate, ERROR.noPrivateKey, ERROR.twoPrivateKeys],
  ...[ERROR.keyNotWanted, ERROR.encryptedKey, ERROR.unsupportedKey, ERROR.badKey, ERROR.mismatch, ERROR.leafIsCa],
  ...[ERROR.badChain, ERROR.tooLarge, ERROR.malformedSettings],
];

interface Base {
  blocks: Block[];
  own?: Uint8Array;
}

const corpus = readCorpus();
const bases: Base[] = BASES.map((name) => {
  const { text, own } = corpus.find(({ file }) => file === `${name}.pem`)!;
  return { blocks: readBlocks(text), own: own ? unhex(own) : undefined };
});
const pool = bases.flatMap(({ blocks }) => blocks);

/** The public key in a leaf and the secret in a private key; both stay what they were, or nothing is installed. */
function pairIn(leaf: Uint8Array, key: Uint8Array): string {
  const label = ["EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"].find((each) => parsePrivateKey(each, key));
  const secret = label ? parsePrivateKey(label, key)! : { kind: "" as const };
  const { publicKey } = parseCertificate(leaf)!;
  return [publicKey.value, publicKey.exponent, secret.scalar, ...(secret.numbers ?? [])]
    .map((bytes) => (bytes ? hex(bytes) : ""))
    .join();
}

/** Of what may be combined: each leaf of the bases with its own key, or for a csr with none. */
const goodPairs = new Set(
  bases.map(({ blocks }) => {
    const leaf = blocks.find((b) => b.label === "CERTIFICATE" && !parseCertificate(b.der)!.isCa)!;
    return pairIn(leaf.der, blocks.find((b) => b.label.endsWith("PRIVATE KEY"))?.der ?? new Uint8Array(0));
  }),
);

/** As on the engine, where a view may not reach over the end of its array. */
const { subarray } = Uint8Array.prototype;
function strictSubarray(this: Uint8Array, begin = 0, end = this.length): Uint8Array {
  if (begin > this.length || end > this.length) throw new Error("subarray over the end, which Espruino does not clamp");
  return Reflect.apply(subarray, this, [begin, end]);
}

function judge(text: string, tools: typeof keyTools, own?: Uint8Array): { code: string; pair: string; steps: number } {
  const bytes = new Uint8Array(Buffer.from(text, "latin1"));
  let steps = 1;
  Uint8Array.prototype.subarray = strictSubarray as typeof subarray;
  let body: KeyBody;
  try {
    body = keyBodyBegin(tools, bytes, true, own);
    while (body.step()) if (++steps > MAX_STEPS) throw new Error("it does not end");
  } finally {
    Uint8Array.prototype.subarray = subarray;
  }
  const code = body.code();
  const pair = code ? "" : pairIn(body.pair.chain[0], body.pair.key);
  body.wipe();
  return { code, pair, steps };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test(`${COUNT} changed bundles`, () => {
  const first = testRandom().seed;
  const met = new Map<string, number>();
  const wrong: string[] = [];
  const again: { text: string; code: string; own?: Uint8Array; seed: number }[] = [];
  const started = Date.now();
  let before = 0;
  for (let i = 0; i < COUNT; i++) {
    const seed = (first + i) >>> 0;
    const random = testRandom(seed);
    const { blocks, own = random.below(100) ? undefined : new Uint8Array(64) } = random.pick(bases);
    const text = writeBlocks(mutate(blocks, random, pool));
    try {
      const { code, pair, steps } = judge(text, quickKeyTools, own);
      met.set(code, (met.get(code) ?? 0) + 1);
      if (!code && !goodPairs.has(pair)) wrong.push(`another pair would be installed [WIB_SEED=${seed}]`);
      const isLong = steps > 3 && [ERROR.badKey, ERROR.mismatch, ERROR.badChain, ""].some((each) => each === code);
      if (isLong && again.length < AGAIN) again.push({ text, code, own, seed });
    } catch (error) {
      wrong.push(`${(error as Error).message} [WIB_SEED=${seed}]`);
    }
    if (i === COUNT >> 2) before = heapUsed();
  }
  const growth = heapUsed() - before;
  const seconds = (Date.now() - started) / 1000;
  const rows = [...met]
    .sort((a, b) => b[1] - a[1])
    .map(([code, n]) => `${String(n).padStart(8)}  ${code || "accepted"}`);
  process.stdout.write(
    `${rows.join("\n")}\nseed ${first}, ${COUNT} in ${seconds.toFixed(1)} s, ${growth} bytes of heap more\n`,
  );
  assert.is(wrong.slice(0, 5).join("\n"), "");
  for (const code of CODES) assert.ok(met.get(code), `${code} was not met`);
  assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes of heap more than after a quarter`);
  for (const { text, code, own, seed } of again) assert.is(judge(text, keyTools, own).code, code, `WIB_SEED=${seed}`);
});

test.run();
