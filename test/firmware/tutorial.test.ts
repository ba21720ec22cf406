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
import { createFfdhe2048 } from "../../firmware/crypto/ffdhe2048.ts";
import { STEP_KEY, SUITE_P256 } from "../../firmware/protocol.ts";
import { createSuites } from "../../firmware/setup/suites.ts";
import { encodePem } from "../../firmware/pki/pem.ts";
import { hal, hex, primitives, unhex } from "../support/hal.ts";
import { finishJob } from "../support/jobs.ts";
import { withPython } from "../support/needs.ts";
import { testRandom, times } from "../support/random.ts";

const PYTHON = fileURLToPath(new URL("../python/tutorial.py", import.meta.url));
const NONE = new Uint8Array(0);
/** Key stream blocks are made 32 at a time: on both sides of that, and of a block. */
/** SubjectPublicKeyInfo of P-256 before x and y (RFC 5480). */
const P256_PREFIX = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
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
const [suite] = createSuites({
  ...{ hal, p: primitives, curves, ffdhe2048: createFfdhe2048(hal), draw: random.bytes },
  ...{ serial: "", salt: NONE, names: [SUITE_P256] },
});

/** What the suite does with a peer's PEM and a given secret: our PEM and the shared secret. */
function agree(secret: Uint8Array, peer: string): { answer: string; ikm: Uint8Array } {
  suite.secret = secret;
  suite.value = finishJob(suite.prepareBegin(secret)!)!;
  const value = suite.read(peer);
  assert.ok(value && suite.isUsable(value), "Python's PEM is one of P-256");
  const agreement = suite.agreeBegin(value!, "");
  while (agreement.step());
  return agreement.finish()!;
}

function python(command: string, peers: string[], texts: Uint8Array[]): Side[] {
  const input = JSON.stringify({ peers, texts: texts.map(hex), step: STEP_KEY });
  return JSON.parse(execFileSync(command, [PYTHON], { input, encoding: "utf8" }));
}

function check(command: string): void {
  const count = times(LENGTHS.length);
  const secrets = Array.from({ length: count }, () => suite.drawSecret());
  const someone = encodePem(
    hal,
    "PUBLIC KEY",
    primitives.join(P256_PREFIX, finishJob(curves.p256Begin(suite.drawSecret()))!),
  );
  const peers = secrets.map((secret) => agree(secret, someone).answer);
  const texts = secrets.map((_, i) => random.bytes(LENGTHS[i % LENGTHS.length]));
  for (const [i, other] of python(command, peers, texts).entries()) {
    const shared = agree(secrets[i], other.pem).ikm;
    assert.is(hex(shared), other.shared);
    const key = hkdfSha256(primitives, shared, NONE, "", 32);
    assert.is(hex(key), other.key);
    assert.is(hex(hmac(primitives, hmacSha512Key(primitives, key), texts[i])), other.mac);
    const data = texts[i].slice();
    aesCtrXor(primitives, key, STEP_KEY, data);
    assert.is(hex(data), other.ciphertext);
  }
}

withPython(
  "the tutorial's chain comes to the same secret, key, ciphertext and MAC as Python's cryptography",
  (command) => {
    try {
      check(command);
    } catch (error) {
      (error as Error).message += ` [WIB_SEED=${random.seed}]`;
      throw error;
    }
  },
);

test.run();
