// One file of the corpus: what key.wib may be sent, what the device must say to it, and where it is from.
import { readFileSync } from "node:fs";

export interface CorpusEntry {
  /** In test/corpus/key/. */
  file: string;
  /** A code of protocol.ERROR, or "" if it is to be installed. */
  code: string;
  /** x and y in hex of the key for which a csr was answered before, where there was one. */
  own?: string;
  /** The tool and what it was told, or what was changed by hand, or the mutator and its seed. */
  origin: string;
}

const FOLDER = new URL("key/", import.meta.url);

export function readCorpus(): (CorpusEntry & { text: string })[] {
  const entries = JSON.parse(readFileSync(new URL("index.json", import.meta.url), "utf8")) as CorpusEntry[];
  return entries.map((entry) => ({ ...entry, text: readFileSync(new URL(entry.file, FOLDER), "latin1") }));
}
