// Makes test/corpus/key/ anew: node --import ./hook.mjs test/corpus/make.ts
// Needs openssl, ssh-keygen and python3 with cryptography. Its outputs are committed, because keys are random and other versions write other
// forms. All keys in them were made here and are used nowhere. What a mutator made has the code that the firmware gave
// when it was made; every other code was written down by hand.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pythonWithCryptography } from "../support/needs.ts";
import { readBlocks, writeBlocks } from "../support/der-tree.ts";
import type { CorpusEntry } from "./entry.ts";
import { addEdited } from "./make-edited.ts";
import { addMutants } from "./make-mutants.ts";
import { makeWithOpenssl } from "./make-openssl.ts";
import { makeWithPeculiar } from "./make-peculiar.ts";
import { addTools } from "./make-tools.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A corpus in the making. */
export interface Corpus {
  add(file: string, code: string, origin: string, text: string, own?: string): void;
}

export type Texts = Record<string, string>;

const entries: CorpusEntry[] = [];
rmSync(path("key"), { recursive: true, force: true });
mkdirSync(path("key"));

const corpus: Corpus = {
  add(name, code, origin, text, own) {
    const file = `${name}.pem`;
    if (entries.some((entry) => entry.file === file)) throw new Error(`${file} twice`);
    writeFileSync(path(`key/${file}`), text, "latin1");
    entries.push({ file, code, ...(own ? { own } : {}), origin });
  },
};

const o = makeWithOpenssl();
try {
  const script = path("make_python.py");
  const python = JSON.parse(execFileSync(pythonWithCryptography(), [script], { encoding: "utf8" })) as Texts;
  const peculiar = await makeWithPeculiar();
  addTools(corpus, o, python, peculiar);
  addEdited(corpus, o);
  const pool = ["ec", "under1", "rsa2048", "other"].map((name) => o.text(`${name}.pem`) + o.text(`${name}.key`));
  addMutants(corpus, entries, pool.map(readBlocks), writeBlocks);
} finally {
  o.remove();
}
writeFileSync(path("index.json"), `${JSON.stringify(entries, null, 2)}\n`);
const codes = new Map<string, number>();
for (const { code } of entries) codes.set(code, (codes.get(code) ?? 0) + 1);
for (const [code, count] of [...codes].sort())
  process.stdout.write(`${String(count).padStart(4)} ${code || "installed"}\n`);
process.stdout.write(`${entries.length} files\n`);
