// wib flash and wib unflash as a person types them: results on stdout, errors with a hint, exit codes, nothing secret in sight.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { wib } from "../support/command-line.ts";
import { closeBenches, openBench, smallBundle } from "../support/flash-bench.ts";
import type { Bench } from "../support/flash-bench.ts";

test.after(closeBenches);

async function prepared(): Promise<{ bench: Bench; args: string[]; labels: string }> {
  const bench = await openBench();
  const bundle = path.join(bench.folder, "bundle.js");
  writeFileSync(bundle, smallBundle());
  const labels = path.join(bench.folder, "labels");
  return {
    bench,
    labels,
    args: ["flash", "--board", "linux", "--port", bench.port, "--bundle", bundle, "--labels", labels],
  };
}

test("a board is flashed, its label printed; again it asks for --yes, and unflash leaves nothing", async () => {
  const { bench, args, labels } = await prepared();
  const first = await wib(args);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stdout, /WIB-\w{4}-\w{4}-\w{4}-\w{4}/);
  assert.match(first.stdout, "flashed, read back and healthy");
  const files = readdirSync(labels).map((name) => path.join(labels, name));
  assert.is(files.length, 3);
  for (const file of files) assert.is(statSync(file).mode & 0o777, 0o600, file);
  const label = files.find((file) => file.endsWith(".json"))!;
  const { consolePassword } = JSON.parse(readFileSync(label, "utf8"));
  for (const text of [first.stdout, first.stderr]) assert.not.match(text, consolePassword);
  assert.match(first.stderr, "wib: read back");

  const locked = await wib([...args, "--json"]);
  assert.is(locked.code, 2);
  assert.match(JSON.parse(locked.stdout).hint, "--password-file");
  const again = await wib([...args, "--password-file", label, "--json"]);
  assert.is(again.code, 0, again.stdout);
  assert.is(JSON.parse(again.stdout).serial, first.stdout.match(/WIB-[\w-]+/)![0]);

  const wipe = ["unflash", "--board", "linux", "--port", bench.port, "--labels", labels, "--password-file", label];
  const asked = await wib(wipe);
  assert.is(asked.code, 1);
  assert.match(asked.stderr, /nothing was changed[^]*--yes/);
  assert.ok(bench.virtual.board.locked());
  const wiped = await wib([...wipe, "--yes"]);
  assert.is(wiped.code, 0, wiped.stderr);
  assert.equal(bench.files(), []);
  assert.ok(bench.flash.snapshot().every((byte) => byte === 0xff));
  assert.not(bench.virtual.board.locked());
});

test("wrong use is told with a hint, before any port is opened", async () => {
  const { bench, args } = await prepared();
  const without = (option: string) => args.filter((each, i) => each !== option && args[i - 1] !== option);
  const cases: [string[], number, RegExp][] = [
    [without("--board"), 1, /no board[^]*BOARDS.md/],
    [without("--port"), 1, /no port[^]*--list/],
    [[...without("--board"), "--board", "nothing"], 1, /unknown board "nothing"/],
    [[...without("--board"), "--board", "rp2040_pico"], 1, /Wib does not run on .*no network library/],
    [[...args, "--serial-file", "/nowhere"], 1, /serial[^]*\/nowhere/],
    [[...args, "--serial-file", "/nowhere", "--new-serial"], 1, /two serials/],
    [[...args, "--password-file", "/nowhere"], 1, /password file/],
    [[...args, "--wait", "0"], 1, /1 to 3600/],
    [[...without("--bundle"), "--bundle", "/nowhere"], 1, /there is no bundle/],
    [[...without("--bundle"), "--bundle", "/etc/hostname"], 1, /is no product bundle for linux/],
    [[...without("--port"), "--port", "tcp://x"], 1, /is no port/],
    [[...without("--port"), "--port", "ftp://x:1"], 1, /is no port/],
    [[...without("--port"), "--port", "exec:"], 1, /without a program/],
    [[...without("--port"), "--port", "exec:/nowhere/espruino"], 3, /does not start/],
    [[...without("--port"), "--port", "/dev/ttyNOWHERE"], 3, /there is no port \/dev\/ttyNOWHERE/],
    [[...without("--port"), "--port", "tcp://127.0.0.1:1"], 3, /nothing answers/],
    [[...args, "--batch", "/nowhere.csv"], 1, /cannot be read/],
    [["unflash", "--board", "linux"], 1, /no port/],
  ];
  for (const [given, code, pattern] of cases) {
    const told = await wib(given);
    assert.is(told.code, code, `${given.join(" ")}: ${told.stderr}`);
    assert.match(told.stderr, pattern);
    assert.match(told.stderr, "wib: hint: ");
    assert.is(told.stdout, "");
  }
  assert.is(bench.virtual.received, 0);
});

test("--help tells of every option, and --list of ports or that there are none", async () => {
  const help = await wib(["flash", "--help"]);
  assert.is(help.code, 0);
  for (const option of ["--list", "--board", "--port", "--serial-file", "--batch", "--open-ap", "--yes", "--bench"])
    assert.match(help.stdout, option);
  const list = await wib(["flash", "--list", "--json"]);
  assert.is(list.code, 0, list.stderr);
  assert.ok(Array.isArray(JSON.parse(list.stdout)));
});

test.run();
