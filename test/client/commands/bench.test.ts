// wib bench against the virtual board: a setup and noise through its console and by its network, and what a new user may do wrong.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../../boards/index.ts";
import { readReport } from "../../../client/bench/report.ts";
import { VirtualBoard } from "../../../host-sim/console.ts";
import type { ConsoleFaults } from "../../../host-sim/console.ts";
import { NorFlash } from "../../../host-sim/flash.ts";
import { cachedBundle } from "../../../scripts/cached-bundle.ts";
import { freePort } from "../../../client/bench/free-port.ts";
import { wib } from "../../support/command-line.ts";

const record = boardNamed("linux");
const folder = mkdtempSync(path.join(tmpdir(), "wib-bench-"));
const at = (name: string) => path.join(folder, name);
const SPEED = 8;

test.before(async () => {
  mkdirSync(at("firmware"));
  for (const build of ["bench", "probe"] as const)
    writeFileSync(at(`firmware/linux-${build}.js`), await cachedBundle(record, build), "latin1");
});
test.after(() => rmSync(folder, { recursive: true }));

async function onBoard(
  run: (bench: (...args: string[]) => ReturnType<typeof wib>, board: VirtualBoard) => Promise<void>,
  { faults = {}, httpPort }: { faults?: ConsoleFaults; httpPort?: number } = {},
): Promise<void> {
  const flash = new NorFlash([record.storage]);
  const board = new VirtualBoard({ record, flash, faults, speed: SPEED, ...(httpPort && { httpPort }) });
  const port = `tcp://127.0.0.1:${await board.start()}`;
  try {
    await run((...args) => wib(["bench", "--port", port, "--firmware", at("firmware"), ...args]), board);
  } finally {
    await board.stop();
  }
}

test("a setup and noise through the console: text, report, page; then compared", () =>
  onBoard(async (bench, virtual) => {
    const files = ["--save", at("a.json"), "--out", at("a.html")];
    const first = await bench("--yes", "--only", "setup,entropy", "--samples", "1000", ...files);
    assert.is(first.code, 0, first.stderr);
    assert.match(first.stdout, "HTTP through the console");
    assert.match(first.stdout, "nothing failed");
    assert.match(first.stderr, "wib: timed: key agreement");
    assert.match(first.stderr, "flash it before use");
    const { setup, entropy, crypto, board } = readReport(at("a.json"));
    assert.equal(
      setup!.phases.map(({ name }) => name),
      ["greeting", "key agreement", "serial", "request", "certification", "certificate"],
    );
    for (const { name, boardSeconds } of setup!.phases)
      assert.is(boardSeconds !== null && boardSeconds > 0, name !== "certification", name);
    assert.is(setup!.by, "console");
    assert.ok(setup!.bootSeconds > 0);
    assert.is(entropy!.length, record.sources.length);
    assert.is(crypto, undefined);
    assert.match(board.chip, /^[0-9a-f]{16}$/);
    assert.match(readFileSync(at("a.html"), "utf8"), "cpace-x25519");
    const secrets = ['JSON.parse(require("Storage").read("wib.cfg")).serial', "process.env.SERIAL"].map((what) =>
      String(virtual.board.evaluate(what)),
    );
    for (const text of [readFileSync(at("a.json"), "utf8"), first.stdout, first.stderr])
      for (const secret of secrets) assert.not(text.includes(secret), secret);

    // Nothing is that quick: everything has become slower, and that is no failure unless it is to be.
    const earlier = readReport(at("a.json"));
    earlier.setup!.bootSeconds /= 1000;
    writeFileSync(at("quick.json"), JSON.stringify(earlier));
    const options = ["--yes", "--only", "setup", "--compare", at("quick.json"), "--json"];
    const compared = await bench(...options, "--fail-slower");
    assert.is(compared.code, 1, compared.stdout);
    const { comparison, failures } = JSON.parse(compared.stdout);
    assert.equal(failures, []);
    assert.ok(comparison.worse.some(({ name }: { name: string }) => name.startsWith("boot")));
  }));

test("a case by the board's own network", async () => {
  const httpPort = await freePort();
  await onBoard(
    async (bench) => {
      const { code, stdout, stderr } = await bench(
        ...["--yes", "--only", "cases", "--cases", "x25519 and a pair of p256", "--json"],
        ...["--url", `http://127.0.0.1:${httpPort}`],
      );
      assert.is(code, 0, stderr + stdout);
      const { cases } = JSON.parse(stdout);
      assert.ok(cases.length >= 2 && cases.every(({ passed }: { passed: boolean }) => passed), stdout);
    },
    { httpPort },
  );
});

