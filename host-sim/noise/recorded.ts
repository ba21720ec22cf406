// A recording played back: the samples of a real board, as npm run record-entropy keeps them, or bare bytes.
import { readFileSync } from "node:fs";
import type { NoiseModel } from "../noise.ts";

const HEADER = '{"format":"wib-entropy-recording/';

/** From its first sample on, and when it ends from the first again. */
export function recorded(file: string): NoiseModel {
  const bytes = readFileSync(file);
  const start = bytes.subarray(0, HEADER.length).toString("latin1") === HEADER ? bytes.indexOf(10) + 1 : 0;
  const samples = bytes.subarray(start);
  if (!samples.length) throw new Error(`${file} holds no samples`);
  let at = 0;
  return (bits) => samples[at++ % samples.length] & ((1 << bits) - 1);
}
