// wib inspect: what a file holds. wib status: what a device says of itself.
import type { Command } from "commander";
import { inspect } from "../inspect.ts";
import { readText } from "../key-text.ts";
import { deviceStatus } from "../status.ts";

/** What a file or a device says goes to a terminal, which must not obey it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

function lines(facts: Record<string, string>): string {
  const width = Math.max(0, ...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, value]) => `  ${printable(name.padEnd(width))}  ${printable(value)}\n`)
    .join("");
}

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("Say what a PEM file holds: certificates, keys, requests, settings. No secret is shown.")
    .argument("<file>", "the file")
    .option("--json", "print it as JSON")
    .action(async (file: string, { json }: { json?: boolean }) => {
      const findings = await inspect(readText(file, "file"));
      if (json) return void process.stdout.write(`${JSON.stringify(findings)}\n`);
      for (const { label, facts, warnings } of findings)
        process.stdout.write(
          `${label}\n${lines(facts)}${warnings.map((w) => `  warning: ${printable(w)}\n`).join("")}`,
        );
    });
  program
    .command("status")
    .description("Ask a device what it is doing: its setup window at http://, its certificate at https://.")
    .argument("<url>", "the device, like http://192.168.4.1 or https://lamp.local")
    .option("--ca <file>", "who has certified the device, PEM (https only; default: the system's roots)")
    .option("--json", "print it as JSON")
    .action(async (url: string, { ca, json }: { ca?: string; json?: boolean }) => {
      const facts = await deviceStatus(url, ca && readText(ca, "CA"));
      process.stdout.write(json ? `${JSON.stringify(facts)}\n` : lines(facts));
    });
}
