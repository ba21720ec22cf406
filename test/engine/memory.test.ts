// Secrets that are no longer needed are no longer in the interpreter's memory, which is searched from outside: on the
// Linux build, and built as for a board, with its number of variables and the native back end. That such a search finds
// what is left shows in bundles from whose sources one wipe has been taken out.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { BoardRecord } from "../../boards/index.ts";
import { linux } from "../../boards/linux.ts";
import * as Bundle from "../../scripts/bundle.ts";
import { copyTree } from "../../scripts/tree-copy.ts";
import { withProgram } from "../support/needs.ts";
import * as Scenes from "../support/memory-scenes.ts";
import type { Program, Scene } from "../support/memory-scenes.ts";
import { readMemory } from "../support/process-memory.ts";
import { ROOT } from "../support/temp-tree.ts";

type Play = (scene: Scene) => Promise<void>;

const VARIABLES = 8190;
/** The plain ES5 back end takes most of the usual deadlines, and all of them on a machine that does something else too. */
// A board that serves TLS has the installed key in memory, to sign with (SECURITY.md).
const patient: BoardRecord = { ...linux, tls: "none", windowS: 1800, authS: 300, sessionS: 900 };
const PROGRAMS: Record<string, Program> = {
  ESPRUINO_BIN: { command: process.env.ESPRUINO_BIN ?? "", record: patient, end: Infinity },
  ESPRUINO_ARM: {
    command: process.env.ESPRUINO_ARM?.replace("{vars}", String(VARIABLES)) ?? "",
    record: { ...patient, variables: VARIABLES, native: true },
    end: 2 ** 32,
  },
};

/** Does the system let us look? It may not let anybody see another process's memory, or only the administrator. */
function canLook(): boolean {
  const child = spawn(process.execPath, ["--eval", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
  try {
    return readMemory(child.pid!).length > 0;
  } catch {
    return false;
  } finally {
    child.kill("SIGKILL");
  }
}

const mayLook = Object.keys(PROGRAMS).some((variable) => process.env[variable]) && canLook();

function withMemory(variable: string, name: string, callback: () => Promise<void>): void {
  if (process.env[variable] && !mayLook) test.skip(`${name} (the system shows no other process's memory)`);
  else withProgram(variable, name, callback);
}

const SETUPS: [string, Play][] = [
  ["a setup with a key of the device's own", Scenes.setUpWithOwnKey],
  ["a setup with a pair that the owner brings", Scenes.setUpWithPair],
  ["a key that is refused", Scenes.bringWrongKey],
  ["a session that the button ends", Scenes.abandonSession],
];

const bundles = new Map<string, Promise<string>>();

function bundleOf(variable: string): Promise<string> {
  const made = bundles.get(variable) ?? Bundle.makeBundle(PROGRAMS[variable].record, "bench");
  bundles.set(variable, made);
  return made;
}

function searched(variable: string, after: string, play: Play): void {
  withMemory(variable, `${variable}: nothing secret is left after ${after}`, async () => {
    assert.equal(await Scenes.findsOf(PROGRAMS[variable], await bundleOf(variable), play), []);
  });
}

for (const variable of Object.keys(PROGRAMS)) for (const [after, play] of SETUPS) searched(variable, after, play);
// Whose 32-byte arrays lie in one piece, so that a key can be found there by its public half.
searched("ESPRUINO_ARM", "a request that the button ends", Scenes.abandonRequest);

interface Omission {
  what: string;
  file: string;
  find: string;
  play: Play;
  /** What is found then. */
  left: RegExp;
  programs: string[];
}

const OMISSIONS: Omission[] = [
  {
    what: "the session keys",
    file: "firmware/setup/sessions.ts",
    find: "if (session.keys) wipeKeys(session.keys);",
    play: Scenes.abandonSession,
    left: /MAC key/,
    programs: ["ESPRUINO_BIN", "ESPRUINO_ARM"],
  },
  {
    what: "the decrypted serial",
    file: "firmware/setup/auth-step.ts",
    find: "wipe(whole(exchange), serial);",
    play: Scenes.abandonSession,
    left: /serial/,
    programs: ["ESPRUINO_BIN", "ESPRUINO_ARM"],
  },
  {
    what: "the shared point",
    file: "firmware/setup/suites.ts",
    find: "            wipe(k);\n",
    play: Scenes.abandonSession,
    left: /shared point/,
    programs: ["ESPRUINO_ARM"],
  },
  {
    what: "the pending key",
    file: "firmware/setup/sessions.ts",
    find: "wipe(session.csrKey);",
    play: Scenes.abandonRequest,
    left: /private key/,
    programs: ["ESPRUINO_ARM"],
  },
];

const SOURCES = ["boards", "client", "firmware", "host-sim", "scripts", "package.json", "package-lock.json"];

// What is freed is soon overwritten by something else, more often than not: these are found every time.
for (const { what, file, find, play, left, programs } of OMISSIONS)
  for (const variable of programs)
    withMemory(variable, `${variable}: without the wipe of ${what} it is found`, async () => {
      const program = PROGRAMS[variable];
      const copy = copyTree(ROOT, (entry) => SOURCES.includes(entry));
      try {
        const text = readFileSync(copy.root + file, "utf8");
        assert.is(text.split(find).length, 2, `"${find}" is in ${file} once`);
        writeFileSync(copy.root + file, text.replace(find, ""));
        const { makeBundle: makeOther } = (await import(`${copy.root}scripts/bundle.ts`)) as typeof Bundle;
        const finds = await Scenes.findsOf(program, await makeOther(program.record, "bench"), play);
        assert.match(finds.join("\n"), left);
      } finally {
        copy.remove();
      }
    });

test.run();
