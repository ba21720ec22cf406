// What the finished bundle may not contain, because Espruino would not run it or would run it differently
// (PLATFORM sections 4.2 and 4.3). Works on the shipped text, so that no tool in between can get round it.
import * as acorn from "acorn";
import { ancestor, simple } from "acorn-walk";
import { branchOf } from "./hoist-vars.ts";

/** Globals of ES5 and of browsers that the engine has not. */
const MISSING_GLOBALS = new Set(
  (
    "Map Set WeakMap WeakSet Symbol Proxy Reflect BigInt Intl Atomics SharedArrayBuffer RangeError EvalError URIError " +
    "encodeURIComponent decodeURIComponent encodeURI decodeURI globalThis window self document Buffer TextEncoder TextDecoder structuredClone queueMicrotask setImmediate escape unescape"
  ).split(" "),
);
const MISSING_MEMBERS: Record<string, string[]> = {
  Math: [
    "imul",
    "clz32",
    "trunc",
    "fround",
    "hypot",
    "log2",
    "log10",
    "sign",
    "cbrt",
    "expm1",
    "log1p",
    "sinh",
    "cosh",
    "tanh",
    "pow", // inexact
    "sqrt", // inexact
  ],
  Array: ["from", "of"],
  Object: ["freeze", "seal", "isFrozen", "is", "getOwnPropertySymbols", "create", "defineProperty", "setPrototypeOf"],
  Number: ["MAX_SAFE_INTEGER", "MIN_SAFE_INTEGER", "EPSILON", "isInteger", "isSafeInteger", "parseFloat", "parseInt"],
  Uint8Array: ["from", "of"],
};
export const MISSING_METHODS = new Set(
  "reduceRight lastIndexOf flat flatMap entries at copyWithin codePointAt trimStart trimEnd matchAll localeCompare normalize search".split(
    " ",
  ),
);
/** `lastIndexOf` is missing on arrays only; strings have it. */
MISSING_METHODS.delete("lastIndexOf");

