// The DER reader: what it takes, and that everything else is a fault that stays.
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as Der from "../../../firmware/pki/der.ts";
import type { Cursor } from "../../../firmware/pki/der.ts";
import { hex } from "../../support/hal.ts";
import { der } from "../../support/pki-kinds.ts";
import { forAll } from "../../support/random.ts";

const open = (...bytes: number[]) => Der.openDer(new Uint8Array(bytes));

/** What `read` gives for these bytes, "bad" if it is a fault, or "left over" if it does not reach the end. */
function attempt(bytes: number[] | Uint8Array, read: (c: Cursor) => unknown): unknown {
  const cursor = Der.openDer(new Uint8Array(bytes));
  const result = read(cursor);
  if (cursor.fault.bad) return "bad";
  Der.close(cursor);
  return cursor.fault.bad ? "left over" : result;
}

const octets = (c: Cursor) => Der.contents(Der.take(c, Der.OCTET_STRING)).length;

test("lengths in every minimal form up to three bytes", () => {
  for (const length of [0, 1, 127, 128, 129, 255, 256, 257, 65535, 65536, 70000])
    assert.is(attempt(der(Der.OCTET_STRING, new Uint8Array(length)), octets), length);
});

test("a length that is not minimal is refused, however much follows it", () => {
  const behind = Array.from({ length: 700 }, () => 0);
  for (const length of [
    [0x81, 5],
    [0x81, 0x7f],
    [0x82, 0, 0x80],
    [0x82, 0, 5],
    [0x83, 0, 1, 0],
    [0x81, 0],
    [0x82, 0, 0],
  ]) {
    assert.is(attempt([Der.OCTET_STRING, ...length, 1, 2, 3, 4, 5], octets), "bad");
    // In the middle of a long document, where there is room for anything.
    const cursor = open(Der.OCTET_STRING, ...length, ...behind);
    assert.is(octets(cursor), 0);
    assert.ok(cursor.fault.bad, `length ${length}`);
    assert.is(cursor.at, cursor.end);
  }
});

test("indefinite, reserved and oversized lengths are refused", () => {
  const behind = Array.from({ length: 300 }, () => 0);
  for (const length of [
    [0x80],
    [0x84, 1, 0, 0, 0],
    [0x85, 0, 0, 0, 0, 1],
    [0xff],
    [0x83, 255, 255, 255],
    [0x82, 1, 0x2d],
  ])
    for (const tag of [Der.OCTET_STRING, Der.SEQUENCE])
      assert.is(
        attempt([tag, ...length, ...behind], (c) => Der.take(c, tag).end),
        "bad",
        `length ${length}`,
      );
  assert.is(attempt([Der.OCTET_STRING, 0x82, 1, 0x2c, ...behind], octets), 300);
});

test("an element that reaches over the end of what holds it is refused", () => {
  const inner = [Der.OCTET_STRING, 3, 1, 2];
  assert.is(
    attempt([Der.SEQUENCE, 4, ...inner, 3], (c) => octets(Der.take(c, Der.SEQUENCE))),
    "bad",
  );
  assert.is(
    attempt([Der.SEQUENCE, 5, ...inner, 3], (c) => octets(Der.take(c, Der.SEQUENCE))),
    3,
  );
  // A length of two bytes of which one is inside.
  assert.is(
    attempt([Der.SEQUENCE, 3, 4, 0x82, 1, 0, 0], (c) => octets(Der.take(c, Der.SEQUENCE))),
    "bad",
  );
});

test("closeWhole looks into everything that is constructed, down to a depth, and at nothing that is not", () => {
  const whole = (depth: number) => (c: Cursor) => Der.closeWhole(Der.take(c, Der.SEQUENCE), depth);
  const name = der(Der.SEQUENCE, der(Der.SET, der(Der.SEQUENCE, der(Der.OID, [1]), der(0x0c, [0x30, 9]))));
  assert.is(attempt(name, whole(3)), undefined);
  assert.is(attempt(name, whole(2)), "bad");
  assert.is(attempt(der(Der.SEQUENCE), whole(0)), undefined);
  for (const bad of [
    der(Der.SEQUENCE, [Der.SET]),
    der(Der.SEQUENCE, [Der.SET, 0x80, 0, 0]),
    der(Der.SEQUENCE, der(Der.SET, [4, 2, 1])),
    der(Der.SEQUENCE, der(Der.SET, [4, 0x81, 1, 1])),
    der(Der.SEQUENCE, der(0x1f, [1])), // a tag of several bytes
    der(Der.SEQUENCE, der(0xbf, [1])),
    der(Der.SEQUENCE, der(Der.SET), [0]),
  ])
    assert.is(attempt(bad, whole(5)), "bad", hex(bad));
  const deep = Array.from({ length: 200 }).reduce<Uint8Array>((inner) => der(Der.SEQUENCE, inner), der(Der.SEQUENCE));
  assert.is(attempt(deep, whole(4)), "bad");
});

test("an INTEGER of any sign is minimal", () => {
  const length = (c: Cursor) => Der.takeInteger(c).length;
  for (const good of [[0], [1], [127], [128], [255], [0, 128], [255, 127], [128, 0], [0, 255, 255]])
    assert.is(attempt([Der.INTEGER, good.length, ...good], length), good.length, `${good}`);
  for (const bad of [[], [0, 0], [0, 127], [255, 128], [255, 255], [0, 0, 128]])
    assert.is(attempt([Der.INTEGER, bad.length, ...bad], length), "bad", `${bad}`);
});

