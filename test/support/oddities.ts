// One example for each way in which the engine's language differs, with what the real interpreter answers. The rows are
// those of docs/SIMULATOR.md; tests hold simulator, bundle check, page and interpreter to this one list.

export interface Oddity {
  /** As in the first column of the page. */
  row: string;
  /** An expression; String() of its value, or "throws", is `engine` on the interpreter and on the simulator. */
  simulated?: { code: string; engine: string }[];
  /** Code that the bundle check refuses. */
  refused?: string[];
}

const simulated = (row: string, ...pairs: [string, string][]): Oddity => ({
  row,
  simulated: pairs.map(([code, engine]) => ({ code, engine })),
});
const refused = (row: string, ...codes: string[]): Oddity => ({ row, refused: codes });
const listed = (row: string): Oddity => ({ row });

export const ODDITIES: Oddity[] = [
  refused("function hoisting", "(function(){ f(); function f(){} })();"),
  refused("var hoisting", "var x=1;(function(){ print(x); var x=2; })();"),
  refused("labels", "outer: for(;;){ break outer; }"),
  refused("case after default", "switch(a){ default: b(); case 1: c(); }"),
  refused("let in loops", "for (let i=0;i<3;i++) f(i);"),
  {
    ...simulated(
      "missing Math functions",
      ["typeof Math.imul", "undefined"],
      ["typeof Math.clz32", "undefined"],
      ["typeof Math.trunc", "undefined"],
      ["typeof Math.fround", "undefined"],
    ),
    refused: ["Math.imul(a,b);"],
  },
  {
    ...simulated("inexact Math", ["Math.round(-1.5)", "-2"], ["Math.round(2.5)", "3"], ["Math.round(-0.4)", "0"]),
    refused: ["Math.pow(2,31);", "Math.sqrt(a);"],
  },
  listed("number printing"),
  {
    ...simulated(
      "missing language",
      ["typeof Map", "undefined"],
      ["typeof WeakMap", "undefined"],
      ["typeof Symbol", "undefined"],
      ["typeof Proxy", "undefined"],
      ["typeof BigInt", "undefined"],
    ),
    refused: ["new Map();", "f(...a);", "a**b;", "a?.b;"],
  },
  {
    ...simulated(
      "missing globals and statics",
      ["typeof RangeError", "undefined"],
      ["typeof Object.freeze", "undefined"],
      ["typeof Array.from", "undefined"],
      ["typeof Uint8Array.from", "undefined"],
      ["typeof new ArrayBuffer(4).slice", "undefined"],
    ),
    refused: ["new RangeError();", "Array.from(a);", "Number.MAX_SAFE_INTEGER;"],
  },
  refused("methods on prototypes", "Array.prototype.slice.call(a);", "Function.prototype.call;"),
  {
    ...simulated(
      "missing array methods",
      ["typeof [].reduceRight", "undefined"],
      ["typeof [].lastIndexOf", "undefined"],
      ["typeof [].flat", "undefined"],
      ["typeof [].at", "undefined"],
    ),
    refused: ["a.flatMap(f);"],
  },
  {
    ...simulated(
      "missing string methods",
      ["typeof ''.codePointAt", "undefined"],
      ["typeof ''.trimStart", "undefined"],
      ["typeof ''.at", "undefined"],
      ["typeof ''.normalize", "undefined"],
    ),
    refused: ["s.localeCompare(t);"],
  },
  listed("brackets on strings and typed arrays"),
  simulated(
    "typed arrays at their ends",
    ["new Uint8Array(2)[2]", "undefined"],
    ["(function(){var u=new Uint8Array(2);u[2]=1;return u.length;})()", "2"],
  ),
  refused("assignment to length", "a.length=0;"),
  listed("assignment to a character"),
  refused("arguments", "function f(){ return arguments.callee; }"),
  listed("names of functions"),
  simulated("apply", ["(function(){return arguments.length}).apply(0,new Array(257))", "throws"]),
  simulated("clearing nothing", ["clearTimeout(undefined)", "throws"]),
  refused("new of a bound function", "new (f.bind(0))();"),
  refused("defineProperty", "Object.defineProperty(a,'b',{value:1,writable:false});"),
  refused("prototypes", "Object.setPrototypeOf(f,g);", "Object.create(null);"),
  {
    ...simulated(
      "errors",
      ["typeof new Error('x').name", "undefined"],
      ["new Error('x').message", "x"],
      ["new Error('x').toString()", "Error: x"],
    ),
    refused: ["e instanceof Error;"],
  },
  refused("line break after return", "function f(){ return\n42; }"),
  refused("reserved names", "var of=1;", "var let_=1,let=2;"),
  refused("regular expressions", "/(?:a)/;", "/a(?=b)/;", "/a{2}/;", "/\\ba/;", "/(?<n>a)/;"),
  { ...refused("numbers from text", "+s;", "+'012';"), simulated: [{ code: "parseInt('012')", engine: "12" }] },
  simulated("replacement patterns", ["'abc'.replace('b','[$&]')", "a[$&]c"]),
  simulated(
    "JSON",
    ["JSON.stringify(new Uint8Array([1,2]))", "[1,2]"],
    ["typeof JSON.stringify(undefined)", "string"],
    ["JSON.stringify({a:[1,'x',null,true]})", '{"a":[1,"x",null,true]}'],
  ),
  simulated("atob", ["atob('YW Jj').length", "3"], ["btoa('\\xff')", "/w=="]),
  refused("encodeURIComponent", "encodeURIComponent(s);", "decodeURIComponent(s);"),
  simulated(
    "searching strings",
    ["'abc'.indexOf('cd')", "2"],
    ["'abc\\r'.indexOf('\\r\\n\\r\\n')", "3"],
    ["'abX'.replace('XY','-')", "ab-"],
    ["'abc'.includes('cd')", "true"],
    ["'abc'.lastIndexOf('cd')", "-1"],
    ["'abc'.endsWith('cd')", "false"],
    ["''.split('xx').length", "0"],
  ),
  simulated(
    "slices of typed arrays",
    ["new Uint8Array([1,2,3]).slice(1) instanceof Array", "true"],
    ["new Uint8Array([1,2,3]).filter(function(x){return x>1}) instanceof Array", "true"],
    ["new Uint8Array([1,2,3]).map(function(x){return 2*x}) instanceof Uint8Array", "true"],
    ["(function(){var u=new Uint8Array(3);u.set([1,2,3],1);return u.join()})()", "0,1,2"],
  ),
  simulated("typed arrays from text", ["new Uint8Array('str')", "throws"]),
  listed("turning round"),
  listed("pins are numbers"),
];
