// Short names for what the bundle has at its top. Functions there live in the engine's global scope, because inside a
// function around them each would carry a list of scopes: 546 variables of a board's 5,100 with the window open
// (docs/MEMORY.md). So that nobody's `a` at the console is one of them, they begin with `$`.
import * as acorn from "acorn";
import { ancestor } from "acorn-walk";
import { localsOf } from "./bundler.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function nthName(n: number): string {
  return n < LETTERS.length
    ? `$${LETTERS[n]}`
    : nthName(Math.floor(n / LETTERS.length) - 1) + LETTERS[n % LETTERS.length];
}

function isDeclared(node: acorn.Node): node is acorn.FunctionDeclaration {
  return node.type === "FunctionDeclaration";
}

/** @param code ES5 whose own names have no `$`. The names most used become the shortest. */
export function shortenTopNames(code: string): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  const uses = new Map<string, acorn.Node[]>();
  for (const node of program.body) {
    if (node.type === "FunctionDeclaration") uses.set(node.id.name, []);
    if (node.type === "VariableDeclaration")
      for (const { id } of node.declarations) uses.set((id as acorn.Identifier).name, []);
  }
  const locals = new Map<acorn.Node, Set<string>>();
  const note = (node: acorn.Node, _state: unknown, path: acorn.Node[]) => {
    const { name } = node as acorn.Identifier;
    const declares = (around: acorn.Node) => {
      const f = around as acorn.Function;
      // The name of a declared function belongs to the scope outside.
      if (!locals.has(f)) locals.set(f, localsOf(isDeclared(f) ? { ...f, id: null } : f));
      return locals.get(f)!.has(name);
    };
    const around = path.filter((p) => /^Function/.test(p.type) && !(isDeclared(p) && p.id === node));
    if (uses.has(name) && !around.some(declares)) uses.get(name)!.push(node);
  };
  // What is declared or assigned to is a pattern for acorn-walk, whose types do not know it.
  ancestor(program, { Identifier: note, VariablePattern: note } as Parameters<typeof ancestor>[1]);
  const byUse = [...uses.values()].sort((a, b) => b.length - a.length);
  return byUse
    .flatMap((nodes, n) => nodes.map((node) => ({ ...node, text: nthName(n) })))
    .sort((a, b) => b.start - a.start)
    .reduce((out, { start, end, text }) => out.slice(0, start) + text + out.slice(end), code);
}