test("truncated at every byte, a document is refused", () => {
  const whole = der(Der.SEQUENCE, der(Der.INTEGER, [1]), der(Der.OCTET_STRING, new Uint8Array(200)));
  const read = (c: Cursor) => {
    const sequence = Der.take(c, Der.SEQUENCE);
    const n = Der.takeSmall(sequence);
    octets(sequence);
    Der.close(sequence);
    return n;
  };
  assert.is(attempt(whole, read), 1);
  for (let length = 0; length < whole.length; length++) assert.is(attempt(whole.slice(0, length), read), "bad");
  assert.is(attempt([...whole, 0], read), "left over");
});

test("another tag is refused; peek tells it without a step, and -1 at the end", () => {
  assert.is(
    attempt([Der.OCTET_STRING, 0], (c) => Der.take(c, Der.SEQUENCE).end),
    "bad",
  );
  const cursor = open(Der.NULL, 0);
  assert.is(Der.peek(cursor), Der.NULL);
  assert.is(Der.peek(cursor), Der.NULL);
  Der.close(Der.take(cursor, Der.NULL));
  assert.is(Der.peek(cursor), -1);
  assert.not(cursor.fault.bad);
  Der.take(cursor, -1); // nothing, and certainly not the end again
  assert.ok(cursor.fault.bad);
});

test("after a fault every cursor of the document knows, gives nothing, and a loop over it ends", () => {
  const document = open(Der.SEQUENCE, 6, Der.NULL, 0, Der.NULL, 9, Der.NULL, 0);
  const sequence = Der.take(document, Der.SEQUENCE);
  let rounds = 0;
  while (Der.peek(sequence) === Der.NULL && rounds < 10) {
    Der.take(sequence, Der.NULL);
    rounds++;
  }
  assert.is(rounds, 2);
  assert.ok(document.fault.bad);
  assert.is(Der.contents(Der.take(sequence, Der.NULL)).length, 0);
  assert.is(hex(Der.takeRaw(sequence, Der.NULL)), "");
});

test("close refuses what is left over", () => {
  const cursor = open(Der.NULL, 0, 0);
  Der.take(cursor, Der.NULL);
  assert.not(cursor.fault.bad);
  Der.close(cursor);
  assert.ok(cursor.fault.bad);
});

test("positive integers: minimal, without their sign byte", () => {
  const read = (c: Cursor) => hex(Der.takeUnsigned(c));
  const cases: [number[], string][] = [
    [[1], "01"],
    [[127], "7f"],
    [[0, 128], "80"],
    [[0, 255, 1], "ff01"],
    [[1, 0], "0100"],
    [[0], "bad"], // 0 is no part of any key
    [[], "bad"],
    [[128], "bad"], // negative
    [[255, 255], "bad"],
    [[0, 1], "bad"], // padded
    [[0, 127], "bad"],
    [[0, 0, 128], "bad"],
  ];
  for (const [contents, expected] of cases) assert.is(attempt(der(Der.INTEGER, contents), read), expected);
});

test("versions and booleans have one byte, and booleans two values", () => {
  for (const [contents, expected] of [
    [[0], 0],
    [[1], 1],
    [[127], 127],
    [[128], "bad"],
    [[], "bad"],
    [[0, 1], "bad"],
  ])
    assert.is(attempt(der(Der.INTEGER, contents as number[]), Der.takeSmall), expected);
  for (const [contents, expected] of [
    [[0], false],
    [[255], true],
    [[1], "bad"],
    [[], "bad"],
    [[255, 255], "bad"],
  ])
    assert.is(attempt(der(Der.BOOLEAN, contents as number[]), Der.takeBoolean), expected);
});

test("bit strings are whole bytes", () => {
  const read = (c: Cursor) => hex(Der.contents(Der.takeBits(c)));
  assert.is(attempt(der(Der.BIT_STRING, [0, 1, 2]), read), "0102");
  assert.is(attempt(der(Der.BIT_STRING, [0]), read), "");
  for (const contents of [[], [1, 2], [8, 0], [255]]) assert.is(attempt(der(Der.BIT_STRING, contents), read), "bad");
});

test("object identifiers and whole elements come out as they are", () => {
  assert.is(attempt([Der.OID, 3, 0x55, 0x1d, 0x13], Der.takeOid), "551d13");
  assert.is(attempt([Der.OID, 2, 0, 0x0f], Der.takeOid), "000f");
  const element = der(Der.SEQUENCE, new Uint8Array(130));
  assert.is(
    attempt(element, (c) => hex(Der.takeRaw(c, Der.SEQUENCE))),
    hex(element),
  );
  assert.is(
    attempt(element, (c) => Der.takeRaw(c, Der.SET)),
    "bad",
  );
});

test("any bytes at all: never a throw, and no cursor leaves its document", () => {
  forAll(500, (random) => {
    const bytes = random.bytes(random.below(40)).map((byte) => (random.below(2) ? byte : byte & 7));
    const cursor = Der.openDer(bytes);
    const readers = [Der.takeOid, Der.takeBits, Der.takeUnsigned, Der.takeSmall, Der.takeBoolean];
    for (let i = 0; i < 10; i++) {
      if (random.below(2)) random.pick(readers)(cursor);
      else {
        const inner = Der.take(cursor, Der.peek(cursor));
        assert.ok(inner.at >= 0 && inner.at <= inner.end && inner.end <= bytes.length);
      }
      assert.ok(cursor.at <= cursor.end && cursor.end === bytes.length);
    }
  });
});

test.run();
