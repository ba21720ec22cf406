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

const HEAD = ["| what | measured | bar | kept |", "|---|---|---|---|"];

export function markdown(rows: readonly Row[]): string {
  return [...HEAD, ...rows.filter(({ isDetail }) => !isDetail).map(line)].join("\n");
}

/**
 * The same table with these rows instead of those of their names; what has no row yet comes behind the row before it, or at the
 * end. What could not be measured leaves a figure alone.
 */
export function mergedMarkdown(table: string, rows: readonly Row[]): string {
  const lines = table.trim().split("\n").slice(HEAD.length);
  const find = (name: string) => lines.findIndex((text) => text.startsWith(`| ${name} |`));
  const shared = rows.filter(({ isDetail }) => !isDetail);
  shared.forEach((r, i) => {
    const at = find(r.name);
    const before = i ? find(shared[i - 1].name) : -1;
    if (at < 0) lines.splice(before < 0 ? lines.length : before + 1, 0, line(r));
    else if (r.value !== null || r.ok === false) lines[at] = line(r);
  });
  return [...HEAD, ...lines].join("\n");
}
