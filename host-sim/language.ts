// Makes a fresh node:vm context as poor and as odd as Espruino's JavaScript, as far as that can be done from outside
// the engine. docs/SIMULATOR.md lists every row of the platform's oddities with where it is dealt with: here, by the
// bundle check, or not at all and why.
import vm from "node:vm";

/** What ES5 and later have and Espruino has not. */
const MISSING_GLOBALS =
  "Map Set WeakMap WeakSet WeakRef FinalizationRegistry Symbol Proxy Reflect BigInt BigInt64Array BigUint64Array Intl " +
  "Atomics SharedArrayBuffer RangeError EvalError URIError AggregateError globalThis WebAssembly escape unescape Iterator";

const MISSING_MEMBERS: Record<string, string> = {
  Math: "imul clz32 trunc fround hypot log2 log10 log1p expm1 sign cbrt sinh cosh tanh asinh acosh atanh",
  Object: "freeze seal isFrozen isSealed preventExtensions is getOwnPropertySymbols",
  Number: "MAX_SAFE_INTEGER MIN_SAFE_INTEGER EPSILON isInteger isSafeInteger parseFloat parseInt",
  Array: "from of fromAsync",
  TypedArray: "from of",
  "Array.prototype":
    "reduceRight lastIndexOf flat flatMap keys entries values at copyWithin findLast findLastIndex toSorted toReversed toSpliced with",
  "String.prototype":
    "codePointAt trimStart trimEnd matchAll localeCompare at normalize search isWellFormed toWellFormed anchor big blink bold fixed fontcolor fontsize italics link small strike sub sup",
  "ArrayBuffer.prototype": "slice resize transfer",
  "TypedArray.prototype":
    "at copyWithin findLast findLastIndex toSorted toReversed with lastIndexOf reduceRight entries keys values",
};

type Any = Record<string, unknown>;
// Functions of the other realm, called with whatever the firmware gives them.
type Fn = (...args: unknown[]) => unknown;

/** Espruino 2v29: at the end of a string, a beginning of the needle is taken for the needle. */
export function indexOfAsEspruino(text: string, needle: string, from = 0): number {
  if (needle.length > text.length) return -1;
  // A search that would start too late starts at the first place where the needle no longer fits.
  for (let at = Math.min(Math.max(0, from), text.length - needle.length + 1); at < text.length; at++) {
    const n = Math.min(needle.length, text.length - at);
    if (text.substring(at, at + n) === needle.substring(0, n)) return at;
  }
  return -1;
}

/** Takes away and changes what is different in Espruino. */
export function makeOdd(context: vm.Context): void {
  const realm = vm.runInContext(
    "({ global: this, String: String, Array: Array, Function: Function, Object: Object, Math: Math, Number: Number, " +
      "Uint8Array: Uint8Array, ArrayBuffer: ArrayBuffer, TypedArray: Object.getPrototypeOf(Uint8Array), Error: Error, TypeError: TypeError, JSON: JSON })",
    context,
  ) as Record<string, { prototype: Any } & Any>;
  for (const name of MISSING_GLOBALS.split(" ")) delete (realm.global as Any)[name];
  for (const [owner, members] of Object.entries(MISSING_MEMBERS)) {
    const [name, isPrototype] = owner.split(".");
    const object = isPrototype ? realm[name].prototype : realm[name];
    // What cannot be deleted (the constants of Number) is left to the bundle check.
    for (const member of members.split(" ")) Reflect.deleteProperty(object, member);
  }
  const fail = (message: string): never => {
    throw new (realm.Error as unknown as new (m: string) => Error)(message);
  };
  oddStrings(realm);
  oddArrays(realm, fail);
  oddNumbers(realm);
  const apply = realm.Function.prototype.apply as Fn;
  realm.Function.prototype.apply = function (this: unknown, self: unknown, args?: { length: number }) {
    if (args && args.length > 256) fail("Array passed to Function.apply is too big! Maximum 256 arguments");
    return Reflect.apply(apply, this, [self, args ?? []]);
  };
  // e.name is undefined, and only the message and the stack can be relied on.
  delete realm.Error.prototype.name;
  delete realm.TypeError.prototype.name;
}

