// The native routines through the real E.nativeCall, on the interpreter built for 32-bit Thumb as ESPRUINO_ARM names it,
// with the variables of two boards: what they give is what @noble gives.
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { ghash } from "@noble/ciphers/_polyval.js";
import { ctr, gcm } from "@noble/ciphers/aes.js";
import { chacha20, chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { constants, privateDecrypt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codeFor, ROUTINES } from "../../firmware/crypto/native/code.ts";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { bundle } from "../../scripts/bundler.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { hex } from "../support/hal.ts";
import { withProgram } from "../support/needs.ts";
import { rsaTestKey } from "../support/rsa-keys.ts";

const { RSA_NO_PADDING } = constants;
const rsa = rsaTestKey(2048);
const NO_ES5 = Object.fromEntries(
  "field sha256 sha512 aes chacha poly ghash hmac".split(" ").map((name) => [name, false]),
);

async function onEngine(variables: number, part: "rest" | "curves" | "rsa"): Promise<string[]> {
  const entry = fileURLToPath(new URL("native.entry.ts", import.meta.url));
  const routines = ROUTINES.filter((name) => name === "xor" || (name === "field") === (part !== "rest"));
  const known = {
    ES5: NO_ES5,
    PART: { curves: part === "curves", rsa: part === "rsa", key: part === "rsa" ? rsaInput() : "" },
    NATIVE: { ...codeFor(routines) },
  };
  const code = await minifyForEngine(await bundle({ entry, constants: known }));
  const { lines } = await runScript(process.env.ESPRUINO_ARM!.replace("{vars}", String(variables)), code);
  return lines.filter((line) => line.startsWith("@")).map((line) => line.slice(1));
}

/** The numbers of a key and a message below n, 256 bytes each. */
function rsaInput(): string {
  const padded = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1").padStart(256, "\0");
  return [...rsa.numbers, pattern(255, 31)].map(padded).join("");
}

function pattern(length: number, step: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * step + length);
}

function expected(): string[] {
  const lines: string[] = [];
  const show = (name: string, bytes: Uint8Array) => lines.push(`${name} ${hex(bytes)}`);
  for (const length of [0, 5, 12, 55, 64, 111, 128, 300]) {
    const data = pattern(length, 7);
    show("sha256", sha256(data));
    show("sha512", sha512(data));
    show("aes", ctr(pattern(32, 3), pattern(16, 5)).encrypt(data));
  }
  for (const length of [0, 5, 12, 55, 64, 111, 128, 300])
    show("hmac", hmac(sha256, pattern(length, 3), pattern(length, 5)));
  const nonce = new Uint8Array(new Uint32Array([1, 2, 3]).buffer);
  show("chacha", chacha20(pattern(32, 9), nonce, new Uint8Array(128), undefined, 77));
  const context = pattern(64, 11);
  const text = new Uint8Array(80);
  text.set(pattern(77, 13));
  for (let i = 0; i < 16; i++) text[i] ^= context[16 + i]; // GHASH that goes on from some Y
  show("ghash", ghash(text, context.slice(0, 16)));
  show("poly", poly1305(pattern(77, 13), pattern(32, 11)));
  for (const size of [32, 16]) {
    const message = pattern(16 + size, 11);
    const nonce = message.slice(4, 16).map((byte, i) => byte ^ (i < 8 ? 0 : message[i - 8]));
    const whole = pattern(98, 13);
    const [associated, plain] = [whole.subarray(0, 5), whole.subarray(5, 82)];
    const cipher = (size === 32 ? chacha20poly1305 : gcm)(message.subarray(16), nonce, associated);
    show("aead", new Uint8Array([...associated, ...cipher.encrypt(plain)]));
    lines.push("wrong none");
    show("text", whole.subarray(0, 82));
  }
  show("x25519", x25519.scalarMult(pattern(32, 17), pattern(32, 19)));
  const own = p256.Point.fromBytes(p256.getPublicKey(pattern(32, 23)));
  show("p256", own.toBytes(false).subarray(1));
  show(
    "ecdh",
    own
      .multiply(BigInt(`0x${hex(pattern(32, 29))}`))
      .toBytes(false)
      .subarray(1),
  );
  const raw = { key: rsa.privateKey, padding: RSA_NO_PADDING };
  show("rsa", privateDecrypt(raw, Buffer.from(rsaInput().slice(-256), "latin1")));
  return [...lines, "wrong none"];
}

for (const variables of [8190, 5100])
  withProgram("ESPRUINO_ARM", `every native routine on the interpreter with ${variables} variables`, async () => {
    const lines: string[] = [];
    for (const part of ["rest", "curves", "rsa"] as const) lines.push(...(await onEngine(variables, part)));
    assert.equal(lines, expected());
  });

test.run();
