// E.nativeCall and E.getAddressOf of the simulator. What the calls of native-script.ts give is in a list here, which was
// printed by the real interpreter; test/engine/native-call.test.ts compares the two afresh.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bytesInPlace } from "../../host-sim/native-memory.ts";
import { NATIVE_CASES, PRELUDE } from "../support/native-script.ts";
import { nativeSim } from "../support/native-sim.ts";

const EXPECTED = `@7
@-2
@1
@-2147483648
@3
@1
@-1
@13
@3
@true
@false
@"undefined"
@2
@0
@2
@2
@2
@26
@26
@"threw Error Parsing signature at argument number 6"
@"threw Error Parsing signature at argument number 6"
@"threw Error Parsing signature at argument number 7"
@"threw Got EOF expected '('"
@"threw Error Parsing signature at argument number 0"
@"threw Got ID:int expected ','"
@"threw Got EOF expected ','"
@"threw Got EOF expected ')'"
@"threw Error Parsing signature at argument number 0"
@"threw Error Parsing signature at argument number 1"
@"threw Got ID:int expected '('"
@"threw Invalid Signature"
@"threw Invalid Signature"
@"undefined"
@42
@42
@-2
@71111
@-5
@3
@778184298
@[1,5]
@[3,46,36,62,56,46,84,94,80,78,116,126,120,78,68,94,64,78,68,190,184,206,212,222,208,238,244,254,248,238,228,96,99,102,105,108,111,114,117,120]
@[3,6,9,12,15,18,22,30,18,18,46,54,50,50,45,48,51,54,57,60,63,66,69,72,75,78,81,84,87,90,93,96,99,102,105,108,111,114,117,120]
@[5,0,8,0]
@true
@[0,0,0,0,0]
@[true,true,true,true,false,false,false,false,false,true,true,true,true]
@[true,true,true,false,false,true,true]
@"function"`.split("\n");

test("calls, signatures, arguments and addresses are the engine's", () => {
  const printed = nativeSim().run([PRELUDE, ...NATIVE_CASES.map(({ line }) => line)].join("\n"));
  assert.is(EXPECTED.length, NATIVE_CASES.length);
  NATIVE_CASES.forEach(({ call }, i) => assert.is(printed[i], EXPECTED[i], call));
});

test("native code sees the same memory as JavaScript, both ways", () => {
  const { evaluate } = nativeSim();
  evaluate("var v = new Uint8Array(40), f = E.nativeCall(1, 'int(int,int)', '\\x41\\x70\\x40\\x78\\x70\\x47')"); // strb r1, [r0, #1]; ldrb r0, [r0, #1]
  assert.is(evaluate("f(E.getAddressOf(v, true), 77)"), 77);
  assert.is(evaluate("v[1]"), 77);
});

test("an access up to 64 bytes over the end of an array, or below it, is a fault", () => {
  const { evaluate } = nativeSim();
  evaluate("var v = new Uint8Array(40), p = E.getAddressOf(v, true), w = new Uint8Array(40); E.getAddressOf(w, true)");
  evaluate("var load = E.nativeCall(1, 'int(int)', '\\x00\\x78\\x70\\x47')"); // ldrb r0, [r0]; bx lr
  assert.is(evaluate("load(p + 39)"), 0);
  for (const off of [-64, -1, 40, 60, 40 + 63])
    assert.throws(() => evaluate(`load(p + ${off})`), /read of 1 bytes/, String(off));
});

test("strings are read-only to native code", () => {
  const { evaluate } = nativeSim();
  evaluate("var text = 'a text that is long enough', store = E.nativeCall(1, 'void(int)', '\\x00\\x70\\x70\\x47')"); // strb r0, [r0]
  assert.throws(() => evaluate("store(E.getAddressOf(text, true))"), /write of 1 bytes .* not allowed/);
});

test("an address stays, and is never given twice", () => {
  const { evaluate } = nativeSim();
  const first = evaluate("var v = new Uint8Array(40); E.getAddressOf(v, true)");
  const others = evaluate(
    "[1, 2, 3].map(function (k) { return E.getAddressOf(new Uint8Array(40 * k), true) })",
  ) as number[];
  assert.is(evaluate("E.getAddressOf(v, true)"), first);
  assert.is(new Set([first, ...others]).size, 4);
  for (const address of others) assert.is(address % 8, 4, "a multiple of 4, and no more than that");
});

test("how many bytes are in one piece follows the number of variables", () => {
  const limits = [1600, 2047, 2048, 4095, 4096, 8191, 8192, 16383, 16384].map(bytesInPlace);
  const [b12, b13, b14, b16] = [
    { inline: 8, scattered: 16 },
    { inline: 8, scattered: 17 },
    { inline: 9, scattered: 19 },
    { inline: 10, scattered: 21 },
  ];
  assert.equal(limits, [b12, b12, b13, b13, b13, b13, b14, b14, b16]);
});

test("a board whose processor cannot run Thumb code says so instead of crashing", () => {
  const { evaluate } = nativeSim({ native: false });
  assert.throws(() => evaluate("E.nativeCall(1, 'int()', 'pG')"), /nativeCall on a board that cannot run it/);
  assert.throws(() => nativeSim({ native: undefined }).evaluate("E.nativeCall(1, 'int()', 'pG')"), /cannot run it/);
  assert.ok(Number(evaluate("E.getAddressOf(new Uint8Array(40), true)")) > 0);
});

test("an even address is a fault, at the call", () => {
  const { evaluate } = nativeSim();
  evaluate("var even = E.nativeCall(0, 'int()', 'pG')");
  assert.throws(() => evaluate("even()"), /call of an even address/);
});

test("what is not modelled is said, not guessed", () => {
  const { evaluate } = nativeSim();
  for (const signature of ["double()", "int(float)", "void(JsVar)", "Pin()", "int(int,int,int,int,JsVar)"])
    assert.throws(() => evaluate(`E.nativeCall(1, '${signature}', 'pG')`), /is not modelled/, signature);
  assert.throws(
    () => evaluate("E.nativeCall(1, 'int()', new Uint8Array(4))"),
    /Uint8Array as native code is not modelled/,
  );
  assert.throws(() => evaluate("E.getAddressOf('x')"), /not modelled/);
});

test("instructions are counted over all calls, and limited", () => {
  const { evaluate, native } = nativeSim({ maxInstructions: 5 });
  evaluate("var f = E.nativeCall(1, 'void()', '\\x00\\xbf\\x70\\x47')"); // nop; bx lr
  evaluate("f(); f()");
  assert.is(native.thumb.instructions, 4);
  assert.throws(() => evaluate("f()"), /more than 5 instructions/);
});

test.run();
