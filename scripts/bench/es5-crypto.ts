// The plain ES5 back end on the real interpreter, against npm's tweetnacl, unmodified, on the same interpreter.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../bundler.ts";
import { minifyForEngine } from "../bundle.ts";
import { countInstructions, hasInterpreter, hasValgrind } from "./instructions.ts";
import { notMeasured, row } from "./row.ts";
import type { Row } from "./row.ts";

const X25519 = "X25519, plain ES5, instructions";
const P256 = "P-256 scalar multiplication, plain ES5, instructions";
const COMB = "P-256, a multiple of the base point, plain ES5, instructions";
const RATIO = "X25519: tweetnacl's nacl.js takes so many times our instructions";
const RATIO_FAST = "X25519: tweetnacl's nacl-fast.js takes so many times our instructions";
const LEAST_RATIO = 15;

const INPUT = "var k=new Uint8Array(32),u=new Uint8Array(32);for(var i=0;i<32;i++)k[i]=i*7+1;u[0]=9;";

function tweetnacl(file: string): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve("tweetnacl"));
  return `var module={exports:{}};\n${readFileSync(path.join(folder, file), "utf8")}\nvar nacl=module.exports;${INPUT}`;
}

export async function es5Crypto(progress: (what: string) => void): Promise<Row[]> {
  const missing = !hasInterpreter() ? "ESPRUINO_BIN is not set" : !hasValgrind() ? "valgrind is not installed" : "";
  if (missing)
    return [
      notMeasured(X25519, "", null, missing),
      notMeasured(RATIO, "", LEAST_RATIO, missing),
      notMeasured(RATIO_FAST, "", null, missing),
      notMeasured(P256, "", null, missing),
      notMeasured(COMB, "", null, missing),
    ];
  const entry = fileURLToPath(new URL("es5-crypto.entry.ts", import.meta.url));
  const ours = `${await minifyForEngine(await bundle({ entry }))}${INPUT}`;
  progress("X25519, ours");
  const x25519 = await countInstructions(ours, "bench.x25519(k,u);");
  progress("P-256, ours");
  const p256 = await countInstructions(ours, "bench.p256(k);");
  progress("P-256, base point, ours");
  const comb = await countInstructions(ours, "bench.comb(k);");
  progress("X25519, tweetnacl's nacl-fast.js (minutes)");
  const fast = await countInstructions(tweetnacl("nacl-fast.js"), "nacl.scalarMult(k,u);");
  progress("X25519, tweetnacl's nacl.js (many minutes)");
  const slow = await countInstructions(tweetnacl("nacl.js"), "nacl.scalarMult(k,u);");
  return [
    row(X25519, x25519, ""),
    row(RATIO, slow / x25519, "times", LEAST_RATIO, true),
    row(RATIO_FAST, fast / x25519, "times"),
    row(P256, p256, ""),
    row(COMB, comb, ""),
  ];
}
