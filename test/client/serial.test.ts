import { test } from "uvu";
import * as assert from "uvu/assert";
import { canonicalSerial, formatSerial, serialFromBytes } from "../../client/serial.ts";
import { WibError } from "../../client/errors.ts";
import { SERIAL_ALPHABET } from "../../firmware/protocol.ts";
import { forAll } from "../support/random.ts";

const SERIAL = "7K3M9QPX2D4RW8TF";

function refusal(typed: string): WibError {
  try {
    canonicalSerial(typed);
  } catch (error) {
    assert.instance(error, WibError);
    return error as WibError;
  }
  throw new Error(`"${typed}" was taken`);
}

const TAKEN: [string, string][] = [
  ["7K3M9QPX2D4RW8TF", SERIAL],
  ["WIB-7K3M-9QPX-2D4R-W8TF", SERIAL],
  ["wib-7k3m-9qpx-2d4r-w8tf\n", SERIAL],
  ["  7k3m 9qpx\t2d4r-w8tf ", SERIAL],
  ["W-I-B7K3M9QPX2D4RW8TF", SERIAL],
  ["oOiIlL0011223344", "0011110011223344"],
  // Sixteen characters that begin with WIB are a serial, not a prefix.
  ["WIB0123456789ABC", "W1B0123456789ABC"],
  // The prefix goes before I becomes 1, and only once.
  ["WIBWIB0123456789ABC", "W1B0123456789ABC"],
];

for (const [typed, serial] of TAKEN)
  test(`${JSON.stringify(typed)} is ${serial}`, () => assert.is(canonicalSerial(typed), serial));

const REFUSED: [string, string][] = [
  ["", "this has 0"],
  ["7K3M9QPX2D4RW8T", "this has 15"],
  ["7K3M9QPX2D4RW8TF0", "this has 17"],
  ["XYZ7K3M9QPX2D4RW8TF", "this has 19"],
  ["W1B7K3M9QPX2D4RW8TF", "this has 19"],
  ["WIB7K3M9QPX2D4RW8T", "this has 18"],
  ["WIB7K3M9QPX2D4RW8TF0", "this has 20"],
  ["7K3M9QPX2D4RW8TU", "character 16 "],
  ["uK3M9QPX2D4RW8TF", "character 1 "],
  ["7K3M9QPX2D4RW8T*", "character 16 "],
  ["7K3M_9QPX2D4RW8T", "character 5 "],
  ["７K3M9QPX2D4RW8TF", "character 1 "], // full width
  ["ſK3M9QPX2D4RW8TF", "character"], // whose upper case is S
];

for (const [typed, why] of REFUSED)
  test(`${JSON.stringify(typed)} is the user's mistake`, () => {
    const error = refusal(typed);
    assert.is(error.exitCode, 1);
    assert.match(error.message, why);
    assert.ok(error.hint);
  });

test("a refusal does not repeat what was typed", () => {
  for (const [typed] of REFUSED.filter(([typed]) => typed.length > 4)) {
    const { message, hint } = refusal(typed);
    assert.not.ok(`${message} ${hint}`.includes(typed.slice(3, 9)), message);
  }
});

test("what is made, printed and typed again is the same serial", () =>
  forAll(100, (random) => {
    const serial = serialFromBytes(random.bytes(10));
    assert.match(serial, /^[0-9A-HJKMNP-TV-Z]{16}$/);
    assert.is(canonicalSerial(formatSerial(serial)), serial);
    const typed = [...formatSerial(serial)].map((c) => {
      const alike = c === "0" ? random.pick(["0", "o", "O"]) : c === "1" ? random.pick(["1", "i", "I", "l", "L"]) : c;
      return random.pick(["", " ", "-"]) + random.pick([alike, alike.toLowerCase()]);
    });
    assert.is(canonicalSerial(typed.join("")), serial);
  }));

test("ten bytes are all sixteen characters, the first ones first", () => {
  assert.is(serialFromBytes(new Uint8Array(10)), "0".repeat(16));
  assert.is(serialFromBytes(new Uint8Array(10).fill(255)), "Z".repeat(16));
  assert.is(serialFromBytes(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1)), `G${"0".repeat(14)}1`);
  assert.is(new Set(SERIAL_ALPHABET).size, 32);
});

test.run();
