// The pictures of a recording: histogram, bit balance, autocorrelation and run lengths.
// What a good source looks like is in every picture: the level line, the 99 % band, the expected dots.

import { MAX_RUN, type SampleStatistics } from "./sample-statistics.ts";
import { band, bar, dot, drawPlot, groupDigits, level, ticks } from "./svg-charts.ts";

export function histogramChart({ histogram }: SampleStatistics): string {
  const total = histogram.reduce((a, b) => a + b, 0);
  const even = total / histogram.length;
  const top = Math.max(histogram.reduce((a, b) => Math.max(a, b)) * 1.05, even * 1.2);
  const labelled = histogram.length > 16 ? histogram.length / 8 : 1;
  return drawPlot({
    description: "Histogram of sample values",
    x: {
      low: -0.5,
      high: histogram.length - 0.5,
      ticks: Array.from({ length: Math.ceil(histogram.length / labelled) }, (_, i) => {
        return { at: i * labelled, label: String(i * labelled) };
      }),
    },
    y: { low: 0, high: top, ticks: ticks(0, top, 5) },
    xTitle: "sample value",
    yTitle: "count",
    marks: (scale) =>
      Array.from(histogram, (count, value) => {
        const share = ((100 * count) / total).toFixed(3);
        return bar(scale, value - 0.5, value + 0.5, 0, count, "first", `${value}: ${groupDigits(count)} (${share} %)`);
      }).join("") +
      level(scale, even, "expected") +
      level(scale, 0, "base"),
  });
}

export function balanceChart({ ones, onesSpread }: SampleStatistics): string {
  const reach = Math.max(...ones.map((share) => Math.abs(share - 0.5)), onesSpread) * 1.15;
  return drawPlot({
    description: "Share of ones for each bit of a sample",
    x: {
      low: -0.5,
      high: ones.length - 0.5,
      ticks: ones.map((_, place) => ({ at: place, label: `bit ${ones.length - 1 - place}` })),
    },
    y: { low: 0.5 - reach, high: 0.5 + reach, ticks: ticks(0.5 - reach, 0.5 + reach, 5) },
    xTitle: "most significant first",
    yTitle: "share of ones",
    marks: (scale) =>
      band(scale, 0.5 - onesSpread, 0.5 + onesSpread, "band") +
      ones
        .map((share, place) => {
          const title = `bit ${ones.length - 1 - place}: ${share.toFixed(6)}`;
          return bar(scale, place - 0.3, place + 0.3, 0.5, share, "first", title);
        })
        .join("") +
      level(scale, 0.5, "base"),
  });
}

export function autocorrelationChart({ autocorrelation, correlationSpread }: SampleStatistics): string {
  if (autocorrelation.length === 0) return "<p>Not defined for this recording.</p>";
  const reach = Math.max(...autocorrelation.map(Math.abs), correlationSpread) * 1.15;
  const lags = autocorrelation.length;
  return drawPlot({
    description: "Correlation of a sample with earlier samples",
    x: { low: 0.5, high: lags + 0.5, ticks: [{ at: 1, label: "1" }, ...ticks(2, lags, 8)] },
    y: { low: -reach, high: reach, ticks: ticks(-reach, reach, 5) },
    xTitle: "samples back",
    yTitle: "correlation",
    marks: (scale) =>
      band(scale, -correlationSpread, correlationSpread, "band") +
      autocorrelation
        .map((value, i) => bar(scale, i + 0.5, i + 1.5, 0, value, "first", `${i + 1} back: ${value.toFixed(5)}`))
        .join("") +
      level(scale, 0, "base"),
  });
}

export function runsChart({ runs: { seen, expected } }: SampleStatistics): string {
  // Logarithmic, from half a run up: one run must be visible next to a million.
  const floor = 0.5;
  const log = (count: number) => Math.log10(Math.max(count, floor));
  const longest = Math.max(...seen.map((count, i) => (count > 0 ? i + 1 : 1)), 2);
  const shown = Math.min(MAX_RUN, longest + 2);
  const high = log(Math.max(...seen, ...expected)) + 0.25;
  const decades = Array.from({ length: Math.floor(high) + 1 }, (_, n) => ({ at: n, label: groupDigits(10 ** n) }));
  const name = (length: number) => (length === MAX_RUN ? `${MAX_RUN}+` : String(length));
  const every = Math.ceil(shown / 20);
  return drawPlot({
    description: "Runs of equal samples by length, logarithmic",
    x: {
      low: 0.5,
      high: shown + 0.5,
      ticks: Array.from({ length: shown }, (_, i) => ({ at: i + 1, label: name(i + 1) })).filter(
        ({ at }) => at === MAX_RUN || ((at - 1) % every === 0 && at + every <= MAX_RUN),
      ),
    },
    y: { low: Math.log10(floor), high, ticks: decades },
    xTitle: "equal samples in a row",
    yTitle: "runs (logarithmic)",
    marks: (scale) =>
      Array.from({ length: shown }, (_, i) => {
        const title = `length ${name(i + 1)}: ${groupDigits(seen[i])} seen, ${groupDigits(expected[i].toFixed(1))} expected`;
        const seenBar = bar(scale, i + 0.5, i + 1.5, Math.log10(floor), log(seen[i]), "first", title);
        return seenBar + (expected[i] > floor ? dot(scale, i + 1, log(expected[i]), "dot", title) : "");
      }).join("") + level(scale, Math.log10(floor), "base"),
  });
}
