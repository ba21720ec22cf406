// The model of Storage against the real interpreter: one script of random operations, the same text run by both, must
// give the same results and the same flash, byte for byte. Half the scripts continue on a flash that lost its power
// in the middle of an earlier script, so the check at power-up and everything after it is compared too.
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { linux } from "../../boards/linux.ts";
import { createFlashModule } from "../../host-sim/flash-module.ts";
import { NorFlash, seeded } from "../../host-sim/flash.ts";
import { createStorage } from "../../host-sim/storage.ts";
import { runScript } from "../../scripts/interpreter.ts";
import { withProgram } from "../support/needs.ts";
import { times } from "../support/random.ts";

const COUNT = times(4);
const SEED = Number(process.env.WIB_SEED ?? Date.now() % 1e6);

// `t` says what a call gave, in JSON both sides write alike; `d` makes long data quickly, which "x".repeat(n) does not.
const PRELUDE = `
var s = require("Storage"), f = require("Flash");
function t(call) {
  var r;
  try { r = call(); } catch (e) { r = "threw " + e.toString(); }
  if (r === undefined) r = "undefined";
  if (r && typeof r == "object" && r.byteLength !== undefined) r = E.toString(r);
  print("@" + JSON.stringify(r));
}
function d(p, n) { while (p.length < n) p += p; return p.substr(0, n); }
`;

interface Outcome {
  results: unknown[];
  corrupt: boolean;
  image: Uint8Array;
}

function runModel(flash: NorFlash, script: string): Outcome {
  let output = "";
  const print = (text: string): void => void (output += text);
  const modules: Record<string, unknown> = {
    Storage: createStorage(flash, { fileTable: true, print }),
    Flash: createFlashModule(flash),
  };
  runInNewContext(PRELUDE + script, {
    require: (name: string) => modules[name],
    print: (line: string) => print(`${line}\n`),
    E: { toString: (bytes: ArrayBuffer) => Buffer.from(bytes).toString("latin1") },
  });
  return outcomeOf(output, flash.snapshot());
}

async function runEngine(image: Uint8Array, script: string): Promise<Outcome> {
  const { lines, flash } = await runScript(process.env.ESPRUINO_BIN!, PRELUDE + script, { flash: image });
  return outcomeOf(lines.join("\n"), flash!);
}

function outcomeOf(output: string, image: Uint8Array): Outcome {
  const results = [...output.matchAll(/^@(.*)$/gm)].map(([, json]) => JSON.parse(json) as unknown);
  return { results, corrupt: output.includes("Storage is corrupt."), image };
}

const ODD_NAMES = [
  "C:a",
  "a",
  "a:b",
  "b",
  "",
  "C:",
  "x".repeat(27),
  "x".repeat(28),
  "x".repeat(29),
  "q\\xff\\0z",
  ".boot0",
];
const ODD_DATA =
  "''|[]|65|null|undefined|[1,undefined]|[1,2,255,256,-1]|{a:1,b:[true,null,'\\xe9']}|new Int8Array([-1,2])".split("|");
const RARE_CALLS = ["s.compact()", "s.optimise()", "s.eraseAll()", "f.getFree()"];

/** `many`: hundreds of small files, for the lookup table; else few and large ones, for compaction. */
function randomScript(random: () => number, many: boolean, steps: number): string {
  const below = (n: number): number => Math.floor(random() * n);
  const pick = (items: string[]): string => items[below(items.length)];
  const name = (): string => `"${random() < 0.2 ? pick(ODD_NAMES) : `f${below(many ? 400 : 12)}`}"`;
  const long = (): number => 1 + below(random() < 0.7 ? 60 : many ? 300 : 40_000);
  const data = (): string => {
    if (random() < 0.1) return pick(ODD_DATA);
    if (random() < 0.2) return `new Uint8Array([${Array.from({ length: 1 + below(9) }, () => below(256))}])`;
    return `d("${pick(["ab", "\\xff", "q\\0\\x80", "{a:1}"])}${below(10)}",${long()})`;
  };
  const int = (): string => pick(["0", "0", "1", "3", "4", "7", "32", "100", "1000", "-1"]);
  const atEnd = (): number => linux.storage.start + linux.storage.bytes - 1025 - below(900); // small files end before
  const call = (): string => {
    const kind = random();
    if (kind < 0.4) return `s.write(${name()},${data()})`;
    if (kind < 0.5) return `s.write(${name()},${data()},${int()},${int()})`;
    if (kind < 0.55) return `s.write(${name()},${data()},0,${long()})`;
    if (kind < 0.7) return `s.erase(${name()})`;
    if (kind < 0.8) return `s.read(${name()},${int()},${int()})`;
    if (kind < 0.84) return `f.read(${below(40)},${linux.storage.start + below(200_000)})`;
    if (kind < 0.87) return `s.writeJSON("json",{n:${below(9)},a:[1,"\\x01\\xff\\n"],"b c":null,d2:-7,e:undefined})`;
    if (kind < 0.88) return pick(RARE_CALLS);
    const about = ["s.list()", "s.list(/^f1/)", "s.hash()", "s.hash(/2/)", "s.getFree()", "s.getStats()"];
    const more = [`s.list(undefined,{sf:${below(2)}})`, `s.readArrayBuffer(${name()})`, `s.readJSON("json")`];
    const raw = [
      `f.getPage(${atEnd()})`,
      `f.write(d("q\\0\\x80",${1 + below(9)}),${atEnd()})`,
      `f.erasePage(${atEnd()})`,
    ];
    return pick([...about, ...more, ...(many ? raw : [])]);
  };
  return Array.from({ length: steps }, () => `t(function() { return ${call()}; });`).join("\n");
}

