// A secret planted in something that prints is found; what only sounds like one is not.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { secretsInLogs } from "../../scripts/secrets.ts";
import { put, tempTree } from "../support/temp-tree.ts";

const root = tempTree({ "firmware/a.ts": "", "client/b.ts": "", "host-sim/c.ts": "" });

function findings(text: string, file = "client/b.ts"): string[] {
  put(root, file, text);
  const list = secretsInLogs(root);
  put(root, file, "");
  return list;
}

test("every way to print, in every room that holds secrets", () => {
  const ways = [
    "print",
    "hal.print",
    "note",
    "console.log",
    "console.error",
    "talk",
    "onWarning",
    "options.onProgress",
  ];
  for (const way of [...ways, "process.stdout.write", "process.stderr.write", "this.hal.print"])
    for (const file of ["firmware/a.ts", "client/b.ts", "host-sim/c.ts"])
      assert.is(findings(`${way}(macKey);`, file).length, 1, `${way} in ${file}`);
});

test("every kind of name, wherever it stands in what is printed", () => {
  for (const name of ["macKey", "ephemeralSecret", "nextSeed", "serial", "psk", "seed", "key", "sessionKeys", "secret"])
    assert.is(findings(`print(${name});`).length, 1, name);
  for (const argument of [
    "`the key is ${macKey}`",
    '"a; b", macKey',
    '"key: " + hex(session.macKey)',
    "JSON.stringify({ value: macKey })",
    "[1, macKey][1]",
    "ok ? macKey : 0",
    "() => macKey",
    "macKey.slice(0, 4)",
    "`${a}; ${b}; ${wifi.psk}`",
  ])
    assert.is(findings(`print(${argument});`).length, 1, argument);
});

test("across lines, and several in one file, each with its line", () => {
  const list = findings(`const a = 1;\nprint(\n  "x",\n  macKey,\n);\nif (a) console.log(serial);`);
  assert.is(list.length, 2);
  assert.match(list[0], /^client\/b\.ts:2: print\(/);
  assert.match(list[1], /^client\/b\.ts:6: console\.log\(serial\)/);
});

test("words about secrets are none, nor are their lengths, nor functions that take them", () => {
  for (const text of [
    `print("the serial is on the label; macKey");`,
    "print(`no serial given`);",
    `print({ serial: "hidden" });`,
    `print(keyFile, keyboard, serialNumbers.length, seeded);`,
    `print(macKey.length);`,
    `store(macKey);`,
    `print(1); use(macKey);`,
    `throw new Error("serial");`,
    `printer(macKey);`,
  ])
    assert.equal(findings(text), [], text);
});

test("what is shown on purpose says so on the line before, with a reason", () => {
  assert.equal(findings(`// Shown on purpose: the label is printed from it.\nprint(serial);`), []);
  assert.is(findings(`// Shown on purpose:\nprint(serial);`).length, 1);
  assert.is(findings(`// Shown on purpose: the label.\n\nprint(serial);`).length, 1);
});

test.run();
