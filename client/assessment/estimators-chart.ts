// The estimators' bars: what each made of the samples and of their bits, in bits a sample, with the claim across.

import { type Assessment, ESTIMATORS, type EstimatorName } from "./assess.ts";
import { escapeXml, point, ticks } from "./svg-charts.ts";

export const ESTIMATOR_TITLES: Record<EstimatorName, string> = {
  "most-common-value": "Most common value",
  collision: "Collision",
  markov: "Markov",
  compression: "Compression",
  "t-tuple": "t-tuple",
  lrs: "LRS",
  "multi-mcw": "Multi-MCW",
  lag: "Lag",
  "multi-mmc": "Multi-MMC",
  lz78y: "LZ78Y",
};

const WIDTH = 820;
const LEFT = 150;
/** Room for a figure behind the longest bar. */
const RIGHT = 74;
const TOP = 18;
const ROW = 40;
const BOTTOM = TOP + ESTIMATORS.length * ROW;
const HEIGHT = BOTTOM + 26;
const GAP = 2;

interface Bar {
  kind: "first" | "second";
  view: string;
  value: number;
}

export function estimatorsChart(assessment: Assessment, claim: number | null): string {
  const { bits } = assessment;
  const x = (value: number) => LEFT + (value / bits) * (WIDTH - LEFT - RIGHT);
  const rows = ESTIMATORS.map((name, row) => drawRow(name, barsOf(assessment, name), TOP + row * ROW, x));
  const grid = ticks(0, bits, 8).map(({ at, label }) => {
    const across = point(x(at));
    return (
      `<line class="grid" x1="${across}" x2="${across}" y1="${TOP}" y2="${BOTTOM}"/>` +
      `<text class="tick" x="${across}" y="${BOTTOM + 17}" text-anchor="middle">${label}</text>`
    );
  });
  const base = `<line class="base" x1="${LEFT}" x2="${LEFT}" y1="${TOP}" y2="${BOTTOM}"/>`;
  const unit = `<text class="axis" x="${LEFT - 24}" y="${BOTTOM + 17}" text-anchor="end">bits a sample</text>`;
  // Figures last: the claim's line may cross them.
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Min-entropy by estimator">` +
    grid.join("") +
    rows.map(({ shapes }) => shapes).join("") +
    base +
    (claim === null ? "" : drawClaim(claim, x(claim))) +
    rows.map(({ texts }) => texts).join("") +
    `${unit}</svg>`
  );
}

function barsOf({ bits, literal, bitstring }: Assessment, name: EstimatorName): Bar[] {
  const bars: Bar[] = [];
  const fromSamples = literal[name];
  const fromBits = bitstring?.[name] ?? null;
  if (fromSamples !== null) bars.push({ kind: "first", view: "samples", value: fromSamples });
  if (fromBits !== null) bars.push({ kind: "second", view: "bits", value: fromBits * bits });
  return bars;
}

function drawRow(name: EstimatorName, bars: Bar[], top: number, x: (value: number) => number) {
  const middle = top + ROW / 2;
  const size = bars.length === 1 ? 18 : 13;
  const first = middle - (bars.length * (size + GAP) - GAP) / 2;
  let shapes = "";
  let texts = `<text x="${LEFT - 10}" y="${middle}" dy="0.35em" text-anchor="end">${ESTIMATOR_TITLES[name]}</text>`;
  if (bars.length === 0) texts += `<text class="tick" x="${LEFT + 6}" y="${middle}" dy="0.35em">not applicable</text>`;
  bars.forEach(({ kind, view, value }, i) => {
    const y = first + i * (size + GAP);
    const title = escapeXml(`${ESTIMATOR_TITLES[name]}, ${view}: ${value.toFixed(6)} bits a sample`);
    shapes +=
      `<rect class="${kind}" x="${LEFT}" y="${point(y)}" width="${point(Math.max(1, x(value) - LEFT))}" ` +
      `height="${size}" rx="2"><title>${title}</title></rect>`;
    const place = `x="${point(x(value) + 6)}" y="${point(y + size / 2)}"`;
    texts += `<text class="value" ${place} dy="0.36em">${value.toFixed(4)}</text>`;
  });
  return { shapes, texts };
}

function drawClaim(claim: number, across: number): string {
  const at = point(across);
  return (
    `<line class="claim" x1="${at}" x2="${at}" y1="${TOP - 4}" y2="${BOTTOM}"/>` +
    `<text class="claim-label" x="${point(across + 5)}" y="${TOP - 7}">claim ${claim}</text>`
  );
}
