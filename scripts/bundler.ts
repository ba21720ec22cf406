// Joins the firmware's modules into one ES5 script, in the only order the engine can take: definitions first,
// because functions are not hoisted there. Modules keep their top-level names, so a name may be used once only.
//
// Three kinds of module are special. `*.build.ts` and protocol.ts are evaluated here and only their exported values
// are emitted; what is an object is written out where a member of it is used. A lazy entry (see `lazy`) exports one
// function; that function's whole room of modules is emitted inside it, so that on a device the room exists only while
// it is in use.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as acorn from "acorn";
import { applyEdits } from "./edits.ts";
import type { Edit } from "./edits.ts";
import { ts } from "./typescript.ts";

interface Module {
  file: string;
  imports: string[];
  /** ES5 text without import and export. */
  text: string;
  names: string[];
}

export interface BundleOptions {
  entry: string;
  /** Files whose one exported function is entered at run time, each with a room of its own. */
  lazy?: string[];
  /** Objects whose members are written out where they are used. */
  constants?: Constants;
}

type Constants = Record<string, Record<string, unknown>>;

/** @throws Error naming the file for anything the device could not run: cycles, renamed imports, doubled names. */
export async function bundle(options: BundleOptions): Promise<string> {
  const modules = new Map<string, Module>();
  await loadGraph(path.resolve(options.entry), modules, { ...options.constants }, []);
  const lazy = (options.lazy ?? []).map((file) => path.resolve(file)).filter((file) => modules.has(file));
  const needed = new Set([...reach(path.resolve(options.entry), modules, new Set(lazy)), ...shared(lazy, modules)]);
  const eager = [...modules.keys()].filter((file) => needed.has(file));
  checkNames([...modules.values()]);
  return textOf(eager, modules, [], lazy) + "\n";
}

/** Which file each top-level name of the bundle is of. */
export async function nameOwners(options: BundleOptions): Promise<Map<string, string>> {
  const modules = new Map<string, Module>();
  await loadGraph(path.resolve(options.entry), modules, { ...options.constants }, []);
  return new Map([...modules.values()].flatMap(({ file, names }) => names.map((name) => [name, file] as const)));
}

/** Depth first, so that the map's order is: what is needed comes before who needs it. */
async function loadGraph(file: string, modules: Map<string, Module>, known: Constants, trail: string[]): Promise<void> {
  if (trail.includes(file)) throw new Error(`import cycle: ${[...trail, file].map(short).join(" -> ")}`);
  if (modules.has(file)) return;
  const evaluated = file.endsWith(".build.ts") || path.basename(file) === "protocol.ts";
  const module = evaluated ? await evaluate(file, known) : read(file);
  for (const needed of module.imports) await loadGraph(needed, modules, known, [...trail, file]);
  if (!evaluated) parse(module, known);
  modules.set(file, module);
}

/** What is reachable from `file`, in definition order; `stops` are included but not entered. */
function reach(file: string, modules: Map<string, Module>, stops: Set<string>): string[] {
  const found = new Set<string>();
  const visit = (next: string) => {
    if (found.has(next)) return;
    if (!stops.has(next) || next === file) modules.get(next)!.imports.forEach(visit);
    found.add(next);
  };
  visit(file);
  return [...modules.keys()].filter((name) => found.has(name));
}

/** What several rooms need that do not lie within each other: it is there once, outside of them. */
function shared(lazy: string[], modules: Map<string, Module>): string[] {
  const rooms = lazy.map((file) => ({ file, all: reach(file, modules, new Set()) }));
  const outer = rooms.filter(({ file }) => !rooms.some((other) => other.file !== file && other.all.includes(file)));
  return [...modules.keys()].filter((file) => outer.filter(({ all }) => all.includes(file)).length > 1);
}

/** Their text in order; a lazy entry's is its room's. outside: what is there already. */
function textOf(files: string[], modules: Map<string, Module>, outside: string[], lazy: string[]): string {
  const around = [...outside, ...files];
  return files
    .map((file) => (lazy.includes(file) ? room(file, modules, around, lazy) : modules.get(file)!.text))
    .join("\n");
}

