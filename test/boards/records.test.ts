// The board records are data that fit together: pins, noise, flash, limits; each number says where it comes from; and a board
// that cannot do the job is refused in its own words.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BOARDS, boardNamed, REFUSED } from "../../boards/index.ts";
import type { BoardRecord } from "../../boards/index.ts";
import { CUTOFFS } from "../../firmware/entropy/cutoffs.ts";
import { flashLeft, pairsUntilFull } from "../../scripts/boards.ts";
import { seedBoots, wearTable } from "../../scripts/seed-wear.ts";

const FOLDER = new URL("../../boards/", import.meta.url);
const NOT_RECORDS = ["index.ts", "record.ts", "refused.ts"];
/** Pins that a package of the family has, as the engine spells them (boards/*.py). */
const PINS: [RegExp, RegExp][] = [
  [/^(espruinowifi|pico_r1_3)$/, /^(A([0-9]|1[0-5])|B([0-9]|1[0-5])|C1[345])$/],
  [/^(nucleof411re|stm32l496gdiscovery)$/, /^[A-D]([0-9]|1[0-5])$/],
  [/^esp32$/, /^D([0-9]|[12][0-9]|3[0-9])$/],
  [/^esp32s3_idf4$/, /^D([0-9]|[1-3][0-9]|4[0-8])$/],
  [/^curio$/, /^D([0-9]|1[0-9]|2[01])$/],
];
/** Pins with a channel of the converter that the engine reads. */
const ANALOG: Record<string, RegExp> = {
  espruinowifi: /^(A[0-7]|B[01])$/,
  pico_r1_3: /^(A[0-7]|B[01])$/,
  nucleof411re: /^(A[0-7]|B[01]|C[0-5])$/,
  stm32l496gdiscovery: /^(A[0-7]|B[01]|C[0-5])$/,
  esp32: /^D3[2-9]$/,
  curio: /^D[0-4]$/,
};

const each = (name: string, check: (record: BoardRecord) => void) =>
  test(name, () => {
    for (const record of BOARDS)
      try {
        check(record);
      } catch (error) {
        throw new Error(`${record.name}: ${(error as Error).message}`);
      }
  });

const pinsOf = ({ pins, network, sources }: BoardRecord): string[] =>
  [pins.button, pins.ready, pins.busy, network.pins?.[1] ?? null, ...sources.map(({ kind, from }) => (kind === "adc" ? from! : null))].filter((pin) => pin !== null); // prettier-ignore

test("names are Espruino's, in lower case, each once, and each record is in the list", () => {
  const names = [...BOARDS, ...REFUSED].map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9_]*$/);
  const files = readdirSync(FOLDER).filter((file) => !NOT_RECORDS.includes(file));
  assert.equal(files.map((file) => file.replace(".ts", "").replaceAll("-", "_")).sort(), BOARDS.map(({ name }) => name).sort()); // prettier-ignore
});

test("every number in a record has its source beside it", () => {
  const bare: string[] = [];
  for (const file of readdirSync(FOLDER).filter((name) => !NOT_RECORDS.includes(name))) {
    const lines = readFileSync(new URL(file, FOLDER), "utf8").split("\n");
    for (const [i, line] of lines.entries()) {
      const [code] = line.replace(/"[^"]*"/g, (text) => (/^"0x/.test(text) ? "0" : "")).split("//");
      const isSaid = line.includes("//") || /^ *\/\//.test(lines[i - 1] ?? "");
      if (/\d/.test(code.replace(/\w*[a-zA-Z_]\w*/g, "")) && !isSaid) bare.push(`${file}:${i + 1} ${line.trim()}`);
    }
  }
  assert.equal(bare, []);
});

each("pins are there, and none has two tasks", (record) => {
  const known = PINS.find(([names]) => names.test(record.name))?.[1];
  const pins = pinsOf(record);
  for (const pin of pins) assert.match(pin, known ?? /^$/);
  assert.is(new Set(pins).size, pins.length);
  for (const { kind, from } of record.sources) if (kind === "adc") assert.match(from!, ANALOG[record.name]);
});

/** 'inverted' of BTN1 in boards/*.py; a pin that the engine negates itself counts as what the engine says. */
const PRESSED: Record<string, 0 | 1> = {
  ...{ espruinowifi: 1, pico_r1_3: 1, nucleof411re: 0, stm32l496gdiscovery: 1 },
  ...{ esp32: 1, esp32s3_idf4: 0, curio: 0, linux: 1 },
};

