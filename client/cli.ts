// The `wib` command: arguments in, exit code out. stdout is the result, stderr the talk.
import { Command, CommanderError } from "commander";
import { readFileSync } from "node:fs";
import { addCa } from "./commands/ca.ts";
import { addConformance } from "./commands/conformance.ts";
import { addInspect } from "./commands/inspect.ts";
import { addProvision } from "./commands/provision.ts";
import { EXIT_REFUSED_BY_US, WibError } from "./errors.ts";

const { version, description } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const program = new Command("wib")
  .description(description)
  .version(version)
  .showHelpAfterError("wib: hint: see wib --help")
  .configureOutput({ outputError: (text, write) => write(`wib: ${text}`) })
  .exitOverride()
  .addHelpText("after", "\nExit codes: 0 done, 1 wrong use or refused by us, 2 refused by the device, 3 not reached.");
addProvision(program);
addCa(program);
addInspect(program);
addConformance(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_REFUSED_BY_US;
  else if (error instanceof WibError) {
    process.stderr.write(`wib: error: ${error.message}\n`);
    if (error.hint) process.stderr.write(`wib: hint: ${error.hint}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
