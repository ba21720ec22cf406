// Faults in the bench: what a test bench gets wrong about boards, answers, figures and wires.
import type { Fault } from "../../scripts/fault-run.ts";

const RUN = "client/bench/crypto-run.ts";
const CASES = "client/bench/crypto-cases.ts";
const WIRE = "client/bench/wire.ts";
const HARNESS = "client/bench/harness.ts";
const INSTALL = "client/bench/install.ts";
const COMPARE = "client/bench/compare.ts";
const REPORT = "client/bench/report.ts";
const HTML = "client/bench/report-html.ts";
const BENCH = "client/bench/bench.ts";
const SETUP = "client/bench/setup-run.ts";
const ENTROPY = "client/bench/entropy-run.ts";
const COMMAND = "client/commands/bench.ts";
const NETWORK = "host-sim/js-network.ts";
const ANSWERS = ["client/bench/crypto-cases"];
const WIRED = ["client/bench/wire"];
const REPORTED = ["client/bench/report"];
const COMMANDED = ["client/commands/bench"];

const fault = (file: string, tests: string[], find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests, why },
});

export const FAULTS: Fault[] = [
  fault(RUN, ANSWERS, "said !== c.answer", "!c.answer.startsWith(said)", "the beginning of an answer is enough"),
  fault(RUN, ANSWERS, "[timed, watched].find", "[timed].find", "the watched run may answer what it likes"),
  fault(RUN, ANSWERS, "seconds: timed.seconds", "seconds: watched.seconds", "the time of the run that is watched"),
  fault(RUN, ANSWERS, "/ 1e6, variables", "/ 1e3, variables", "microseconds are taken for milliseconds"),
  fault(RUN, ANSWERS, "/^-?\\d+$/.test(text)", "true", "what an engine does not tell becomes a figure"),
  fault(CASES, ANSWERS, "ba7816bf8f01cfea", "ba7816bf8f01cfeb", "a wrong known answer"),
  fault(
    CASES,
    ANSWERS,
    '"01".padEnd(64, "0")], answer: "none"',
    '"02".padEnd(64, "0")], answer: "none"',
    "not a low-order point",
  ),
  fault(
    "firmware/probe.ts",
    ANSWERS,
    "hmacSha256Key(p, a[0]), a[1])",
    "hmacSha512Key(p, a[0]), a[1])",
    "the probe takes another hash",
  ),
  fault(
    "firmware/probe.ts",
    ANSWERS,
    "if (!isLeft) out = job!.finish();",
    "out = job!.finish();",
    "a slice finishes what is not done",
  ),
  fault(
    WIRE,
    WIRED,
    "connection.waiting = waiting.subarray(piece.length);",
    "connection.waiting = Buffer.alloc(0);",
    "what does not fit into a question is lost",
  ),
  fault(WIRE, WIRED, "isEnded && !connection.waiting.length;", "false;", "the board never hears that a peer has ended"),
  fault(WIRE, WIRED, "if (l < 0 && this.#server) await this.#shut();", "", "it listens here when the board does not"),
  fault(
    WIRE,
    WIRED,
    "      this.#dropAll();\n      void this.#shut();\n      this.#onError(error);",
    "      this.#onError(error);",
    "connections to a lost board hang",
  ),
  fault(WIRE, WIRED, "if (!list.length && !this.#isNews) {", "if (false) {", "the board is asked without a pause"),
  fault(
    HARNESS,
    WIRED,
    "else if(c[n])c[n].d=1;say()},",
    "else if(c[n])c[n].d=1},",
    "the board does not say that it has shut",
  ),
  fault(WIRE, WIRED, "microseconds / 1e6", "microseconds / 1e3", "the board's seconds are a thousand times too long"),
  fault(HARNESS, WIRED, "k.i=k.i.substr(m);", 'k.i="";', "the board drops what it cannot take at once"),
  fault(HARNESS, WIRED, "k.o=k.o.substr(512);", "", "the board says the same again and again"),
  fault(HARNESS, WIRED, "if(k.d&&!k.o)delete c[n]", "if(k.d)delete c[n]", "the end of a long answer is lost"),
  fault(
    NETWORK,
    WIRED,
    'typeof data === "string" ? Uint8Array.from(bytesFrom(data)) : -1',
    "Uint8Array.from(bytesFrom(String(data)))",
    "the simulated engine takes -1 for data",
  ),
  fault(
    INSTALL,
    COMMANDED,
    "versionOf(engine) < versionOf(record.engine)",
    "versionOf(engine) <= versionOf(record.engine)",
    "the least version is refused",
  ),
  fault(INSTALL, COMMANDED, "Number(major ?? 0) * 1e6", "Number(major ?? 0)", "2v0 is newer than 1v99 no more"),
  fault(
    INSTALL,
    COMMANDED,
    "if (reports !== wanted)",
    "if (!reports)",
    "any board is taken for the one that was named",
  ),
  fault(
    INSTALL,
    COMMANDED,
    '.update(`wib chip ${id}`).digest("hex").slice(0, 16);',
    ".update(id) && id;",
    "the chip's id is in the report",
  ),
  fault(COMPARE, REPORTED, "const WORSE_RATIO = 1.05;", "const WORSE_RATIO = 1.04;", "5 % more is worse"),
  fault(COMPARE, REPORTED, "ratio > WORSE_RATIO", "ratio < 1 / WORSE_RATIO", "what became quicker is worse"),
  fault(COMPARE, REPORTED, "< MIN_SECONDS)) return", "< 0)) return", "times too short to measure are compared"),
  fault(REPORT, REPORTED, "boardSeconds ?? seconds", "seconds", "the client's clock, with the console's delay in it"),
  fault(REPORT, REPORTED, "report?.format === FORMAT &&", "", "reports of another format are taken"),
  fault(HTML, REPORTED, "<li>${escapeXml(failure)}</li>", "<li>${failure}</li>", "what a board says is markup"),
  fault(BENCH, COMMANDED, "failures: failuresOf(report)", "failures: []", "nothing ever fails"),
  fault(BENCH, COMMANDED, "${record.name}, ${now}: ", "", "nobody hears where the board was lost"),
  fault(
    SETUP,
    COMMANDED,
    "(phase.boardSeconds = byBoard[i])",
    "(phase.boardSeconds = null)",
    "the board's clock is not asked",
  ),
  fault(ENTROPY, COMMANDED, "record.sources.entries()", "record.sources.slice(1).entries()", "one source is left out"),
  fault(COMMAND, COMMANDED, "if (isSure) return;", "return;", "a board is erased without a question"),
  fault(COMMAND, COMMANDED, "(options.failSlower && comparison?.worse.length)", "false", "--fail-slower does nothing"),
  fault(COMMAND, COMMANDED, "if (file !== undefined && existsSync(file))", "if (false)", "a report is overwritten"),
  fault(COMMAND, COMMANDED, "/^[A-Z]{0,2}\\d{1,3}$/", "/^[A-Z]/", "a pin's name may be code"),
  fault(
    "scripts/top-names.ts",
    ["scripts/top-names"],
    "name !== TAKEN",
    "name !== ''",
    "the flasher replaces a function of the firmware",
  ),
];
