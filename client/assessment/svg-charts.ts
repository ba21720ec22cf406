// Charts as inline SVG text: a frame with axes, into which marks are drawn in the data's own units.
// Colours come from the page's CSS classes, so that one picture serves light and dark. Every mark carries its figure
// as <title>, which browsers show on hovering, without a script.

export interface Axis {
  low: number;
  high: number;
  ticks: { at: number; label: string }[];
}

/** Chart coordinates to picture coordinates. */
export interface Scale {
  x: (value: number) => number;
  y: (value: number) => number;
}

export interface Plot {
  /** Said to those who cannot see it. */
  description: string;
  x: Axis;
  y: Axis;
  /** Units under and beside the axes. */
  xTitle: string;
  yTitle: string;
  marks: (scale: Scale) => string;
  height?: number;
}

const WIDTH = 480;
const HEIGHT = 250;
const MARGIN = { left: 70, right: 12, top: 28, bottom: 44 };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Rounded to a hundredth of a picture unit: nobody sees more, and pages stay small. */
export function point(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function drawPlot({ description, x, y, xTitle, yTitle, marks, height = HEIGHT }: Plot): string {
  const right = WIDTH - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const scale: Scale = {
    x: (value) => MARGIN.left + ((value - x.low) / (x.high - x.low)) * (right - MARGIN.left),
    y: (value) => bottom - ((value - y.low) / (y.high - y.low)) * (bottom - MARGIN.top),
  };
  const lines = y.ticks.map(({ at, label }) => {
    const height = point(scale.y(at));
    return (
      `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${height}" y2="${height}"/>` +
      `<text class="tick" x="${MARGIN.left - 8}" y="${height}" dy="0.35em" text-anchor="end">${escapeXml(label)}</text>`
    );
  });
  const feet = x.ticks.map(({ at, label }) => {
    const text = escapeXml(label);
    return `<text class="tick" x="${point(scale.x(at))}" y="${bottom + 17}" text-anchor="middle">${text}</text>`;
  });
  const titles =
    `<text class="axis" x="${right}" y="${height - 5}" text-anchor="end">${escapeXml(xTitle)}</text>` +
    `<text class="axis" x="4" y="13">${escapeXml(yTitle)}</text>`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(description)}">` +
    lines.join("") +
    marks(scale) +
    feet.join("") +
    titles +
    "</svg>"
  );
}

/** A bar from `base` to `top` over `from`..`to`, with a gap to its neighbours where there is room for one. */
export function bar(
  { x, y }: Scale,
  from: number,
  to: number,
  base: number,
  top: number,
  kind: string,
  title: string,
): string {
  const room = x(to) - x(from);
  const gap = room > 6 ? Math.min(6, room * 0.25) : room > 3 ? 1 : 0;
  const upper = Math.min(y(base), y(top));
  // A value that is there but too small to see still gets a hair of height.
  const height = Math.max(Math.abs(y(base) - y(top)), top === base ? 0 : 0.75);
  return (
    `<rect class="${kind}" x="${point(x(from) + gap / 2)}" y="${point(upper)}" ` +
    `width="${point(Math.max(0.5, room - gap))}" height="${point(height)}"><title>${escapeXml(title)}</title></rect>`
  );
}

export function dot({ x, y }: Scale, atX: number, atY: number, kind: string, title: string): string {
  return (
    `<circle class="${kind}" cx="${point(x(atX))}" cy="${point(y(atY))}" r="3.5">` +
    `<title>${escapeXml(title)}</title></circle>`
  );
}

/** A horizontal line across the whole chart. */
export function level({ y }: Scale, value: number, kind: string): string {
  const height = point(y(value));
  return `<line class="${kind}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${height}" y2="${height}"/>`;
}

/** A horizontal band across the whole chart. */
export function band({ y }: Scale, low: number, high: number, kind: string): string {
  const width = WIDTH - MARGIN.right - MARGIN.left;
  const size = point(Math.max(1, y(low) - y(high)));
  return `<rect class="${kind}" x="${MARGIN.left}" y="${point(y(high))}" width="${width}" height="${size}"/>`;
}

/** Round steps of 1, 2 or 5, about `count` of them, that lie within low..high. */
export function ticks(low: number, high: number, count: number): { at: number; label: string }[] {
  const rough = (high - low) / count;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * ([1, 2, 5].find((factor) => decade * factor >= rough * 0.999) ?? 10);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
    found.push({ at: n * step, label: groupDigits((n * step).toFixed(places)) });
  }
  return found;
}

/** 1234567.5 as 1,234,567.5 */
export function groupDigits(number: string | number): string {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}