/** `function entry(a, b) { ...modules...; function entry(a, b) {...} return entry(a, b); }` */
function room(entry: string, modules: Map<string, Module>, around: string[], lazy: string[]): string {
  const inside = reach(entry, modules, new Set(lazy)).filter((file) => file === entry || !around.includes(file));
  const { text } = modules.get(entry)!;
  const program = acorn.parse(text, { ecmaVersion: 5 });
  const exported = exportedFunction(entry);
  const node = program.body.find((n) => n.type === "FunctionDeclaration" && n.id?.name === exported);
  if (node?.type !== "FunctionDeclaration") throw new Error(`${short(entry)}: a lazy entry exports one function`);
  const params = node.params.map((p) => text.slice(p.start, p.end)).join(", ");
  const names = new Set([...modules.values()].flatMap((module) => module.names));
  for (const param of node.params.flatMap(bound))
    if (names.has(param)) throw new Error(`${short(entry)}: parameter "${param}" is a top-level name too`);
  const rest = lazy.filter((file) => file !== entry);
  const body = textOf(inside, modules, around, rest);
  return `function ${exported}(${params}) {\n${body}\nreturn ${exported}(${params});\n}\n`;
}

/** @throws Error unless the module exports one function and nothing else. */
export function exportedFunction(file: string): string {
  const names = [...readFileSync(file, "utf8").matchAll(/^export (?:function|const) (\w+)/gm)].map((m) => m[1]);
  if (names.length !== 1) throw new Error(`${short(file)}: a lazy entry exports exactly one function`);
  return names[0];
}

async function evaluate(file: string, known: Constants): Promise<Module> {
  const values: Record<string, unknown> = await import(pathToFileURL(file).href);
  const module: Module = { file, imports: [], text: "", names: [] };
  for (const [name, value] of Object.entries(values)) {
    module.names.push(name);
    // What the caller gave overrides single members.
    if (typeof value === "object" && value) known[name] = { ...(value as Record<string, unknown>), ...known[name] };
    else module.text += `var ${name} = ${literal(value)};\n`;
  }
  return module;
}

function literal(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error(`not a constant: ${String(value)}`);
  return text;
}

/** One module to ES5, its imports noted. */
function read(file: string): Module {
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES5,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      noEmitHelpers: true,
      ignoreDeprecations: "5.0",
      removeComments: true,
    },
  });
  const imports = ts.preProcessFile(outputText).importedFiles.map((i) => path.resolve(path.dirname(file), i.fileName));
  return { file, imports, text: outputText, names: [] };
}

/** Cuts out import and export, resolves namespaces and writes out known constants. */
function parse(module: Module, known: Constants): void {
  const program = acorn.parse(module.text, { ecmaVersion: 2015, sourceType: "module" });
  const edits: Edit[] = [];
  const namespaces = new Set<string>();
  for (const node of program.body) {
    if (node.type === "ImportDeclaration") {
      for (const specifier of node.specifiers) {
        if (specifier.type === "ImportNamespaceSpecifier") namespaces.add(specifier.local.name);
        else if (specifier.type !== "ImportSpecifier" || text(specifier.imported) !== specifier.local.name)
          throw new Error(`${short(module.file)}: renamed or default import`);
      }
      edits.push({ start: node.start, end: node.end, text: "" });
    } else if (node.type === "ExportNamedDeclaration") {
      if (node.declaration) {
        edits.push({ start: node.start, end: node.declaration.start, text: "" });
        module.names.push(...declared(node.declaration));
      } else if (node.specifiers.length) throw new Error(`${short(module.file)}: export list`);
      else edits.push({ start: node.start, end: node.end, text: "" });
    } else if (node.type.startsWith("Export")) throw new Error(`${short(module.file)}: ${node.type}`);
    else module.names.push(...declared(node));
  }
  try {
    edits.push(...memberUses(program, namespaces, known));
  } catch (error) {
    throw new Error(`${short(module.file)}: ${(error as Error).message}`);
  }
  module.text = applyEdits(module.text, edits).replace(/^"use strict";\n/, "");
}

function text(node: acorn.Identifier | acorn.Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}

