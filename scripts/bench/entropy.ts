// What a boot pays before it is Ready, and what output costs after that, on the real interpreter.
import { fileURLToPath } from "node:url";
import { bundle } from "../bundler.ts";
import { minifyForEngine } from "../bundle.ts";
import { countInstructions, hasInterpreter, hasValgrind } from "./instructions.ts";
import { notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

const READY = "boot to Ready: 1,280 samples of each of two sources, without reading them, instructions";
const REFILL = "224 bytes of the generator, ChaCha20 in plain ES5, instructions";

export async function entropy(progress: (what: string) => void): Promise<Row[]> {
  const missing = !hasInterpreter() ? "ESPRUINO_BIN is not set" : !hasValgrind() ? "valgrind is not installed" : "";
  if (missing) return [READY, REFILL].map((name) => notMeasured(name, "", null, missing));
  const entry = fileURLToPath(new URL("entropy.entry.ts", import.meta.url));
  const code = await minifyForEngine(await bundle({ entry }));
  progress("boot to Ready");
  const ready = await countInstructions(code, "var r=bench.boot();");
  progress("the generator");
  const refill = await countInstructions(`${code};var r=bench.boot();bench.read(r,192);`, "bench.read(r,224);");
  return [row(READY, ready, ""), row(REFILL, refill, "")];
}
