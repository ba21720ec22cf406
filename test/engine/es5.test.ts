// The plain ES5 back end, every primitive of it, on the real interpreter: published vectors, and what @noble gives for edges
// and random inputs. Node's tests of the same code cannot see where the engine's arrays behave otherwise.
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { ghash } from "@noble/ciphers/_polyval.js";
import { ctr } from "@noble/ciphers/aes.js";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { _map_to_curve_elligator2_curve25519 as map, ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FFDHE2048_BYTES, ffdhe2048Public } from "../../client/ffdhe2048.ts";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { bundle } from "../../scripts/bundler.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { fromBigInt } from "../support/field-bigint.ts";
import { hex, unhex } from "../support/hal.ts";
import { withProgram } from "../support/needs.ts";
import { NIST_ECDH_P256 } from "../support/nist-ecdh.ts";
import { testRandom } from "../support/random.ts";

interface Case {
  name: string;
  inputs: Uint8Array[];
  /** In hex; "none" where there is no result. */
  answer: string;
}

const TIMEOUT_MS = 240_000;

/** @param seed of what is random among the inputs. */
async function onEngine(cases: Case[], seed?: number): Promise<void> {
  const entry = fileURLToPath(new URL("es5.entry.ts", import.meta.url));
  const list = cases.map(({ name, inputs }) => [name, ...inputs.map((bytes) => Buffer.from(bytes).toString("base64"))]);
  const source = await bundle({ entry, constants: { THUMB: { runs: false }, CASES: { list } } });
  const { lines } = await runScript(process.env.ESPRUINO_BIN!, await minifyForEngine(source), {
    timeoutMs: TIMEOUT_MS,
  });
  const answers = lines.filter((line) => line.startsWith("@")).map((line) => line.slice(1));
  assert.is(answers.length, cases.length, lines.slice(-3).join("\n"));
  cases.forEach(({ name, inputs, answer }, i) =>
    assert.is(answers[i], answer, `${name} ${inputs.map(hex).join(" ")} [WIB_SEED=${seed}]`),
  );
}

/** RFC 8439 section 2.8 and SP 800-38D: both filled up with zeros, then their lengths, of bytes or of bits. */
function laidOut(associated: Uint8Array, text: Uint8Array, isGhash: boolean): Uint8Array {
  const pad = (bytes: Uint8Array) => [...bytes, ...new Uint8Array(-bytes.length & 15)];
  const lengths = Buffer.alloc(16);
  [associated, text].forEach(({ length }, i) => {
    if (isGhash) lengths.writeBigUInt64BE(BigInt(length * 8), 8 * i);
    else lengths.writeBigUInt64LE(BigInt(length), 8 * i);
  });
  return new Uint8Array([...pad(associated), ...pad(text), ...lengths]);
}

function elligator2(r: Uint8Array): string {
  const { Fp } = ed25519.Point;
  const { xMn, xMd } = map(Fp.create(Fp.fromBytes(new Uint8Array([...r.subarray(0, 31), r[31] & 127]), true)));
  return hex(Fp.toBytes(Fp.div(xMn, xMd)));
}

withProgram(
  "ESPRUINO_BIN",
  "plain ES5: X25519, both vectors of RFC 7748 section 5.2, a low-order point, and Elligator 2",
  () => {
    const random = testRandom();
    const rfc = [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4 e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493 95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ].map((text) => text.split(" "));
    const [k, u, r] = [random.bytes(32), random.bytes(32), random.bytes(32)];
    return onEngine(
      [
        ...rfc.map(([scalar, point, answer]) => ({ name: "x25519", inputs: [scalar, point].map(unhex), answer })),
        { name: "x25519", inputs: [k, u], answer: hex(x25519.scalarMult(k, u)) },
        { name: "x25519", inputs: [k, new Uint8Array(32)], answer: "none" },
        ...[r, new Uint8Array(32), new Uint8Array(32).fill(255)].map((input) => ({
          ...{ name: "elligator2", inputs: [input], answer: elligator2(input) },
        })),
      ],
      random.seed,
    );
  },
);

withProgram(
  "ESPRUINO_BIN",
  "plain ES5: P-256, a vector of NIST's, and multiples of the base point up to n - 1 and n",
  () => {
    const { n } = p256.Point.CURVE();
    const [{ peer, scalar, own, shared }] = NIST_ECDH_P256;
    const base = (k: bigint) => (k === n ? "none" : hex(p256.Point.BASE.multiply(k).toBytes(false).subarray(1)));
    const whole = hex(
      p256.Point.fromHex(`04${peer}`)
        .multiply(BigInt(`0x${scalar}`))
        .toBytes(false)
        .subarray(1),
    );
    assert.ok(whole.startsWith(shared));
    return onEngine([
      { name: "p256", inputs: [unhex(scalar), unhex(peer)], answer: whole },
      { name: "p256", inputs: [unhex(scalar)], answer: own },
      ...[1n, 2n, n - 1n, n].map((k) => ({ name: "p256", inputs: [fromBigInt(k)], answer: base(k) })),
    ]);
  },
);

withProgram("ESPRUINO_BIN", "plain ES5: ffdhe2048, hashes, ciphers and MACs at the edges of their blocks", () => {
  const random = testRandom();
  const secret = random.bytes(32);
  const cases: Case[] = [
    {
      ...{ name: "ffdhe2048", inputs: [secret] },
      answer: ffdhe2048Public(secret)
        .toString(16)
        .padStart(2 * FFDHE2048_BYTES, "0"),
    },
    {
      ...{ name: "chacha20", inputs: [secret] },
      answer: hex(
        chacha20(secret, new Uint8Array(new Uint32Array([1, 2, 3]).buffer), new Uint8Array(128), undefined, 77),
      ),
    },
  ];
  const counter = new Uint8Array(16);
  counter[0] = 3; // step 3 starts at 3 * 2^120
  for (const length of [0, 1, 15, 16, 17, 55, 56, 64, 111, 112, 128, 300]) {
    const data = random.bytes(length);
    const associated = random.bytes(length % 40);
    const h = secret.subarray(0, 16);
    cases.push(
      { name: "sha256", inputs: [data], answer: hex(sha256(data)) },
      { name: "sha512", inputs: [data], answer: hex(sha512(data)) },
      { name: "aes", inputs: [secret, data], answer: hex(ctr(secret, counter).encrypt(data)) },
      {
        ...{ name: "poly1305", inputs: [secret, associated, data] },
        answer: hex(poly1305(laidOut(associated, data, false), secret)),
      },
      { name: "ghash", inputs: [h, associated, data], answer: hex(ghash(laidOut(associated, data, true), h)) },
    );
  }
  return onEngine(cases, random.seed);
});

test.run();
