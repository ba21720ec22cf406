// A product build's console: locked before the bundle runs, locked anew when a window opens, and no window without a lock.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import type { BoardRecord } from "../../../boards/index.ts";
import { boot0For, drawConsolePassword } from "../../../client/boot0.ts";
import { SimBoard } from "../../../host-sim/board.ts";
import { ManualClock } from "../../../host-sim/clock.ts";
import { MemoryNetwork } from "../../../host-sim/network.ts";
import { preparedFlash } from "../../../host-sim/prepare.ts";
import { cachedBundle } from "../../../scripts/cached-bundle.ts";
import { SERIAL } from "../../support/virtual-device.ts";

const linux = boardNamed("linux");
const record: BoardRecord = { ...linux, name: "linux-button", pins: { ...linux.pins, button: "B1" } };
const PASSWORD = drawConsolePassword();

async function product(boot0?: string) {
  const flash = preparedFlash(record, await cachedBundle(record, "product"), { serial: SERIAL }, boot0);
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  const printed: string[] = [];
  const onConsole = (line: string): void => void printed.push(line);
  const board = new SimBoard({ record, flash, clock, network, seed: 1, onConsole });
  clock.afterEach = () => board.idle();
  const boot = (): void => {
    board.boot();
    for (let i = 0; i < 500 && !printed.includes("wib: ready"); i++) clock.advance(10);
  };
  boot();
  const hold = (ms: number): void => {
    board.press(ms);
    clock.advance(ms + 100);
  };
  return { board, printed, boot, hold, isOpen: () => network.isListening(80) };
}

test("nothing is evaluated without the password, and nothing guessed", async () => {
  const { board } = await product(boot0For(PASSWORD));
  assert.throws(() => board.evaluate("1"), /locked/);
  for (const guess of ["", SERIAL, PASSWORD.slice(1), `${PASSWORD}0`]) assert.not(board.unlock(guess));
  assert.throws(() => board.evaluate("wib"), /locked/);
});

test("whoever has the password may ask for status and log, and for nothing that a bench may", async () => {
  const { board } = await product(boot0For(PASSWORD));
  assert.ok(board.unlock(PASSWORD));
  assert.equal(board.evaluate("Object.keys(wib).join()"), "status,log");
  assert.equal([JSON.parse(String(board.evaluate("wib.status()"))).build, board.evaluate("wib.log()")], ["product", "[]"]); // prettier-ignore
});

test("a console that was left open is locked when a window opens, and at every boot", async () => {
  const { board, hold, isOpen, boot } = await product(boot0For(PASSWORD));
  assert.ok(board.unlock(PASSWORD));
  hold(3100);
  assert.ok(isOpen());
  assert.throws(() => board.evaluate("1"), /locked/);
  assert.ok(board.unlock(PASSWORD));
  boot();
  assert.throws(() => board.evaluate("1"), /locked/);
});

test("a product build whose console is not locked opens no window", async () => {
  for (const boot0 of [undefined, "print('other');"]) {
    const { hold, isOpen, printed } = await product(boot0);
    hold(3100);
    assert.not(isOpen());
    assert.is(printed[printed.length - 1], "wib: no console lock: flash this board anew");
  }
});

test.run();
