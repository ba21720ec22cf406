// Makes docs/vectors/drbg.json: the generator and the conditioner of docs/ENTROPY.md sections 5 and 6, written from that
// page with @noble, so that the firmware has a second implementation to be compared with. --check fails if it differs.
import { chacha20 } from "@noble/ciphers/chacha.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";

const FILE = new URL("../docs/vectors/drbg.json", import.meta.url);
const REFILL_BYTES = 256;
const KEY_BYTES = 32;
const REFILLS_A_SEED = 292;

/** Section 6. */
export class ReferenceDrbg {
  private key: Uint8Array = new Uint8Array(KEY_BYTES);
  private output: Uint8Array = new Uint8Array(0);
  private refills = 0;
  private readonly fresh: () => Uint8Array;

  constructor(fresh: () => Uint8Array) {
    this.fresh = fresh;
  }

  reseed(): void {
    this.key = sha512(concatBytes(utf8ToBytes("wib/1 reseed"), this.key, this.fresh())).slice(0, KEY_BYTES);
    this.output = new Uint8Array(0);
    this.refills = 0;
  }

  read(length: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let wanted = length; wanted > 0;) {
      if (!this.output.length) {
        if (this.refills === REFILLS_A_SEED) this.reseed();
        this.refills++;
        const stream = chacha20(this.key, new Uint8Array(12), new Uint8Array(REFILL_BYTES));
        this.key = stream.slice(0, KEY_BYTES);
        this.output = stream.slice(KEY_BYTES);
      }
      parts.push(this.output.subarray(0, wanted));
      wanted -= parts[parts.length - 1].length;
      this.output = this.output.subarray(parts[parts.length - 1].length);
    }
    return concatBytes(...parts);
  }
}

/** Section 5: the pool. */
export class ReferencePool {
  private pool: Uint8Array = new Uint8Array(64);

  mix(from: number, data: Uint8Array): void {
    this.pool = sha512(concatBytes(utf8ToBytes("wib/1 pool"), this.pool, Uint8Array.of(from), data));
  }

  fresh(): Uint8Array {
    const digest = sha512(concatBytes(utf8ToBytes("wib/1 seed"), this.pool));
    this.pool = new Uint8Array(64);
    this.pool.set(digest.subarray(32));
    return digest.slice(0, 32);
  }
}

interface Vector {
  what: string;
  /** Hex, one a reseed, in order. */
  materials: string[];
  /** A number reads so many bytes, "reseed" mixes in the next material. */
  steps: (number | "reseed")[];
  /** Hex of all that was read, or SHA-512 of it where that is long. */
  output?: string;
  outputSha512?: string;
}

function material(name: string): string {
  return bytesToHex(sha512(utf8ToBytes(`wib vector drbg ${name}`)).slice(0, 32));
}

function fill(vector: Vector): Vector {
  const materials = vector.materials.map((hex) => Uint8Array.from(Buffer.from(hex, "hex")));
  const drbg = new ReferenceDrbg(() => materials.shift()!);
  const read: Uint8Array[] = [];
  for (const step of vector.steps)
    if (step === "reseed") drbg.reseed();
    else read.push(drbg.read(step));
  const output = concatBytes(...read);
  if (output.length <= 512) return { ...vector, output: bytesToHex(output) };
  return { ...vector, outputSha512: bytesToHex(sha512(output)) };
}

export function vectors(): Vector[] {
  return [
    { what: "one seed, one read", materials: ["00".repeat(32)], steps: ["reseed", 64] },
    { what: "reads over the end of a refill", materials: [material("a")], steps: ["reseed", 223, 1, 1, 200] },
    { what: "no bytes at all", materials: [material("a")], steps: ["reseed", 0, 16] },
    {
      what: "a reseed throws away what is left of a refill",
      materials: [material("a"), material("b")],
      steps: ["reseed", 10, "reseed", 64],
    },
    {
      what: "the 65,409th byte after a reseed needs new material",
      materials: [material("a"), material("b")],
      steps: ["reseed", 65408, 64],
    },
    {
      what: "the same in one read of 200,000 bytes, with three reseeds on the way",
      materials: [material("a"), material("b"), material("c"), material("d")],
      steps: ["reseed", 200000],
    },
  ].map((vector) => fill(vector as Vector));
}

export function vectorFile(): string {
  return `${JSON.stringify(
    {
      description:
        'The generator of docs/ENTROPY.md section 6, from the all-zero key. Materials are the first 32 bytes of SHA-512("wib vector drbg <name>"). Made by scripts/drbg-vectors.ts.',
      vectors: vectors(),
    },
    null,
    1,
  )}\n`;
}

if (process.argv[1] === FILE.pathname.replace("docs/vectors/drbg.json", "scripts/drbg-vectors.ts")) {
  const program = new Command("drbg-vectors")
    .description("Write docs/vectors/drbg.json.")
    .option("--check", "fail if it is not current, and write nothing")
    .parse();
  const wanted = vectorFile();
  if (!program.opts<{ check?: boolean }>().check) writeFileSync(FILE, wanted);
  else if (readFileSync(FILE, "utf8") !== wanted) {
    console.error("wib: error: docs/vectors/drbg.json is not what scripts/drbg-vectors.ts makes");
    console.error("wib: hint: node --import ./hook.mjs scripts/drbg-vectors.ts");
    process.exitCode = 1;
  }
}
