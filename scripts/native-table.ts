// Instructions and bytes of the native routines, as docs/CRYPTO.md has them: npm run native-table. Counted by host-sim's
// Thumb interpreter; real cores need an estimated 1.4 to 1.8 cycles for one.
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { createCurves } from "../firmware/crypto/curves.ts";
import type { PointJob } from "../firmware/crypto/curves.ts";
import * as F from "../firmware/crypto/formulas.build.ts";
import { rsaBegin } from "../firmware/crypto/rsa.ts";
import { codeFor, ROUTINES } from "../firmware/crypto/native/code.ts";
import { createFieldModulo } from "../firmware/crypto/native/field-native.ts";
import { createNative } from "../firmware/crypto/native/native.ts";
import type { Primitives } from "../firmware/crypto/primitives.ts";
import type { Hal } from "../firmware/hal/engine.ts";
import { P256_G_BYTES } from "../firmware/crypto/primes.build.ts";
import { HELLOS, SECRETS_BYTES } from "../firmware/tls/derivations.build.ts";
import { derive } from "../firmware/tls/key-schedule.ts";
import { createNativeCall } from "../host-sim/native-call.ts";
import { createE, HOST_REALM } from "../host-sim/natives.ts";
import type { NativesHost } from "../host-sim/natives.ts";

export interface NativeCount {
  name: string;
  /** Instructions, or instructions a byte of a long message. */
  count: number;
  /** The most that DESIGN section 8 allows. */
  bar: number;
}

const LONG_BYTES = 16384;
const A_BYTE = 200;
const AEAD = "aead, with aes, chacha, poly, ghash and xor";

const realm = HOST_REALM;
const call = createNativeCall(realm, { native: true, variables: 8190 });
const hal = {
  E: createE(realm, { native: call.members } as Partial<NativesHost> as NativesHost),
  atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
} as Hal;

function count(work: () => void): number {
  const before = call.thumb.instructions;
  work();
  return call.thumb.instructions - before;
}

function finish(job: PointJob): void {
  while (job.step());
  job.finish();
}

/** What a board without the routine's neighbours would take, in bytes. */
export function nativeSizes(): [string, number][] {
  const bytes = (names: string[]) => codeFor(names).code.length;
  return [
    ...ROUTINES.map((name): [string, number] => [name === "aead" ? AEAD : name, bytes([name])]),
    ["sha256 and sha512", bytes(["sha256", "sha512"])],
    ["setup: field, sha256, sha512, aes, chacha", bytes(["field", "sha256", "sha512", "aes", "chacha"])],
    ["all", bytes(ROUTINES)],
  ];
}

export function nativeCounts(): NativeCount[] {
  const native = createNative(hal);
  const curves = createCurves(hal, native);
  const context = new Uint8Array(64);
  const data = new Uint8Array(LONG_BYTES);
  const [at, d] = [native.at(context), native.at(data)];
  const scalar = new Uint8Array(32).fill(0x6b);
  // As long as a key's numbers; instructions do not depend on them.
  const modulus = new Uint8Array(256).fill(255);
  const prime = new Uint8Array(128).fill(255);
  const key = [modulus, new Uint8Array([1, 0, 1]), modulus, prime, prime, prime, prime, prime];
  const g = hal.E.toUint8Array(P256_G_BYTES);
  const long = new Uint8Array(256).fill(255);
  const power = () => {
    const machine = createFieldModulo(hal, native, long, F.POWER_REGISTERS);
    const job = machine.run(F.POWER_PROGRAM, scalar);
    while (job.step());
  };
  const secrets = { secrets: new Uint8Array(SECRETS_BYTES), isAes: true };
  const keySchedule = () => derive({ join: hal.E.toUint8Array, native } as Primitives, secrets, HELLOS, scalar);
  const each = (work: () => void) => count(work) / LONG_BYTES;
  return [
    {
      name: "X25519, with all loads and stores",
      count: count(() => finish(curves.x25519Begin(scalar, scalar))),
      bar: 3e6,
    },
    { name: "Elligator 2", count: count(() => finish(curves.elligator2Begin(scalar))), bar: 3e6 },
    {
      name: "P-256 scalar multiplication, the same",
      count: count(() => finish(curves.p256Begin(scalar, g))),
      bar: 12e6,
    },
    { name: "P-256, a multiple of the base point", count: count(() => finish(curves.p256Begin(scalar))), bar: 12e6 },
    { name: "2,048-bit power, 256-bit exponent", count: count(power), bar: 12e6 },
    {
      name: "RSA signature, 2,048 bits, checked",
      count: count(() => finish(rsaBegin(hal, native, key, modulus))),
      bar: 24e6,
    },
    { name: "SHA-256, a byte", count: each(() => native.sha256(at, d, LONG_BYTES, 0)), bar: A_BYTE },
    { name: "SHA-512, a byte", count: each(() => native.sha512(at, d, LONG_BYTES, 0)), bar: A_BYTE },
    { name: "HMAC-SHA256 of 32 bytes", count: count(() => native.hmac(d, 96, 0, 0)), bar: 30000 },
    { name: "TLS's key schedule at a ServerHello, 11 HMACs", count: count(keySchedule), bar: 300000 },
    { name: "AES-256-CTR, a byte", count: each(() => native.aes(at, d, LONG_BYTES, 32)), bar: A_BYTE },
    { name: "AES-128-CTR, a byte", count: each(() => native.aes(at, d, LONG_BYTES, 16)), bar: A_BYTE },
    { name: "ChaCha20, a byte", count: each(() => native.chacha(d, LONG_BYTES, at, 0)), bar: A_BYTE },
    { name: "Poly1305, a byte", count: each(() => native.poly(at, d, LONG_BYTES, 0)), bar: A_BYTE },
    { name: "GHASH, a byte", count: each(() => native.ghash(at, d, LONG_BYTES, 0)), bar: A_BYTE },
    { name: "xor, a byte", count: each(() => native.xor(d, d, LONG_BYTES, 0)), bar: A_BYTE },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  new Command("native-table").description("Print what native code costs, by the Thumb interpreter.").parse();
  const grouped = (n: number) => (n > 1000 ? Math.round(n).toLocaleString("en") : n.toFixed(1));
  console.log("| what | instructions | at most |\n|---|---|---|");
  for (const { name, count, bar } of nativeCounts())
    console.log(`| ${name} | ${grouped(count)} | ${bar.toLocaleString("en")} |`);
  console.log("\n| routines | bytes |\n|---|---|");
  for (const [name, bytes] of nativeSizes()) console.log(`| ${name} | ${bytes.toLocaleString("en")} |`);
}