function declared(node: acorn.Node): string[] {
  const n = node as acorn.Declaration | acorn.Statement;
  if (n.type === "FunctionDeclaration") return [n.id.name];
  if (n.type === "VariableDeclaration") return n.declarations.map((d) => (d.id as acorn.Identifier).name);
  return [];
}

function bound(pattern: acorn.Node): string[] {
  return pattern.type === "Identifier" ? [(pattern as acorn.Identifier).name] : [];
}

/** The names a function declares: its parameters and variables, its functions, and itself. */
export function localsOf(f: acorn.Function): Set<string> {
  const names = new Set([...f.params, ...(f.id ? [f.id] : [])].flatMap(bound));
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof (node as acorn.Node).type !== "string") return;
    const n = node as acorn.AnyNode;
    if (n.type === "FunctionDeclaration" && n.id) names.add(n.id.name);
    if (n.type === "VariableDeclarator" || n.type === "CatchClause")
      bound((n.type === "CatchClause" ? n.param : n.id) as acorn.Node).forEach((name) => names.add(name));
    if (n.type !== "FunctionDeclaration" && n.type !== "FunctionExpression") Object.values(n).forEach(visit);
  };
  visit(f.body);
  return names;
}

/**
 * `F.NAME` becomes `NAME` for every namespace F, and `F.OBJECT.member` or `OBJECT.member` its value.
 * @throws Error where a local name would capture the one written, or an object of constants is used as a whole.
 */
function memberUses(root: acorn.Program, namespaces: Set<string>, known: Constants): Edit[] {
  const edits: Edit[] = [];
  const nameOf = (node: acorn.AnyNode, locals: Set<string>): string => {
    if (node.type === "Identifier") return locals.has(node.name) ? "" : node.name;
    const isNamespace =
      node.type === "MemberExpression" &&
      node.object.type === "Identifier" &&
      namespaces.has(node.object.name) &&
      !locals.has(node.object.name);
    return isNamespace && node.property.type === "Identifier" ? node.property.name : "";
  };
  const visit = (node: unknown, locals: Set<string>): void => {
    if (Array.isArray(node)) return node.forEach((each) => visit(each, locals));
    if (!node || typeof (node as acorn.Node).type !== "string") return;
    const n = node as acorn.AnyNode;
    if (n.type === "ImportDeclaration") return;
    if (n.type === "Property" && !n.computed) return visit(n.value, locals);
    if (n.type === "FunctionDeclaration" || n.type === "FunctionExpression")
      return visit(n.body, new Set([...locals, ...localsOf(n)]));
    if (n.type === "Identifier" && !locals.has(n.name) && Object.hasOwn(known, n.name))
      throw new Error(`${n.name} is used as a whole, and there are only its members`);
    if (n.type === "Identifier" && !locals.has(n.name) && namespaces.has(n.name))
      throw new Error(`${n.name} is a namespace, and there are only its members`);
    if (n.type === "MemberExpression" && !n.computed && n.property.type === "Identifier") {
      const owner = nameOf(n.object, locals);
      const values = Object.hasOwn(known, owner) ? known[owner] : undefined;
      const name = nameOf(n, locals);
      if (values && !Object.hasOwn(values, n.property.name)) throw new Error(`${owner} has no ${n.property.name}`);
      if (values) edits.push({ start: n.start, end: n.end, text: literal(values[n.property.name]) });
      else if (name && locals.has(name)) throw new Error(`"${name}" of a namespace is a local name here`);
      else if (name) edits.push({ start: n.start, end: n.property.start, text: "" });
      else visit(n.object, locals);
      return;
    }
    Object.values(n).forEach((each) => visit(each, locals));
  };
  visit(root, new Set());
  return edits;
}

function checkNames(modules: Module[]): void {
  const owner = new Map<string, string>();
  for (const module of modules)
    for (const name of module.names) {
      const other = owner.get(name);
      if (other) throw new Error(`"${name}" is a top-level name of both ${short(other)} and ${short(module.file)}`);
      owner.set(name, module.file);
    }
}

function short(file: string): string {
  return path.relative(process.cwd(), file);
}
