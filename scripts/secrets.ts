// Names that end in Key, Secret or Seed (and the serial) may not be handed to anything that prints.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PRINTS = /\b(?:print|note|console\.\w+|process\.std(?:out|err)\.write|talk|onWarning|onProgress)\(([^;]*)/g;
const SECRET = /\b\w*(?:Key|Secret|Seed|serial|psk)\b(?!["'`:])/;

/** @returns one line a finding. */
export function secretsInLogs(): string[] {
  const findings: string[] = [];
  for (const folder of ["firmware", "client", "host-sim"])
    for (const name of readdirSync(root + folder, { recursive: true }).map(String)) {
      if (!name.endsWith(".ts")) continue;
      const text = readFileSync(`${root}${folder}/${name}`, "utf8");
      for (const match of text.matchAll(PRINTS)) {
        const expression = match[1].replace(/"[^"]*"|'[^']*'/g, "").replace(/`[^`$]*`/g, "");
        if (SECRET.test(expression)) {
          const line = text.slice(0, match.index).split("\n").length;
          findings.push(`${folder}/${name}:${line}: ${match[0].slice(0, 80)}`);
        }
      }
    }
  return findings;
}
