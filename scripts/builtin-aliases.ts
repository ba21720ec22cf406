// A short name for a built-in function that a bundle uses very often: each use is 8 bytes of flash less, and the engine finds a
// global variable before it looks among its own names. To be done before names at the top become short (top-names.ts).
import * as acorn from "acorn";
import { applyEdits } from "./edits.ts";
import { usesOf } from "./scopes.ts";

const BUILTIN = "Uint8Array";
const ALIAS = "bytesOfTheEngine";
/** With fewer uses the definition costs more than it saves. */
const LEAST_USES = 4;

/** @param code ES5 with no name of its own that is ALIAS. */
export function aliasBuiltin(code: string): string {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  const uses = usesOf(program, program, [BUILTIN]).get(BUILTIN) ?? [];
  if (uses.length < LEAST_USES) return code;
  const edits = uses.map((path) => ({ ...path.at(-1)!, text: ALIAS }));
  return `var ${ALIAS}=${BUILTIN};${applyEdits(code, edits)}`;
}
