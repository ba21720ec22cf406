// The corpus of test/corpus/key/ on the real interpreter: the same codes, and in the end as many variables in use as before.
// All that is refused before the long computations on P-256, all RSA keys, and some of the rest.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { bundle } from "../../scripts/bundler.ts";
import { readCorpus } from "../corpus/entry.ts";
import { keyBodyBegin } from "../../firmware/setup/key-body.ts";
import { unhex } from "../support/hal.ts";
import { quickKeyTools } from "../support/key-body.ts";
import { withProgram } from "../support/needs.ts";
import { IS_FULL } from "../support/random.ts";

const LIMIT_MS = 1800000;
/** Multiplications on P-256 in plain ES5: seconds each. */
const LONG = IS_FULL ? 40 : 3;
/** Files are numbered from here, so that their names are of one length. */
const FIRST = 100;
/** Variables: what is printed is itself in some. */
const JITTER = 4;

type Entry = ReturnType<typeof readCorpus>[number];

async function onEngine(program: string, entries: Entry[]): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-corpus-"));
  const entry = fileURLToPath(new URL("key-corpus.entry.ts", import.meta.url));
  const es5 = Object.fromEntries("sha256 sha512 aes chacha poly ghash".split(" ").map((name) => [name, false]));
  const constants = {
    ...{ THUMB: { runs: false }, CHAIN: { isVerified: false }, ES5: { ...es5, field: true }, NATIVE: {} },
    CORPUS: { end: FIRST + entries.length },
  };
  writeFileSync(path.join(folder, "judge.js"), await minifyForEngine(await bundle({ entry, constants })));
  for (const [i, { text, own }] of entries.entries()) {
    writeFileSync(path.join(folder, `${FIRST + i}.pem`), text, "latin1");
    writeFileSync(path.join(folder, `${FIRST + i}.own`), own ?? "");
  }
  const [command, ...args] = program.split(" ");
  // stdin stays open and silent: at its end the interpreter reads junk without end.
  const child = spawn(command, [...args, "judge.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let output = "";
  child.stdout!.setEncoding("latin1").on("data", (text: string) => (output += text));
  await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  rmSync(folder, { recursive: true });
  const lines = output.split(/\r?\n/).filter((line) => line.startsWith("@"));
  assert.is(lines.length, entries.length, output.slice(-500));
  return lines.map((line) => line.slice(1));
}

/** The same files twice: the first time the engine makes what it keeps for ever, such as prototypes. */
function check(entries: Entry[], lines: string[]): void {
  const wrong = entries.flatMap(({ file, code }, i) => {
    const [found] = lines[i].split(" ");
    return found === (code || "installed") ? [] : [`${file}: ${found}, not ${code || "installed"}`];
  });
  assert.is(wrong.join("\n"), "");
  const used = (i: number) => Number(lines[i].split(" ")[1]);
  const [once, twice] = [used(entries.length / 2 - 1), used(entries.length - 1)];
  assert.ok(Math.abs(twice - once) <= JITTER, `${once} variables after the first time, ${twice} after the second`);
}

/** Does the judge come to a multiplication on P-256? */
function isLong({ text, own }: Entry): boolean {
  let isAsked = false;
  const p256Begin: typeof quickKeyTools.curves.p256Begin = (scalar, point) => {
    isAsked = true;
    return quickKeyTools.curves.p256Begin(scalar, point);
  };
  const tools = { ...quickKeyTools, curves: { ...quickKeyTools.curves, p256Begin } };
  const body = keyBodyBegin(tools, new Uint8Array(Buffer.from(text, "latin1")), true, own ? unhex(own) : undefined);
  while (body.step());
  return isAsked;
}

withProgram(
  "ESPRUINO_BIN",
  "the corpus on the interpreter, plain ES5: its codes, and no variable is lost",
  async () => {
    // Signatures are not looked at there.
    const rest = readCorpus().filter(({ file, text }) => text && !/^(edit-link|chain-impostor|mutant)/.test(file));
    const long = rest.filter(isLong).filter((_, i, all) => i % Math.ceil(all.length / LONG) === 0);
    const once = [...long, ...rest.filter((entry) => !isLong(entry))];
    const entries = [...once, ...once];
    check(entries, await onEngine(process.env.ESPRUINO_BIN!, entries));
  },
);

test.run();
