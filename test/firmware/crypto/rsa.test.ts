// RSA's private-key operation and PSS on native code, judged by OpenSSL: by way of node:crypto, and by its own command.
import { constants, createHash, privateDecrypt, publicDecrypt, sign, verify } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodePss } from "../../../firmware/crypto/pss.ts";
import { rsaBegin } from "../../../firmware/crypto/rsa.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { fromBigInt, toBigInt } from "../../support/field-bigint.ts";
import { hex, primitives } from "../../support/hal.ts";
import { finishJob } from "../../support/jobs.ts";
import { nativeBench } from "../../support/native.ts";
import { withTool } from "../../support/needs.ts";
import { forAll, IS_FULL } from "../../support/random.ts";
import { modPower, rsaTestKey, swapPrimes } from "../../support/rsa-keys.ts";

const bench = nativeBench();
const key = rsaTestKey(2048);
const small = rsaTestKey(512);
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

function operate(numbers: Uint8Array[], message: Uint8Array): Uint8Array | undefined {
  return finishJob(rsaBegin(bench.hal, bench.native, numbers, message));
}

/** Below the modulus. */
function below(numbers: Uint8Array[], value: bigint): Uint8Array {
  return fromBigInt(value % toBigInt(numbers[0]), numbers[0].length);
}

test("2,048 bits: a PSS signature that OpenSSL verifies, for at most 24 million instructions", () => {
  const text = Buffer.from("to be signed");
  const encoded = encodePss(primitives, createHash("sha256").update(text).digest(), new Uint8Array(32).fill(7), 256);
  let signature: Uint8Array | undefined;
  const count = bench.count(() => (signature = operate(key.numbers, encoded)));
  assert.ok(verify("sha256", text, { key: key.publicKey, ...PSS }, signature!));
  assert.not(verify("sha256", Buffer.from("to be Signed"), { key: key.publicKey, ...PSS }, signature!));
  const raw = { key: key.privateKey, padding: constants.RSA_NO_PADDING };
  assert.is(hex(signature!), hex(privateDecrypt(raw, encoded)));
  assert.ok(count < 24e6, `${count} instructions`);
});