async function compare(flash: NorFlash, script: string, label: string): Promise<void> {
  const engine = await runEngine(flash.snapshot(), script);
  const model = runModel(flash, script);
  assert.is(model.corrupt, engine.corrupt, `${label}: the check at power-up`);
  const calls = script.split("\n");
  calls.forEach((line, i) => assert.equal(model.results[i], engine.results[i], `${label}, call ${i}: ${line}`));
  const differs = model.image.findIndex((byte, i) => byte !== engine.image[i]);
  assert.is(differs, -1, `${label}: the flash differs at ${differs}`);
}

/** A flash that lost its power while a script ran: anywhere, or in the first bytes of a header or a page's rewriting. */
function tornFlash(random: () => number, script: string): NorFlash {
  const flash = new NorFlash([linux.storage], random);
  const marks: number[] = [];
  const mark = (): void => void marks.push(flash.operations);
  const { program, erasePage } = flash;
  flash.program = (addr, data) => (data.length === 32 && mark(), program.call(flash, addr, data));
  flash.erasePage = (addr) => (mark(), erasePage.call(flash, addr));
  runModel(flash, script);
  const near = random() < 0.7 ? marks[Math.floor(random() * marks.length)] + Math.floor(random() * 6) : undefined;
  const torn = new NorFlash([linux.storage], random);
  torn.cutAfter(near ?? Math.floor(random() * flash.operations));
  runModel(torn, script);
  torn.powerOn();
  return torn;
}

async function compareRandom(seed: number): Promise<void> {
  const random = seeded(seed);
  const many = random() < 0.5;
  const fresh = random() < 0.4;
  const flash = fresh ? new NorFlash([linux.storage]) : tornFlash(random, randomScript(random, many, 500));
  await compare(flash, randomScript(random, many, 700), `seed ${seed}`);
}

// Texts that readJSON must take or refuse as the engine does, and values that JSON and bytes are made of.
const TEXTS = String.raw`1|-1|1.5|1e3|0x10|012|'a'|[1,2,]|[1,,2]|{a:1,}|{a:1|{a 1}|abc|undefined|1 2|[1 2]|{a:[1,{b:2}]}|//x
1|/* */2|true|-x|-0|{1:2}|{true:1}|{a:}|[|]|{|{"a":1,b:'\x41\101\0\n'}|1e400|123456789012|[-1]|.5|5.|tru|"\u0041"|{"__proto__":1}|{"a|["a","b|{a:'x\xff\xff`;
const OBJECTS = '{}|{$a:1,_b:2,if:4,"a-b":5,"":6,"01":7}|{f:function(){}}|{a:[undefined]}';
const VALUES = String.raw`"\x80\x7f\x1b"|"\x011"|"\x01x"|"a'b\"\\"|[[1,"a"]]|NaN|true|new Uint8Array([1,2])|"\v\b\f\n\r\t"|2147483648|-7|
[1,"abc",[300,-1],true]|new ArrayBuffer(5)|new Uint8Array([1,2,3,4,5]).subarray(1,3)|"a\0b"`;

function fixedScript(): string {
  const read = TEXTS.split("|").flatMap((text) => [
    `s.write("j",${JSON.stringify(text)})`,
    `s.readJSON("j")`,
    `s.readJSON("j",1)`,
  ]);
  const written = `${VALUES}|${OBJECTS}`
    .split("|")
    .map((v) => `[s.write("v",${v}),""+s.read("v"),s.writeJSON("v",${v}),s.read("v")]`);
  const raw = `${VALUES}|[1,{data:"ab",count:2},3]|{data:[7,8],count:3}|[300,-1,1.9]`
    .split("|")
    .map((v) => `(f.write(${v},0x1003ff01),E.toString(f.read(32,0x1003ff00)))`);
  const odd = [
    "f.erasePage()",
    "f.erasePage(1.5)",
    "f.erasePage(null)",
    `f.erasePage("1")`,
    "f.write()",
    "f.write(null,1)",
    "f.read(0,0)",
  ];
  return [...read, ...written, ...raw, ...odd]
    .map((call) => `t(function() { return ${call.replaceAll("\n", "")}; });`)
    .join("\n");
}

withProgram("ESPRUINO_BIN", "JSON, bytes and odd arguments are taken as the interpreter takes them", () =>
  compare(new NorFlash([linux.storage]), fixedScript(), "fixed"),
);
for (let seed = SEED; seed < SEED + COUNT; seed++)
  withProgram("ESPRUINO_BIN", `the model does what the interpreter does, seed ${seed}`, () => compareRandom(seed));

test.run();
