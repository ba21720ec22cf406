// wib conformance: plays devices, honest and not, for people who write a client of their own.
import { spawn } from "node:child_process";
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { expectation } from "../conformance/case.ts";
import { CASES } from "../conformance/cases.ts";
import type { Verdict } from "../conformance/judge.ts";
import { selectCases, startConformance } from "../conformance/start.ts";
import type { Conformance } from "../conformance/start.ts";
import { EXIT_DONE, EXIT_REFUSED_BY_US } from "../errors.ts";
import { canonicalSerial } from "../serial.ts";

interface Options {
  port: number;
  host: string;
  serial?: string;
  suite?: string;
  case?: string[];
  run?: string;
  list?: boolean;
  json?: boolean;
}

const HELP = `
Each case is a device of its own, on its own port, with one flaw or none. Point your client at it, with the case's
serial and any certificate and key that belong together; no port is used twice. A verdict is reached when your client
is done, or when nothing has come for 3 seconds after the flaw. What your client tells its user does not show on the
wire: with --run it counts too. The command gets WIB_CASE, WIB_URL, WIB_SERIAL and WIB_SUITE (the first one offered),
and ends with 0 for success. For instance:
  wib conformance --run 'wib provision "$WIB_URL" --cert device.pem --key device.key'
That is for a client that uses cpace-x25519 unless told otherwise. One that can be told has further cases:
  wib conformance --suite p256 --run 'wib provision "$WIB_URL" --suite "$WIB_SUITE" --cert device.pem --key device.key'
Ends with 0 if every case has passed, else with 1.`;

function parsePort(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n > 65535) throw new InvalidArgumentError("a port is a number up to 65535.");
  return n;
}

export function addConformance(program: Command): void {
  program
    .command("conformance")
    .description("Play devices, honest and not, to test a client with.")
    .option("--port <n>", "port of the first case, the others follow; 0 for any that are free", parsePort, 0)
    .option("--host <address>", "address to listen at", "127.0.0.1")
    .option("--serial <serial>", "the devices' serial; drawn unless given")
    .option("--suite <name>", "offer only this suite: cpace-x25519, x25519, p256 or ffdhe2048")
    .option("--case <names...>", "only these cases")
    .option("--run <command>", "run this shell command against each case, one after the other")
    .option("--list", "print the cases and what is expected, and end")
    .option("--json", "one JSON line a case, then one a verdict")
    .addHelpText("after", HELP)
    .action(run);
}

function print(options: Options, json: unknown, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
}

function showVerdict(v: Verdict): string {
  return `${v.verdict.padEnd(8)} ${v.case}: ${v.why}`;
}

function summary(verdicts: Verdict[]): string {
  const width = Math.max(...verdicts.map((v) => v.case.length));
  const rows = verdicts.map((v) => `${v.case.padEnd(width)}  ${v.verdict.padEnd(7)}  ${v.why}`);
  const count = (kind: Verdict["verdict"]) => verdicts.filter(({ verdict }) => verdict === kind).length;
  return `\n${rows.join("\n")}\n\n${count("pass")} passed, ${count("fail")} failed, ${count("pending")} pending`;
}

/** Nothing but its end says that a command will send no more. */
const RUN_QUIET_MS = 600000;

/** One after the other, so that what a client says belongs to its case. */
async function runAll(command: string, conformance: Conformance): Promise<void> {
  for (const c of conformance.cases) {
    const names = { WIB_CASE: c.case, WIB_URL: c.url, WIB_SERIAL: c.serial, WIB_SUITE: c.suites[0] };
    const child = spawn(command, { shell: true, stdio: "ignore", env: { ...process.env, ...names } });
    const code = await new Promise((resolve) => child.once("close", resolve).once("error", resolve));
    conformance.told(c.case, code === 0);
  }
}

async function run(options: Options): Promise<void> {
  if (options.list) {
    const listed = options.case || options.suite ? selectCases(options.case, options.suite) : CASES;
    for (const c of listed) {
      const json = { case: c.name, expect: expectation(c), section: c.section, suites: c.suites };
      print(options, json, `${c.name}: ${expectation(c)}${c.suites ? `  [${c.suites.join(", ")}]` : ""}`);
    }
    return;
  }
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let left = Infinity;
  const conformance = await startConformance({
    ...{ port: options.port, host: options.host, suite: options.suite, only: options.case },
    serial: options.serial === undefined ? undefined : canonicalSerial(options.serial),
    quietMs: options.run ? RUN_QUIET_MS : undefined,
    onVerdict(verdict) {
      print(options, verdict, showVerdict(verdict));
      if (--left === 0) finish();
    },
  });
  left = conformance.cases.length;
  for (const c of conformance.cases)
    print(options, c, `${c.url}  ${c.case}  [${c.suites.join(", ")}]\n    ${c.expect}`);
  if (!options.json) {
    const label = conformance.cases.find((c) => c.case !== "serial-as-typed")?.serial; // no secret: nobody's device
    if (label) process.stdout.write(`\nserial ${label}; Ctrl-C ends\n\n`);
  }
  process.once("SIGINT", finish);
  if (options.run) void runAll(options.run, conformance).then(finish);
  await finished;
  const verdicts = conformance.verdicts();
  if (!options.json) process.stdout.write(`${summary(verdicts)}\n`);
  else for (const v of verdicts.filter(({ verdict }) => verdict === "pending")) print(options, v, "");
  await conformance.close();
  process.exitCode = verdicts.every(({ verdict }) => verdict === "pass") ? EXIT_DONE : EXIT_REFUSED_BY_US;
}
