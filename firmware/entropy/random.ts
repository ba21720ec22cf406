// The only door to randomness. It is Starting until each source has passed its start-up test and given (256 + 64) bits
// of claimed entropy, and the seed file has moved on; Ready after that; Failed for good once a source has failed or
// flash did not take the seed. It gives nothing unless it is Ready. Conditioning and accounting: docs/ENTROPY.md
// section 5. What is not noise (chip id, counters, the seed file) is stirred in and credited with nothing.
import type { Bytes } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { ERROR } from "../protocol.ts";
import { createDrbg } from "./drbg.ts";
import { createHealth, FAILED, HEALTHY, selfTest } from "./health.ts";
import type { Cutoffs, Health } from "./health.ts";
import type { Source } from "./sources.ts";

const STARTUP_SAMPLES = 1024; // SP 800-90B section 4.3, requirement 4
const SEED_BITS = 256 + 64;
const SEED_BYTES = 32;
const MIN_SOURCES = 2;
const BLOCK_SAMPLES = 128; // with what goes before them they fill two blocks of SHA-512
// Beside the number of a source: what is mixed into the pool.
const FROM_STIR = 254;
const FROM_SEED_FILE = 255;

/** A source with what is claimed of it. */
export interface NoiseInput {
  source: Source;
  claim: number;
  cutoffs: Cutoffs;
}

/** Where the seed of the next boot is kept: firmware/store/seed-file.ts. */
export interface SeedStore {
  /** Never the same for two boots that got past `advance`. The caller wipes it. */
  read(): Bytes;
  /** @returns false if flash did not take it. */
  advance(next: Bytes): boolean;
}

interface Collector {
  source: Source;
  health: Health;
  /** Raw samples on their way to the pool. */
  block: Bytes;
  filled: number;
  /** Healthy samples in a row that are in the pool, and how many it takes. */
  credited: number;
  needed: number;
}

export interface Random {
  /** "" when Ready, else the code of protocol.ERROR that says why not. */
  status(): string;
  /** Takes `count` samples from every source. Meant to be called again and again, from boot on. */
  collect(count: number): void;
  /** Mixes in what has been collected since the last time. */
  reseed(): void;
  /** @throws Error unless Ready. */
  read(length: number): Bytes;
}

export interface RandomDoor extends Random {
  /** Number of the source whose samples last were bad, or -1. */
  culprit(): number;
}

/** @param stir whatever differs between devices or boots, credited with nothing. */
export function createRandom(p: Primitives, inputs: NoiseInput[], seeds: SeedStore, stir: string): RandomDoor {
  const pool = new Uint8Array(64);
  const collectors: Collector[] = [];
  let failed = inputs.length < MIN_SOURCES;
  let ready = false;
  let started = false; // has the seed file moved on?
  let culprit = -1;

  function mix(from: number, data: Bytes): void {
    const input = p.join("wib/1 pool", pool, [from], data);
    const digest = p.sha512(input);
    pool.set(digest);
    wipe(input, digest, data);
  }

  /** Half of what the pool gives leaves it, and the other half is the new pool: neither tells of the other. */
  function fresh(): Bytes {
    for (let k = 0; k < collectors.length; k++) {
      const c = collectors[k];
      if (c.filled) mix(k, c.block.subarray(0, c.filled));
      c.filled = 0;
    }
    const input = p.join("wib/1 seed", pool);
    const digest = p.sha512(input);
    const material = new Uint8Array(digest.subarray(0, SEED_BYTES));
    pool.fill(0);
    pool.set(digest.subarray(SEED_BYTES));
    wipe(input, digest);
    return material;
  }

  const drbg = createDrbg(p, fresh);

  mix(FROM_STIR, p.join(stir));
  for (let k = 0; k < inputs.length; k++) {
    const input = inputs[k];
    if (!selfTest(input.cutoffs)) {
      failed = true;
      culprit = k;
    }
    collectors.push({
      source: input.source,
      health: createHealth(input.cutoffs),
      block: new Uint8Array(BLOCK_SAMPLES),
      filled: 0,
      credited: 0,
      needed: Math.max(STARTUP_SAMPLES, SEED_BITS / input.claim),
    });
  }

  function status(): string {
    return failed ? ERROR.entropyFailed : ready ? "" : ERROR.entropyStarting;
  }

  /** Suspect: nothing counts any more, of no source, and nothing is given until all have started anew. */
  function distrust(k: number, verdicts: number): void {
    if (verdicts & FAILED) failed = true;
    culprit = k;
    ready = false;
    wipe(collectors[k].block);
    collectors[k].filled = 0;
    for (let i = 0; i < collectors.length; i++) collectors[i].credited = 0;
  }

  /** @returns whether the source has given enough. */
  function take(k: number, count: number): boolean {
    const c = collectors[k];
    const source = c.source;
    const insert = c.health.insert;
    const block = c.block;
    while (count > 0) {
      let at = c.filled;
      const end = Math.min(at + count, BLOCK_SAMPLES);
      let worst = HEALTHY;
      count -= end - at;
      // As few statements as can be: this is what a boot waits for.
      while (at < end) worst |= insert((block[at++] = source()));
      c.filled = end;
      if (worst) distrust(k, worst);
      else if (end === BLOCK_SAMPLES) {
        mix(k, block);
        c.filled = 0;
        c.credited += BLOCK_SAMPLES;
      }
    }
    return c.credited >= c.needed;
  }

  /** The first seed of a boot takes in the seed file, and moves it on before anything can be read. */
  function start(): void {
    if (!started) mix(FROM_SEED_FILE, seeds.read());
    drbg.reseed();
    if (!started) {
      const nextSeed = drbg.read(SEED_BYTES);
      started = seeds.advance(nextSeed);
      wipe(nextSeed);
    }
    failed = !started;
    ready = started;
  }

  return {
    status: status,
    culprit: function () {
      return culprit;
    },
    collect: function (count) {
      if (failed) return;
      let enough = true;
      for (let k = 0; k < collectors.length; k++) enough = take(k, count) && enough;
      if (enough && !ready && !failed) start();
    },
    reseed: function () {
      if (ready) drbg.reseed();
    },
    read: function (length) {
      if (status()) throw new Error(status());
      return drbg.read(length);
    },
  };
}
