// The field machine on native code against BigInt: every instruction at the edges and aliased, the programs of the
// curves, long numbers, wiping, and the check at boot.
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as F from "../../../../firmware/crypto/formulas.build.ts";
import { createFieldModulo, wordsOf } from "../../../../firmware/crypto/native/field-native.ts";
import { createNative } from "../../../../firmware/crypto/native/native.ts";
import { nativePrimitives } from "../../../../firmware/crypto/native/primitives-native.ts";
import { createFieldBigInt } from "../../../support/field-bigint.ts";
import { FIELDS, P256_COMB, valueIn } from "../../../support/fields.ts";
import { runJob } from "../../../support/jobs.ts";
import { nativeBench } from "../../../support/native.ts";
import { forAll } from "../../../support/random.ts";

const bench = nativeBench();
const FFDHE_LIKE = 2n ** 2048n - 1942289n;

function bytesOf(value: bigint, length: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex"));
}

function bigOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}

/** Runs a program on both machines from the same registers and compares all of them. */
function compare(p: bigint, size: number, program: string, values: bigint[], scalar?: Uint8Array): void {
  const native = createFieldModulo(bench.hal, bench.native, bytesOf(p, size), values.length);
  const slow = createFieldBigInt(p, values.length, size);
  values.forEach((value, i) => {
    native.load(i, bytesOf(value, size));
    slow.load(i, bytesOf(value % p, size));
  });
  runJob(native.run(program, scalar));
  runJob(slow.run(program, scalar));
  for (let i = 0; i < values.length; i++)
    assert.is(bigOf(valueIn(native, i)), bigOf(valueIn(slow, i)), `register ${i}`);
}

/** Two operands of each kind in registers 0 and 1, results and aliases in others. */
const ONE_BY_ONE = [
  ...[
    "0201",
    "3201",
    "4201",
    "4210",
    "4200",
    "5200",
    "620" + "3",
    "0000",
    "3000",
    "4000",
    "0101",
    "0110",
    "4101",
    "4010",
  ],
  ...["12012000", "10011000", "22013310", "20011100", "22010322", ";010"],
  ...["7000" + ";010" + "0202" + ":000" + ";230", "9300" + "3201" + "9200" + "3220" + ":000" + ":000"],
];
/** The same for the loop of a comb, with a table of 16 entries of two. */
const COMB = "Ad00" + "<042" + ";020" + "3201" + ":000";

for (const { name, p } of FIELDS) {
  const top = 2n ** 256n - 1n;
  test(`${name}: every instruction, aliased too, at 0, 1, p - 1, p, p + 1 and 2^256 - 1`, () => {
    const edges = [0n, 1n, p - 1n, p, p + 1n, top];
    for (const program of ["0201", "3201", "4201", "12012000", "22013310"])
      for (const a of edges) for (const b of edges) compare(p, 32, program, [a, b, 5n, 7n]);
    for (const program of ONE_BY_ONE) compare(p, 32, program, [p - 1n, top, 5n, 7n], new Uint8Array([0xa5, 0x0f]));
  });
  test(`${name}: random operands`, () => {
    forAll(8, (random) => {
      const values = [0, 1, 2, 3].map(() => bigOf(random.bytes(32)));
      for (const program of ONE_BY_ONE) compare(p, 32, program, values, random.bytes(4));
    });
  });
  test(`${name}: powers, with a table of 16 entries`, () => {
    forAll(1, (random) => {
      const values = Array.from({ length: F.POWER_REGISTERS }, () => bigOf(random.bytes(32)));
      for (const scalar of [random.bytes(32), new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array([1])])
        compare(p, 32, F.POWER_PROGRAM.slice(0, -4), values, scalar); // without its `give`
    });
  });
}

test("a comb's columns: which entry is picked, and when it is swapped", () => {
  const [, { p }] = FIELDS;
  const values = Array.from({ length: 36 }, (_, i) => BigInt(i * i + 7));
  forAll(4, (random) => compare(p, 32, COMB, values, random.bytes(32)));
  for (const fill of [0, 255, 0x0f]) compare(p, 32, COMB, values, new Uint8Array(32).fill(fill));
});

test("2,048 bits: one step a digit, and the result of it all", () => {
  const machine = createFieldModulo(bench.hal, bench.native, bytesOf(FFDHE_LIKE, 256), F.POWER_REGISTERS);
  [1n, 5n].forEach((value, i) => machine.load(F.POWER_T + i, bytesOf(value, 256)));
  const scalar = new Uint8Array(32).fill(0x9c);
  let steps = 0;
  const count = bench.count(() => (steps = runJob(machine.run(F.POWER_PROGRAM, scalar))));
  let expected = 1n;
  for (const byte of scalar)
    for (let bit = 7; bit >= 0; bit--) {
      expected = (expected * expected) % FFDHE_LIKE;
      if ((byte >> bit) & 1) expected = (expected * 5n) % FFDHE_LIKE;
    }
  assert.is(bigOf(machine.store(F.POWER_R)), expected);
  assert.is(steps, 65);
  assert.ok(count < 8e6, `${count} instructions`);
});

