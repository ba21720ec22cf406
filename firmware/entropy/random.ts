// The only door to randomness. It is Starting until every source has passed its start-up test and given (256 + 64)
// bits of claimed entropy, Ready after that, and Failed for good once a source has failed; it gives nothing unless
// it is Ready. What is not noise (chip id, counters) is stirred in and credited with nothing.
import type { Bytes, Hal } from "../hal/engine.ts";
import { wipe } from "../crypto/bytes.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { ERROR } from "../protocol.ts";
import { createDrbg } from "./drbg.ts";
import { createHealth, FAILED, HEALTHY, selfTest } from "./health.ts";
import type { Health } from "./health.ts";
import { createSource } from "./sources.ts";
import type { Source, SourceConfig } from "./sources.ts";

const STARTUP_SAMPLES = 1024; // SP 800-90B section 4.3, requirement 4
const SEED_BITS = 256 + 64;
const RESEED_BYTES = 65536;

interface Collector {
  source: Source;
  health: Health;
  /** Raw samples, one a byte; full when they carry SEED_BITS. */
  samples: Bytes;
  filled: number;
}

export interface Random {
  /** "" when Ready, else the code of protocol.ERROR that says why not. */
  status(): string;
  /** Takes up to `count` samples from every source. Meant to be called again and again, from boot on. */
  collect(count: number): void;
  /** Mixes in what has been collected since the last time. */
  reseed(): void;
  /** @throws Error unless Ready. */
  read(length: number): Bytes;
}

/** @param stir whatever differs between devices or boots, credited with nothing. */
export function createRandom(hal: Hal, p: Primitives, configs: SourceConfig[], stir: unknown[]): Random {
  const drbg = createDrbg(p);
  const collectors: Collector[] = [];
  let failed = false;
  let ready = false;
  let left = 0; // bytes to give before the next reseed

  for (let i = 0; i < configs.length; i++) {
    const config = configs[i];
    if (!selfTest(config.cutoffs)) failed = true;
    collectors.push({
      source: createSource(hal, config),
      health: createHealth(config.cutoffs),
      samples: new Uint8Array(Math.max(STARTUP_SAMPLES, Math.ceil(SEED_BITS / config.claim))),
      filled: 0,
    });
  }

  function status(): string {
    return failed ? ERROR.entropyFailed : ready ? "" : ERROR.entropyStarting;
  }

  function reseed(): void {
    let input = p.join("wib/1 seed", stir);
    for (let i = 0; i < collectors.length; i++) {
      const c = collectors[i];
      const longer = p.join(input, [c.filled >> 8, c.filled & 255], c.samples.subarray(0, c.filled));
      wipe(input, c.samples);
      c.filled = 0;
      input = longer;
    }
    const digest = p.sha512(input);
    drbg.reseed(digest.subarray(0, 32));
    wipe(input, digest);
    left = RESEED_BYTES;
  }

  return {
    status: status,
    collect: function (count) {
      let full = 0;
      for (let k = 0; k < collectors.length && !failed; k++) {
        const c = collectors[k];
        for (let i = 0; i < count; i++) {
          const sample = c.source();
          const verdict = c.health.insert(sample);
          if (verdict === FAILED) failed = true;
          else if (verdict !== HEALTHY) {
            // Suspect: start anew. What was collected is thrown away, and nothing is given until it has recovered.
            c.health.restart();
            wipe(c.samples);
            c.filled = 0;
            ready = false;
          } else if (c.filled < c.samples.length) c.samples[c.filled++] = sample;
        }
        if (c.filled === c.samples.length) full++;
      }
      if (failed || ready || full < collectors.length) return;
      reseed();
      ready = true;
    },
    reseed: function () {
      if (ready) reseed();
    },
    read: function (length) {
      if (status()) throw new Error(status());
      if (left < length) reseed();
      left -= length;
      return drbg.read(length);
    },
  };
}
