// Noise models by name. What the health tests make of them is asserted in test/docs/entropy.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeRecording } from "../../../client/assessment/recording.ts";
import { NOISE_MODELS, noiseNamed, parseNoise } from "../../../host-sim/noise/models.ts";
import { gaussian } from "../../../host-sim/noise/physical.ts";
import { forAll } from "../../support/random.ts";

const draw = (name: string, seed: number, bits = 4, count = 300): number[] => {
  const noise = noiseNamed(name, seed);
  return Array.from({ length: count }, () => noise(bits));
};

test("every model gives samples of the width it is asked for, and the same ones for the same seed", () => {
  forAll(3, (random) => {
    const seed = random.below(1e9);
    for (const name of Object.keys(NOISE_MODELS))
      for (const bits of [1, 4, 8]) {
        const samples = draw(name, seed, bits);
        assert.ok(
          samples.every((sample) => Number.isInteger(sample) && sample >= 0 && sample < 2 ** bits),
          `${name}, ${bits} bits`,
        );
        assert.equal(draw(name, seed, bits), samples);
      }
  });
});

test("normal deviates have mean 0 and variance 1", () => {
  const noise = gaussian(3);
  const values = Array.from({ length: 200000 }, () => noise());
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.01 && Math.abs(variance - 1) < 0.02, `${mean} ${variance}`);
});

test("a recording is played back, with or without its header, and from the start again", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-models-"));
  const samples = Uint8Array.from({ length: 50 }, (_, i) => (i * 7) % 16);
  const header = { board: "b", source: "s", bits: 4, kind: "consecutive" as const };
  writeFileSync(path.join(folder, "headed"), writeRecording(header, samples));
  writeFileSync(path.join(folder, "bare"), samples);
  writeFileSync(path.join(folder, "empty"), "");
  for (const name of ["headed", "bare"])
    assert.equal(
      draw(`file:${path.join(folder, name)}`, 1, 4, 120),
      [...samples, ...samples, ...samples].slice(0, 120),
    );
  assert.throws(() => noiseNamed(`file:${path.join(folder, "empty")}`, 1), "no samples");
  rmSync(folder, { recursive: true });
});

test("a command line's source=model is taken apart; an unknown model or none is an error that lists them", () => {
  assert.equal(Object.keys(parseNoise("adc=stuck-bit", 1)), ["adc"]);
  for (const text of ["adc", "=hum", "adc=", "adc=toString", "adc=nothing"])
    assert.throws(() => parseNoise(text, 1), "models: uniform");
});

test.run();
