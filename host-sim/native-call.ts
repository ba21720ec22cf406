// E.nativeCall and E.getAddressOf of a board whose processor runs Thumb code (src/jswrap_espruino.c, src/jsnative.c of
// Espruino). Differences:
// - Arguments and results are void, bool and int; Pin, float, double and JsVar are not modelled.
// - Where the core would fault, or the code would damage the interpreter, this throws a ThumbFault.
// - Registers that carry no argument hold rubbish on the engine too; here it is the same rubbish each time.
// - Code in a typed array cannot run: here what can be written cannot be executed.
// - A syntax error in a signature is an Error, not a SyntaxError; its message is the engine's.
import { intOf, kindOf } from "./engine-values.ts";
import { NativeMemory } from "./native-memory.ts";
import { notModelled } from "./strict.ts";
import { createThumb } from "./thumb/cpu.ts";
import type { Thumb } from "./thumb/cpu.ts";

export interface NativeCallOptions {
  /** Whether this board's processor can run Thumb code. */
  native?: boolean;
  variables: number | null;
  maxInstructions?: number;
}

export interface NativeCall {
  /** To be put into E. */
  members: {
    nativeCall(address: unknown, signature?: unknown, data?: unknown): (...args: unknown[]) => unknown;
    getAddressOf(value: unknown, isFlat?: unknown): number;
  };
  /** The processor, for its count of instructions. */
  thumb: Thumb;
}

/** JsnArgumentType of src/jswrapper.h: three bits of a 16-bit word each, the result first. */
const TYPES: Record<string, number> = { void: 0, JsVar: 1, bool: 3, int: 4, Pin: 5, float: 6, double: 7 };
const [VOID, BOOL, INT] = [TYPES.void, TYPES.bool, TYPES.int];

export function createNativeCall(realm: { Error: ErrorConstructor }, options: NativeCallOptions): NativeCall {
  const memory = new NativeMemory(options.variables);
  const thumb = createThumb({
    regions: [],
    lookup: (address) => memory.lookup(address),
    ...(options.maxInstructions !== undefined && { maxInstructions: options.maxInstructions }),
  });

  function nativeCall(address: unknown, signature?: unknown, data?: unknown): (...args: unknown[]) => unknown {
    if (!options.native) throw new Error("host-sim: nativeCall on a board that cannot run it");
    const types = signature === undefined ? 0 : typesOf(signature, realm);
    const result = types & 7;
    const parameters: number[] = [];
    // As the engine does: the first void ends the list.
    for (let rest = types >> 3; (rest & 7) !== 0; rest >>= 3) parameters.push(rest & 7);
    if (![VOID, BOOL, INT].includes(result) || !parameters.every((type) => type === BOOL || type === INT))
      throw notModelled(`nativeCall with ${String(signature)}`);
    if (data !== undefined && typeof data !== "string") throw notModelled(`${kindOf(data)} as native code`);
    const start = (intOf(address) + (data === undefined ? 0 : memory.addressOfCode(data))) | 0;
    return (...args) => {
      const r0 = thumb.call(
        start,
        parameters.map((type, i) => (type === BOOL ? Number(Boolean(args[i])) : intOf(args[i]))),
      );
      if (result === VOID) return undefined;
      return result === BOOL ? (r0 & 1) === 1 : r0;
    };
  }

  function getAddressOf(value: unknown, isFlat?: unknown): number {
    if (!isFlat) throw notModelled("the address of a variable itself");
    if (typeof value === "string") return memory.addressOfText(value);
    if (kindOf(value) === "ArrayBuffer") return memory.addressOfBuffer(value as ArrayBuffer);
    if (!ArrayBuffer.isView(value)) return 0;
    const address = memory.addressOfBuffer(value.buffer);
    return address && address + value.byteOffset;
  }

  return { members: { nativeCall, getAddressOf }, thumb };
}

/** `result(type,type)`, packed; what follows the closing parenthesis is not looked at. */
function typesOf(signature: unknown, realm: { Error: ErrorConstructor }): number {
  if (typeof signature !== "string") throw new realm.Error("Invalid Signature");
  const tokens = signature.match(/[A-Za-z_$][\w$]*|\d[\w.]*|\/\*[^]*?\*\/|\/\/.*|\S/g) ?? [];
  const words = tokens.filter((token) => !/^\/[/*]/.test(token));
  let types = 0;
  let count = 0;
  const take = (sign: string): void => {
    const word = words.shift();
    if (word === sign) return;
    const got = word === undefined ? "EOF" : /^[A-Za-z_$]/.test(word) && word !== "void" ? `ID:${word}` : `'${word}'`;
    throw new realm.Error(`Got ${got} expected '${sign}'`);
  };
  const fail = (): never => {
    throw new realm.Error(`Error Parsing signature at argument number ${count}`);
  };
  const takeType = (): void => {
    const word = words.shift();
    if (word === undefined || !Object.hasOwn(TYPES, word)) return fail();
    types += TYPES[word] * 8 ** count++;
  };
  takeType();
  take("(");
  while (words.length && words[0] !== ")") {
    takeType();
    if (words[0] !== ")") take(",");
  }
  take(")");
  // Four parameters fill the word; a fifth fits only if it is void.
  return types > 0xffff ? fail() : types;
}
