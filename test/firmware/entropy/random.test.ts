// The door: what it takes to be Ready, what shuts it, and that its output is what docs/ENTROPY.md says.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../firmware/entropy/random.ts";
import type { NoiseInput, RandomDoor, SeedStore } from "../../../firmware/entropy/random.ts";
import { ERROR } from "../../../firmware/protocol.ts";
import { stuckNoise, uniformNoise } from "../../../host-sim/noise.ts";
import type { NoiseModel } from "../../../host-sim/noise.ts";
import { turns } from "../../../host-sim/noise/attacks.ts";
import { deriveCutoffs } from "../../../scripts/cutoffs.ts";
import { ReferenceDrbg, ReferencePool } from "../../../scripts/drbg-vectors.ts";
import { hex, primitives } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

const BITS = 4;

function input(model: NoiseModel, claim = 0.25): NoiseInput {
  return { source: () => model(BITS), claim, cutoffs: deriveCutoffs(BITS, claim) };
}

/** A seed file that is not there, and counts. */
function noSeeds(takes = true): SeedStore & { next: string[] } {
  const next: string[] = [];
  return {
    next,
    read: () => new Uint8Array(8).fill(next.length),
    advance(seed) {
      next.push(hex(seed));
      return takes;
    },
  };
}

function door(a: NoiseInput, b: NoiseInput, seeds: SeedStore = noSeeds(), stir = "stir"): RandomDoor {
  return createRandom(primitives, [a, b], seeds, stir);
}

/** Samples of each source until it is no longer Starting. */
function samplesToReady(random: RandomDoor, limit = 5000): number {
  let samples = 0;
  for (; random.status() === ERROR.entropyStarting && samples < limit; samples++) random.collect(1);
  return samples;
}

function ready(seed: number, seeds?: SeedStore, stir?: string): RandomDoor {
  const random = door(input(uniformNoise(seed)), input(uniformNoise(seed + 1)), seeds, stir);
  samplesToReady(random);
  assert.is(random.status(), "");
  return random;
}

test("two healthy sources claimed at 1/4 bit are Ready after 1,280 samples each, which is 320 bits of each", () => {
  const random = door(input(uniformNoise(1)), input(uniformNoise(2)));
  assert.throws(() => random.read(1), ERROR.entropyStarting);
  assert.is(samplesToReady(random), 1280);
  assert.is(random.read(32).length, 32);
});

test("the start-up test takes 1,024 samples, whatever is claimed", () => {
  const random = door(input(uniformNoise(1), 4), input(uniformNoise(2), 4));
  assert.is(samplesToReady(random), 1024);
});

test("one rich source does not make up for a poor one", () => {
  const random = door(input(uniformNoise(1), 4), input(uniformNoise(2), 1 / 8));
  assert.is(samplesToReady(random), 2560);
});

test("one source alone is no source, however good", () => {
  const random = createRandom(primitives, [input(uniformNoise(1), 4)], noSeeds(), "");
  assert.is(random.status(), ERROR.entropyFailed);
  random.collect(5000);
  assert.throws(() => random.read(1), ERROR.entropyFailed);
});

test("a source that is stuck from the start fails for good, and nothing is ever given", () => {
  const random = door(input(uniformNoise(1)), input(stuckNoise(3)));
  random.collect(5000);
  assert.is(random.status(), ERROR.entropyFailed);
  assert.is(random.culprit(), 1);
  assert.throws(() => random.read(1), ERROR.entropyFailed);
  random.reseed();
  random.collect(5000);
  assert.is(random.status(), ERROR.entropyFailed);
});

test("a source that dies once it is Ready shuts the door at the first cut-off, and for good at the second", () => {
  const random = door(input(turns(uniformNoise(1), 1280, stuckNoise(9))), input(uniformNoise(2)));
  assert.is(samplesToReady(random), 1280);
  random.collect(119);
  assert.is(random.status(), "");
  random.collect(2);
  assert.is(random.status(), ERROR.entropyStarting);
  assert.is(random.culprit(), 0);
  assert.throws(() => random.read(1), ERROR.entropyStarting);
  random.collect(121);
  assert.is(random.status(), ERROR.entropyFailed);
});

test("after a suspicion everything is gathered anew, of both sources, and then it is Ready again", () => {
  const late = turns(uniformNoise(1), 1400, turns(stuckNoise(9), 150, uniformNoise(3)));
  const random = door(input(late), input(uniformNoise(2)));
  assert.is(samplesToReady(random), 1280);
  const before = hex(random.read(32));
  random.collect(270);
  assert.is(random.status(), ERROR.entropyStarting);
  const again = samplesToReady(random);
  assert.ok(again >= 1152 && again <= 1408, `${again} samples: 1280 but for what lay in a block`);
  assert.is.not(hex(random.read(32)), before);
});

