// Labels: what a decoder that nobody here wrote reads from the QR code, who may read the files, and what is called weak.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { labelText, labelSvg, saveLabelArt } from "../../../client/flash/label-art.ts";
import { drawApPassword, labelPath, loadLabels, readPassword, saveLabel } from "../../../client/flash/labels.ts";
import type { Label } from "../../../client/flash/labels.ts";
import { weakness } from "../../../client/flash/weak-serial.ts";
import { isOurs } from "../../../client/flash/wipe.ts";
import { formatSerial, serialFromBytes } from "../../../client/serial.ts";
import { withTool } from "../../support/needs.ts";
import { forAll, testRandom, times } from "../../support/random.ts";

const DRAWN = 3000;
const folder = mkdtempSync(path.join(tmpdir(), "wib-label-"));
test("each label has files of its own, and their name does not tell the serial", () => {
  const [one, other] = ["7K3M9QPX2D4RW8TF", "7K3M9QPX2D4RW8TG"].map((serial) =>
    labelPath("labels", { serial, board: "linux" } as Label),
  );
  assert.is.not(one, other);
  for (const file of [one, other]) assert.not.match(file, "7K3M");
});

test("Wib's own files, and those that a power cut has torn, are not somebody's", () => {
  for (const name of ["wib.cfg", "wib.k0", ".boot0", ".bootcde", "wib\xff\xff", "\xff"]) assert.ok(isOurs(name), name);
  for (const name of ["wib", "mine.js", ".boot1", "wib.a.b", ".bootcde2"]) assert.not(isOurs(name), name);
});

test.after(() => rmSync(folder, { recursive: true }));

const labelOf = (serial: string, more: Partial<Label> = {}): Label => ({
  ...{ board: "espruinowifi", build: "product", serial, chip: "1", state: "done", at: "2026-01-01T00:00:00Z" },
  ...more,
});

/** A picture of the half blocks, as a terminal with light letters on dark shows them: 8 pixels a module. */
function picture(text: string): Buffer {
  const rows = text.split("\n").filter((line) => /[█▄▀]/.test(line));
  const width = Math.max(...rows.map((row) => row.length)) - 2;
  const pixels: string[] = [];
  for (const row of rows)
    for (const half of ["█▀", "█▄"]) {
      const line = [...row.slice(2).padEnd(width)].map((c) => (half.includes(c) ? "1 " : "0 ").repeat(8)).join("");
      for (let i = 0; i < 8; i++) pixels.push(line);
    }
  // PBM has 1 for black; letters are white.
  const inverted = pixels.map((line) => line.replace(/[01]/g, (c) => (c === "1" ? "0" : "1")));
  return Buffer.from(`P1\n${width * 8} ${pixels.length}\n${inverted.join("\n")}\n`);
}

withTool("zbarimg", "PNG and terminal decode to the serial by zbarimg", async () => {
  const random = testRandom();
  for (let i = 0; i < 3; i++) {
    const serial = serialFromBytes(random.bytes(10));
    const { png } = await saveLabelArt(folder, labelOf(serial));
    const read = (file: string) =>
      execFileSync("zbarimg", ["-q", "--raw", file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    assert.is(read(png), formatSerial(serial));
    const shown = path.join(folder, "terminal.pbm");
    writeFileSync(shown, picture(labelText(labelOf(serial))));
    assert.is(read(shown), formatSerial(serial));
  }
});

test("text and SVG have serial, board and the access point's password, and a bench build says so", () => {
  const label = labelOf("7K3M9QPX2D4RW8TF", { apPassword: "ABCDEFGHJKMN", consolePassword: "Z".repeat(20) });
  for (const text of [labelText(label), labelSvg(label)]) {
    assert.match(text, "WIB-7K3M-9QPX-2D4R-W8TF");
    assert.match(text, "espruinowifi");
    assert.match(text, "ABCDEFGHJKMN");
    assert.not.match(text, "ZZZ");
    assert.not.match(text, "BENCH");
  }
  assert.match(labelText({ ...label, build: "bench" }), "BENCH");
  assert.not.match(labelText(labelOf("7K3M9QPX2D4RW8TF")), "Wi-Fi");
});

test("files are for their owner, replaced whole, named without the serial, and read back", async () => {
  const inside = path.join(folder, "labels");
  const label = labelOf("7K3M9QPX2D4RW8TF", { consolePassword: "Z".repeat(20) });
  saveLabel(inside, { ...label, state: "begun" });
  writeFileSync(path.join(inside, "other.json"), "{");
  saveLabel(inside, label);
  await saveLabelArt(inside, label);
  assert.equal(loadLabels(inside), [label]);
  assert.equal(loadLabels(path.join(folder, "none")), []);
  for (const name of readdirSync(inside).filter((each) => each !== "other.json")) {
    assert.is(statSync(path.join(inside, name)).mode & 0o777, 0o600, name);
    assert.not.match(name, /7K3M|part/);
  }
  const file = `${labelPath(inside, label)}.json`;
  assert.is(readPassword(file), "Z".repeat(20));
  writeFileSync(path.join(folder, "bare"), "ABC\n");
  assert.is(readPassword(path.join(folder, "bare")), "ABC");
  assert.throws(() => readPassword(path.join(inside, "other.json")), /no console password/);
  assert.throws(() => readPassword(path.join(folder, "none")), /cannot be read/);
  assert.match(readFileSync(file, "utf8"), '"done"');
});

test("weak serials are called weak, and drawn ones are not", () => {
  const weak = [
    "0000000000000000",
    "ABABABABABABABAB",
    "7K3M7K3M7K3M7K3M",
    "0000000000001234",
    "8493205716382945",
    "A4CF12583B7EZZXY",
    "QRSA4CF12583B7E9",
    "XZ0123456789XTWQ",
    "TWXZYVS987654ZXV",
  ];
  for (const serial of weak) assert.ok(weakness(serial), serial);
  assert.match(weakness("7K3M9QX47K3M9QX4"), "repeats itself");
  assert.match(weakness("7K3MA4CF12PX2D4R", "a4cf1258-3b7e"), "chip's number");
  assert.is(weakness("7K3M9QPX2D4RW8TF", "a4cf1258-3b7e"), "");
  let called = 0;
  forAll(DRAWN, (random) => void (called += weakness(serialFromBytes(random.bytes(10)), "a4cf1258-3b7e") ? 1 : 0));
  assert.ok(called < times(DRAWN) / 100, `${called} of ${times(DRAWN)}`); // some 1 in 1,800 is expected
  assert.match(drawApPassword(), /^[0-9A-HJKMNP-TV-Z]{12}$/);
  assert.is.not(drawApPassword(), drawApPassword());
});

test.run();
