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
  assert.is(createNative(hal).piece(() => new Uint32Array(5)).length, 5);
  assert.is(defrags(), 1);
});

test("where that does not help it is an error", () => {
  const { hal, defrags } = scattered(2);
  assert.throws(() => createNative(hal).piece(() => new Uint32Array(5)), "too scattered");
  assert.is(defrags(), 1);
  assert.throws(() => createNative(hal).at(new Uint8Array(32)), "too scattered");
});

test.run();
