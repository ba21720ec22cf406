// Expressions over what the simulator imitates of the engine, made from a seed, and a script that prints the value of each:
// run by simulator and interpreter, it must print the same.
import { testRandom } from "./random.ts";
import type { TestRandom } from "./random.ts";

// Numbers as the bytes of their double, since the engine prints ten digits; text as bytes.
const PRELUDE = `
function hex(b) { var s = ""; for (var i = 0; i < b.length; i++) s += (256 + b[i]).toString(16).substr(1); return s; }
function show(v) {
  if (v === undefined) return "undefined";
  if (v === null) return "null";
  if (v === true || v === false) return String(v);
  if (typeof v == "number") return v === 0 ? "0" : v !== v ? "NaN" : "n" + hex(new Uint8Array(new Float64Array([v]).buffer));
  if (typeof v == "string") return "s" + hex(E.toUint8Array(v));
  if (typeof v == "function") return "function";
  if (v.byteLength !== undefined && v.buffer === undefined) return "buffer " + hex(new Uint8Array(v));
  var s = "";
  for (var i = 0; i < v.length; i++) s += (i ? "," : "") + show(v[i]);
  return (v instanceof Array ? "[" : "<") + s + ">";
}
function t(name, f) { var r; try { r = show(f()); } catch (e) { r = "throws"; } print("#" + name + " " + r); }
var s = require("Storage"), c = require("crypto");
`;

export const LAST_LINE = "#done";

export function scriptOf(expressions: readonly string[]): string {
  const lines = expressions.map((code, i) => `t(${i}, function() { return ${code}; });`);
  return `${PRELUDE}${lines.join("\n")}\nprint("${LAST_LINE}");\n`;
}

/** The values printed, by number. */
export function valuesIn(lines: readonly string[]): string[] {
  const values: string[] = [];
  for (const line of lines) {
    const [, number, value] = /#(\d+) (.*?)\r?$/.exec(line) ?? [];
    if (number !== undefined) values[Number(number)] = value;
  }
  return values;
}

const bytes = (r: TestRandom, length: number): string => `[${[...r.bytes(length)].join()}]`;
const u8 = (r: TestRandom, length: number): string => `new Uint8Array(${bytes(r, length)})`;
const text = (r: TestRandom, length: number): string =>
  `"${[...r.bytes(length)].map((b) => `\\x${b.toString(16).padStart(2, "0")}`).join("")}"`;
const small = (r: TestRandom): string =>
  Array.from({ length: 1 + r.below(7) }, () => r.pick(["a", "b", "X", "\\r", "\\n"])).join("");
const double = (r: TestRandom): string =>
  r.pick([`${r.below(131072)}`, `-${r.below(131072)}`, `${r.below(1e9)}`, `${r.below(1000)}.5`, "0"]);
const doubles = (r: TestRandom, length: number): string =>
  `new Float64Array([${Array.from({ length }, () => double(r)).join()}])`;
const word = (r: TestRandom): string =>
  r.pick([`${r.below(2 ** 32)}`, `-${r.below(2 ** 31)}`, "2147483648", "4294967295", "0", "1"]);