test("a board that is lost in the middle: what was done, and a second run repairs it", () =>
  onBoard(async (bench, board) => {
    board.faults.cutAfter = 30_000;
    const lost = await bench("--yes", "--only", "entropy", "--samples", "1000");
    assert.is(lost.code, 3, lost.stderr);
    assert.match(lost.stderr, /wib: error: linux, writing the bench build: .*\(nothing was done before\)/);
    assert.match(lost.stderr, /wib: hint: .*again repairs/);
    assert.is((await bench("--yes", "--only", "entropy", "--samples", "1000")).code, 0);
  }));

test("a probe that computes wrongly is a failure", () =>
  onBoard(async (bench) => {
    const probe = at("firmware/linux-probe.js");
    const right = readFileSync(probe, "latin1");
    // As if the engine's SHA-512 were broken in what it gives for long texts only.
    const broken = `(function(c,f){c.SHA512=function(d){return f(d.length>1000?[1]:d)}})(require("crypto"),require("crypto").SHA512);${right}`;
    writeFileSync(probe, broken, "latin1");
    try {
      const { code, stdout, stderr } = await bench("--yes", "--only", "crypto", "--json");
      assert.is(code, 1, stderr);
      assert.equal(
        JSON.parse(stdout).failures.map((failure: string) => failure.replace(/: the answer.*/, "")),
        ["SHA-512 of 1,024 bytes"],
      );
    } finally {
      writeFileSync(probe, right, "latin1");
    }
  }));

test("nothing is erased before everything is known to be right", () =>
  onBoard(async (bench, board) => {
    const before = board.received;
    const use: [string[], RegExp, RegExp][] = [
      [[], /will be erased: its program, certificate, key and serial/, /--yes/],
      [["--yes", "--board", "pico_r1_3"], /says that it is LINUX, not PICO_R1_3/, /--board/],
      [["--yes", "--board", "esp8266_4mb"], /1,600 variables/, /BENCH.md/],
      [["--yes", "--board", "toaster"], /unknown board "toaster"; known: /, /BENCH.md/],
      [["--yes", "--cases", "levitation"], /no setup case is called "levitation"/, /a wrong serial/],
      [
        ["--yes", "--firmware", at("nowhere")],
        /there is no .*linux-probe.js/,
        /npm run bundle -- --bench --board linux/,
      ],
      [["--yes", "--button-pin", "A5;reset()"], /is no pin/, /A5/],
      [["--yes", "--url", "http://127.0.0.1", "--through-console"], /contradict/, /one of them/],
      [["--yes", "--button-pin", "A5"], /has no button/, /--button-pin/],
      [["--yes", "--url", "https://192.168.4.1"], /plain HTTP/, /http:/],
      [["--yes", "--compare", at("none.json")], /none.json: no such file/, /--save/],
      [["--yes", "--save", folder], /exists/, /another name/],
      [["--yes", "--save", at("x"), "--out", at("x")], /two reports in one file/, /two names/],
    ];
    for (const [args, error, hint] of use) {
      const { code, stdout, stderr } = await bench(...args);
      assert.ok(code === 1 || code === 2, `${args.join(" ")}: ${code}`);
      assert.is(stdout, "");
      assert.match(stderr, new RegExp(`wib: error: .*${error.source}`), args.join(" "));
      assert.match(stderr, new RegExp(`wib: hint: .*${hint.source}`), args.join(" "));
    }
    for (const args of [
      ["--only", "crypto,luck"],
      ["--samples", "999"],
      ["--samples", "many"],
    ])
      assert.is((await bench("--yes", ...args)).code, 1, args.join(" "));
    assert.ok(board.received - before < 30_000, "questions only");
    assert.is(board.restarts, 0);
  }));

test("an engine that is too old is refused, and one that is just new enough is not", async () => {
  for (const [version, isTaken] of [
    ["2v28.999", false],
    ["1v99", false],
    ["2v29.0", true],
    ["3v0", true],
  ] as const)
    await onBoard(
      async (bench) => {
        const { stderr } = await bench("--yes", "--firmware", at("nowhere"));
        assert.match(stderr, isTaken ? /there is no / : new RegExp(`its Espruino is ${version}; 2v29 or newer`));
      },
      { faults: { env: { VERSION: version } } },
    );
});

test("no port, nobody there, and --help", async () => {
  assert.match((await wib(["bench"])).stderr, "--port");
  const nobody = await wib(["bench", "--port", `tcp://127.0.0.1:${await freePort()}`, "--yes"]);
  assert.is(nobody.code, 3);
  assert.match(nobody.stderr, "nothing answers at tcp://");
  assert.match((await wib(["bench", "--help"])).stdout, "Erases what is on it");
});

test.run();
