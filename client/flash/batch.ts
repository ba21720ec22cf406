// A box of boards, one after the other as they are plugged in. labels.csv has a row for each label: a header line with `serial` in it,
// and a serial in each row, or none where one is to be drawn. What became of each row is in the report beside it, which is on disk
// before a board is touched: a row that was begun on one chip is never given to another, and a second run goes on where this stopped.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { EXIT_NOT_REACHED, usageError, WibError } from "../errors.ts";
import { canonicalSerial, formatSerial, serialFromBytes } from "../serial.ts";
import { flashBoard } from "./flash.ts";
import type { FlashOptions, FlashResult } from "./flash.ts";
import { labelPath, writePrivate } from "./labels.ts";
import { listPorts, openLine } from "./port.ts";

const POLL_MS = 500;
const COLUMNS = ["row", "serial", "state", "chip", "port", "label", "at", "error"] as const;

export interface Row {
  row: string;
  /** 16 characters. */
  serial: string;
  state: "free" | "begun" | "done";
  chip: string;
  port: string;
  label: string;
  at: string;
  error: string;
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  );
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""').replace(/[\r\n]+/g, " ")}"` : cell;
}

function table(file: string): Record<string, string>[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw usageError(
      `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      "its first line is the header: serial",
    );
  }
  const [header, ...lines] = text.split(/\r?\n/);
  const names = cells(header).map((name) => name.toLowerCase());
  if (!names.includes("serial"))
    throw usageError(`${file} has no column serial`, "its first line is the header: serial");
  while (lines.length && !lines.at(-1)!.trim()) lines.pop();
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? `column ${i}`, cell])));
}

export function reportFile(file: string): string {
  return `${file.replace(/\.csv$/i, "")}.report.csv`;
}

export function saveReport(file: string, rows: Row[]): void {
  const text = rows.map((row) =>
    COLUMNS.map((name) => quoted(name === "serial" ? formatSerial(row.serial) : row[name])).join(),
  );
  writePrivate(reportFile(file), `${[COLUMNS.join(), ...text].join("\n")}\n`);
}

/** The labels, with what an earlier run did. @throws WibError for a serial that is wrong or there twice; nothing is written then. */
export function loadRows(file: string): Row[] {
  const before = existsSync(reportFile(file)) ? table(reportFile(file)) : [];
  const seen = new Map<string, number>();
  return table(file).map(({ serial: typed }, i) => {
    const line = i + 2;
    const old = before.find(({ row }) => row === String(i + 1));
    let serial: string;
    try {
      serial = typed ? canonicalSerial(typed) : old ? canonicalSerial(old.serial) : serialFromBytes(randomBytes(10));
    } catch (error) {
      throw usageError(`${file}, line ${line}: ${(error as Error).message}`, (error as WibError).hint);
    }
    if (seen.has(serial))
      throw usageError(`${file}, line ${line}: the serial of line ${seen.get(serial)} again`, "each board has its own");
    seen.set(serial, line);
    if (old && canonicalSerial(old.serial) !== serial && old.state !== "free")
      throw usageError(
        `${file}, line ${line}: its serial was another when it was used`,
        `put it back, or move ${reportFile(file)} away`,
      );
    const { state = "free", chip = "", port = "", label = "", at = "", error = "" } = (old ?? {}) as Partial<Row>;
    return { row: String(i + 1), serial, state, chip, port, label, at, error };
  });
}

/** The row for a chip: the one that was begun on it, else the first that is free. */
export function rowFor(rows: Row[], chip: string): Row | undefined {
  return rows.find((row) => row.state === "begun" && row.chip === chip) ?? rows.find((row) => row.state === "free");
}

export interface BatchOptions extends Omit<FlashOptions, "port"> {
  file: string;
  /** Only this one; else every serial port that appears. */
  port?: string;
  talk: (text: string) => void;
  onDone: (result: FlashResult) => Promise<void>;
}

async function portsNow(o: BatchOptions): Promise<string[]> {
  if (o.port === undefined) return (await listPorts()).map(({ path }) => path);
  try {
    await (await openLine(o.port, () => {})).close();
    return [o.port];
  } catch (error) {
    if ((error as WibError).exitCode !== EXIT_NOT_REACHED) throw error;
    return [];
  }
}

/** Until no row is free. A board stays untouched until it has been unplugged once it is done, or has failed. */
export async function flashBatch(o: BatchOptions): Promise<{ rows: number; done: number; report: string }> {
  const rows = loadRows(o.file);
  saveReport(o.file, rows);
  const handled = new Set<string>();
  const left = () => rows.filter(({ state }) => state !== "done").length;
  if (left()) o.talk(`${left()} of ${rows.length} labels are left: plug in a board`);
  while (left()) {
    const ports = await portsNow(o);
    for (const port of handled) if (!ports.includes(port)) handled.delete(port);
    const port = ports.find((each) => !handled.has(each));
    if (port === undefined) {
      await new Promise((next) => setTimeout(next, POLL_MS));
      continue;
    }
    await flashOne(o, rows, port);
    handled.add(port);
    if (left()) o.talk(`${left()} left: unplug it, and plug in the next board`);
  }
  return { rows: rows.length, done: rows.length - left(), report: reportFile(o.file) };
}

async function flashOne(o: BatchOptions, rows: Row[], port: string): Promise<void> {
  let row: Row | undefined;
  const mark = (change: Partial<Row>) => {
    Object.assign(row!, change, { at: new Date().toISOString() });
    saveReport(o.file, rows);
  };
  try {
    const result = await flashBoard({
      ...o,
      port,
      // Nobody is there to be asked: a board with something on it is left alone, unless --yes.
      assign(chip) {
        const done = rows.find((each) => each.state === "done" && each.chip === chip);
        if (done) throw usageError(`this board is done already: row ${done.row}`, "plug in the next one");
        row = rowFor(rows, chip);
        if (!row) throw usageError("no label is left for this chip", "the rows that were begun belong to other chips");
        return row.serial;
      },
      onTouch: ({ chip }) => mark({ state: "begun", chip, port, error: "" }),
    });
    mark({ state: "done", label: `${labelPath(o.labelFolder, result.label)}.json` });
    await o.onDone(result);
  } catch (error) {
    if (!(error instanceof WibError)) throw error;
    if (row && row.state === "begun") mark({ error: error.message });
    o.talk(`${port}: ${error.message}`);
    if (error.hint) o.talk(`hint: ${error.hint}`);
  }
}