const KINDS: ((r: TestRandom) => string)[] = [
  (r) => `E.convolve(${doubles(r, 1 + r.below(15))}, ${doubles(r, 1 + r.below(30))}, ${r.below(60) - 20})`,
  (r) => `E.convolve(${u8(r, 1 + r.below(8))}, ${u8(r, 1 + r.below(8))}, ${r.below(9)})`,
  (r) => {
    const bits = r.pick([1, 2, 4, 8, -1, -2, -4, -8]);
    return `(function(){var o=new Uint8Array(${1 + r.below(40)});E.mapInPlace(${u8(r, 1 + r.below(9))},o,undefined,${bits});return o;})()`;
  },
  (r) =>
    `(function(){var o=new Uint8Array(${2 + r.below(16)});E.mapInPlace(${u8(r, 6)},o,${text(r, 16)},4);return o;})()`.replace(
      /"(.*)"/,
      'E.toUint8Array("$1")',
    ),
  (r) => `(function(){var o=${u8(r, 4)};E.mapInPlace(${u8(r, 4)},o,function(v,i){return v*2+i;});return o;})()`,
  (r) =>
    `E.toUint8Array(${bytes(r, r.below(5))}, ${text(r, r.below(5))}, ${r.below(256)}, [${text(r, 2)}, [${r.below(300)}]])`,
  (r) => `E.toString(${u8(r, r.below(6))}, ${text(r, r.below(40))}, [${bytes(r, 3)}])`,
  (r) => `E.toArrayBuffer(${text(r, 1 + r.below(30))})`,
  (r) => `E.toUint8Array(${u8(r, 12)}.subarray(${r.below(5)}, ${5 + r.below(7)}))`,
  (r) => `(s.write("f", ${text(r, 1 + r.below(20))}), s.read("f", ${r.below(25)}, ${r.below(25)}))`,
  (r) => `(s.write("g${r.below(3)}", ${u8(r, 1 + r.below(20))}), s.read("g${r.below(3)}"))`,
  (r) => `(s.erase("g${r.below(3)}"), s.read("g${r.below(3)}"))`,
  (r) => `(s.erase("h"), s.write("h", ${text(r, 2)}, ${r.below(4)}, ${2 + r.below(8)}), s.read("h"))`,
  (r) => `c.SHA${r.pick(["1", "224", "256", "384", "512"])}(${r.pick([text, u8, bytes])(r, r.below(200))})`,
  (r) => `c.AES.encrypt(${u8(r, 16 * (1 + r.below(4)))}, ${u8(r, r.pick([16, 24, 32]))}, {mode:"ECB"})`,
  (r) => `c.AES.encrypt(${u8(r, 16 * (1 + r.below(4)))}, ${u8(r, 32)}, {mode:"CBC", iv:${u8(r, 16)}})`,
  (r) => `(function(){var u=${u8(r, 8)};u.set(${r.pick([u8, bytes])(r, r.below(8))}, ${r.below(9)});return u;})()`,
  (r) => `(function(){var u=${u8(r, 8)};u.fill(${r.below(300)}, ${r.below(5)}, ${4 + r.below(5)});return u;})()`,
  (r) => `(function(){var u=${u8(r, 8)},v=u.subarray(${r.below(4)},${4 + r.below(5)});v[0]=7;v[99]=1;return u;})()`,
  (r) => `new ${r.pick(["Int32Array", "Uint16Array", "Int8Array"])}(${u8(r, 8)}.buffer)`,
  (r) => `new Uint8Array(${u8(r, 8)}.buffer, ${r.below(4)}, ${1 + r.below(4)})`,
  (r) => `new Int32Array([${word(r)}, ${word(r)}])`,
  (r) => `${u8(r, 6)}.slice(${r.below(4)}, ${r.below(7)})`,
  (r) => `${u8(r, 6)}.indexOf(${r.below(256)})`,
  (r) => `"${small(r)}".indexOf("${small(r)}"${r.pick(["", `, ${r.below(7)}`])})`,
  (r) => `"${small(r)}".lastIndexOf("${small(r)}")`,
  (r) => `"${small(r)}".split("${small(r)}")`,
  (r) => `"${small(r)}".replace("${small(r)}", "-")`,
  (r) => `"${small(r)}".substr(${r.below(5) - 2}, ${r.below(6)})`,
  (r) => `${text(r, 3)}.charCodeAt(${r.below(4)})`,
  (r) => `String.fromCharCode(${r.below(256)}, ${r.below(256)})`,
  (r) => `" ${small(r)}\\t".trim()`,
  (r) => `btoa(${text(r, r.below(10))})`,
  (r) => `atob("${Buffer.from(r.bytes(r.below(10))).toString("base64")}")`,
  (r) => `parseInt("${r.pick(["", "0", "0x", "-", " "])}${r.below(100000)}${r.pick(["", "z", "."])}", 10)`,
  (r) => `(${word(r)} ${r.pick(["|", "&", "^", "<<", ">>", ">>>"])} ${r.below(40)})`,
  (r) => `(${word(r)} ${r.pick(["*", "+", "-", "%"])} ${1 + r.below(2 ** 20)})`,
  (r) => `Math.floor(${double(r)} / ${r.pick([2, 131072, 3])})`,
  (r) => `Math.round(${r.pick(["", "-"])}${r.below(9)}.5)`,
  (r) => `(${r.below(2 ** 31)}).toString(${r.pick([2, 10, 16])})`,
  (r) => `JSON.parse('{"a":[${r.below(99)},"${small(r).replace(/\\./g, "")}",null],"b":{"c":true}}').a`,
  (r) => `JSON.stringify([${r.below(99)},"${small(r)}",[],{},{"k":${r.below(9)}},true])`,
];

