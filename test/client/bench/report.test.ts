// Reports of the bench: what failed, text, page, JSON, and what became worse than an earlier one.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareReports } from "../../../client/bench/compare.ts";
import { reportHtml } from "../../../client/bench/report-html.ts";
import { comparisonText, reportText } from "../../../client/bench/report-text.ts";
import { failuresOf, FORMAT, readReport } from "../../../client/bench/report.ts";
import type { BenchReport } from "../../../client/bench/report.ts";
import type { WibError } from "../../../client/errors.ts";

function report(change: (r: BenchReport) => void = () => {}): BenchReport {
  const made: BenchReport = {
    ...{ format: FORMAT, date: "2026-01-02T03:04:05.000Z", wib: "0.1.0" },
    board: { name: "pico_r1_3", title: "Espruino <Pico>", engine: "2v29.277", chip: "0123456789abcdef", clockMHz: 84 },
    crypto: [
      { name: "SHA-256", source: "FIPS", passed: true, seconds: 0.01, bytes: 1024, variables: 40, stackFree: 9000 },
      { name: "X25519", source: "RFC 7748", passed: true, seconds: 1, variables: 200, stackFree: null },
    ],
    setup: {
      ...{ by: "console", suite: "cpace-x25519", path: "csr", bootSeconds: 10, seconds: 8, stackFree: 5000 },
      phases: [
        { name: "greeting", seconds: 0.5, boardSeconds: 0.1 },
        { name: "certification", seconds: 0.2, boardSeconds: null },
      ],
      variables: { total: 5100, rest: 1500, open: 3000, peak: 3400, after: 1540 },
    },
    cases: [{ name: "a wrong serial is refused", passed: true, seconds: 4 }],
    entropy: [{ source: "adc A0", bits: 4, samples: 20000, seconds: 9, claim: 0.25, minEntropy: 1.5, passed: true }],
    failures: [],
  };
  change(made);
  return { ...made, failures: failuresOf(made) };
}

const failing = report((r) => {
  Object.assign(r.crypto![1], { passed: false, said: "dead<b>" });
  Object.assign(r.cases![0], { passed: false, error: "it was taken" });
  Object.assign(r.entropy![0], { passed: false, minEntropy: 0.1 });
});

test("failures name the answer, the error and the claim", () => {
  assert.equal(report().failures, []);
  assert.equal(failing.failures, [
    "X25519: the answer is dead<b>",
    "a wrong serial is refused: it was taken",
    "adc A0: 0.100 bits a sample, and 0.25 are claimed",
  ]);
});

test("the text has every figure, and a dash for what the engine does not tell", () => {
  const text = reportText(report());
  for (const part of [
    "Espruino <Pico> (pico_r1_3), Espruino 2v29.277, chip 0123456789abcdef, 2026-01-02T03:04:05.000Z",
    /SHA-256 +ok +10\.00 ms +102,400 +40 +9,000/,
    /X25519 +ok +1\.00 s +200 +-/,
    /boot until randomness is healthy +10\.00 s/,
    /greeting +500\.00 ms +100\.00 ms/,
    /certification +200\.00 ms +-/,
    /variables +of 5,100/,
    /most during a setup +3,400/,
    /a wrong serial is refused +ok +4\.00 s/,
    /adc A0 +ok +20,000 +1\.500 +0\.25/,
    "nothing failed",
  ])
    assert.match(text, part);
  assert.match(reportText(failing), /X25519 +FAILED/);
  assert.match(reportText(failing), "FAILED: a wrong serial is refused: it was taken");
  assert.not.match(reportText(failing), "nothing failed");
});

test("parts that were not run are not in it", () => {
  const text = reportText(report((r) => void (r.crypto = r.setup = r.cases = r.entropy = undefined)));
  for (const part of ["known answers", "a setup", "setup cases", "noise"]) assert.not.match(text, part);
});

test("the page is whole by itself, has plots, no script, and shows nothing as markup", () => {
  const page = reportHtml(failing, compareReports(report(), failing), "old<er>.json");
  assert.match(page, /^<!doctype html>/);
  assert.is(page.match(/<svg /g)!.length, 3);
  assert.not.match(page, /<script|src=|href=|url\(|@import/);
  for (const markup of ["<Pico>", "<b>", "old<er>"]) assert.not.match(page, markup);
  assert.match(page, "3 failed");
  assert.match(page, 'class="verdict missed"');
  assert.match(reportHtml(report()), 'class="verdict met"');
  assert.not.match(reportHtml(report()), "Compared with");
});

test("5 % more is not worse, a little above it is; less is never", () => {
  const changed = (seconds: number) => report((r) => void (r.crypto![1].seconds = seconds));
  const worse = (seconds: number) => compareReports(report(), changed(seconds)).worse.map(({ name }) => name);
  assert.equal(worse(1.05), []);
  assert.equal(worse(1.051), ["X25519"]);
  assert.equal(worse(0.1), []);
});

test("a phase is compared by the board's clock where there is one", () => {
  const now = report((r) => {
    r.setup!.phases[0].seconds = 50;
    r.setup!.phases[1].seconds = 50;
  });
  assert.equal(
    compareReports(report(), now).worse.map(({ name }) => name),
    ["setup, certification"],
  );
});

test("what only one of them has is left out, and so are seconds too short to measure", () => {
  const early = report((r) => void (r.crypto![0].seconds = 0.0001));
  const now = report((r) => {
    r.crypto![0].seconds = 0.0009;
    r.crypto![1].name = "X448";
    r.setup = undefined;
  });
  const names = compareReports(early, now).differences.map(({ name, unit }) => `${name} ${unit}`);
  assert.equal(names, ["SHA-256 variables"]);
  now.crypto![0].seconds = 0.001;
  assert.equal(
    compareReports(early, now).worse.map(({ unit }) => unit),
    ["s"],
  );
});

test("another board, engine, chip or way is said", () => {
  const now = report((r) => {
    Object.assign(r.board, { name: "curio", engine: "2v30", chip: "f".repeat(16) });
    r.setup!.by = "network";
  });
  assert.is(compareReports(report(), now).remarks.length, 4);
  assert.equal(compareReports(report(), report()).remarks, []);
  const text = comparisonText(compareReports(report(), now), "earlier.json");
  assert.match(text, "note: the earlier board is pico_r1_3");
  assert.match(text, /0 of \d+ figures are worse/);
});

test("only a report is read as one", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "wib-report-"));
  try {
    const file = path.join(folder, "r.json");
    writeFileSync(file, JSON.stringify(report()));
    assert.equal(readReport(file), JSON.parse(JSON.stringify(report())));
    for (const bad of ["", "null", "[]", '{"format":"wib-bench/2"}', `{"format":"${FORMAT}"}`]) {
      writeFileSync(file, bad);
      assert.throws(
        () => readReport(file),
        (error: WibError) => error.exitCode === 1 && error.hint.includes("--save"),
        bad,
      );
    }
    assert.throws(() => readReport(path.join(folder, "none")), /no such file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
