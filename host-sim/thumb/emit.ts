// Turns the statements of one block into a function. Closures per instruction, tried first, ran some five times slower.
import vm from "node:vm";
import {
  carryOf,
  multiplyHigh,
  multiplyHighSigned,
  passes,
  reverseBits,
  reverseBytes,
  reverseHalfwords,
  setNz,
  shift,
  shiftCarry,
} from "./alu.ts";
import type { AccessListener, Port } from "./memory.ts";
import { ThumbFault } from "./state.ts";
import type { State } from "./state.ts";

/** What the statements may call, beside `r`, `ports` and `trace`. */
const HELPERS = {
  carryOf,
  multiplyHigh,
  multiplyHighSigned,
  passes,
  reverseBits,
  reverseBytes,
  reverseHalfwords,
  setNz,
  shift,
  shiftCarry,
  fault(what: string, pc: number): never {
    throw new ThumbFault(what, pc);
  },
};

type Factory = (
  r: State,
  ports: readonly Port[],
  trace: AccessListener | undefined,
  ...helpers: unknown[]
) => () => void;

/** The same code at the same address, on a second board or after a restart, is compiled once. */
const compiled = new Map<string, Factory>();
const MAX_COMPILED = 20_000;

export function compileBlock(
  statements: readonly string[],
  r: State,
  ports: readonly Port[],
  trace?: AccessListener,
): () => void {
  const names = ports.map((_, i) => `p${i} = ports[${i}]`).join(", ");
  const source = `${names && `const ${names};`} return () => {\n${statements.map((s) => `{ ${s} }`).join("\n")}\n};`;
  let factory = compiled.get(source);
  if (!factory) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    factory = vm.compileFunction(source, ["r", "ports", "trace", ...Object.keys(HELPERS)]) as Factory;
    compiled.set(source, factory);
  }
  return factory(r, ports, trace, ...Object.values(HELPERS));
}