/** Rows of the platform's language that are no matter of chance. */
const FIXED = [
  ...[
    "''.split('ab')",
    "''.split('a')",
    "'abc'.split('')",
    "'a,b,'.split(',')",
    "'aXYb'.split(/X/)",
    "'abc'.indexOf('')",
  ],
  ...[
    "'abc'.indexOf('cd', 9)",
    "'abc'.indexOf('cd', 3)",
    "'abc'.includes('cd')",
    "'ab'.indexOf('abc')",
    "'abc'.substr(1)",
  ],
  ...[
    "[1,2,3].indexOf(2)",
    "[1,2,3].join()",
    "[[1],[2]].length",
    "[3,1,2].sort()",
    "[1,2,3].splice(1,1)",
    "[].concat([1],2)",
  ],
  ...[
    "new Uint8Array('a')",
    "new Uint8Array(3)[3]",
    "new Uint8Array([256,-1,1.9])",
    "new Uint8Array(new Uint8Array([1,2]))",
  ],
  ...[
    "E.toUint8Array()",
    "E.toUint8Array('')",
    "E.toString()",
    "E.toString('')",
    "E.toString([])",
    "E.toUint8Array(300)",
  ],
  ...[
    "c.SHA256('')",
    "typeof c.SHA512",
    "s.read('nothing')",
    "s.read('nothing',0,1)",
    "s.write('z','')",
    "s.erase('nothing')",
  ],
  ...["parseInt('012')", "parseInt('')", "parseInt('1e3')", "1/0", "-1/0", "(2147483647+1)|0", "1<<32"],
  ...["typeof Map", "typeof Symbol", "typeof Math.imul", "typeof [].flat", "typeof ''.at", "typeof Object.freeze"],
  ...["clearTimeout(undefined)", "clearInterval(undefined)", "undefined.x", "nothing", "null.x", "JSON.parse('{')"],
  ...["(function(){return arguments.length})(1,2)", "[1,2].map(function(x){return x*2})"],
  ...[
    "/^[0-9]+$/.test('12')",
    "/^[0-9]+$/.test('12a')",
    "/[^ -~]/.test('a\\x80')",
    "/=[\\r\\n]*[A-Z]/.test('=\\rA')",
    "'a1'.match(/[0-9]/)[0]",
  ],
  ...[
    "new Error('x').message",
    "(function(){try{throw 1}catch(e){return e}})()",
    "'x'.toUpperCase()",
    "'ÄX'.toLowerCase().length",
  ],
  ...[
    "Math.max(1,2)",
    "Math.min()",
    "Math.ceil(-0.5)",
    "Math.abs(-3)",
    "isNaN('a')",
    "NaN===NaN",
    "typeof NaN",
    "[]+''",
  ],
];

/** @param count of the random ones. */
export function expressions(seed: number, count: number): string[] {
  const random = testRandom(seed);
  return [...FIXED, ...Array.from({ length: count }, (_, i) => KINDS[i % KINDS.length](random))];
}
