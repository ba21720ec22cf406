// Every var of a branch moves to the start of its function, and nothing else changes.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkBundle } from "../../scripts/check-bundle.ts";
import { hoistVars } from "../../scripts/hoist-vars.ts";

test("in every kind of branch, with and without values", () => {
  const cases: [string, string][] = [
    ["if(a)var x=1;else x=2;", "if(a)x=1;else x=2;"],
    ["if(a)var x;else var y=2;", "if(a);else y=2;"],
    ["if(a){var x=1,y,z=3;}", "if(a){x=1,z=3;}"],
    ["if(a){var x,y=2;}", "if(a){y=2;}"],
    ["if(a){var x=1,y;}", "if(a){x=1;}"],
    ["if(a){for(var x=0,y;x<2;x++);}", "if(a){for(x=0;x<2;x++);}"],
    ["if(a){for(var x;x<2;x++);}", "if(a){for(;x<2;x++);}"],
    ["while(a){for(var x in b);}", "while(a){for(x in b);}"],
    ["do{var x=1;}while(a);", "do{x=1;}while(a);"],
    ["switch(a){case 1:var x=1;}", "switch(a){case 1:x=1;}"],
    ["try{var x=1;}catch(e){var y=2;}", "try{x=1;}catch(e){y=2;}"],
  ];
  for (const [inside, expected] of cases) {
    const moved = hoistVars(`function f(a){${inside}}`);
    const [, names] = /^function f\(a\)\{var ([a-z,]+);/.exec(moved)!;
    assert.is(moved, `function f(a){var ${names};${expected}}`);
    assert.equal(new Set(names.split(",")), new Set([...inside.matchAll(/\b[xyz]\b/g)].map(([name]) => name)));
    assert.is(hoistVars(moved), moved);
  }
});

test("what is always reached stays where it is", () => {
  for (const code of ["var a=1;", "function f(){var x=1;return x}", "function f(){for(var i=0;i<2;i++);{var y=1;}}"])
    assert.is(hoistVars(code), code);
});

test("each var goes to its own function, also from the value of another", () => {
  assert.is(
    hoistVars("if(a){var g=function(b){if(b)var c=1;else c=2;return c},h=g(0);}"),
    "var g,h;if(a){g=function(b){var c;if(b)c=1;else c=2;return c},h=g(0);}",
  );
});

test("it runs as before, and passes the check that it did not pass", () => {
  const code = "var t=9,o=[];function f(n){if(n)var t=n;else t=5;o.push(t);}f(0);f(2);o.push(t);o.join();";
  assert.ok(checkBundle(code).length > 0);
  assert.equal(checkBundle(hoistVars(code)), []);
  assert.is(vm.runInNewContext(hoistVars(code)), vm.runInNewContext(code));
  assert.is(vm.runInNewContext(hoistVars(code)), "5,2,9");
});

test.run();
