// Every kind of problem the bundle check is there for, planted by itself; and the same code without it passes.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { bundleProblems } from "../../scripts/bundle.ts";
import { checkBundle, checkFunctionsFirst } from "../../scripts/check-bundle.ts";

function found(code: string, what: RegExp): void {
  const problems = checkBundle(code);
  assert.ok(
    problems.some((problem) => what.test(problem)),
    `${what} not found in ${code}: ${problems.join("; ")}`,
  );
}

function passes(code: string): void {
  assert.equal(checkBundle(code), [], code);
}

test("syntax later than ES5", () => {
  const later = [
    "let a=1;",
    "const a=1;",
    "f(()=>1);",
    "class A{}",
    "f(`x`);",
    "for(a of b);",
    "f(...a);",
    "a?.b;",
    "a??b;",
  ];
  for (const code of [...later, "a**b;", "({a,b});", "function f(a=1){}", "async function f(){}", "function*f(){}"])
    found(code, /does not parse as ES5/);
  found("var a=;", /does not parse/);
});

test("labels, with, and a default that is not the last case", () => {
  found("a:for(;;){break a}", /label/);
  found("with(a)b;", /with/);
  found("switch(a){default:b();case 1:c()}", /default before another case/);
  found("switch(a){case 0:d();default:b();case 1:c()}", /default before another case/);
  passes("switch(a){case 1:c();default:b()}");
  passes("switch(a){case 1:c()}");
});

test("globals, statics and methods the engine has not", () => {
  for (const name of ["Map", "Symbol", "BigInt", "RangeError", "globalThis", "Buffer", "TextEncoder"])
    found(`f(${name});`, new RegExp(`${name} is not there`));
  for (const member of [
    "Math.imul",
    "Math.pow",
    "Math.trunc",
    "Array.from",
    "Object.freeze",
    "Number.isInteger",
    "Uint8Array.of",
  ])
    found(`${member}(a);`, /is not there/);
  for (const method of ["reduceRight", "flat", "codePointAt", "trimEnd", "normalize", "entries", "at"])
    found(`a.${method}(b);`, new RegExp(`\\.${method} is not there`));
  found("Array.prototype.slice.call(a);", /prototype/);
  passes("Math.floor(a);Object.keys(b);a.lastIndexOf(b);Object.prototype.hasOwnProperty.call(a,b);c.map(d);");
  passes("a.from(b);var c={pow:1};c.pow;");
});

test("helpers that the compiler would have brought along", () => {
  for (const helper of [
    "__extends",
    "__spreadArray",
    "__assign",
    "__rest",
    "__values",
    "__read",
    "__generator",
    "__awaiter",
  ])
    found(`${helper}(a,b);`, /helper/);
});

test("what the engine takes, and does differently", () => {
  found("a.length=0;", /assignment to length/);
  found("(function(){if(a)return\nb()})();", /bare return/); // would return b()
  passes("(function(){if(a){b();return\n}c()})();(function(){return;\nf()})();");
  found("new(a.bind(b))();", /new of a bound/);
  found("f(arguments.callee);", /callee/);
  found("a.__proto__=b;", /__proto__/);
  for (const regex of ["/(?:a)/", "/a(?=b)/", "/a{2}/", "/\\bx/", "/[+/]/", "/[/]/", "/[\\\\/]/"])
    found(`f(${regex});`, /regex/);
  passes("f(/[a-z]+(b|c)*$/);var b={length:1};new A(b);");
});

test("words that are reserved there: used, declared, assigned", () => {
  for (const name of ["of", "static", "let", "yield"]) {
    found(`f(${name});`, /is reserved/);
    found(`var ${name}=1;`, /is reserved/);
    found(`function f(${name}){}`, /is reserved/);
  }
  passes("a.of;a.static;({of:1,static:2});");
});

test("characters that are not plain ASCII", () => {
  found('f("é");', /ASCII/);
  found('f("\x01");', /ASCII/);
  passes('f("\\xe9");\n');
});

test("a function that is used in its scope before its definition", () => {
  found("f();function f(){}", /f used before its definition/);
  found("(function(){g(f);function f(){}})();", /f used before/);
  found("(function(){var a=f;function f(){}})();", /f used before/);
  passes("function f(){}f();");
  passes("function a(){return b()}function b(){}a();"); // runs later
  passes("function f(){}(function(){f();function g(){}g()})();");
});

test("a variable that is used in its scope before its var, also to write to it", () => {
  found("(function(){print(x);var x=2})();", /x used before its var/);
  found("(function(){x=1;var x})();", /x used before its var/);
  found("(function(){x+=1;var x})();", /x used before its var/);
  found("(function(){x++;var x})();", /x used before its var/);
  found("(function(){for(x in a);var x})();", /x used before its var/);
  passes("(function(){var x;x=1;x++;for(x in a);print(x)})();");
  passes("(function(x){x=1;print(x)})();");
  passes("var x=1;(function(){x=2;print(x)})();");
  passes("(function(){function g(){x=1}var x;g()})();"); // runs later
});

test("a variable used outside the branch that its var may be skipped with", () => {
  found("(function(){if(a){var x=1}print(x)})();", /outside the branch/);
  found("(function(){switch(a){case 1:var x=1;break;case 2:print(x)}})();", /outside the branch/);
  found("(function(){if(a){var x=1}x=2})();", /outside the branch/);
  found("(function(){if(a)var x=1;else x=2;return x})();", /outside the branch/);
  found("(function(){while(a)var x=b();return x})();", /outside the branch/);
  found("if(a)var x=1;f(x);", /outside the branch/);
  passes("(function(){for(var i=0;i<2;i++);return i})();");
  passes("(function(){for(var k in a);{var y=1}return k+y})();");
  passes("(function(){if(a){var x=1;print(x)}})();");
  passes("(function(){var x;if(a)x=1;print(x)})();");
});

test("a function that is defined after code has run, which may have called back for it", () => {
  const late = (code: string) => checkFunctionsFirst(code).map((line) => Number(/ at (\d+):/.exec(line)![1]));
  assert.equal(late("run(function(){f();});function f(){}"), [22]);
  assert.equal(late("function g(){run(function(){f();});function f(){}}"), [35]);
  assert.equal(late("x=function(){a();function f(){}}"), [17]);
  assert.equal(late("var a=b();function f(){}"), [10]);
  assert.equal(late("var a;function f(){g();}function g(){f();}a=f();"), []);
  assert.equal(late("function f(){}var a=f();"), []);
  assert.equal(bundleProblems("a();function f(){}", 8, boardNamed("linux")).length, 1);
});

test("a problem says where it is, and all of them are reported", () => {
  const problems = checkBundle("var a=1;a.length=0;f(Map);");
  assert.is(problems.length, 2);
  assert.ok(problems.some((problem) => problem.includes("at 8: a.length=0")));
  passes("");
});

test("a bundle that is too large for its board does not ship; with one byte more room it does", () => {
  const code = "f(1234);";
  assert.equal(bundleProblems(code, 8, { ...boardNamed("linux"), bundleBytes: 8 }), []);
  assert.equal(bundleProblems(code, 8, { ...boardNamed("linux"), bundleBytes: 7 }), ["8 bytes, and 7 are allowed"]);
});

test.run();
