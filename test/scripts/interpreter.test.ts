// The driver of the interpreter, with a stand-in for it: a console that loses characters, a script that does not end.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Interpreter, runScript } from "../../scripts/interpreter.ts";
import { tempTree } from "../support/temp-tree.ts";

// A script given as argument is evaluated; without one there is a console, which drops the 20th character that comes.
const STAND_IN = `
import { readFileSync, writeFileSync } from "node:fs";
import vm from "node:vm";
const context = vm.createContext({
  print: (text) => console.log(text), quit: () => {}, hang: () => setInterval(() => {}, 1000), exit: () => process.exit(3),
  write: (text) => writeFileSync("espruino.flash", text), read: () => readFileSync("espruino.flash", "latin1"),
});
const evaluate = (code) => { try { vm.runInContext(code, context); } catch (error) { console.log("Uncaught " + error); } };
if (process.argv[2]) evaluate(readFileSync(process.argv[2], "latin1"));
else {
  let [line, count] = ["", 0];
  process.stdin.setEncoding("latin1").on("data", (text) => {
    for (const c of text)
      if (++count === 20) continue;
      else if (c === "\\b") line = line.slice(0, -1);
      else if (c === "\\n") { evaluate(line.replace("\\x10", "")); line = ""; }
      else line += c;
  }).on("end", () => console.log("junk"));
}`;

const command = `${process.execPath} ${tempTree({ "stand-in.mjs": STAND_IN })}stand-in.mjs`;
const FLASH = new TextEncoder().encode("flashed");

async function failure(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "none",
    (error: Error) => error.message,
  );
}

test("a script's lines and the flash that it leaves", async () => {
  const { lines, flash } = await runScript(command, 'print(read());write("after");print("\\xff");', { flash: FLASH });
  assert.equal(lines, ["flashed", Buffer.from("\xff").toString("latin1")]);
  assert.is(new TextDecoder().decode(flash), "after");
  assert.is((await runScript(command, "")).flash, undefined);
});

test("a script that throws, and one that does not end", async () => {
  assert.match(await failure(runScript(command, "nothing();")), /did not come to its end:\nUncaught ReferenceError/);
  assert.match(await failure(runScript(command, "hang();throw 1;", { timeoutMs: 1000 })), /did not come to its end/);
  assert.match(await failure(runScript("no-such-program", "")), /ENOENT/);
});

test("a question is asked anew when the console has lost a character of it", async () => {
  const interpreter = new Interpreter(command, FLASH, 1000);
  try {
    assert.is(await interpreter.ask("read()"), "flashed");
    assert.is(await interpreter.ask("6*7"), "42");
    assert.equal(
      interpreter.lines.filter((line) => line.startsWith("answer")),
      ["answer 1 flashed", "answer 2 42"],
    );
  } finally {
    await interpreter.stop();
  }
});

test("a restart keeps the flash, and the end is noticed", async () => {
  const interpreter = new Interpreter(command, FLASH, 1000);
  try {
    await interpreter.ask('write("written")');
    await interpreter.restart();
    assert.is(await interpreter.ask("read()"), "written");
    assert.is(new TextDecoder().decode(interpreter.flash()), "written");
    assert.match(await failure(interpreter.ask("exit()")), /does not answer; it last said:[^]*\(it ended by 3\)/);
  } finally {
    await interpreter.stop();
  }
});

test.run();