const HELPERS = /^__(extends|spreadArray|assign|rest|values|read|generator|awaiter|decorate)$/;
/** Look-ahead, non-capturing and named groups, counted repetition, word boundaries. */
const REGEX = /\(\?|\{\d|\\b|\\B|\\[pPkuU]/;
/** The engine ends a pattern at the first slash that stands behind no backslash, within brackets too. */
const BARE_SLASH = /(^|[^\\])(\\\\)*\//;

const RESERVED = new Set(["of", "static", "super", "let", "yield"]);

/** @returns one line a problem; none if the bundle may ship. */
export function checkBundle(code: string): string[] {
  let program: acorn.Program;
  try {
    program = acorn.parse(code, { ecmaVersion: 5 });
  } catch (error) {
    return [`does not parse as ES5: ${(error as Error).message}`];
  }
  const problems = new Set<string>();
  const at = (node: acorn.Node) => `at ${node.start}: ${code.slice(node.start, node.start + 40).replace(/\n/g, " ")}`;
  const problem = (what: string, node: acorn.Node) => problems.add(`${what} ${at(node)}`);
  if (/[^\n\x20-\x7e]/.test(code)) problems.add("not plain ASCII");

  simple(program, {
    LabeledStatement: (n) => problem("label", n),
    WithStatement: (n) => problem("with", n),
    SwitchStatement(n) {
      const index = n.cases.findIndex((c) => c.test === null);
      if (index >= 0 && index < n.cases.length - 1) problem("default before another case", n);
    },
    Identifier(n) {
      if (MISSING_GLOBALS.has(n.name)) problem(`${n.name} is not there`, n);
      if (HELPERS.test(n.name)) problem(`helper ${n.name} does not work there`, n);
      if (RESERVED.has(n.name)) problem(`${n.name} is reserved there`, n);
    },
    // A name being declared; acorn-walk's types do not know this kind.
    ...({
      VariablePattern(n: acorn.Identifier) {
        if (RESERVED.has(n.name)) problem(`${n.name} is reserved there`, n);
      },
    } as object),
    MemberExpression(n) {
      if (n.computed || n.property.type !== "Identifier") return;
      const name = n.property.name;
      const owner = n.object.type === "Identifier" ? n.object.name : "";
      if (MISSING_MEMBERS[owner]?.includes(name)) problem(`${owner}.${name} is not there, or not as it should be`, n);
      if (MISSING_METHODS.has(name)) problem(`.${name} is not there`, n);
      if (name === "prototype" && owner !== "Object") problem("methods cannot be read off a prototype there", n);
      if (name === "callee" || name === "__proto__") problem(`.${name}`, n);
    },
    AssignmentExpression(n) {
      const left = n.left;
      if (
        left.type === "MemberExpression" &&
        !left.computed &&
        left.property.type === "Identifier" &&
        left.property.name === "length"
      )
        problem("assignment to length throws there", n);
    },
    ReturnStatement(n) {
      // What stands on the next line would be returned.
      if (!n.argument && /^\s*\n\s*[^}\s]/.test(code.slice(n.start + "return".length))) problem("bare return", n);
    },
    Literal(n) {
      if (!("regex" in n && n.regex)) return;
      const { pattern } = (n as { regex: { pattern: string } }).regex;
      if (REGEX.test(pattern) || BARE_SLASH.test(pattern)) problem("regex", n);
    },
    NewExpression(n) {
      const callee = n.callee;
      if (callee.type === "CallExpression") problem("new of a bound or returned function", n);
    },
    UnaryExpression(n) {
      if (n.operator === "+" && n.argument.type !== "Literal") problem("unary + reads 012 as octal there", n);
      if (n.operator === "+" && n.argument.type === "Literal" && typeof n.argument.value === "string")
        problem("unary + reads 012 as octal there", n);
    },
    BinaryExpression(n) {
      if (n.operator === "instanceof") problem("instanceof is not reliable there", n);
    },
  });
  checkOrder(program, problem);
  return [...problems];
}

/**
 * Functions are not hoisted: within one scope no name may stand before its function's declaration, in code that runs
 * at once. Nor is a `var`: an access before it goes to the outer scope. So declarations come first, and a `var` in
 * a branch, which may never be reached, is used within that branch only.
 */
function checkOrder(program: acorn.Program, problem: (what: string, node: acorn.Node) => void): void {
  const isFunction = (node: acorn.Node) => node.type === "FunctionDeclaration" || node.type === "FunctionExpression";
  const ownerOf = (path: acorn.Node[]) => path.findLast(isFunction) ?? program;
  const functions = new Map<acorn.Node, Map<string, number>>();
  const variables = new Map<acorn.Node, Map<string, { start: number; within: acorn.Node }>>();
  const of = <T>(map: Map<acorn.Node, Map<string, T>>, scope: acorn.Node) =>
    map.get(scope) ?? map.set(scope, new Map<string, T>()).get(scope)!;

  ancestor(program, {
    FunctionDeclaration(n, _state, path) {
      if (n.id) of(functions, ownerOf(path.slice(0, -1))).set(n.id.name, n.start);
    },
    VariableDeclarator(n, _state, path) {
      if (n.id.type !== "Identifier") return;
      const scope = ownerOf(path);
      const declared = of(variables, scope);
      if (!declared.has(n.id.name)) declared.set(n.id.name, { start: n.start, within: branchOf(path) ?? scope });
    },
  });
  const use = (n: acorn.Identifier, path: acorn.Node[]): void => {
    const scope = ownerOf(path);
    const definition = functions.get(scope)?.get(n.name);
    if (definition !== undefined && n.start < definition) problem(`${n.name} used before its definition`, n);
    const variable = variables.get(scope)?.get(n.name);
    if (variable === undefined) return;
    if (n.start < variable.start) problem(`${n.name} used before its var`, n);
    if (n.end > variable.within.end) problem(`${n.name} used outside the branch with its var`, n);
  };
  ancestor(program, {
    Identifier: (n, _state, path) => use(n, path),
    // What is assigned to is a pattern for acorn-walk, whose types do not know it; so is what is declared.
    ...({
      VariablePattern(n: acorn.Identifier, _state: unknown, path: acorn.Node[]) {
        if (/^(AssignmentExpression|ForInStatement)$/.test(path[path.length - 2]?.type)) use(n, path);
      },
    } as object),
  });
}

/**
 * What runs before a function's definition may call back into code that needs it, without naming it: in a finished bundle
 * nothing runs in a function before all that are defined in it.
 */
export function checkFunctionsFirst(code: string): string[] {
  const problems: string[] = [];
  const runs = (n: acorn.Node) =>
    n.type !== "FunctionDeclaration" &&
    !(n.type === "VariableDeclaration" && (n as acorn.VariableDeclaration).declarations.every(({ init }) => !init));
  const checkBody = (body: acorn.Node[]) => {
    const first = body.findIndex(runs);
    const late = first < 0 ? undefined : body.slice(first).find((n) => n.type === "FunctionDeclaration");
    if (late)
      problems.push(
        `a function is defined after code has run at ${late.start}: ${code.slice(late.start, late.start + 40)}`,
      );
  };
  const program = acorn.parse(code, { ecmaVersion: 5 });
  checkBody(program.body);
  simple(program, { Function: (n) => void (n.body.type === "BlockStatement" && checkBody(n.body.body)) });
  return problems;
}
