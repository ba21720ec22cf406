// The stock `espruino` command line uploads to the virtual board, byte for byte: what its console has to do for other people's tools.
// The tool ends with 0 whatever happens, so flash is what is looked at. Over TCP it writes UTF-8: bytes from 0x80 on go by --storage.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { closeBenches, openBench, smallBundle } from "../../support/flash-bench.ts";
import { until } from "../../support/targets.ts";

const CLI = fileURLToPath(new URL("../../../node_modules/espruino/bin/espruino-cli.js", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "wib-stock-"));
test.after(() => rmSync(folder, { recursive: true }));
test.after(closeBenches);

/** Until the condition holds: it does not always end by itself. */
async function espruino(args: string[], what: string, done: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    await until(what, done, 60_000);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

const offline = [
  "--no-ble",
  "--config",
  "BOARD_JSON_URL=http://127.0.0.1:1",
  "--config",
  "MODULE_URL=http://127.0.0.1:1",
];
const uses = (name: string, callback: () => Promise<void>) =>
  existsSync(CLI) ? test(name, callback) : test.skip(`${name} (needs espruino)`);

uses("an ASCII program goes into .bootcde and is started", async () => {
  const bench = await openBench();
  const code = `// ${"x".repeat(3000)}\nprint("it "+"runs\\\\t");\n`;
  writeFileSync(path.join(folder, "app.js"), code);
  await espruino([...offline, "-p", bench.port, "--config", "SAVE_ON_SEND=1", "app.js"], "it runs", () =>
    bench.printed.some((line) => line.startsWith("it runs")),
  );
  assert.is(bench.file(".bootcde"), code);
});

uses("bytes of every value go into files by --storage", async () => {
  const bench = await openBench();
  const bytes = smallBundle("product", 2500);
  writeFileSync(path.join(folder, "bundle.bin"), bytes);
  writeFileSync(path.join(folder, "run.js"), `print("${"up".repeat(300)}");\n`);
  const args = ["--storage", "wib.x:bundle.bin", "--config", "SAVE_ON_SEND=0", "run.js"];
  await espruino([...offline, "-p", bench.port, ...args], "it has run", () =>
    bench.printed.some((line) => line.startsWith("upup")),
  );
  assert.is(bench.file("wib.x"), Buffer.from(bytes).toString("latin1"));
});

test.run();
