// NorFlash: bits, pages, counts and power cuts; and the engine's Flash module on top of it.
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { linux } from "../../boards/linux.ts";
import { createFlashModule } from "../../host-sim/flash-module.ts";
import { NorFlash, seeded } from "../../host-sim/flash.ts";
import { times } from "../support/random.ts";

const COUNT = times(50);
const SEED = Number(process.env.WIB_SEED ?? Date.now() % 1e6);
const START = 0x08004000;
const REGION = { start: START, bytes: 256, page: 64 };

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Asserts that `call` throws something whose text contains `message`. */
function fails(message: string, call: () => unknown): void {
  let text = "nothing thrown";
  try {
    call();
  } catch (error) {
    text = String(error);
  }
  assert.ok(text.includes(message), `${text}, not ${message}`);
}

test("programming clears bits and never sets one", () => {
  const flash = new NorFlash([REGION]);
  flash.program(START + 4, bytes(0xf0, 0x0f, 0xff, 0x00));
  flash.program(START + 4, bytes(0x3c, 0xff, 0x81, 0xff));
  assert.equal([...flash.read(START + 3, 6)], [0xff, 0x30, 0x0f, 0x81, 0x00, 0xff]);
});

test("an erase fills its page and no other, and is counted as that page's wear", () => {
  const flash = new NorFlash([REGION]);
  flash.program(START + 60, new Uint8Array(8));
  flash.erasePage(START + 65);
  flash.erasePage(START + 127);
  assert.equal([...flash.read(START + 60, 8)], [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  assert.equal([flash.wearAt(START), flash.wearAt(START + 64), flash.programmed, flash.erased], [0, 2, 8, 2]);
});

test("an address outside the regions throws, also when only the end is outside", () => {
  const flash = new NorFlash([REGION, linux.storage]);
  for (const addr of [0, START - 1, START + 253, START + 256])
    fails("outside the simulated flash", () => flash.read(addr, 4));
  assert.is(flash.pageAt(START + 256), undefined);
  assert.equal(flash.pageAt(0x10000401), { addr: 0x10000400, length: 1024 });
});

test("a program that is not aligned throws, and programAnywhere changes exactly the bytes asked for", () => {
  const random = seeded(SEED);
  for (let i = 0; i < COUNT; i++) {
    const flash = new NorFlash([{ ...REGION, unit: [1, 4, 8][i % 3] }]);
    const before = Uint8Array.from({ length: 256 }, () => random() * 256);
    flash.restore(before);
    const offset = Math.floor(random() * 200);
    const data = Uint8Array.from({ length: random() * 50 }, () => random() * 256);
    flash.programAnywhere(START + offset, data);
    const want = before.map((byte, at) =>
      at >= offset && at < offset + data.length ? byte & data[at - offset] : byte,
    );
    assert.equal(flash.snapshot(), want, `seed ${SEED}, case ${i}`);
  }
  const flash = new NorFlash([REGION]);
  fails("not aligned to 4", () => flash.program(START + 2, new Uint8Array(4)));
  fails("not aligned to 4", () => flash.program(START, new Uint8Array(6)));
});

test("cutAfter(n) lets n operations happen, and the flash stays off until powerOn", () => {
  for (let n = 0; n <= 12; n++) {
    const flash = new NorFlash([REGION]);
    flash.cutAfter(n);
    fails("PowerCut", () => {
      flash.program(START, new Uint8Array(8));
      flash.erasePage(START + 64);
      flash.program(START + 64, new Uint8Array(8));
    });
    assert.is(flash.operations, n);
    assert.is(flash.snapshot().filter((byte) => byte === 0).length, n < 9 ? n : n - 1);
    fails("still off", () => flash.read(START, 1));
    flash.powerOn();
    assert.is(flash.read(START, 1)[0], n ? 0 : 0xff);
  }
});

test("units that the chip programs at once are never torn", () => {
  for (let n = 0; n < 12; n++) {
    const flash = new NorFlash([{ ...REGION, atomic: 4 }]);
    flash.cutAfter(n);
    fails("PowerCut", () => flash.program(START, new Uint8Array(12)));
    assert.is(flash.programmed, n - (n % 4));
  }
});

test("a cut erase leaves half a page erased, and sets but never clears bits in the other half", () => {
  const flash = new NorFlash([REGION], seeded(7));
  flash.program(START, new Uint8Array(64).fill(0x5a));
  flash.cutAfter(0);
  fails("PowerCut", () => flash.erasePage(START));
  const page = [...flash.snapshot().subarray(0, 64)];
  assert.ok(page.slice(0, 32).every((byte) => byte === 0xff));
  assert.ok(page.slice(32).every((byte) => (byte & 0x5a) === 0x5a));
  assert.ok(new Set(page.slice(32)).size > 8);
  assert.is(flash.wearAt(START), 0);
});

test("a snapshot holds the regions one behind the other and can be put back", () => {
  const flash = new NorFlash([REGION, linux.storage]);
  flash.program(0x10000000, bytes(1, 2, 3, 4));
  const image = flash.snapshot();
  assert.is(image.length, 256 + 262144);
  assert.equal([...image.subarray(256, 260)], [1, 2, 3, 4]);
  flash.erasePage(0x10000000);
  flash.restore(image);
  assert.equal([...flash.read(0x10000000, 4)], [1, 2, 3, 4]);
  fails("flash image of 5 bytes", () => flash.restore(new Uint8Array(5)));
});

test("Flash reads, writes at any address and erases as the engine does, with its messages", () => {
  const flash = new NorFlash([REGION]);
  const module = createFlashModule(flash, [{ addr: START, length: 64 }]);
  module.write("abc", START + 1);
  module.write([1, [2, 300], true], START + 5);
  assert.equal([...module.read(9, START)!], [255, 97, 98, 99, 255, 1, 2, 44, 1]);
  assert.is(module.read(0, START), undefined);
  assert.equal(module.getFree(), [{ addr: START, length: 64 }]);
  assert.equal([module.getPage(START + 70), module.getPage(0)], [{ addr: START + 64, length: 64 }, undefined]);
  fails("Error: Data is not defined", () => module.write(undefined, START));
  fails("Error: Address should be an integer, got String", () => module.erasePage("1"));
  fails("TypeError: Expecting Number or iterable, got undefined", () => module.write([9, undefined], START + 12));
  assert.is(module.read(1, START + 12)![0], 9, "what came before the bad value is written");
  fails("Flash.erase is not modelled", () => (module as unknown as { erase(): void }).erase());
});

test("values of another realm are taken, and those the engine writes unpredictably are refused", () => {
  const flash = new NorFlash([REGION]);
  const module = createFlashModule(flash);
  module.write(runInNewContext("new Uint8Array([7, 8, 9, 10]).subarray(1)"), START);
  module.write(runInNewContext("[11, new Uint8Array([12]).buffer]"), START + 4);
  assert.equal([...module.read(6, START)!], [8, 9, 10, 255, 11, 12]);
  fails("Uint16Array as bytes is not modelled", () => module.write(new Uint16Array(2), START));
});

test.run();
