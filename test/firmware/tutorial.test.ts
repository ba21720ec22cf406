// The tutorial that the protocol grew from, step by step against Python's `cryptography`: P-256 keys exchanged as PEM
// both ways, ECDH, HKDF-SHA256 without salt and info, AES-256, HMAC-SHA512. The firmware's own primitives, here with
// the tutorial's inputs.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { aesCtrXor } from "../../firmware/crypto/aes-ctr.ts";
import { createCurves } from "../../firmware/crypto/curves.ts";
import { hkdfSha256, hmac, hmacSha512Key } from "../../firmware/crypto/hmac.ts";
import { SUITE_P256, STEP_KEY } from "../../firmware/protocol.ts";
import { createSuites, parsePublicKey, publicKeyPem } from "../../firmware/setup/suites.ts";
import { hal, hex, primitives } from "../support/hal.ts";
import { finishJob } from "../support/jobs.ts";
import { withTool } from "../support/needs.ts";
import { testRandom, times } from "../support/random.ts";

const PYTHON = fileURLToPath(new URL("../python/tutorial.py", import.meta.url));
const NONE = new Uint8Array(0);
/** Key stream blocks are made 32 at a time: on both sides of that, and of a block. */
const LENGTHS = [1, 15, 16, 17, 511, 512, 513, 2000];

interface Side {
  pem: string;
  shared: string;
  key: string;
  ciphertext: string;
  mac: string;
}

const random = testRandom();
const curves = createCurves(hal);
const suites = createSuites(curves, random.bytes);
const suite = suites.find(({ name }) => name === SUITE_P256)!;

function python(peers: string[], texts: Uint8Array[]): Side[] {
  const input = JSON.stringify({ peers, texts: texts.map(hex), step: STEP_KEY });
  return JSON.parse(execFileSync("python3", [PYTHON], { input, encoding: "utf8" }));
}

function check(): void {
  const count = times(LENGTHS.length);
  const secrets = Array.from({ length: count }, () => suite.drawSecret());
  const peers = secrets.map((secret) => publicKeyPem(hal, suite, finishJob(suite.begin(secret))!));
  const texts = secrets.map((_, i) => random.bytes(LENGTHS[i % LENGTHS.length]));
  for (const [i, other] of python(peers, texts).entries()) {
    const peer = parsePublicKey(hal, suites, other.pem)!;
    assert.is(peer.suite, suite, "Python's PEM is one of P-256");
    assert.ok(suite.isUsable(peer.value));
    const shared = suite.ikm(finishJob(suite.begin(secrets[i], peer.value))!);
    assert.is(hex(shared), other.shared);
    const key = hkdfSha256(primitives, shared, NONE, "", 32);
    assert.is(hex(key), other.key);
    assert.is(hex(hmac(primitives, hmacSha512Key(primitives, key), texts[i])), other.mac);
    const data = texts[i].slice();
    aesCtrXor(primitives, key, STEP_KEY, data);
    assert.is(hex(data), other.ciphertext);
  }
}

withTool(
  "python3",
  "the tutorial's chain comes to the same secret, key, ciphertext and MAC as Python's cryptography",
  () => {
    try {
      check();
    } catch (error) {
      (error as Error).message += ` [WIB_SEED=${random.seed}]`;
      throw error;
    }
  },
  ...["-c", "import cryptography"],
);

test.run();
