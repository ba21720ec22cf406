// The simulated class E: values observed on the interpreter. test/engine/natives.test.ts compares the two at large.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { binaryString, bytesFrom, convolve, mapInPlace } from "../../host-sim/natives.ts";
import { E } from "../support/hal.ts";
import { forAll } from "../support/random.ts";

const mapped = (
  from: number[],
  out: number,
  bits: number,
  map?: Uint8Array | ((v: number, i: number) => number),
): number[] => {
  const to = new Uint8Array(out);
  mapInPlace(Uint8Array.from(from), to, map, bits);
  return [...to];
};

test("convolve is a dot product that goes round the second array from an offset on", () => {
  const [a, b] = [
    [1, 10, 100],
    [1, 2, 3, 4],
  ];
  assert.equal(
    [0, 1, 2, 3, 4, 5].map((offset) => convolve(a, b, offset)),
    [321, 432, 143, 214, 321, 432],
  );
  assert.equal(
    [-1, -4, -5].map((offset) => convolve(a, b, offset)),
    [214, 321, 214],
  );
  assert.is(convolve([1, 1, 1, 1, 1], [1, 2], 0), 7); // round more than once
  assert.is(convolve([], [1], 0), 0);
});

test("convolve adds in the order of the first array, in doubles", () => {
  assert.is(convolve([1, 1, 1], [2 ** 53, 1, -(2 ** 53)], 0), 2 ** 53 + 1 - 2 ** 53);
  forAll(50, (random) => {
    const a = Array.from({ length: 15 }, () => random.below(2 ** 17));
    const b = Array.from({ length: 30 }, () => random.below(2 ** 17) * 19);
    const offset = random.below(30);
    assert.is(
      convolve(a, b, offset),
      a.reduce((sum, x, i) => sum + x * b[(offset + i) % 30], 0),
    );
  });
});

test("mapInPlace takes groups of bits from the top, or from the bottom for a negative count", () => {
  assert.equal(mapped([0x12, 0x34], 4, 4), [1, 2, 3, 4]);
  assert.equal(mapped([0x12, 0x34], 4, -4), [2, 1, 4, 3]);
  assert.equal(mapped([0xb4], 8, 1), [1, 0, 1, 1, 0, 1, 0, 0]);
  assert.equal(mapped([0xb4], 8, -1), [0, 0, 1, 0, 1, 1, 0, 1]);
  assert.equal(mapped([1, 2, 3], 3, 0), [1, 2, 3]);
});

test("mapInPlace stops where either array ends, and looks values up or puts them through", () => {
  assert.equal(mapped([0x12], 4, 4), [1, 2, 0, 0]);
  assert.equal(mapped([0x12, 0x34], 3, 4), [1, 2, 3]);
  assert.equal(mapped([0x0f], 2, 4, Uint8Array.from(Buffer.from("0123456789abcdef"))), [48, 102]);
  assert.equal(
    mapped([5, 6], 2, 8, (value, index) => value * 10 + index),
    [50, 61],
  );
});

test("bytes are made of texts, numbers, arrays and views, nested; one char, one byte", () => {
  assert.equal(
    bytesFrom(["a\xff", 300, [-1, [Uint8Array.of(1, 2).subarray(1)]], Uint8Array.of(7).buffer]),
    [97, 255, 44, 255, 2, 7],
  );
  assert.equal(bytesFrom(Uint16Array.of(0x1234)), [0x34]);
  assert.equal(bytesFrom("\u0141"), [0x41]);
  assert.throws(() => bytesFrom({}), /not modelled/);
  assert.throws(() => bytesFrom(undefined), /not modelled/);
});

test("text of bytes is the same bytes, at any length", () => {
  forAll(20, (random) => {
    const bytes = random.bytes(random.below(20000));
    assert.equal(bytesFrom(binaryString(bytes)), [...bytes]);
  });
});

test("toUint8Array, toString and toArrayBuffer join what they are given, into memory of their own", () => {
  const source = Uint8Array.of(1, 2, 3);
  const joined = E.toUint8Array(source.subarray(1), "a", [4]);
  assert.equal([...joined], [2, 3, 97, 4]);
  source.fill(0);
  assert.is(joined[0], 2);
  assert.is(E.toString([65, 66], "C", Uint8Array.of(0x80)), "ABC\x80");
  assert.equal([...new Uint8Array(E.toArrayBuffer("a\xff"))], [97, 255]);
});

test("what E has and the simulator has not throws", () => {
  assert.throws(() => (E as unknown as { dumpStr(): void }).dumpStr(), /E\.dumpStr is not modelled/);
});

test.run();
