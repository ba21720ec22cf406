// The README's tables: whole, and with some parts measured anew.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { broken, notMeasured, row, shown, tables } from "../../../scripts/bench/row.ts";

test("a bar is kept up to its figure, and from it on where more is better", () => {
  assert.equal([row("a", 5, "", 5).ok, row("a", 6, "", 5).ok], [true, false]);
  assert.equal([row("a", 5, "", 5, true).ok, row("a", 4, "", 5, true).ok], [true, false]);
  assert.is(row("a", 5, "").ok, null);
});

test("three digits, thousands in groups", () => {
  assert.equal([0.12345, 99.94, 999.4, 1000.4, 1234567].map(shown), ["0.123", "99.9", "999", "1,000", "1,234,567"]);
});

const PARTS = ["one", "two", "three"];
const one = [row("a", 1, "bytes", 2), row("b", 20, "", 10)];
const two = [row("a", 7, ""), { ...row("share", 1, ""), isDetail: true }];
const TABLES = tables("", PARTS, { one, two });

test("a table for each part that was measured, in order, without details", () => {
  assert.is(
    TABLES,
    [
      ...["`npm run bench -- one`:", "", "| what | measured | bar | kept |", "|---|---|---|---|"],
      ...["| a | 1 bytes | 2 | yes |", "| b | 20  | 10 | **no** |", ""],
      ...["`npm run bench -- two`:", "", "| what | measured | bar | kept |", "|---|---|---|---|", "| a | 7  |  |  |"],
    ].join("\n"),
  );
  assert.is(tables("", PARTS, { two, one }), TABLES);
});

test("a part that is measured anew takes the place of its old table: what it has no more is gone; the others stay", () => {
  const again = [row("c", 9, "", 10), row("a", 3, "bytes", 2)];
  assert.is(tables(`\n\n${TABLES}\n\n`, PARTS, { one: again }), tables("", PARTS, { one: again, two }));
  assert.is(tables(TABLES, PARTS, {}), TABLES);
  assert.is(tables(TABLES, PARTS, { three: again }), tables("", PARTS, { one, two, three: again }));
});

test("what could not be measured leaves its figure alone, that of no other part; what has broken off does not", () => {
  const nothing = [notMeasured("b", "", 2, "no valgrind"), notMeasured("a", "", 2, "no valgrind")];
  assert.is(tables(TABLES, PARTS, { one: nothing }), tables("", PARTS, { one: [one[1], one[0]], two }));
  assert.match(tables(TABLES, PARTS, { two: nothing }), "| b | not measured: no valgrind | 2 |  |\n| a | 7  |  |  |");
  const gone = [broken("a", 2, new Error("no memory\nmore"))];
  assert.match(tables(TABLES, PARTS, { one: gone }), "| a | not measured: no memory | 2 | **no** |");
});

test.run();