each("a button is pressed at the level that Espruino's board file says", ({ name, pins }) => {
  assert.is(pins.pressed, PRESSED[name]);
});

each("the Wi-Fi module's pins on the Espruino WiFi are left to it", (record) => {
  if (record.name === "espruinowifi")
    for (const pin of pinsOf(record)) assert.not(["A2", "A3", "A13", "A14", "A15"].includes(pin), pin);
});

each(
  "there are two noise sources, physical but on the desktop, with claims that have cut-offs and are low",
  (record) => {
    const { sources } = record;
    assert.ok(sources.length >= 2);
    assert.is(new Set(sources.map(({ kind, from }) => `${kind} ${from}`)).size, sources.length);
    for (const { kind, bits, claim } of sources) {
      assert.ok(CUTOFFS[(bits === 1 ? "binary " : "wide ") + claim], `cut-offs for ${claim}`);
      if (kind === "os") assert.is(record.name, "linux");
      else assert.ok(claim >= 1 / 8 && claim <= 1 / 3, `${kind} ${claim}`);
    }
  },
);

each("flash has room for the largest bundle, what a setup renews, and two pairs", (record) => {
  const { start, bytes, page } = record.storage;
  assert.is(start % 4, 0);
  assert.is(bytes % page, 0);
  assert.ok(pairsUntilFull(record, record.bundleBytes) >= 2, `${flashLeft(record, record.bundleBytes)} left`);
});

each("limits keep their order and the protocol's bounds", (record) => {
  const { windowS, waitS, authS, sessionS, maxKeyBytes, watchdogS } = record;
  assert.ok(waitS >= 10 && waitS <= 600);
  assert.ok(windowS > waitS + authS);
  assert.ok(authS >= 30 && sessionS >= 90 && sessionS >= authS);
  assert.ok(maxKeyBytes >= 3072 && maxKeyBytes <= 9999);
  assert.ok(watchdogS === 0 || watchdogS > 10);
});

each("what it offers goes with what it has", (record) => {
  assert.is(record.suites[0], "cpace-x25519");
  assert.match(record.engine, /^\d+v\d+$/);
  if (record.name === "linux") return;
  assert.ok(record.variables! >= 5000);
  assert.ok(record.storage.mapped);
  assert.ok(record.pins.button, "without a button no window opens");
  if (record.tls === "own-server") assert.ok(record.native);
  if (record.tls === "engine-client") assert.ok(record.crypto.includes("aes"));
  if (!record.native) assert.equal(record.suites, ["cpace-x25519", "x25519"]);
});

each("the console and the network are described whole", (record) => {
  const { console: reached, network } = record;
  assert.is(reached.by === "serial", reached.baud !== undefined);
  assert.is(network.by === "wifi", network.idDigits !== undefined);
  assert.is(network.by === "wiznet", network.pins !== undefined);
  // The chip's number in hex, four bytes a group: no hyphen among the digits, none twice.
  const digits = network.idDigits ?? [];
  assert.is(new Set(digits).size, digits.length);
  for (const at of digits) assert.ok(at >= 0 && at < 26 && at % 9 !== 8, String(at));
});

test("a board is found by its name in any case; another is refused with the known names", () => {
  for (const record of BOARDS) assert.is(boardNamed(record.name.toUpperCase()), record);
  assert.throws(() => boardNamed("toaster"), /unknown board "toaster"; known: .*pico_r1_3/);
});

test("a refused board is refused with its reason", () => {
  const expected = ["esp8266_4mb", "esp8266_board", "rp2040_pico", "rp2350_pico2", "pixljs", "pixljs_wiz", "mdbt42q", "rak5010", "raspberrypi", "esp32c3_idf4"]; // prettier-ignore
  assert.equal(REFUSED.map(({ name }) => name).sort(), expected.sort());
  for (const { name, title, why } of REFUSED) {
    assert.ok(why.length > 20 && title.length > 3);
    assert.throws(
      () => boardNamed(name.toUpperCase()),
      (error: Error) => error.message.includes(why) && error.message.includes(title),
    );
  }
});

test("the boots a board's page tells are those that the seed file gives", () => {
  const told = [true, false].map((bitwise) => seedBoots({ bitwise }));
  const rows = wearTable().slice(2).map((row) => row.split("|").map((cell) => cell.trim())); // prettier-ignore
  for (const [i, { slots, marks }] of told.entries()) assert.equal([String(slots), String(marks)], rows[i].slice(2, 4));
});

test.run();
