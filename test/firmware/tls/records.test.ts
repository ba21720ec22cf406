// Records: in any pieces, to every limit from both sides, sealed and opened; early data that is passed over.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AEAD_SEAL, createAead, MAX_MESSAGES } from "../../../firmware/crypto/aead.ts";
import type { TrafficKeys } from "../../../firmware/tls/key-schedule.ts";
import { createRecordLayer, createWire, release } from "../../../firmware/tls/records.ts";
import type { Wire } from "../../../firmware/tls/records.ts";
import { hal, hex, primitives as p, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";
import { expandLabel } from "../../support/tls-peer/key-schedule.ts";

const [UNEXPECTED, BAD_MAC, OVERFLOW, INTERNAL] = [10, 20, 22, 80];
const layer = createRecordLayer(hal, p, createAead(hal, p));
const keysOf = (secret: Uint8Array, isAes: boolean): TrafficKeys => {
  const expand = (label: string, length: number) => expandLabel(secret, label, new Uint8Array(0), length);
  return { key: expand("key", isAes ? 16 : 32), iv: expand("iv", 12), count: 0 };
};
const keys = (isAes = false, fill = 1) => keysOf(new Uint8Array(32).fill(fill), isAes);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const header = (type: number, length: number) => new Uint8Array([type, 3, 3, length >> 8, length & 255]);

function wire(more: Partial<Wire> = {}): Wire {
  return { ...createWire({ left: 30000 }), ...more };
}

const isWhole = (w: Wire) => w.filled === w.record?.length;

/** A record whole. */
function given(w: Wire, record: Uint8Array): ReturnType<typeof layer.take> {
  assert.is(layer.fill(w, record, 0), record.length);
  assert.is(layer.problem(w), 0);
  assert.ok(isWhole(w));
  return layer.take(w);
}

function sealed(type: number, data: Uint8Array, padding = 0, isAes = false): Uint8Array {
  const w = wire({ isAes, writeKeys: keys(isAes) });
  // The type is the last byte of what is given here, then zeros.
  const inner = new Uint8Array([...data, type, ...new Uint8Array(padding)]);
  return padding ? resealed(w, inner) : bytesOf(layer.seal(w, type, data));
}

function resealed(w: Wire, inner: Uint8Array): Uint8Array {
  const record = new Uint8Array([...header(23, inner.length + 16), ...inner, ...new Uint8Array(16)]);
  createAead(hal, p)(AEAD_SEAL, w.isAes, w.writeKeys!, record, 5);
  return record;
}

test("what was sealed is opened, in order only, by both suites, split and joined anywhere", () => {
  forAll(10, (random) => {
    const isAes = random.below(2) === 1;
    const out = wire({ isAes, writeKeys: keys(isAes), maxWrite: 200 });
    const texts = Array.from({ length: 5 }, () => random.bytes(1 + random.below(500)));
    const stream = bytesOf(texts.map((text) => layer.seal(out, 23, text)).join(""));
    const w = wire({ isAes, readKeys: keys(isAes) });
    let got: number[] = [];
    for (let at = 0; at < stream.length;) {
      const piece = stream.slice(at, at + 1 + random.below(300));
      at += piece.length;
      for (let from = 0; from < piece.length;) {
        from = layer.fill(w, piece, from);
        if (!isWhole(w)) continue;
        const record = layer.take(w) as { type: number; data: Uint8Array };
        assert.is(record.type, 23);
        assert.ok(record.data.length <= 200);
        got = got.concat([...record.data]);
      }
    }
    assert.equal(got, texts.map((text) => [...text]).flat());
  });
  const record = sealed(23, new Uint8Array(3));
  const w = wire({ readKeys: keys() });
  assert.type(given(w, record), "object");
  assert.is(given(w, record), BAD_MAC, "a record twice");
});

test("the number of a record is in its nonce, and a key has a last one: sealed, and opened", () => {
  const nonces = new Set<string>();
  for (const count of [0, 1, 255, 256, 65535, 65536, MAX_MESSAGES - 2, MAX_MESSAGES - 1]) {
    const out = wire({ writeKeys: { ...keys(), count } });
    const record = bytesOf(layer.seal(out, 23, new Uint8Array(32)));
    nonces.add(hex(record));
    assert.type(given(wire({ readKeys: { ...keys(), count } }), record), "object");
    assert.is(given(wire({ readKeys: { ...keys(), count: count ^ 0x10000 } }), record), BAD_MAC);
  }
  assert.is(nonces.size, 8);
  const out = wire({ writeKeys: { ...keys(), count: MAX_MESSAGES } });
  assert.throws(() => layer.seal(out, 23, new Uint8Array(1)), "nonces used up");
  const late = wire({ readKeys: { ...keys(), count: MAX_MESSAGES } });
  assert.throws(() => given(late, sealed(23, new Uint8Array(1))), "nonces used up");
});

test("a record is the same wherever it is cut, and whatever its rest looks like", () => {
  const record = new Uint8Array([...header(22, 20), ...new Uint8Array(20)]);
  for (let cut = 0; cut <= record.length; cut++) {
    const w = wire();
    assert.is(layer.fill(w, record.slice(0, cut), 0), cut);
    assert.is(layer.fill(w, record.slice(cut), 0), record.length - cut);
    assert.equal(layer.take(w), { type: 22, data: new Uint8Array(20) }, `cut at ${cut}`);
  }
});

test("RFC 8448 section 3: the record of the client's Finished, byte for byte", () => {
  const secret = "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21";
  const message = "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61";
  const record =
    "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f" +
    "38f80338ac98fc46deb384bd1caeacab6867d726c40546";
  const ofClient = () => keysOf(unhex(secret), true);
  const w = wire({ isAes: true, writeKeys: ofClient(), readKeys: ofClient() });
  assert.is(hex(bytesOf(layer.seal(w, 22, unhex(message)))), record);
  assert.equal(given(w, unhex(record)), { type: 22, data: unhex(message) });
});

test("types that there are not are refused with the header alone, and lengths beyond what there may be", () => {
  const problem = (type: number, length: number, more: Partial<Wire> = {}) => {
    const w = wire(more);
    layer.fill(w, header(type, length), 0);
    return layer.problem(w);
  };
  for (let type = 0; type < 256; type++)
    assert.is(problem(type, 1), type >= 20 && type <= 23 ? 0 : UNEXPECTED, `type ${type}`);
  for (const type of [20, 21, 22]) assert.equal([problem(type, 16384), problem(type, 16385)], [0, OVERFLOW]);
  assert.equal([problem(23, 16384 + 256), problem(23, 16384 + 257), problem(23, 65535)], [0, OVERFLOW, OVERFLOW]);
  assert.equal(
    [problem(22, 100, { budget: { left: 100 } }), problem(22, 101, { budget: { left: 100 } })],
    [0, INTERNAL],
  );
});

test("the version of a record is looked at by nobody", () => {
  assert.equal(given(wire(), new Uint8Array([22, 9, 9, 0, 1, 5])), { type: 22, data: new Uint8Array([5]) });
});

test("what all connections may hold is given back when a record is taken or let go", () => {
  const budget = { left: 100 };
  const w = wire({ budget });
  layer.fill(w, new Uint8Array([...header(22, 60), 1]), 0);
  assert.is(budget.left, 40);
  release(w);
  assert.is(budget.left, 100);
  given(w, new Uint8Array([...header(22, 2), 1, 2]));
  assert.is(budget.left, 100);
});

test("padding is taken off, however much; a record of padding only is unexpected", () => {
  for (const padding of [1, 2, 3, 255, 4096, 16383]) {
    const record = given(
      wire({ readKeys: keys() }),
      sealed(22, new Uint8Array([9]).slice(0, padding > 16000 ? 0 : 1), padding),
    );
    assert.equal(record, { type: 22, data: padding > 16000 ? new Uint8Array(0) : new Uint8Array([9]) }, `${padding}`);
  }
  const w = wire({ writeKeys: keys() });
  for (const length of [0, 1, 100])
    assert.is(given(wire({ readKeys: keys() }), resealed(w, new Uint8Array(length))), UNEXPECTED);
});

test("more than the limit of a TLSInnerPlaintext is an overflow: 2^14 and the type, or what we have said we take", () => {
  const opened = (length: number, maxRead?: number) =>
    given(wire({ readKeys: keys(), ...(maxRead && { maxRead }) }), sealed(23, new Uint8Array(length).fill(1)));
  assert.type(opened(16384), "object");
  assert.is(
    given(wire({ readKeys: keys() }), resealed(wire({ writeKeys: keys() }), new Uint8Array(16386).fill(23))),
    OVERFLOW,
  );
  assert.type(opened(2048, 2049), "object");
  assert.is(opened(2049, 2049), OVERFLOW);
});

test("without keys application data is unexpected, with keys everything else is", () => {
  assert.is(given(wire(), new Uint8Array([...header(23, 1), 1])), UNEXPECTED);
  for (const type of [21, 22])
    assert.is(given(wire({ readKeys: keys() }), new Uint8Array([...header(type, 1), 1])), UNEXPECTED);
});

test("refused early data is passed over up to its limit, and ends with the first record that can be opened", () => {
  const w = wire({ readKeys: keys(), early: 500 });
  const junk = new Uint8Array([...header(23, 100), ...new Uint8Array(100)]);
  assert.is(given(w, junk), undefined);
  assert.type(given(w, sealed(22, new Uint8Array(4))), "object", "its number has not moved");
  assert.is(given(w, junk), BAD_MAC, "afterwards nothing is passed over");
  const full = wire({ readKeys: keys(), early: 200 });
  assert.equal([given(full, junk), given(full, junk)], [undefined, BAD_MAC]);
  assert.is(given(wire({ readKeys: keys() }), new Uint8Array([...header(23, 5), 1, 2, 3, 4, 5])), BAD_MAC, "too short");
  const retried = wire({ early: 200 }); // a HelloRetryRequest has gone out: there are no keys
  assert.equal([given(retried, junk), given(retried, junk)], [undefined, UNEXPECTED]);
});

test.run();
