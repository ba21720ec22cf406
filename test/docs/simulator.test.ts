// docs/SIMULATOR.md says of every way in which the engine differs whether it is simulated, refused by the bundle check,
// or only listed. This holds the page, the simulator and the check to one list of examples.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boardNamed } from "../../boards/index.ts";
import { SimBoard } from "../../host-sim/board.ts";
import { ManualClock } from "../../host-sim/clock.ts";
import { MemoryNetwork } from "../../host-sim/network.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { checkBundle } from "../../scripts/check-bundle.ts";
import { ODDITIES } from "../support/oddities.ts";

const LANGUAGE_ROWS = 38;
const NET_ROWS = 23;

interface Row {
  name: string;
  how: string[];
  note: string;
}

function rows(heading: string): Row[] {
  const page = readFileSync(new URL("../../docs/SIMULATOR.md", import.meta.url), "utf8");
  const section = page.split(`## ${heading}`)[1].split("\n## ")[0];
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| what"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name, how, note]) => ({ name, how: how.split(", "), note }));
}

const record = boardNamed("linux");
const board = new SimBoard({
  ...{
    record,
    flash: preparedFlash(record, "1", { serial: "0".repeat(16) }),
    network: new MemoryNetwork(),
    clock: new ManualClock(),
  },
});
board.boot();

test("the page has a row for every way in which the language differs, and no other", () => {
  const names = rows("Language").map((row) => row.name);
  assert.equal(
    names,
    ODDITIES.map((oddity) => oddity.row),
  );
  assert.is(names.length, LANGUAGE_ROWS);
  assert.is(rows("Network").length, NET_ROWS);
});

test("a row is simulated or refused where there is an example of it, else listed with a reason", () => {
  const page = rows("Language");
  ODDITIES.forEach((oddity, i) => {
    const expected = [...(oddity.simulated ? ["simulated"] : []), ...(oddity.refused ? ["refused"] : [])];
    assert.equal(page[i].how, expected.length ? expected : ["listed"], oddity.row);
    assert.ok(page[i].note.length > 10, `${oddity.row} has no reason`);
  });
  for (const row of rows("Network")) {
    assert.ok(["simulated", "listed"].includes(row.how[0]), row.name);
    assert.ok(row.note.length > 8, row.name);
  }
});

for (const { row, simulated = [], refused = [] } of ODDITIES) {
  for (const { code, engine } of simulated)
    test(`simulated: ${row}: ${code}`, () => {
      let result: string;
      try {
        result = String(board.evaluate(code));
      } catch {
        result = "throws";
      }
      assert.is(result, engine);
    });
  for (const code of refused)
    test(`refused: ${row}: ${code}`, () => {
      assert.ok(checkBundle(code).length > 0);
    });
}

test("the bundle check has nothing against harmless code", () => {
  assert.equal(checkBundle("(function(){ var a = [1]; function f(x) { return x + 1; } f(a[0]); a.push(2); })();"), []);
});

test.run();
