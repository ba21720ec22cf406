// The native routines keep the bars of DESIGN section 8, in instructions of our Thumb interpreter and in bytes.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nativeCounts, nativeSizes } from "../../scripts/native-table.ts";

const SETUP_BYTES = 5000;

test("X25519, P-256 and every byte of the others take no more instructions than they may", () => {
  const counts = nativeCounts();
  assert.is(counts.length, 16);
  for (const { name, count, bar } of counts) assert.ok(count > 0 && count <= bar, `${name}: ${count}, at most ${bar}`);
});

test("what a setup needs fits into 5,000 bytes of code", () => {
  const setup = nativeSizes().find(([name]) => name.startsWith("setup"));
  assert.ok(setup && setup[1] <= SETUP_BYTES, String(setup));
});

test.run();
