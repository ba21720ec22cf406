// The oddities of the engine's language that can be had from outside it, in a context of their own: nothing of them may
// leak into the host. Each is compared with the interpreter by test/engine (oddities.test.ts, natives.test.ts).
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { indexOfAsEspruino, makeOdd } from "../../host-sim/language.ts";
import { forAll } from "../support/random.ts";

const context = vm.createContext({});
makeOdd(context);
const run = (code: string): unknown => vm.runInContext(code, context);
const json = (code: string): unknown => JSON.parse(String(run(`JSON.stringify(${code})`)));
const throws = (code: string): boolean => {
  try {
    run(code);
    return false;
  } catch {
    return true;
  }
};

const MISSING = [
  ...["Map", "Set", "WeakMap", "Symbol", "Proxy", "Reflect", "BigInt", "RangeError", "globalThis", "Intl", "escape"],
  ...[
    "Math.imul",
    "Math.clz32",
    "Math.trunc",
    "Math.fround",
    "Object.freeze",
    "Object.seal",
    "Number.isInteger",
    "Array.from",
  ],
  ...[
    "Array.of",
    "Uint8Array.from",
    "Uint8Array.of",
    "[].reduceRight",
    "[].lastIndexOf",
    "[].flat",
    "[].flatMap",
    "[].keys",
    "[].at",
  ],
  ...[
    "[].copyWithin",
    "''.codePointAt",
    "''.trimStart",
    "''.matchAll",
    "''.localeCompare",
    "''.at",
    "''.normalize",
    "''.search",
  ],
  ...[
    "new ArrayBuffer(1).slice",
    "new Uint8Array(1).at",
    "new Uint8Array(1).copyWithin",
    "new Uint8Array(1).lastIndexOf",
  ],
];

test("what the engine has not is not there", () => {
  for (const name of MISSING) assert.is(run(`typeof ${name}`), "undefined", name);
});

test("what the engine has is still there, and the host keeps everything", () => {
  for (const name of [
    "Math.floor",
    "[].map",
    "[].splice",
    "''.substr",
    "''.trim",
    "Uint8Array",
    "Float64Array",
    "JSON.parse",
    "parseInt",
  ])
    assert.is.not(run(`typeof ${name}`), "undefined", name);
  assert.equal(
    ["abc".indexOf("cd"), "abX".replace("XY", "-"), Math.round(-1.5), typeof Math.imul],
    [-1, "abX", -1, "function"],
  );
  assert.ok(Array.isArray(new Uint8Array(1).slice()) === false);
});

test("a text that ends with the beginning of the needle is found to hold it", () => {
  const cases: [string, string, number | undefined, number][] = [
    ["abc", "cd", undefined, 2],
    ["abc\r", "\r\n\r\n", undefined, 3],
    ["abc", "bc", undefined, 1],
    ["aXXb", "XY", undefined, -1],
    ["ab", "abc", undefined, -1], // longer than the text
    ["abcab", "ab", 1, 3],
    ["abc", "cd", 9, 2], // a start behind the last possible place is that place
    ["abc", "", 9, -1],
    ["abc", "a", -5, 0],
  ];
  for (const [text, needle, from, wanted] of cases) {
    assert.is(indexOfAsEspruino(text, needle, from), wanted, `${text} ${needle} ${from}`);
    assert.is(
      json(`${JSON.stringify(text)}.indexOf(${JSON.stringify(needle)}${from === undefined ? "" : `,${from}`})`),
      wanted,
    );
  }
  assert.is(run("'abc'.includes('cd')"), true);
  assert.is(run("'abX'.replace('XY','-')"), "ab-");
  assert.is(run("'abc'.lastIndexOf('cd')"), -1);
});

