// An endless pipe of the firmware's own generator, for PractRand or dieharder (docs/ENTROPY.md section 9):
//   node --import ./hook.mjs scripts/drbg-stream.ts [--seed TEXT] [--bytes N] | dieharder -g 200 -d 0
// Reseeds every 64 kB as on the device; the materials are SHA-512 of the seed and a counter, so a run can be repeated.
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { chacha20 } from "../firmware/crypto/chacha20.ts";
import { createDrbg } from "../firmware/entropy/drbg.ts";
import type { Primitives } from "../firmware/crypto/primitives.ts";

const CHUNK_BYTES = 1 << 20;

function count(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 0) throw new InvalidArgumentError("a number of bytes.");
  return n;
}

/** What the generator needs: SHA-512 by Node, as the engine has its own, and the firmware's ChaCha20. */
const primitives = {
  chacha20,
  join: (...parts: (string | Uint8Array)[]) =>
    new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)))),
  sha512: (data: Uint8Array) => new Uint8Array(createHash("sha512").update(data).digest()),
} as unknown as Primitives;

export function seededDrbg(seed: string): { read(length: number): Uint8Array } {
  let reseeds = 0;
  const drbg = createDrbg(primitives, () => primitives.sha512(primitives.join(`${seed} ${reseeds++}`)).slice(0, 32));
  drbg.reseed();
  return drbg;
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { seed, bytes } = new Command("drbg-stream")
    .description("The firmware's generator to stdout, for statistical tests.")
    .option("--seed <text>", "what the materials are made from", "wib")
    .option("--bytes <n>", "stop after so many", count, Infinity)
    .parse()
    .opts<{ seed: string; bytes: number }>();
  const drbg = seededDrbg(seed);
  try {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) writeAll(drbg.read(Math.min(left, CHUNK_BYTES)));
  } catch (error) {
    // The test has what it wanted.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}