withTool("openssl", "openssl's command verifies it too", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-rsa-"));
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  try {
    const text = "from another program";
    const digest = createHash("sha256").update(text).digest();
    const signature = operate(key.numbers, encodePss(primitives, digest, new Uint8Array(32).fill(99), 256))!;
    const pem = file("public.pem", key.publicKey.export({ type: "spki", format: "pem" }));
    const options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];
    const args = ["dgst", "-sha256", "-verify", pem, ...options, "-signature", file("signature", signature)];
    assert.match(execFileSync("openssl", [...args, file("text", text)], { encoding: "utf8" }), /Verified OK/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const exponent of [3, 65537, 4294967295])
  test(`e = ${exponent}: 0, 1, n - 1, multiples of a prime, and random numbers`, () => {
    const { numbers } = exponent === 65537 ? small : rsaTestKey(512, exponent);
    const [n, , d, p, q] = numbers.map(toBigInt);
    const extremes = [0n, 1n, 2n, p, q, n - p, n - q, n - 1n, 2n ** 256n, 2n ** 256n - 1n];
    const check = (value: bigint): void => {
      const message = below(numbers, value);
      assert.is(toBigInt(operate(numbers, message)!), modPower(toBigInt(message), d, n), String(value));
    };
    for (const value of exponent === 65537 ? extremes : extremes.slice(5, 8)) check(value);
    forAll(4, (random) => check(toBigInt(random.bytes(64))));
  });

test("p below q, and above", () => {
  forAll(2, (random) => {
    const message = below(small.numbers, toBigInt(random.bytes(64)));
    assert.equal(operate(swapPrimes(small.numbers), message), operate(small.numbers, message));
  });
});

test("3,072 and 4,096 bits", () => {
  for (const bits of IS_FULL ? [3072, 4096] : [3072]) {
    const other = rsaTestKey(bits);
    const message = below(other.numbers, 2n ** BigInt(bits) - 12345n);
    const raw = { key: other.privateKey, padding: constants.RSA_NO_PADDING };
    assert.is(hex(operate(other.numbers, message)!), hex(privateDecrypt(raw, message)), String(bits));
  }
});

test("a fault in any number, or in the computation, gives nothing", () => {
  const message = below(small.numbers, 2n ** 500n + 77n);
  for (const [at, name] of ["n", "e", "", "p", "q", "dP", "dQ", "qInv"].entries()) {
    if (!name) continue; // d is not used
    const wrong = small.numbers.map((number) => new Uint8Array(number));
    wrong[at][wrong[at].length - 1] ^= 4;
    assert.is(operate(wrong, message), undefined, name);
  }
  const n = toBigInt(small.numbers[0]);
  for (const tooLarge of [n, n + 5n]) assert.is(operate(small.numbers, fromBigInt(tooLarge, 64)), undefined);
});

test("a bit that falls over in any of its programs gives nothing, whichever half it is in", () => {
  const message = below(small.numbers, 2n ** 503n + 1n);
  const good = operate(small.numbers, message);
  let memory: Uint32Array | undefined;
  let left = 0;
  const { lend, field } = bench.native;
  const native: typeof bench.native = {
    ...bench.native,
    lend: (words) => (memory = lend(words)),
    field: (base, code, size, scalar) => {
      const more = field(base, code, size, scalar);
      if (!--left) memory![(7 * size + 128) >> 2] ^= 1; // register 0, where every result is
      return more;
    },
  };
  const attempt = (at: number) => {
    left = at;
    return finishJob(rsaBegin(bench.hal, native, small.numbers, message));
  };
  assert.equal(attempt(0), good);
  const programs = -left;
  const outcomes = Array.from({ length: programs }, (_, i) => attempt(i + 1));
  assert.ok(outcomes.every((out) => !out || hex(out) === hex(good!)));
  // Of the two powers, their difference, the whole; the check reads its own.
  assert.ok(outcomes.filter((out) => !out).length >= 4, `${outcomes.filter((out) => !out).length} of ${programs}`);
});

test("an exponent shorter than its prime", () => {
  let other = rsaTestKey(512);
  const isShort = () => other.numbers[5].length < 32 || other.numbers[6].length < 32;
  for (let i = 0; i < 4000 && !isShort(); i++) other = rsaTestKey(512);
  assert.ok(isShort());
  const [n, , d] = other.numbers.map(toBigInt);
  assert.is(toBigInt(operate(other.numbers, below(other.numbers, 3n ** 200n))!), modPower(3n ** 200n % n, d, n));
});

test("nothing made on the way still holds a prime, an exponent, a half of the result or the result", () => {
  const message = below(small.numbers, 2n ** 511n - 3n);
  const [, , d, p, q] = small.numbers.map(toBigInt);
  let out: Uint8Array | undefined;
  const made = arraysMadeBy(() => (out = operate(small.numbers, message)));
  const result = toBigInt(out!);
  assert.is(result, modPower(toBigInt(message), d, p * q));
  const left = made.filter((array) => array.buffer !== out!.buffer);
  const h = result / q; // what is multiplied by q at the end
  const numbers = [p, q, d % (p - 1n), d % (q - 1n), result % p, result % q, h];
  const secrets = numbers.map((value) => fromBigInt(value));
  for (const [i, secret] of [...secrets, out!].entries()) assert.ok(!holds(left, secret), `secret ${i}`);
  assert.ok(left.length > 20);
});

test("PSS: encoded as OpenSSL does for the salt it drew", () => {
  const text = Buffer.from("the same text");
  const digest = createHash("sha256").update(text).digest();
  for (const bits of [528, 1024, 2048]) {
    const { privateKey, publicKey } = rsaTestKey(bits);
    const signature = sign("sha256", text, { key: privateKey, ...PSS });
    const encoded = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
    const hash = encoded.subarray(-33, -1);
    const mask = Buffer.concat(
      Array.from({ length: 8 }, (_, i) =>
        createHash("sha256")
          .update(hash)
          .update(Uint8Array.of(0, 0, 0, i))
          .digest(),
      ),
    );
    const salt = encoded.subarray(-65, -33).map((byte, i) => byte ^ mask[bits / 8 - 65 + i]);
    assert.is(hex(encodePss(primitives, digest, salt, bits / 8)), hex(encoded), String(bits));
  }
});

test.run();
