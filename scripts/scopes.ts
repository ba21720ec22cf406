// Who means what by a name: the uses of what a program, or a function, declares. One scope a function; ES5 only.
import * as acorn from "acorn";
import { ancestor } from "acorn-walk";
import { localsOf } from "./bundler.ts";

export type Owner = acorn.Program | acorn.FunctionDeclaration;

/** The nodes from the program to a name, the name last. */
export type Path = acorn.Node[];

export const isFunction = (node: acorn.Node): node is acorn.Function => /^Function/.test(node.type);

export function statementsOf(owner: Owner): acorn.Node[] {
  return owner.type === "Program" ? owner.body : owner.body.body;
}

/** @returns where each of the names that `owner` declares is used, its declaration included. */
export function usesOf(program: acorn.Program, owner: Owner, names: Iterable<string>): Map<string, Path[]> {
  const uses = new Map<string, Path[]>([...names].map((name) => [name, []]));
  const locals = new Map<acorn.Node, Set<string>>();
  const declares = (around: acorn.Function, name: string): boolean => {
    // The name of a declared function belongs to the scope outside.
    const inside = around.type === "FunctionDeclaration" ? { ...around, id: null } : around;
    if (!locals.has(around)) locals.set(around, localsOf(inside));
    return locals.get(around)!.has(name);
  };
  const note = (node: acorn.Node, _state: unknown, path: Path) => {
    const { name } = node as acorn.Identifier;
    if (!uses.has(name) || !path.includes(owner)) return;
    const inside = path.slice(path.indexOf(owner) + 1).filter(isFunction);
    const isOwnName = (f: acorn.Function) => f.type === "FunctionDeclaration" && f.id === node;
    if (!inside.some((f) => !isOwnName(f) && declares(f, name))) uses.get(name)!.push([...path]);
  };
  // What is declared or assigned to is a pattern for acorn-walk, whose types do not know it.
  ancestor(program, { Identifier: note, VariablePattern: note } as Parameters<typeof ancestor>[1]);
  return uses;
}
