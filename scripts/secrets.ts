// Names that end in Key, Secret or Seed (and the serial) may not be handed to anything that prints, unless the line
// before says `// Shown on purpose: ...`.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Node } from "typescript";
import { ts } from "./typescript.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PRINTS = /^(?:.*\.)?(?:print|note|talk|onWarning|onProgress)$|^console\.\w+$|^process\.std(?:out|err)\.write$/;
const SECRET = /(?:Key|Secret|Seed|Seeds|Secrets|Keys)$|^(?:key|secret|seed|serial|psk)$/;

/** Is a secret named in an expression? Names of members are, `session.macKey`; names that only label are not. */
function namesSecret(node: Node): boolean {
  if (ts.isIdentifier(node)) return SECRET.test(node.text);
  if (ts.isPropertyAssignment(node)) return namesSecret(node.initializer);
  // Its value is what is printed, and a length or the like is none.
  if (ts.isPropertyAccessExpression(node) && /^(?:length|name|kind|type)$/.test(node.name.text)) return false;
  return ts.forEachChild(node, (child) => namesSecret(child) || undefined) ?? false;
}

/**
 * @param root ends in a slash.
 * @returns one line a finding.
 */
export function secretsInLogs(root = ROOT): string[] {
  const findings: string[] = [];
  for (const folder of ["firmware", "client", "host-sim"])
    for (const name of readdirSync(root + folder, { recursive: true }).map(String)) {
      if (!name.endsWith(".ts")) continue;
      const text = readFileSync(`${root}${folder}/${name}`, "utf8");
      const lines = text.split("\n");
      const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
      const visit = (node: Node): void => {
        if (ts.isCallExpression(node) && PRINTS.test(node.expression.getText()) && node.arguments.some(namesSecret)) {
          const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
          if (/^\s*\/\/ Shown on purpose: \S/.test(lines[line - 2] ?? "")) return;
          findings.push(`${folder}/${name}:${line}: ${node.getText().slice(0, 80)}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  return findings;
}