function oddStrings(realm: Record<string, { prototype: Any }>): void {
  const prototype = realm.String.prototype;
  const split = prototype.split as Fn;
  const replace = prototype.replace as Fn;
  prototype.indexOf = function (this: unknown, needle: unknown, from?: number) {
    return indexOfAsEspruino(String(this), String(needle), from);
  };
  prototype.includes = function (this: unknown, needle: unknown, from?: number) {
    return indexOfAsEspruino(String(this), String(needle), from) >= 0;
  };
  prototype.split = function (this: unknown, separator?: unknown) {
    const text = String(this);
    if (typeof separator !== "string") return Reflect.apply(split, text, [separator]);
    // A separator longer than the text by two or more gives [].
    return Reflect.apply(split, separator.length > text.length + 1 ? "" : text, [
      separator.length > text.length + 1 ? "" : separator,
    ]);
  };
  prototype.replace = function (this: unknown, what: unknown, by: unknown) {
    const text = String(this);
    if (typeof what !== "string") return Reflect.apply(replace, text, [what, by]);
    const at = indexOfAsEspruino(text, what);
    return at < 0 ? text : text.substring(0, at) + String(by) + text.substring(at + what.length);
  };
  prototype.charCodeAt = function (this: unknown, index?: number) {
    const text = String(this);
    return (index ?? 0) < 0 || (index ?? 0) >= text.length ? NaN : (text.codePointAt(index ?? 0) ?? 0) & 255;
  };
}

function oddNumbers(realm: Record<string, { prototype: Any } & Any>): void {
  // Away from zero at a half: floor(|x| + 0.5) with the sign.
  realm.Math.round = (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
  const stringify = realm.JSON.stringify as Fn;
  realm.JSON.stringify = (value: unknown, ...rest: unknown[]) =>
    value === undefined
      ? "undefined"
      : String(
          stringify(value, (_key: string, v: unknown) => (ArrayBuffer.isView(v) ? [...(v as Uint8Array)] : v), rest[1]),
        ).replace(/[\x7f-\xff]/g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function oddArrays(realm: Record<string, { prototype: Any } & Any>, fail: (message: string) => never): void {
  const typed = realm.TypedArray.prototype;
  const subarray = typed.subarray as Fn;
  const set = typed.set as Fn;
  const plain = (value: unknown) => Reflect.construct(realm.Array as unknown as new () => unknown[], []).concat(value);
  typed.subarray = function (this: Uint8Array, begin = 0, end = this.length) {
    // The engine does not clamp: the view would reach over the end of its array.
    if (begin > this.length || end > this.length)
      fail("host-sim: subarray over the end, which Espruino does not clamp");
    return Reflect.apply(subarray, this, [begin, end]);
  };
  typed.slice = function (this: Uint8Array, begin?: number, end?: number) {
    return plain([...this].slice(begin, end));
  };
  typed.filter = function (this: Uint8Array, test: (value: number, index: number) => boolean) {
    return plain([...this].filter(test));
  };
  typed.set = function (this: Uint8Array, source: ArrayLike<number> | string, offset = 0) {
    const from = typeof source === "string" ? [...source].map((c) => c.charCodeAt(0) & 255) : source;
    // The engine cuts off what does not fit, without a word.
    const fits = from.length + offset <= this.length;
    const room = Math.max(0, this.length - offset);
    return Reflect.apply(set, this, [
      fits ? from : Array.prototype.slice.call(from, 0, room),
      Math.min(offset, this.length),
    ]);
  };
  const global = realm.global as Any;
  global.Uint8Array = new Proxy(global.Uint8Array as Uint8ArrayConstructor, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "string") fail("Unsupported first argument of type String");
      return Reflect.construct(target, args, newTarget);
    },
  });
}
