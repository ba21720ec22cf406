import { test } from "uvu";
import * as assert from "uvu/assert";
import { hintFor } from "../../client/hints.ts";
import { ERROR } from "../../firmware/protocol.ts";

const FALLBACK = hintFor(undefined, 400);

test("every refusal has advice of its own", () => {
  for (const code of Object.values(ERROR)) {
    const hint = hintFor(code, 400);
    assert.is.not(hint, FALLBACK, code);
    assert.ok(hint.length > 10);
    assert.not.match(hint, /\.$/); // one line of talk, no sentence
  }
});

test("an unknown code, or none, gets advice by its status", () => {
  assert.is(hintFor("no-such-code", 400), FALLBACK);
  assert.is(hintFor("constructor", 400), FALLBACK);
  for (const status of [302, 404, 405]) assert.match(hintFor(undefined, status), "really a Wib device");
});

test.run();
