// The README's table: whole, and with the rows of some parts measured anew.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { broken, markdown, mergedMarkdown, notMeasured, row, shown } from "../../../scripts/bench/row.ts";

const TABLE = markdown([row("a", 1, "bytes", 2), row("b", 20, "", 10), row("c", 3, "")]);

test("a bar is kept up to its figure, and from it on where more is better", () => {
  assert.equal([row("a", 5, "", 5).ok, row("a", 6, "", 5).ok], [true, false]);
  assert.equal([row("a", 5, "", 5, true).ok, row("a", 4, "", 5, true).ok], [true, false]);
  assert.is(row("a", 5, "").ok, null);
});

test("three digits, thousands in groups", () => {
  assert.equal([0.12345, 99.94, 999.4, 1000.4, 1234567].map(shown), ["0.123", "99.9", "999", "1,000", "1,234,567"]);
});

test("a row that is measured anew takes the place of the old one, the others stay", () => {
  const merged = mergedMarkdown(TABLE, [row("b", 9, "", 10)]);
  assert.is(merged, markdown([row("a", 1, "bytes", 2), row("b", 9, "", 10), row("c", 3, "")]));
});

test("a new row comes behind the one before it, or at the end", () => {
  const merged = mergedMarkdown(TABLE, [row("a", 1, "bytes", 2), row("a2", 7, "")]);
  assert.is(merged.split("\n")[3], "| a2 | 7  |  |  |");
  assert.is(
    mergedMarkdown(TABLE, [row("d", 7, "")])
      .split("\n")
      .at(-1),
    "| d | 7  |  |  |",
  );
});

test("what could not be measured leaves a figure alone; what has broken off does not", () => {
  assert.is(mergedMarkdown(TABLE, [notMeasured("a", "", 2, "no valgrind")]), TABLE);
  assert.match(
    mergedMarkdown(TABLE, [broken("a", 2, new Error("no memory\nmore"))]),
    "| a | not measured: no memory | 2 | **no** |",
  );
});

test.run();
