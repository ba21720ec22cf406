// Changes to a text, by where they stand in it.
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Edits may touch, not overlap; what is put in where another piece starts comes before it. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((out, { start, end, text }) => out.slice(0, start) + text + out.slice(end), source);
}
