// What the simulator does not model throws, and is never silently undefined.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { notModelled, strict } from "../../host-sim/strict.ts";

test("members are there, others throw with their name", () => {
  const it = strict("E", { a: 1, none: undefined as undefined | number });
  assert.equal([it.a, it.none], [1, undefined]);
  assert.throws(() => (it as unknown as { b: number }).b, /host-sim: E\.b is not modelled/);
});

test("what is absent on purpose is undefined", () => {
  const it = strict("crypto", { SHA256: 1 }, ["SHA512"]) as { SHA256: number; SHA512?: number; AES?: number };
  assert.is(it.SHA512, undefined);
  assert.throws(() => it.AES, /crypto\.AES/);
});

test("members can be set and then are there; printing and comparing do not throw", () => {
  const it = strict("Socket", {}) as { sckt?: number };
  it.sckt = 1;
  assert.is(it.sckt, 1);
  assert.type(Object.prototype.toString.call(it), "string");
  assert.equal(Object.keys(it), ["sckt"]);
  assert.match(notModelled("x").message, /^host-sim: x is not modelled$/);
});

test.run();
