// The model of Storage against what PLATFORM section 7 says; test/engine/storage.test.ts holds it to the interpreter.
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { NorFlash, seeded } from "../../host-sim/flash.ts";
import { createStorage, type StorageOptions } from "../../host-sim/storage.ts";
import { times } from "../support/random.ts";

const COUNT = times(20);
const SEED = Number(process.env.WIB_SEED ?? Date.now() % 1e6);
const START = 0x08004000;

function powered(pages: number, page: number, options: StorageOptions = {}) {
  const flash = new NorFlash([{ start: START, bytes: pages * page, page }]);
  return { flash, storage: createStorage(flash, options) };
}

/** Asserts what `call` returns, as text, or the message of what it throws. */
function gives(expected: string, call: () => unknown): void {
  let text: string;
  try {
    text = `returned ${call()}`;
  } catch (error) {
    text = (error as Error).message;
  }
  assert.is(text, expected);
}

test("a file is a 32-byte header and its data, at the next multiple of four", () => {
  const { flash, storage } = powered(4, 1024);
  storage.write("ab", "12345");
  storage.write("x".repeat(30), new Uint8Array([255, 0]));
  const image = Buffer.from(flash.snapshot());
  assert.is(image.toString("latin1", 0, 40), `\x05\0\0\0ab${"\0".repeat(26)}12345\xff\xff\xff`);
  assert.is(image.toString("latin1", 40, 76), `\x02\0\0\0${"x".repeat(28)}\xff\0\xff\xff`);
  assert.ok(image.subarray(76).every((byte) => byte === 0xff));
  assert.is(storage.read("x".repeat(99)), "\xff\0");
  assert.equal(new Uint8Array(storage.readArrayBuffer("ab")!), new Uint8Array(Buffer.from("12345")));
});

test("writing what is there already changes nothing; anything else invalidates the old file first", () => {
  const { flash, storage } = powered(4, 1024);
  storage.write("a", "same");
  const before = flash.operations;
  assert.ok(storage.write("a", [115, 97, 109, 101]));
  assert.is(flash.operations, before);
  storage.write("a", "Same");
  assert.is(flash.operations - before, 4 + 32 + 4);
  assert.is(Buffer.from(flash.snapshot()).toString("latin1", 4, 5), "\0");
  assert.is(Buffer.from(flash.snapshot()).toString("latin1", 32, 36), "same", "the old bytes are still readable");
});

test("a file may be filled piece by piece; what is not written reads 0xFF", () => {
  const { storage } = powered(4, 1024);
  assert.ok(storage.write("f", "ab", 0, 8));
  assert.ok(storage.write("f", "ef", 5));
  assert.is(storage.read("f"), "ab\xff\xff\xffef\xff");
  assert.is(storage.read("f", 5, 2), "ef");
  assert.is(storage.read("f", -4, 1), "a");
  assert.is(storage.read("f", 99), "");
  gives("File already written with different data", () => storage.write("f", "x", 6));
  gives("Too much data for file size", () => storage.write("f", "xy", 7));
  gives("Unable to find or create file", () => storage.write("g", "x", 1, 9));
  gives("returned false", () => storage.write("f", "x", -1));
});

test("what cannot be written says so in the engine's words", () => {
  const { storage } = powered(4, 1024);
  gives("Can't create zero length file", () => storage.write("a", ""));
  gives("Can't get pointer to data to write", () => storage.write("a"));
  gives("Expecting Number or iterable, got null", () => storage.write("a", null));
  gives("host-sim: Storage.open is not modelled", () => Reflect.get(storage, "open"));
});

test("a replacement that does not fit loses the old file all the same", () => {
  const { storage } = powered(2, 1024);
  storage.write("keys", "old");
  gives("Unable to find or create file", () => storage.write("keys", "n".repeat(3000)));
  assert.is(storage.read("keys"), undefined);
  storage.write("keys", "old");
  gives("Too much data for file size", () => storage.write("keys", "nn", 0, 1));
  assert.is(storage.read("keys"), "\xff");
});