test("a modulus of any number of bytes", () => {
  for (const size of [16, 31, 33, 48, 127]) {
    const p = 2n ** BigInt(8 * size) - 1n;
    const odd = p - 4n - ((p - 4n) % 2n === 0n ? 1n : 0n);
    compare(odd, size, "0201", [odd - 1n, odd - 2n, 0n]);
  }
});

test("a number shorter than what was in its registers before: nothing of that is left", () => {
  const machine = createFieldModulo(bench.hal, bench.native, bytesOf(2n ** 256n - 189n, 32), 2);
  const full = new Uint8Array(64).fill(0x5a);
  for (const length of [1, 20, 31, 32, 33, 50, 63, 64]) {
    machine.load(0, full);
    runJob(machine.run(""));
    const short = full.map((_, i) => i + 1).subarray(0, length);
    machine.load(0, short);
    // In two registers the upper part is in the first one.
    assert.is(bigOf(valueIn(machine, 0)), bigOf(short.subarray(0, length > 32 ? length - 32 : length)), `${length}`);
  }
});

test("a program that finds no piece lies behind the registers; where there is no room, memory is put in order", () => {
  const p = 2n ** 256n - 189n;
  assert.ok(
    P256_COMB.length + 32 <= 32 * (F.P256_REGISTERS - F.P256_COMB_REGISTERS),
    "the longest has room in a setup",
  );
  const program = F.POWER_PROGRAM;
  // As the machine has it: two numbers are read first, and it ends with 32 bytes.
  const needed = 2 * 4 + program.length + 32;
  for (const [room, expected] of [
    [needed, 0],
    [needed - 4, 1],
  ]) {
    let [isScattered, defrags] = [false, 0];
    const E = {
      ...bench.hal.E,
      getAddressOf: (data: Uint8Array) =>
        isScattered && data instanceof Uint8Array && !data.byteOffset ? 0 : bench.hal.E.getAddressOf(data, true),
      defrag: () => [(isScattered = false), defrags++],
    };
    const hal = { ...bench.hal, E } as unknown as typeof bench.hal;
    const native = createNative(hal);
    native.keep(wordsOf(F.POWER_REGISTERS) + room / 4);
    const machine = createFieldModulo(hal, native, bytesOf(p, 32), F.POWER_REGISTERS);
    [1n, 5n].forEach((value, i) => machine.load(F.POWER_T + i, bytesOf(value, 32)));
    isScattered = true;
    runJob(machine.run(program, Uint8Array.of(200)));
    assert.is(bigOf(machine.store(F.POWER_R)), 5n ** 200n % p);
    assert.is(defrags, expected, `${room} bytes behind the registers`);
    machine.wipe();
    assert.not(
      native.lend(8).some((word) => word),
      "what was behind them is wiped too",
    );
  }
});

test("a field machine that computes wrongly is found at boot", () => {
  assert.ok(nativePrimitives(bench.hal, bench.native));
  const { field } = bench.native;
  for (const broken of [
    () => 0,
    (...args: [number, number, number, number]) =>
      args[2] === 32 ? field(args[0], args[1], 16, args[3]) : field(...args),
    (...args: [number, number, number, number]) => field(args[0], args[1], args[2], args[3] && 1),
  ])
    assert.throws(() => nativePrimitives(bench.hal, { ...bench.native, field: broken }), /^native field wrong$/);
});

test("wipe leaves nothing", () => {
  const [field] = FIELDS;
  const made: Uint32Array[] = [];
  const Original = Uint32Array;
  (globalThis as Record<string, unknown>).Uint32Array = class extends Original {
    constructor(length: number) {
      super(length);
      if (typeof length === "number") made.push(this); // else a view
    }
  };
  try {
    const machine = createFieldModulo(bench.hal, bench.native, field.modulus.bytes, F.X25519_REGISTERS);
    for (let i = 0; i < 4; i++) machine.load(i, new Uint8Array(32).fill(0xee - i));
    runJob(machine.run(F.X25519_PROGRAM, new Uint8Array(32).fill(0xd7)));
    machine.wipe();
    machine.wipe();
    assert.throws(() => machine.store(0)); // it has let its memory go
  } finally {
    (globalThis as Record<string, unknown>).Uint32Array = Original;
  }
  assert.is(made.length, 1);
  assert.ok(made[0].every((word) => word === 0));
});

test.run();
