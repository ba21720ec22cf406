// One line of the bench: what was measured, in which unit, and the bar it is held to.
export interface Row {
  name: string;
  /** null when it could not be measured. */
  value: number | null;
  unit: string;
  /** DESIGN's number; null where there is none. */
  bar: number | null;
  /** Does the value keep the bar? null when it could not be measured or there is no bar. */
  ok: boolean | null;
  /** Why it could not be measured, or what else has to be known. */
  note?: string;
  /** Printed, but too much for the README. */
  isDetail?: boolean;
}

/** @param least the bar is a least value; otherwise it is a greatest one. */
export function row(name: string, value: number, unit: string, bar: number | null = null, least = false): Row {
  const ok = bar === null ? null : least ? value >= bar : value <= bar;
  return { name, value, unit, bar, ok };
}

export function notMeasured(name: string, unit: string, bar: number | null, reason: string): Row {
  return { name, value: null, unit, bar, ok: null, note: reason };
}

/** It did not come to its end, most often because memory ran out: its bar is not kept. */
export function broken(name: string, bar: number, error: Error): Row {
  return { ...notMeasured(name, "", bar, error.message.split("\n")[0]), ok: false };
}

/** Three significant digits, with thousands in groups. */
export function shown(value: number | null): string {
  if (value === null) return "-";
  const rounded = value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US");
}

function line(r: Row): string {
  const measured = r.value === null ? `not measured: ${r.note}` : `${shown(r.value)} ${r.unit}`;
  const kept = r.ok === null ? "" : r.ok ? "yes" : "**no**";
  return `| ${r.name} | ${measured} | ${r.bar === null ? "" : shown(r.bar)} | ${kept} |`;
}

const HEAD = "| what | measured | bar | kept |\n|---|---|---|---|";

/** A part's table. What could not be measured now stands as it stood in `before`. */
function table(rows: readonly Row[], before: string): string {
  const old = before.split("\n");
  const lines = rows
    .filter(({ isDetail }) => !isDetail)
    .map((r) => {
      const was = r.value === null && r.ok === null && old.find((text) => text.startsWith(`| ${r.name} |`));
      return was || line(r);
    });
  return [HEAD, ...lines].join("\n");
}

const heading = (part: string) => `\`npm run bench -- ${part}\`:\n\n`;

/**
 * The README's tables, one for each part, in the order of `parts`.
 * @param before the text as it stands: a part that is not in `measured` is left alone.
 */
export function tables(before: string, parts: readonly string[], measured: Record<string, readonly Row[]>): string {
  const sections = parts.map((part) => {
    const [, old = ""] = before.split(heading(part));
    const [was] = old.split("\n\n");
    const now = measured[part] ? table(measured[part], was) : was;
    return now.trim() && `${heading(part)}${now.trim()}`;
  });
  return sections.filter((section) => section).join("\n\n");
}
