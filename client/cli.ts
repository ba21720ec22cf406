// The `wib` command: arguments in, exit code out. stdout is the result, stderr the talk.
import { Command, CommanderError } from "commander";
import { readFileSync } from "node:fs";
import { addBench } from "./commands/bench.ts";
import { addCa } from "./commands/ca.ts";
import { addConformance } from "./commands/conformance.ts";
import { addFlash } from "./commands/flash.ts";
import { addInspect } from "./commands/inspect.ts";
import { addProvision } from "./commands/provision.ts";
import { EXIT_DONE, EXIT_REFUSED_BY_US, WibError } from "./errors.ts";

const { version, description } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const SEE_HELP = "see wib --help";

const program = new Command("wib")
  .description(description)
  .version(version)
  .showHelpAfterError(`wib: hint: ${SEE_HELP}`)
  .configureOutput({ outputError: (text, write) => write(`wib: ${text}`) })
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 wrong use or refused by us, 2 refused by the device, 3 not reached.");
addProvision(program);
addFlash(program);
addCa(program);
addInspect(program);
addConformance(program);
addBench(program);

/** What went wrong, in the terms of errors.ts: Commander's own errors are wrong use, and all others are bugs of ours. */
function told(error: Error): { error: string; hint: string; code?: string; exitCode: number } {
  if (error instanceof WibError) {
    const { message, hint, code, exitCode } = error;
    return { error: message, hint, code, exitCode };
  }
  const isUse = error instanceof CommanderError;
  const message = isUse && error.code === "commander.help" ? "no command" : error.message.replace(/^error: /, "");
  return { error: message, hint: isUse ? SEE_HELP : "", exitCode: EXIT_REFUSED_BY_US };
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  if (error instanceof CommanderError && error.exitCode === 0)
    process.exitCode = EXIT_DONE; // help, version
  else {
    const { hint, exitCode } = told(error);
    process.exitCode = exitCode;
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(told(error))}\n`);
    // What Commander has to say it has said.
    if (error instanceof WibError)
      process.stderr.write(`wib: error: ${error.message}\n${hint && `wib: hint: ${hint}\n`}`);
    else if (!(error instanceof CommanderError)) throw error;
  }
}