test("a drive letter is dropped, once; an empty name finds a deleted file of a short name", () => {
  const { storage } = powered(4, 1024);
  storage.write("C:a:b", "1");
  assert.equal(storage.list(), ["a:b"]);
  assert.is(storage.read("a:b"), undefined, "it looks for b");
  assert.is(storage.read("C:a:b"), "1");
  storage.write("tmp", "secret");
  storage.erase("tmp");
  assert.is(storage.read(""), "secret");
});

test("when space runs out the files are squeezed together, unless there is no memory for it", () => {
  let memory = 1024 + 31;
  const { flash, storage } = powered(4, 1024, { freeMemory: () => memory });
  storage.write("kept", "k".repeat(992));
  storage.write("more", "m".repeat(500));
  const fill = (): boolean => storage.write("x", String(flash.operations).repeat(100).slice(0, 300));
  for (let i = 0; i < 7; i++) gives("returned true", fill);
  assert.is(storage.getStats().trashCount, 6);
  gives("Unable to find or create file", fill);
  assert.is(storage.read("x"), undefined, "the old one is gone before the space is looked for");
  memory++;
  gives("returned true", fill);
  assert.is(storage.getStats().trashCount, 0);
  assert.is(storage.read("kept")! + storage.read("more")!, "k".repeat(992) + "m".repeat(500));
  const wear = [0, 1, 2, 3].map((page) => flash.wearAt(START + page * 1024));
  assert.equal(wear, [0, 1, 1, 1], "pages before the first trash are left alone");
});

test("objects are written as JSON, and read back from the engine's own dialect", () => {
  const { storage } = powered(4, 1024);
  storage.write("o", runInNewContext("({ a: [1, 'x\\xff'], b: undefined })"));
  assert.is(storage.read("o"), '{"a":[1,"x\\u00FF"]}');
  storage.writeJSON("o", { a: [1, "\x01\xff"], "b c": null });
  assert.is(storage.read("o"), '{a:[1,"\\1\\xFF"],"b c":null}');
  assert.equal(storage.readJSON("o"), { a: [1, "\x01\xff"], "b c": null });
  storage.write("o", "{a:1");
  gives("Got EOF expected ','", () => storage.readJSON("o"));
  assert.is(storage.readJSON("o", true), undefined);
});

test("a chain that ends in rubbish costs all files at power-up, on the last page", () => {
  for (const [offset, kept] of [
    [36, true], // the check goes on with the next page, which is blank
    [1024 + 36, false],
  ] as const) {
    const { flash, storage } = powered(2, 1024);
    storage.write("a", "1", 0, offset - 32);
    flash.program(START + offset, new Uint8Array([0xff, 0xff, 0xff, 0x7f]));
    let printed = "";
    const rebooted = createStorage(flash, { print: (text) => (printed += text) });
    assert.is(rebooted.read("a", 0, 1), kept ? "1" : undefined);
    assert.is(printed.includes("Storage is corrupt."), !kept);
    assert.is(flash.isErased(START, 2048), !kept);
  }
});

test("a random run of writes and erases leaves the last value of every name, over reboots", () => {
  for (let seed = SEED; seed < SEED + COUNT; seed++) {
    const random = seeded(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const { flash } = powered(8, 512);
    const expected = new Map<string, string>();
    for (let boot = 0; boot < 5; boot++) {
      const storage = createStorage(flash);
      for (let step = 0; step < 40; step++) {
        const name = `f${below(8)}`;
        const value = String.fromCharCode(below(256)).repeat(1 + below(200));
        if (random() < 0.2) {
          storage.erase(name);
          expected.delete(name);
        } else {
          storage.write(name, value);
          expected.set(name, value);
        }
      }
      for (const [name, value] of expected) assert.is(storage.read(name), value, `seed ${seed}: ${name}`);
      assert.equal(storage.list().sort(), [...expected.keys()].sort(), `seed ${seed}`);
    }
  }
});

test.run();
