// Each kind of source hands on the low bits of what it reads, every one of them and nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { BoardRecord, SourceRecord } from "../../../boards/index.ts";
import { linux } from "../../../boards/linux.ts";
import { SOURCE_KINDS } from "../../../boards/record.ts";
import * as sources from "../../../firmware/entropy/sources.ts";
import type { Source, SourceMaker } from "../../../firmware/entropy/sources.ts";
import type { Hal } from "../../../firmware/hal/engine.ts";
import { createPrng } from "../../../host-sim/noise.ts";
import { createSensors } from "../../../host-sim/sensors.ts";
import { hal } from "../../support/hal.ts";

const RECORDS: SourceRecord[] = [
  { kind: "adc", from: "A0", bits: 4, claim: 0.25, scale: 4096 },
  { kind: "temperature", bits: 3, claim: 0.25, scale: 16 },
  { kind: "vref", bits: 4, claim: 0.25, scale: 4096 },
  { kind: "timer", bits: 4, claim: 0.25, scale: 1048576 },
  { kind: "counter", from: "0xE000E018", bits: 6, claim: 0.25 },
  { kind: "register", from: "0x50060808", bits: 8, claim: 1, enable: [[0x40023834, 64]] },
  { kind: "os", from: "/dev/random", bits: 8, claim: 1 },
  { kind: "gpio", from: "B1", bits: 1, claim: 0.25 },
  { kind: "i2c", from: "I2C1 B6 B7 0x48", bits: 5, claim: 0.25 },
];

/** A source on a board that has it, and every sample the board's noise gave. */
function wired(record: SourceRecord, seed = 1): { source: Source; drawn: number[] } {
  const drawn: number[] = [];
  const next = createPrng(seed);
  const sample = (_kind: string, bits: number): number => {
    drawn.push(next() >>> (32 - bits));
    return drawn[drawn.length - 1];
  };
  const board: BoardRecord = { ...linux, sources: [record] };
  const sensors = createSensors(board, sample);
  const openFile = (path: string) => {
    assert.is(path, record.from);
    const read = (n: number) => String.fromCharCode(...Array.from({ length: n }, () => sample("os", 8)));
    return { read, close: () => {} };
  };
  const { globals } = sensors;
  const wiredHal = {
    E: {
      ...{ toUint8Array: hal.E.toUint8Array, openFile },
      ...{ getTemperature: sensors.temperature, getAnalogVRef: sensors.analogVRef },
    },
    getTime: () => 1000 + sensors.elapsed(),
    analogRead: (pin: unknown) => sensors.analog(String(pin)),
    digitalRead: (pin: unknown) => sensors.digital(String(pin)),
    peek32: globals.peek32,
    poke32: globals.poke32,
    named: (name: string) => globals[name] ?? name,
  } as unknown as Hal;
  const maker = (sources as unknown as Record<string, SourceMaker>)[`${record.kind}Source`];
  const source = maker(wiredHal, record);
  return { source, drawn };
}

test("there is a source, and a test of it, for every kind that a record can name", () => {
  assert.equal(
    RECORDS.map(({ kind }) => kind),
    [...SOURCE_KINDS],
  );
});

for (const record of RECORDS)
  test(`${record.kind}: the raw samples are the noise, unjudged and unwhitened`, () => {
    const { source, drawn } = wired(record);
    const before = record.kind === "timer" || record.kind === "counter" ? 1 : 0; // it starts from a first reading
    const samples = Array.from({ length: 500 }, () => source());
    assert.equal(samples, drawn.slice(before, before + 500));
    assert.ok(new Set(samples).size > 1);
  });

test("a counter that counts up gives as much as one that counts down", () => {
  const enable: [number, number][] = [
    [0xe000edfc, 1 << 24],
    [0xe0001000, 1],
  ];
  const { source, drawn } = wired({ kind: "counter", from: "0xE0001004", bits: 4, claim: 0.25, enable });
  const samples = Array.from({ length: 500 }, () => source());
  assert.equal(samples, drawn.slice(1));
});

test("a generator that is not switched on gives nothing but zeros, and one the record does not name throws", () => {
  const register = RECORDS.find(({ kind }) => kind === "register")!;
  const { globals } = createSensors({ ...linux, sources: [register] }, () => 77);
  const peek = globals.peek32 as (address: number) => number;
  assert.is(peek(0x50060808), 0);
  (globals.poke32 as (address: number, value: number) => void)(0x40023834, 64 | 1);
  assert.is(peek(0x50060808), 77);
  assert.throws(() => peek(0x50060800), "not modelled");
});

test("a bit that another peripheral needs stays set", () => {
  const poked: [number, number][] = [];
  const fake = { peek32: () => 0x101, poke32: (at: number, value: number) => void poked.push([at, value]) };
  sources.registerSource(fake as unknown as Hal, {
    kind: "register",
    from: "0x10",
    bits: 8,
    claim: 1,
    enable: [[4, 64]],
  });
  assert.equal(poked, [[4, 0x141]]);
});

test("a sensor that is not there (NaN) is a source that is stuck", () => {
  for (const kind of ["temperature", "vref"] as const) {
    const maker = (sources as unknown as Record<string, SourceMaker>)[`${kind}Source`];
    const source = maker(hal, { kind, bits: 4, claim: 0.25, scale: 16 });
    assert.equal([source(), source(), source()], [0, 0, 0]);
  }
});

test("what a source of the operating system has given is not kept", () => {
  let block = new Uint8Array(0);
  const fake = {
    E: {
      openFile: () => ({ read: () => "abcdef", close: () => {} }),
      toUint8Array: (text: string) => (block = new Uint8Array(Buffer.from(text))),
    },
  } as unknown as Hal;
  const source = sources.osSource(fake, { kind: "os", from: "x", bits: 8, claim: 1 });
  for (let i = 0; i < 3; i++) source();
  assert.equal([...block], [0, 0, 0, 100, 101, 102]);
});

test.run();