test("a suspicion while it is Starting costs what was collected", () => {
  const late = turns(uniformNoise(1), 1000, turns(stuckNoise(9), 125, uniformNoise(3)));
  const random = door(input(late), input(uniformNoise(2)));
  const samples = samplesToReady(random);
  assert.ok(samples >= 1000 + 121 + 1280 && samples <= 1000 + 125 + 1280 + 128, `${samples} samples`);
});

test("a block that ends in a suspicion is not credited", () => {
  const random = door(
    input(turns(uniformNoise(1), 7, turns(stuckNoise(9), 121, uniformNoise(3)))),
    input(uniformNoise(2)),
  );
  random.collect(128);
  assert.is(random.culprit(), 0);
  assert.is(samplesToReady(random), 1280);
});

test("the seed file moves on once a boot, before anything is given, and its seed is nowhere in the output", () => {
  const seeds = noSeeds();
  const random = door(input(uniformNoise(1)), input(uniformNoise(2)), seeds);
  assert.equal(seeds.next, []);
  samplesToReady(random);
  assert.is(seeds.next.length, 1);
  const output = hex(random.read(2000));
  random.reseed();
  assert.is(seeds.next.length, 1);
  assert.not(output.includes(seeds.next[0]));
  assert.ok(!/^(00)+$/.test(seeds.next[0]));
});

test("if flash does not take the seed, nothing is given", () => {
  const random = door(input(uniformNoise(1)), input(uniformNoise(2)), noSeeds(false));
  samplesToReady(random);
  assert.is(random.status(), ERROR.entropyFailed);
  assert.throws(() => random.read(1), ERROR.entropyFailed);
  random.collect(5000);
  assert.is(random.status(), ERROR.entropyFailed);
});

test("equal noise gives equal output, and another seed file, stir or single sample gives another", () => {
  const output = (random: RandomDoor) => hex(random.read(32));
  const reference = output(ready(1));
  assert.is(output(ready(1)), reference);
  assert.is.not(output(ready(1, { ...noSeeds(), read: () => new Uint8Array(8).fill(77) })), reference);
  assert.is.not(output(ready(1, noSeeds(), "other")), reference);
  forAll(8, (random) => {
    const changed = random.below(1280);
    const noise = uniformNoise(1);
    let at = 0;
    const model: NoiseModel = (bits) => noise(bits) ^ (at++ === changed ? 1 : 0);
    const other = door(input(model), input(uniformNoise(2)));
    samplesToReady(other);
    assert.is.not(output(other), reference, `sample ${changed}`);
  });
});

test("a reseed takes in every sample since the last, and none makes it repeat", () => {
  const output = (extra: number) => {
    const random = ready(1);
    random.collect(extra);
    random.reseed();
    return hex(random.read(32));
  };
  const outputs = [0, 1, 2, 127, 128, 129, 300].map(output);
  assert.is(new Set([...outputs, hex(ready(1).read(32))]).size, 8);
  const random = ready(1);
  random.reseed();
  const first = hex(random.read(32));
  random.reseed();
  assert.is.not(hex(random.read(32)), first);
});

test("the output is what another implementation of docs/ENTROPY.md makes of the same noise", () => {
  const [a, b] = [uniformNoise(1), uniformNoise(2)];
  const pool = new ReferencePool();
  pool.mix(254, Buffer.from("stir"));
  // 32 samples of one source and then of the other, as main.ts collects them: a block of each after four rounds.
  for (let block = 0; block < 10; block++) {
    pool.mix(
      0,
      Uint8Array.from({ length: 128 }, () => a(BITS)),
    );
    pool.mix(
      1,
      Uint8Array.from({ length: 128 }, () => b(BITS)),
    );
  }
  pool.mix(255, new Uint8Array(8));
  const drbg = new ReferenceDrbg(() => pool.fresh());
  drbg.reseed();
  const seeds = noSeeds();
  const random = door(input(uniformNoise(1)), input(uniformNoise(2)), seeds);
  for (let i = 0; i < 40; i++) random.collect(32);
  assert.equal(seeds.next, [hex(drbg.read(32))]);
  assert.is(hex(random.read(1000)), hex(drbg.read(1000)));
  random.collect(5);
  pool.mix(
    0,
    Uint8Array.from({ length: 5 }, () => a(BITS)),
  );
  pool.mix(
    1,
    Uint8Array.from({ length: 5 }, () => b(BITS)),
  );
  random.reseed();
  drbg.reseed();
  assert.is(hex(random.read(200000)), hex(drbg.read(200000)));
});

test("a known-bad sequence that trips nothing makes the source count as failed at boot", () => {
  const blind = { ...input(uniformNoise(1)), cutoffs: { window: 512, rct: [121, 241], apt: [600, 600] } };
  const random = door(input(uniformNoise(2)), blind);
  assert.is(random.status(), ERROR.entropyFailed);
  assert.is(random.culprit(), 1);
});

test.run();
