// Functions take a board's memory for as long as they have a name (docs/MEMORY.md). Two passes over the joined bundle shorten
// their lives:
//
//  * What only a room needs moves into the room. A room is a function with modules of its own (scripts/bundler.ts).
//  * What is called while the bundle starts, or while a room is entered, and never again, is forgotten afterwards: most
//    functions that make something.
import * as acorn from "acorn";
import { applyEdits } from "./edits.ts";
import type { Edit } from "./edits.ts";
import { isFunction, statementsOf, usesOf } from "./scopes.ts";
import type { Owner, Path } from "./scopes.ts";

type Declared = acorn.FunctionDeclaration;

const RESULT = "roomResult";

function functionsOf(owner: Owner): Declared[] {
  return statementsOf(owner).filter((node): node is Declared => node.type === "FunctionDeclaration");
}

function roomsIn(owner: Owner, rooms: string[]): Declared[] {
  return functionsOf(owner).filter((f) => rooms.includes(f.id.name));
}

/** The program, its rooms, the rooms in them and so on. */
function ownersIn(owner: Owner, rooms: string[]): Owner[] {
  return [owner, ...roomsIn(owner, rooms).flatMap((room) => ownersIn(room, rooms))];
}

/** Those of a path that are an owner's statement or within one. */
function inside(path: Path, owner: Owner): Path {
  const statements = statementsOf(owner);
  return path.slice(path.findIndex((node) => statements.includes(node)));
}

/** Where an owner's functions are used, but within themselves and where they are declared. */
function usesFromOutside(program: acorn.Program, owner: Owner): Map<Declared, Path[]> {
  const functions = functionsOf(owner);
  const names = functions.map((f) => f.id.name);
  const uses = usesOf(program, owner, names);
  const paths = (f: Declared) => uses.get(f.id.name)!.map((path) => inside(path, owner));
  return new Map(functions.map((f) => [f, paths(f).filter(([statement]) => statement !== f)]));
}

function sinkOnce(code: string, rooms: string[]): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  for (const owner of ownersIn(program, rooms)) {
    const homes = roomsIn(owner, rooms);
    const edits: Edit[] = [];
    for (const [f, uses] of usesFromOutside(program, owner)) {
      const home = homes.find((room) => uses.length && uses.every(([statement]) => statement === room));
      if (!home || homes.includes(f)) continue;
      const start = home.body.start + 1;
      edits.push({ start: f.start, end: f.end, text: "" }, { start, end: start, text: code.slice(f.start, f.end) });
    }
    if (edits.length) return applyEdits(code, edits);
  }
  return code;
}

/**
 * Moves what only one room uses into that room.
 * @param rooms names of functions.
 */
export function sinkIntoRooms(code: string, rooms: string[]): string {
  for (let before = ""; before !== code;) [before, code] = [code, sinkOnce(code, rooms)];
  return code;
}

function isCalled(path: Path): boolean {
  const parent = path.at(-2) as acorn.AnyNode | undefined;
  return parent?.type === "CallExpression" && parent.callee === path.at(-1);
}

/** The functions around a use from the outside in, but for those that are called where they stand. */
function functionsAround(path: Path): acorn.Function[] {
  const at = path.map((node, i) => ({ node, isCalled: isCalled(path.slice(0, i + 1)) }));
  const first = at.findIndex(({ node, isCalled }) => isFunction(node) && !isCalled);
  return first < 0 ? [] : path.slice(first).filter(isFunction);
}

/** @returns an owner's functions that nobody can call once its last statement has run. */
function forgettable(program: acorn.Program, owner: Owner): Declared[] {
  const uses = usesFromOutside(program, owner);
  /** In a function that may be called at any time; or it is not called here, but handed on. */
  const isLater = (path: Path) => {
    const [user, ...more] = functionsAround(path);
    return !isCalled(path) || more.length > 0 || (user && !uses.has(user as Declared));
  };
  const lasting = new Set([...uses].filter(([, paths]) => paths.some(isLater)).map(([f]) => f));
  for (let size = -1; size !== lasting.size;) {
    size = lasting.size;
    for (const [f, paths] of uses)
      if (paths.some((path) => lasting.has(functionsAround(path)[0] as Declared))) lasting.add(f);
  }
  return [...uses.keys()].filter((f) => !lasting.has(f));
}

/**
 * After the last statement of the bundle, and before a room returns, the names of what is not needed again go.
 * @param code ES5 in which functions come before everything else.
 * @param rooms names of functions.
 */
export function forgetFactories(code: string, rooms: string[]): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  const edits = ownersIn(program, rooms).flatMap((owner): Edit[] => {
    const names = forgettable(program, owner).map((f) => f.id.name);
    const last = statementsOf(owner).at(-1) as acorn.Statement;
    if (!names.length) return [];
    if (owner.type === "Program")
      return [{ start: last.end, end: last.end, text: names.map((name) => `\ndelete ${name};`).join("") }];
    if (last.type !== "ReturnStatement") return [];
    const result = code.slice(last.argument!.start, last.argument!.end);
    const text = `var ${RESULT}=${result};${names.join("=")}=void 0;return ${RESULT};`;
    return [{ start: last.start, end: last.end, text }];
  });
  return applyEdits(code, edits);
}
