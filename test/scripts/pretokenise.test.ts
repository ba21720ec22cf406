// Pretokenised code is the same code: written out again it has the same syntax tree, and it runs the same.
// (test/engine/minify.test.ts runs it on the real interpreter.)
import * as acorn from "acorn";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { detokenise, tokenOf } from "../../host-sim/tokens.ts";
import { bundleSource, minifyForEngine } from "../../scripts/bundle.ts";
import { pretokenise } from "../../scripts/pretokenise.ts";
import { SNIPPETS } from "../support/snippets.ts";

/** The syntax tree without positions and spellings. */
function tree(code: string): unknown {
  const program = acorn.parse(code, { ecmaVersion: 5 });
  return JSON.parse(
    JSON.stringify(program, (key, value) => (["start", "end", "raw"].includes(key) ? undefined : value)),
  );
}

const hex = (code: string) => Buffer.from(pretokenise(code), "latin1").toString("hex");

test("the numbers of words and operators are the engine's", () => {
  // espruino/src/jslex.h: LEX_EQUAL is 138; LEX_R_IF follows LEX_ARROW_FUNCTION, LEX_R_OF is the last.
  const known: [string, number][] = [
    ...([
      ["==", 138],
      ["===", 139],
      ["!==", 141],
      [">>>", 147],
      ["=>", 162],
    ] as [string, number][]),
    ...([
      ["if", 163],
      ["function", 170],
      ["return", 171],
      ["var", 172],
      ["new", 184],
      ["of", 198],
    ] as [string, number][]),
  ];
  for (const [word, byte] of known) assert.is(tokenOf(word), byte, word);
  assert.is(tokenOf("length"), undefined);
});

test("each kind of token has its form", () => {
  assert.is(hex("var a=new B"), "ac613db842");
  assert.is(hex('a="xy"'), "613dd1027879");
  assert.is(hex('a=""'), "613d2222");
  assert.is(hex('a="\\xff\\0"'), "613dd102ff00");
  assert.is(hex("a=0"), "613dd3");
  assert.is(hex("a=7"), "613d37"); // no longer than its byte
  assert.is(hex("a=127"), "613dd47f");
  assert.is(hex("a=128"), "613dd58000");
  assert.is(hex("a=32767"), "613dd5ff7f");
  assert.is(hex("a=32768"), `613d${Buffer.from("32768").toString("hex")}`);
  assert.is(hex("a=1.5"), `613d${Buffer.from("1.5").toString("hex")}`);
  assert.is(hex("a={200:1,in:2}"), `613d${Buffer.from("{200:1,in:2}").toString("hex")}`);
  assert.is(hex("a.in"), Buffer.from("a.in").toString("hex"));
  assert.is(hex("try{}catch(e){}"), `b1${Buffer.from("{}catch(e){}").toString("hex")}`);
  const long = "x".repeat(256);
  assert.is(hex(`a="${long}"`), `613dd20001${Buffer.from(long).toString("hex")}`);
});

test("a string of 65,535 bytes is raw, a longer one and one beyond bytes stay as they are", () => {
  assert.ok(pretokenise(`a="${"x".repeat(65535)}"`).startsWith("a=\xd2\xff\xff"));
  assert.ok(pretokenise(`a="${"x".repeat(65536)}"`).startsWith('a="x'));
  assert.is(pretokenise('a="\\u0100"'), 'a="\\u0100"');
});

for (const [name, snippet] of Object.entries(SNIPPETS))
  test(`${name} is the same after pretokenising`, async () => {
    for (const code of [snippet, await minifyForEngine(`(function () {\n${snippet}\n})();\n`)])
      assert.equal(tree(detokenise(pretokenise(code))), tree(code));
  });

test("the bundle is the same after pretokenising, and a seventh smaller", async () => {
  const code = await minifyForEngine(await bundleSource(boardNamed("linux"), "product"));
  const short = pretokenise(code);
  assert.equal(tree(detokenise(short)), tree(code));
  assert.ok(short.length < (code.length * 6) / 7, `${short.length} of ${code.length}`);
});

test("what the lexer reads byte by byte stays: strings, comments, regular expressions", () => {
  for (const code of [
    "a='\xc4\\'\xff\"';",
    'b="\xd1\\\\";',
    "// don't \xff\nc=1;",
    '/* " \xff */d=2;',
    "e=/[/'\xd1]\\/\"/.test(f);",
    "g=h/i/j;'\xff'",
    "k=(l)/2+'\xff'/3",
  ])
    assert.is(detokenise(code), code);
  assert.is(detokenise("\xab/'/"), " return /'/");
});

test("a byte that is no token is refused", () => {
  assert.throws(() => detokenise("a=\xff"), "byte 255 at 2 is no token");
});

test.run();
