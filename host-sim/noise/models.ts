// The noise models by name, for `--noise` and for the table in docs/ENTROPY.md section 8, which says what the health
// tests make of each.
import { dyingNoise, stuckNoise, uniformNoise } from "../noise.ts";
import type { NoiseModel } from "../noise.ts";
import { driven, pulledDown, turns } from "./attacks.ts";
import { alternating, biased, constantStart, counting, slow, stuckBit } from "./faulty.ts";
import { clipped, drift, hum, thermal } from "./physical.ts";
import { recorded } from "./recorded.ts";

export interface NamedModel {
  imitates: string;
  /** Is it a source that keeps a claim of 1/4 bit a sample? */
  healthy: boolean;
  create(seed: number): NoiseModel;
}

const DIES_AFTER = 4000; // samples: later than Ready

export const NOISE_MODELS: Readonly<Record<string, NamedModel>> = {
  "uniform": { imitates: "a source of full entropy", healthy: true, create: uniformNoise },
  "thermal": {
    imitates: "thermal noise of 2 steps of the converter, quantised",
    healthy: true,
    create: (seed) => thermal(seed, 2),
  },
  "offset": {
    imitates: "the same at an offset: at ground, where the converter clips two samples of three",
    healthy: true,
    create: (seed) => clipped(seed, 2, -0.5),
  },
  "hum": {
    imitates: "thermal noise of 1 step under mains hum of 20",
    healthy: true,
    create: (seed) => hum(seed, 1, 20),
  },
  "drift": {
    imitates: "thermal noise of 1 step while the board warms up and cools down",
    healthy: true,
    create: (seed) => drift(seed, 1, 40, 400000),
  },
  "coarse": {
    imitates: "thermal noise of 0.28 steps: the converter hardly sees it",
    healthy: false,
    create: (seed) => thermal(seed, 0.28),
  },
  "hum-only": {
    imitates: "mains hum and no noise: anybody can compute it",
    healthy: false,
    create: (seed) => hum(seed, 0, 20),
  },
  "stuck-bit": {
    imitates: "a converter whose lowest bit is always 1",
    healthy: false,
    create: (seed) => stuckBit(thermal(seed, 2), 0),
  },
  "stuck-value": { imitates: "a converter that gives one value", healthy: false, create: () => stuckNoise(5) },
  "slow": {
    imitates: "a source read faster than it changes: 97 samples of 100 repeat the last",
    healthy: false,
    create: (seed) => slow(seed, 97),
  },
  "biased": {
    imitates: "an amplifier that rests at its rail 93 % of the time",
    healthy: false,
    create: (seed) => biased(seed, 93),
  },
  "alternating": {
    imitates: "a sampling rate locked to the source: a strict alternation",
    healthy: false,
    create: () => alternating(),
  },
  "counting": { imitates: "a clock taken for a generator", healthy: false, create: () => counting() },
  "constant-start": {
    imitates: "E.hwRand() on ESP32, ESP8266 and Linux: the same at every boot",
    healthy: false,
    create: () => constantStart(),
  },
  "grounded": {
    imitates: "an attacker who pulls the pin to ground once the board is up",
    healthy: false,
    create: (seed) => turns(thermal(seed, 2), DIES_AFTER, stuckNoise(0)),
  },
  "pulled-down": {
    imitates: "the same with a loose wire: one sample in 60 gets through",
    healthy: false,
    create: (seed) => pulledDown(seed, 60),
  },
  "driven": {
    imitates: "an attacker who drives the pin with a pattern of 7 levels",
    healthy: false,
    create: () => driven([3, 9, 14, 2, 7, 12, 5]),
  },
  "dying": {
    imitates: "a source that dies after boot, at sample 4,001",
    healthy: false,
    create: (seed) => dyingNoise(seed, DIES_AFTER),
  },
};

export const NOISE_HELP = `models: ${Object.keys(NOISE_MODELS).join(", ")}, or file:PATH for a recording`;

/** @throws Error naming the models. */
export function noiseNamed(name: string, seed: number): NoiseModel {
  if (name.startsWith("file:")) return recorded(name.slice("file:".length));
  if (!Object.hasOwn(NOISE_MODELS, name)) throw new Error(`unknown noise model "${name}"; ${NOISE_HELP}`);
  return NOISE_MODELS[name].create(seed);
}

/** `kind=model` of a command line, such as `adc=stuck-bit`, into what SimBoard takes. */
export function parseNoise(text: string, seed: number): Record<string, NoiseModel> {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`"${text}" is not a kind of source, "=" and a model; ${NOISE_HELP}`);
  return { [text.slice(0, at)]: noiseNamed(text.slice(at + 1), seed) };
}
