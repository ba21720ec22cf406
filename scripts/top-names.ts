// Short names for what the bundle has at its top. Functions there live in the engine's global scope, because inside a
// function around them each would carry a list of scopes: 546 variables of a board's 5,100 with the window open
// (docs/MEMORY.md). So that nobody's `a` at the console is one of them, they begin with `$`; `$w` is the flasher's there
// (client/flash/console.ts), and would replace one of ours.
import * as acorn from "acorn";
import { applyEdits } from "./edits.ts";
import { usesOf } from "./scopes.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function nthName(n: number): string {
  return n < LETTERS.length
    ? `$${LETTERS[n]}`
    : nthName(Math.floor(n / LETTERS.length) - 1) + LETTERS[n % LETTERS.length];
}

const TAKEN = "$w";

/** The names that may be given, the shortest first. */
function shortNames(count: number): string[] {
  const names = Array.from({ length: count + 1 }, (_, n) => nthName(n));
  return names.filter((name) => name !== TAKEN);
}

function namesAtTop(program: acorn.Program): string[] {
  return program.body.flatMap((node) => {
    if (node.type === "FunctionDeclaration") return [node.id.name];
    if (node.type !== "VariableDeclaration") return [];
    return node.declarations.map(({ id }) => (id as acorn.Identifier).name);
  });
}

/** @param code ES5 whose own names have no `$`. The names most used become the shortest. */
export function shortenTopNames(code: string): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  const byUse = [...usesOf(program, program, namesAtTop(program)).values()].sort((a, b) => b.length - a.length);
  const names = shortNames(byUse.length);
  const edits = byUse.flatMap((paths, n) => paths.map((path) => ({ ...path.at(-1)!, text: names[n] })));
  return applyEdits(code, edits);
}
