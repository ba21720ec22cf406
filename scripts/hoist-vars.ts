// Moves every `var` of a branch to the start of its function. On the engine a variable whose `var` is skipped belongs to
// the scope outside; and terser leaves a function's only `var` where it stands.
import * as acorn from "acorn";
import { ancestor } from "acorn-walk";
import { applyEdits } from "./edits.ts";
import type { Edit } from "./edits.ts";

/** The innermost part around the last node of the path that its function may skip. */
export function branchOf(path: acorn.Node[]): acorn.Node | undefined {
  for (let i = path.length - 1; i > 0; i--) {
    const [parent, child] = [path[i - 1] as acorn.AnyNode, path[i]];
    if (parent.type === "FunctionDeclaration" || parent.type === "FunctionExpression") return undefined;
    if (parent.type === "IfStatement" && child !== parent.test) return child;
    if (parent.type === "SwitchCase" || parent.type === "TryStatement") return child;
    if ("body" in parent && parent.body === child && /^(For|ForIn|While|DoWhile)Statement$/.test(parent.type))
      return child;
  }
  return undefined;
}

/** @param code ES5 that ends its statements with semicolons. */
export function hoistVars(code: string): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  const edits: Edit[] = [];
  const hoisted = new Map<number, Set<string>>(); // by where the function's body starts
  ancestor(program, {
    VariableDeclaration(n, _state, path) {
      if (!branchOf(path)) return;
      const owner = path.findLast((p) => /^Function/.test(p.type)) as acorn.Function | undefined;
      const start = owner ? owner.body.start + 1 : 0;
      const names = hoisted.get(start) ?? hoisted.set(start, new Set()).get(start)!;
      for (const { id } of n.declarations) names.add((id as acorn.Identifier).name);
      const parent = path[path.length - 2] as acorn.AnyNode;
      // Without a value a `var` does nothing, in a second round neither: it goes. Of the others only the word goes.
      const isKept = (d: acorn.VariableDeclarator) =>
        !!d.init || (parent.type === "ForInStatement" && parent.left === n);
      let from = n.start;
      for (const d of n.declarations.filter(isKept)) {
        edits.push({ start: from, end: d.start, text: from === n.start ? "" : "," });
        from = d.end;
      }
      const last = n.declarations[n.declarations.length - 1].end;
      if (from < last) edits.push({ start: from, end: last, text: "" });
    },
  });
  for (const [start, names] of hoisted) edits.push({ start, end: start, text: `var ${[...names].join(",")};` });
  return applyEdits(code, edits);
}
