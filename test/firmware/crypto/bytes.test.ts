import { test } from "uvu";
import * as assert from "uvu/assert";
import { be32, equalCt, wipe } from "../../../firmware/crypto/bytes.ts";
import { forAll } from "../../support/random.ts";

test("equal is equal in every byte and in length", () => {
  assert.ok(equalCt(new Uint8Array(0), new Uint8Array(0)));
  forAll(100, (random) => {
    const a = random.bytes(1 + random.below(70));
    const b = a.slice();
    assert.ok(equalCt(a, b));
    assert.not(equalCt(a, a.slice(0, -1)));
    assert.not(equalCt(a.slice(1), a));
    b[random.below(b.length)] ^= 1 << random.below(8);
    assert.not(equalCt(a, b));
  });
});

test("two differences do not cancel each other", () => {
  assert.not(equalCt(new Uint8Array([1, 2, 3]), new Uint8Array([0, 3, 3])));
  assert.not(equalCt(new Uint8Array([128, 128]), new Uint8Array([0, 0])));
});

test("a comparison reads every byte, wherever the first difference is", () => {
  const Words = Int32Array;
  let reads = 0;
  const get = (target: Int32Array, key: string | symbol) => {
    if (/^\d+$/.test(String(key))) reads++;
    return Reflect.get(target, key, target);
  };
  const construct = (words: typeof Words, args: unknown[]) => new Proxy(Reflect.construct(words, args), { get });
  globalThis.Int32Array = new Proxy(Words, { construct });
  try {
    for (const differs of [0, 31, 63]) {
      reads = 0;
      const other = new Uint8Array(64).fill(1);
      other[differs] = 0;
      assert.not(equalCt(new Uint8Array(64).fill(1), other));
      assert.is(reads, 2 * 16);
    }
  } finally {
    globalThis.Int32Array = Words;
  }
});

test("wipe takes any number of arrays, and those that are not there", () => {
  const [a, b] = [new Uint8Array([1, 2]), new Uint8Array([3])];
  wipe(a, undefined, b);
  wipe();
  assert.equal([...a, ...b], [0, 0, 0]);
});

test("be32 is big-endian to the last bit", () => {
  assert.equal(be32(0), [0, 0, 0, 0]);
  assert.equal(be32(0x01020304), [1, 2, 3, 4]);
  assert.equal(be32(0xfffefdfc), [255, 254, 253, 252]);
  assert.equal(be32(256), [0, 0, 1, 0]);
});

test.run();
