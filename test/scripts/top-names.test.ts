// Names at the top of a bundle become short and begin with $; others of the same spelling stay.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { shortenTopNames } from "../../scripts/top-names.ts";

test("functions and variables, where they are made and where they are used; the most used become the shortest", () => {
  assert.is(
    shortenTopNames("var once=1;function often(a){return a?often(a-1):once}often(2);"),
    "var $b=1;function $a(a){return a?$a(a-1):$b}$a(2);",
  );
  assert.is(shortenTopNames("var x;x=1;for(x in{});"), "var $a;$a=1;for($a in{});");
});

test("a local name of the same spelling is another one", () => {
  for (const code of [
    "function f(x){return x}",
    "function f(){var x=1;return function(){return x}}",
    "function f(){function x(){}return x}",
    "function f(){return function x(){return x}}",
    "function f(){try{}catch(x){return x}}",
  ])
    assert.is(
      shortenTopNames(`var x=1;${code}`),
      `var $b=1;${code.replace("f(", "$a(")}`.replace("$b", "$a").replace("$a(", "$b("),
    );
});

test("members, keys and what the engine has keep their names", () => {
  assert.is(shortenTopNames("var x={x:1};print(x.x,y.x);"), "var $a={x:1};print($a.x,y.x);");
});

test("more names than letters", () => {
  const names = Array.from({ length: 120 }, (_, i) => `name${i}`);
  const code = `${names.map((name, i) => `var ${name}=${i};`).join("")}[${names.join()}].join();`;
  const short = shortenTopNames(code);
  assert.is(new Set(short.match(/\$[a-zA-Z]{1,2}\b/g)).size, 120);
  assert.is(vm.runInNewContext(short), vm.runInNewContext(code));
  assert.not(short.match(/\$[a-zA-Z]+/g)!.includes("$w"), "the flasher's own name at the console");
});

test.run();
