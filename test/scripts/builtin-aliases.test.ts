// A built-in that is used often gets a short name; one of the same spelling that is somebody's own does not.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { aliasBuiltin } from "../../scripts/builtin-aliases.ts";
import { shortenTopNames } from "../../scripts/top-names.ts";

const FOUR = "a(new Uint8Array(1));b(new Uint8Array(2));c(new Uint8Array(3));";

test("four uses are worth a name, three are not", () => {
  const code = `${FOUR}d(x instanceof Uint8Array);`;
  assert.is(
    shortenTopNames(aliasBuiltin(code)),
    "var $a=Uint8Array;a(new $a(1));b(new $a(2));c(new $a(3));d(x instanceof $a);",
  );
  assert.is(aliasBuiltin(FOUR), FOUR);
});

test("members, keys and locals of that spelling stay", () => {
  const own = "function f(Uint8Array){return Uint8Array(1)}g.Uint8Array={Uint8Array:1};";
  assert.ok(aliasBuiltin(`${FOUR}d(Uint8Array);${own}`).endsWith(own));
});

test.run();
