// Functions of a bundle live no longer than they are needed, and the bundle does what it did before.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { forgetFactories, sinkIntoRooms } from "../../scripts/lifetimes.ts";

const sink = (code: string) => sinkIntoRooms(code, ["room", "inner"]);
const forget = (code: string) => forgetFactories(code, ["room", "inner"]);

test("what one room alone uses moves into it, with what that uses", () => {
  assert.is(
    sink("function b(){return 1}function a(){return b()}function room(x){return a()+x}room(1);"),
    "function room(x){function b(){return 1}function a(){return b()}return a()+x}room(1);",
  );
});

test("into the innermost room", () => {
  assert.is(
    sink("function a(){}function room(){function inner(){return a()}return inner()}room();"),
    "function room(){function inner(){function a(){}return a()}return inner()}room();",
  );
});

test("what is used elsewhere too, by two rooms, or by nobody stays", () => {
  for (const code of [
    "function a(){}function room(){return a()}a();",
    "function a(){}function other(){return a()}function room(){return a()}",
    "function a(){}function room(){return a()}function inner(){return a()}",
    "function a(){}function room(){return 1}",
    "function a(){}function other(){return a()}other();",
  ])
    assert.is(sink(code), code);
});

test("a local name of the same spelling is no use, and its own is none", () => {
  assert.is(
    sink("function a(n){return n?a(n-1):0}function other(a){return a()}function room(){return a(2)}"),
    "function other(a){return a()}function room(){function a(n){return n?a(n-1):0}return a(2)}",
  );
});

/** Names that are let go of after the start. */
function forgotten(code: string): string[] {
  return [...forget(code).matchAll(/\ndelete (\w+);/g)].map(([, name]) => name);
}

test("what is called at the start alone is forgotten, with what that alone calls", () => {
  const cases: [string, string[]][] = [
    ["function a(){}a();", ["a"]],
    ["function b(){}function a(){b()}a();", ["b", "a"]],
    ["function a(){}!function(){a()}();", ["a"]],
    ["function a(){}!function(){(function(){a()})()}();", ["a"]],
    ["function a(n){n&&a(n-1)}a(3);", ["a"]],
    // These may be called later.
    ["function a(){}print(a);", []],
    ["function a(){}later(function(){a()});", []],
    ["function a(){}!function(){later(function(){a()})}();", []],
    ["function b(){}function a(){b()}later(a);", []],
    ["function b(){}function a(){b()}later(function(){a()});", []],
    ["function c(){}function b(){c()}function a(){return function(){b()}}a();", ["a"]],
    ["function a(){}var x={a:a};a();", []],
  ];
  for (const [code, names] of cases) assert.equal(forgotten(code), names, code);
});

test("a room forgets before it returns, and gives what it gave", () => {
  const code =
    "function room(x){function make(y){return{get:function(){return help(y)}}}function help(y){return y+1}" +
    "return function(x){return make(x)}(x)}var out=room(1).get();";
  const shorter = forget(code);
  assert.match(shorter, "make=void 0;return");
  assert.not.match(shorter, "help=");
  const context = { out: 0 };
  vm.runInNewContext(shorter, context);
  assert.is(context.out, 2);
});

test("a room that ends without a value is left alone", () => {
  const code = "function other(){room()}function room(){function a(){}a()}later(other);";
  assert.is(forget(code), code);
});

test("what was forgotten is gone", () => {
  const context = vm.createContext({});
  // The engine keeps a function as it keeps what is assigned; here such a name could not be deleted.
  vm.runInContext(forget("function a(){}var x=1;a();").replace("function a(){}", "a=function(){};"), context);
  assert.is(vm.runInContext("typeof a+x", context), "undefined1");
});

test.run();
