// The virtual board's console answers as the real interpreter does, restarts as it does, and fails as it is told to.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { boot0For, drawConsolePassword } from "../../client/boot0.ts";
import { VirtualBoard } from "../../host-sim/console.ts";
import type { VirtualBoardOptions } from "../../host-sim/console.ts";
import { openBrackets } from "../../host-sim/console-line.ts";
import { printed } from "../../host-sim/console-print.ts";
import { NorFlash } from "../../host-sim/flash.ts";
import { storageOf } from "../../host-sim/prepare.ts";
import { checkDialogues, openTerminal } from "../support/raw-console.ts";
import { until } from "../support/targets.ts";

const record = boardNamed("linux");

async function start(options: Partial<VirtualBoardOptions> = {}, files: Record<string, string> = {}) {
  const flash = options.flash ?? new NorFlash([record.storage]);
  const storage = storageOf(record, flash);
  for (const [name, text] of Object.entries(files)) storage.write(name, text);
  const virtual = new VirtualBoard({ record, ...options, flash });
  return { virtual, flash, port: await virtual.start() };
}

test("it answers as the interpreter did", () =>
  checkDialogues(async () => {
    const { virtual, port } = await start();
    return { port, stop: () => virtual.stop() };
  }, 25));

test("brackets are counted outside texts and comments", () => {
  const cases: [string, number][] = [
    ["f({[", 3],
    ["f(')')", 0],
    ['"("+/* ( */1 // (', 0],
    ["a)(", -1],
    ["(/*", 1000],
    ["(`", 1000],
    ['("', 0],
    ["('\\''", 1],
  ];
  for (const [line, open] of cases) assert.is(openBrackets(line), open, line);
});

test("long values are cut as the engine cuts them", () => {
  assert.is(printed("x".repeat(61)), `"${"x".repeat(27)}" ... "${"x".repeat(27)}"`);
  assert.is(printed(Array.from({ length: 16 }, (_, i) => i)), "[ 0, 1, 2, 3, 4,  ... 11, 12, 13, 14, 15 ]");
  assert.is(printed(new Uint8Array(3)), "new Uint8Array(3)");
  assert.is(
    printed(() => 1),
    "function () { ... }",
  );
});

test("reset() runs .boot0 and not the code, load() both, E.reboot() hangs up", async () => {
  const { virtual, port } = await start({}, { ".boot0": 'print("zero")', ".bootcde": 'print("code")' });
  const terminal = await openTerminal(port, 40);
  await terminal.type("", ">");
  const reset = await terminal.type("\x10reset();\n", "espruino.com");
  assert.match(reset, "zero");
  assert.not.match(reset, "code");
  assert.match(await terminal.type("\x10load()\n", "code"), "zero");
  await terminal.type("\x10E.reboot();print('never')\n");
  await until("it has restarted", () => virtual.restarts === 1);
  terminal.close();
  await virtual.stop();
});

test("a product's lock is there before the code, and after every kind of start", async () => {
  const password = drawConsolePassword();
  const { virtual, port } = await start({}, { ".boot0": boot0For(password), ".bootcde": "global.secret=1" });
  const terminal = await openTerminal(port, 40);
  assert.match(await terminal.type('\x10print("ev"+"al")\n', "Invalid"), "Invalid password");
  for (const start of ["load()", "reset()"]) {
    await terminal.type(`${password}\n`, "Logged in");
    await terminal.type(`\x10${start}\n`);
    assert.match(await terminal.type('\x10print("ev"+"al")\n', "Invalid"), "Invalid password", start);
  }
  terminal.close();
  await virtual.stop();
});

test("the power fails in the middle of a write, and what is there afterwards is what flash has", async () => {
  const { virtual, flash, port } = await start();
  const terminal = await openTerminal(port, 40);
  flash.cutAfter(40);
  await terminal.type('\x10require("Storage").write("a","x".repeat(100))\n');
  assert.ok(flash.poweredOff);
  terminal.close();
  virtual.powerOn();
  const again = await openTerminal(port, 40);
  const answer = await again.type('\x10print(require("Storage").read("a"))\n', ">");
  assert.match(answer, `${"x".repeat(8)}\xff`);
  again.close();
  await virtual.stop();
});

test("faults: silence, a cut connection, other versions, lost bytes", async () => {
  const { virtual, port } = await start({ faults: { isSilent: true, env: { "VERSION": "1v99", "BOARD": "PIXLJS" } } });
  const terminal = await openTerminal(port, 40);
  assert.is(await terminal.type("\n"), "");
  virtual.faults.isSilent = false;
  assert.match(await terminal.type("\x10print(process.env.VERSION,process.env.BOARD)\n", ">"), "1v99 PIXLJS");
  virtual.faults.losesByte = 0.5;
  assert.not.match(await terminal.type(`\x10print("${"a".repeat(40)}")\n`), "a".repeat(40));
  virtual.faults.losesByte = 0;
  await terminal.type("\x1b[2H\n");
  virtual.faults.cutAfter = 5;
  const before = virtual.received;
  await terminal.type("12345678");
  assert.is(virtual.received - before, 5);
  assert.is(await terminal.type("\n"), "");
  terminal.close();
  await virtual.stop();
});

test.run();