test("where the text does not end with a beginning of the needle, indexOf is right", () => {
  forAll(300, (random) => {
    const word = (n: number) => Array.from({ length: n }, () => random.pick(["a", "b"])).join("");
    const [text, needle] = [`${word(random.below(9))}.`, word(1 + random.below(4))];
    assert.is(indexOfAsEspruino(text, needle), needle.length > text.length ? -1 : text.indexOf(needle));
  });
});

test("split is right but for a separator that is longer than the text by two", () => {
  assert.equal(
    json("['a,b,'.split(','), ''.split(','), ''.split('ab'), 'a'.split('ab'), 'a'.split('abc'), 'abc'.split('')]"),
    [["a", "b", ""], [""], [], ["a"], [], ["a", "b", "c"]],
  );
  assert.equal(json("'a1b2'.split(/[0-9]/)"), ["a", "b", ""]);
});

test("replace with a text replaces once and knows no patterns; with a pattern it is the language's", () => {
  assert.equal(json("['aa'.replace('a','$&x'), 'aa'.replace(/a/g,'b'), 'abc'.replace('z','y')]"), [
    "$&xa",
    "bb",
    "abc",
  ]);
});

test("charCodeAt is a byte, and NaN outside", () => {
  assert.equal(json("['\\u0141'.charCodeAt(0), 'ab'.charCodeAt(1), 'ab'.charCodeAt()]"), [0x41, 98, 97]);
  assert.equal(
    ["'a'.charCodeAt(1)", "'a'.charCodeAt(-1)"].map((code) => Number.isNaN(run(code))),
    [true, true],
  );
});

test("slice and filter of typed arrays give plain arrays, map keeps the kind", () => {
  assert.equal(
    ["slice(1)", "filter(function(x){return x>1})", "map(function(x){return x+1})", "subarray(1)"].map((call) =>
      run(`new Uint8Array([1,2,3]).${call} instanceof Array`),
    ),
    [true, true, false, false],
  );
  assert.equal(json("new Uint8Array([1,2,3,4]).slice(1,3)"), [2, 3]);
});

test("set cuts off what does not fit, and takes text", () => {
  const set = (call: string) =>
    json(`(function(){var u=new Uint8Array(3);u.set(${call});return [].concat(u[0],u[1],u[2])})()`);
  assert.equal(set("[1,2,3,4]"), [1, 2, 3]);
  assert.equal(set("[1,2],2"), [0, 0, 1]);
  assert.equal(set("[1],3"), [0, 0, 0]);
  assert.equal(set("[1],99"), [0, 0, 0]);
  assert.equal(set("'ab',1"), [0, 97, 98]);
});

test("a subarray over the end is refused, since the engine's view would go over it", () => {
  assert.not(throws("new Uint8Array(3).subarray(3,3)"));
  assert.ok(throws("new Uint8Array(3).subarray(0,4)"));
  assert.ok(throws("new Uint8Array(3).subarray(4)"));
});

test("a typed array is not made of text; apply takes at most 256 arguments", () => {
  assert.ok(throws("new Uint8Array('3')"));
  assert.not(throws("new Uint8Array(3)"));
  assert.ok(throws("(function(){}).apply(0, new Array(257))"));
  assert.is(run("(function(){return arguments.length}).apply(0, new Array(256))"), 256);
  assert.is(run("(function(){return arguments.length}).apply(0)"), 0);
});

test("round goes away from zero at a half; JSON writes views as arrays and undefined as text", () => {
  assert.equal(json("[Math.round(-1.5), Math.round(1.5), Math.round(-1.4), Math.round(2.5)]"), [-2, 2, -1, 3]);
  assert.equal(
    [run("JSON.stringify(undefined)"), run("JSON.stringify({a:new Uint8Array([1,2])})")],
    ["undefined", '{"a":[1,2]}'],
  );
});

test("errors have a message and no name", () => {
  assert.equal([run("typeof new Error('x').name"), run("new Error('x').message")], ["undefined", "x"]);
  assert.equal([run("typeof new TypeError('x').name")], ["undefined"]);
});

test.run();
