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
}

/** @param least the bar is a least value; otherwise it is a greatest one. */
export function row(name: string, value: number, unit: string, bar: number | null = null, least = false): Row {
  const ok = bar === null ? null : least ? value >= bar : value <= bar;
  return { name, value, unit, bar, ok };
}

export function notMeasured(name: string, unit: string, bar: number | null, reason: string): Row {
  return { name, value: null, unit, bar, ok: null, note: reason };
}

/** It ran out of memory. */
export function doesNotFit(name: string, bar: number): Row {
  return { ...notMeasured(name, "", bar, "it does not fit: memory runs out"), ok: false };
}

/** Three significant digits, with thousands in groups. */
export function shown(value: number | null): string {
  if (value === null) return "-";
  const rounded = value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US");
}

export function markdown(rows: readonly Row[]): string {
  const verdict = (r: Row) => (r.ok === null ? "" : r.ok ? "yes" : "**no**");
  const lines = rows.map(
    (r) =>
      `| ${r.name} | ${r.value === null ? `not measured: ${r.note}` : `${shown(r.value)} ${r.unit}`} | ${r.bar === null ? "" : shown(r.bar)} | ${verdict(r)} |`,
  );
  return ["| what | measured | bar | kept |", "|---|---|---|---|", ...lines].join("\n");
}
