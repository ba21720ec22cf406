// The generator's bytes as made on the real interpreter are those made in Node, and another implementation's: over
// refills and reseeds. A million of them in the full run.
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { test } from "uvu";
import { createDrbg } from "../../firmware/entropy/drbg.ts";
import { minifyForEngine } from "../../scripts/bundle.ts";
import { bundle } from "../../scripts/bundler.ts";
import { ReferenceDrbg } from "../../scripts/drbg-vectors.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { primitives } from "../support/hal.ts";
import { withProgram } from "../support/needs.ts";
import { IS_FULL } from "../support/random.ts";

const BYTES = IS_FULL ? 1000000 : 20000;
const TIMEOUT_MS = 1800000; // a million bytes take two or three minutes where nothing else runs

async function onInterpreter(bytes: number): Promise<Buffer> {
  const entry = fileURLToPath(new URL("drbg.entry.ts", import.meta.url));
  const code = await minifyForEngine(await bundle({ entry, constants: { DRBG: { bytes } } }));
  const { lines } = await runScript(process.env.ESPRUINO_BIN!, code, { timeoutMs: TIMEOUT_MS });
  return Buffer.from(lines.map((line) => /^@([0-9a-f]+)@$/.exec(line)?.[1] ?? "").join(""), "hex");
}

withProgram("ESPRUINO_BIN", `${BYTES} bytes of the generator are the same on the interpreter and in Node`, async () => {
  let [ours, theirs] = [0, 0];
  const drbg = createDrbg(primitives, () => new Uint8Array(32).fill(++ours));
  const reference = new ReferenceDrbg(() => new Uint8Array(32).fill(++theirs));
  drbg.reseed();
  reference.reseed();
  const bytes = await onInterpreter(BYTES);
  assert.is(bytes.length, BYTES);
  assert.ok(bytes.equals(drbg.read(BYTES)), "as in Node");
  assert.ok(bytes.equals(reference.read(BYTES)), "as with @noble");
});

test.run();
