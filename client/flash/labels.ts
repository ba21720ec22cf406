// Labels as they are kept: a file for each board in one folder, mode 0600, with everything that belongs to it. It is there before the
// board is touched (`begun`), so that no serial and no password is lost when something breaks; `done` once all was read back.
// The name of a file tells nothing: it comes from a hash of the serial, which has 80 random bits.
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { SERIAL_ALPHABET } from "../../firmware/protocol.ts";
import { usageError } from "../errors.ts";

export const LABEL_FOLDER = "wib-labels";
const AP_PASSWORD_CHARS = 12; // 60 bits, typed by hand

export interface Label {
  board: string;
  build: "product" | "bench";
  /** 16 characters. */
  serial: string;
  /** None on bench builds. */
  consolePassword?: string;
  /** Of the setup's access point, where the board has one. */
  apPassword?: string;
  /** process.env.SERIAL: the chip's number. */
  chip: string;
  state: "begun" | "done";
  /** When the state was reached, ISO 8601. */
  at: string;
}

export function drawApPassword(): string {
  return [...randomBytes(AP_PASSWORD_CHARS)].map((byte) => SERIAL_ALPHABET[byte % SERIAL_ALPHABET.length]).join("");
}

/** Replaces a file with all of the new text or none of it, readable by its owner only. */
export function writePrivate(file: string, data: string | Uint8Array): void {
  const part = `${file}.part`;
  try {
    const handle = openSync(part, "w", 0o600);
    try {
      chmodSync(part, 0o600);
      writeSync(handle, data as Uint8Array);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(part, file);
  } catch (error) {
    throw usageError(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`, "check the folder");
  }
}

/** Without its ending: `.json`, and `.svg` and `.png` to print. */
export function labelPath(folder: string, label: Label): string {
  const hash = createHash("sha256").update(`wib label ${label.serial}`).digest("hex").slice(0, 10);
  return path.join(folder, `${label.board}-${hash}`);
}

export function saveLabel(folder: string, label: Label): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw usageError(`${folder} cannot be made: ${(error as NodeJS.ErrnoException).code}`, "check the path");
  }
  writePrivate(`${labelPath(folder, label)}.json`, `${JSON.stringify(label, null, 2)}\n`);
}

/** All in a folder, the newest first. A file that is none is passed over. */
export function loadLabels(folder: string): Label[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  const labels: Label[] = [];
  for (const name of names)
    try {
      const label = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Label;
      if (typeof label.serial === "string" && typeof label.board === "string") labels.push(label);
    } catch {
      // Not one of ours.
    }
  return labels.sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** A console password: the text of a file, or of the label in it. */
export function readPassword(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw usageError(
      `the password file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      "check the path",
    );
  }
  if (!text.startsWith("{")) return text;
  let label: Label | undefined;
  try {
    label = JSON.parse(text) as Label;
  } catch {
    // Told below.
  }
  if (typeof label?.consolePassword === "string") return label.consolePassword;
  throw usageError(
    `${file} holds no console password`,
    `give a label file of ${LABEL_FOLDER}/, or a file with the password alone`,
  );
}
