// The cut-offs against figures that others computed.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BOARDS } from "../../boards/index.ts";
import { CUTOFFS } from "../../firmware/entropy/cutoffs.ts";
import { selfTest } from "../../firmware/entropy/health.ts";
import { cutoffKey, deriveCutoffs, proportion, repetition } from "../../scripts/cutoffs.ts";

test("the adaptive proportion cut-offs for 2^-20 are those in the table of SP 800-90B 4.4.2", () => {
  const binary = [0.2, 0.4, 0.6, 0.8, 1].map((h) => proportion(h, 1024, 20));
  assert.equal(binary, [941, 840, 748, 664, 589]);
  assert.equal(
    [0.5, 1, 2, 4, 8].map((h) => proportion(h, 512, 20)),
    [410, 311, 177, 62, 13],
  );
});

test("for 2^-30 and 2^-60 they are those of mpmath with 60 digits", () => {
  const rows: [number, number, number, number][] = [
    [512, 1 / 8, 502, 512],
    [512, 1 / 4, 477, 494],
    [512, 1 / 3, 458, 479],
    [512, 1, 325, 355],
    [512, 4, 71, 91],
    [1024, 1 / 4, 928, 955],
    [1024, 1, 609, 652],
  ];
  for (const [window, h, suspect, failed] of rows)
    assert.equal([proportion(h, window, 30), proportion(h, window, 60)], [suspect, failed], `${window} ${h}`);
});

test("the repetition cut-off is 1 + ceil(-log2(alpha) / H)", () => {
  // 31, 61 and 325, 355 are also jitterentropy 3.6's for H = 1.
  assert.equal(
    [1 / 8, 1 / 4, 1 / 3, 1, 4, 8].map((h) => [repetition(h, 30), repetition(h, 60)]),
    [
      [241, 481],
      [121, 241],
      [91, 181],
      [31, 61],
      [9, 16],
      [5, 9],
    ],
  );
});

test("a claim that no sequence could tell the tests apart with is refused, and any from 1/8 on passes its self-test", () => {
  for (const [bits, h] of [
    [4, 1 / 16],
    [4, 0],
    [4, 5],
    [4, NaN],
  ])
    assert.throws(() => deriveCutoffs(bits, h), "cannot be tested");
  for (const bits of [1, 2, 4, 8])
    for (const h of [1 / 8, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1, 2, 4])
      if (h <= bits) assert.ok(selfTest(deriveCutoffs(bits, h)), `${bits} bits, claim ${h}`);
});

test("the firmware has the cut-offs of every board's claims", () => {
  for (const { sources } of BOARDS)
    for (const { bits, claim } of sources)
      assert.equal(CUTOFFS[cutoffKey(bits, claim)], deriveCutoffs(bits, claim), `${bits} ${claim}`);
});

test.run();
