// Memory for native code: in one piece, put in order where it is too scattered.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createNative } from "../../../../firmware/crypto/native/native.ts";
import type { Hal } from "../../../../firmware/hal/engine.ts";
import { hal as plain } from "../../../support/hal.ts";

/** Arrays have an address once memory was put in order `after` times. */
function scattered(after: number): { hal: Hal; defrags: () => number } {
  let defrags = 0;
  const E = {
    ...plain.E,
    nativeCall: () => () => 0,
    getAddressOf: () => (defrags >= after ? 0x20000000 : 0),
    defrag: () => void defrags++,
  };
  return { hal: { ...plain, E } as unknown as Hal, defrags: () => defrags };
}

test("where memory is in order it is left alone", () => {
  const { hal, defrags } = scattered(0);
  assert.equal([...createNative(hal).piece(() => new Uint32Array(3))], [0, 0, 0]);
  assert.is(defrags(), 0);
});

test("where it is scattered it is put in order, once", () => {
  const { hal, defrags } = scattered(1);
  const made: Uint8Array[] = [];
  const piece = createNative(hal).piece(() => (made[made.length] = new Uint8Array(5).fill(7)));
  assert.equal([...piece], [7, 7, 7, 7, 7]);
  assert.is(defrags(), 1);
  assert.equal([...made[0]], [0, 0, 0, 0, 0], "what was made in vain may have been a secret");
});

test("what is kept makes room first, and is kept again when it was lent", () => {
  const { hal, defrags } = scattered(1);
  let kept = true;
  const E = { ...hal.E, getAddressOf: (data: Uint8Array) => (data.length === 8 || !kept ? 0x20000000 : 0) };
  const native = createNative({ ...hal, E } as Hal);
  native.keep(8);
  const made: Uint8Array[] = [];
  const piece = () => {
    kept = made.length === 0; // the first is in no piece, the second is
    return (made[made.length] = new Uint8Array(5).fill(7));
  };
  assert.equal([...native.piece(piece)], [7, 7, 7, 7, 7]);
  assert.is(defrags(), 0);
  assert.equal([...made[0]], [0, 0, 0, 0, 0]);
  const words = native.lend(8);
  native.takeBack(words);
  assert.is(native.lend(8), words);
});

test("where that does not help it is an error", () => {
  const { hal, defrags } = scattered(2);
  assert.throws(() => createNative(hal).piece(() => new Uint32Array(5)), "too scattered");
  assert.is(defrags(), 1);
  assert.throws(() => createNative(hal).at(new Uint8Array(32)), "too scattered");
});

test("what is kept is lent again and again; what does not fit, or is lent already, is made", () => {
  const native = createNative(scattered(0).hal);
  native.keep(8);
  const first = native.lend(8);
  const second = native.lend(5);
  assert.is(second.length, 5);
  native.takeBack(second);
  assert.is(native.lend(5).length, 5, "nothing but what was kept comes back");
  native.takeBack(first);
  assert.is(native.lend(5), first);
  native.takeBack(first);
  assert.is(native.lend(9).length, 9);
  assert.is(native.lend(8), first);
});

test("nothing is kept once nothing is to be kept", () => {
  const native = createNative(scattered(0).hal);
  native.keep(8);
  const lent = native.lend(8);
  native.keep(0);
  native.takeBack(lent);
  assert.is.not(native.lend(8), lent);
});

test.run();
