// Makes docs/BOARDS.md from the board records and from what test/engine/boards.test.ts measured:
//   npm run boards               writes it        npm run boards -- --check   says whether it is current
//   npm run measure-boards       measures anew (needs ESPRUINO_ARM, and ESPRUINO_ARM_COUNTED for instructions)
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { BOARDS, REFUSED } from "../boards/index.ts";
import type { BoardRecord, SourceRecord } from "../boards/index.ts";
import { boot0For, drawConsolePassword } from "../client/boot0.ts";
import { preparedFlash, storageOf } from "../host-sim/prepare.ts";
import type { Figures } from "./boards-figures.ts";
import { seedBoots } from "./seed-wear.ts";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
export const PAGE = "docs/BOARDS.md";
export const MEASURED = "docs/boards-measured.json";

/** Cycles an instruction on a Cortex-M4 with code in flash (PLATFORM: an estimate). */
const CYCLES = [1.4, 1.8];
/** A slot of the keystore with a P-256 chain of two or an RSA-2048 pair, and its header in Storage. */
const PAIR_BYTES = { ec: 1300, rsa: 2200 };
/** A new file that a setup may need besides: a setup log or a file of tries, each once in dozens of setups. */
const RENEWAL_BYTES = 1024 + 32;

type Measured = Record<string, Figures[]>;

const number = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** Bytes that Storage has left on a new board with a bundle of so many bytes. */
export function flashLeft(record: BoardRecord, bundleBytes: number): number {
  const flashed = { serial: "0".repeat(16), apPassword: "0".repeat(20), host: "a-rather-long-name.example" };
  const flash = preparedFlash(record, "x".repeat(bundleBytes), flashed, boot0For(drawConsolePassword()));
  return storageOf(record, flash).getFree();
}

/** How many pairs in a row find room until Storage has to be compacted. */
export function pairsUntilFull(record: BoardRecord, bundleBytes: number): number {
  const pair = record.tls === "engine-client" ? PAIR_BYTES.rsa : PAIR_BYTES.ec;
  return Math.floor((flashLeft(record, bundleBytes) - RENEWAL_BYTES) / pair);
}

/** "12 to 16 s" for millions of instructions, or why there is no figure. */
function seconds(record: BoardRecord, millions: number | undefined): string {
  if (!millions || !record.clockMHz) return "not measured";
  const [least, most] = CYCLES.map((cycles) => (millions * cycles) / record.clockMHz!);
  const digits = most < 10 ? 1 : 0;
  return `${least.toFixed(digits)} to ${most.toFixed(digits)} s (estimate: ${number(millions)} million instructions at ${record.clockMHz} MHz)`;
}

const REACHED: Record<BoardRecord["console"]["by"], string> = {
  usb: "its own USB port",
  serial: "a serial port",
  terminal: "the program's input and output",
};

const NETWORKS: Record<BoardRecord["network"]["by"], string> = {
  wifi: "Wi-Fi: its own access point `wib-` and 4 digits of the chip's number for the setup, at 192.168.4.1; then the network of the settings",
  wiznet: "Ethernet, address by DHCP",
  system: "the operating system's",
};

const TLS: Record<BoardRecord["tls"], string> = {
  "own-server": "Wib's own TLS 1.3 server",
  "engine-client": "the engine's client: unauthenticated TLS, RSA keys only, no CSR (SECURITY.md)",
  "none": "none",
};

function claimOf({ kind, from, bits, claim }: SourceRecord): string {
  return `${kind}${from ? ` ${from}` : ""}, ${claim < 1 ? `1/${Math.round(1 / claim)}` : claim} of ${bits} bits a sample`;
}

function wiring({ pins, sources, network }: BoardRecord): string {
  const parts = [
    pins.button ? `button ${pins.button} (${pins.pressed} when pressed)` : "no button",
    pins.ready ? `LED "ready" ${pins.ready}` : "",
    pins.busy ? `LED "busy" ${pins.busy}` : "",
    ...sources.filter(({ kind }) => kind === "adc").map(({ from }) => `${from} left open: noise`),
    network.pins ? `Ethernet chip on ${network.pins.join(", select ")}` : "",
  ];
  return parts.filter(Boolean).join("; ");
}

function memory(record: BoardRecord, figures: Figures[]): [string, string][] {
  if (!figures.length || !record.variables) return [["memory", "not measured on this board's number of variables"]];
  return figures.map(({ how, total, rest, open, peak, setups, after }) => [
    `memory, ${how}`,
    `of ${number(total)} variables ${number(rest)} at rest, ${number(open)} with the window open, ${peak ? `${number(peak)} or more at the peak, ${number(total - peak)} left` : "at the peak too many to look"}; ${number(after)} after ${setups} setups in a row`,
  ]);
}

function board(record: BoardRecord, figures: Figures[]): string {
  const { storage, console: reached } = record;
  const first = figures[0] as Figures | undefined;
  const bundle = first?.bundle;
  const { slots, marks } = seedBoots(storage);
  const rows: [string, string][] = [
    [
      "firmware",
      `Espruino ${record.engine} or newer; process.env.BOARD is ${record.reports ?? record.name.toUpperCase()}`,
    ],
    ["wiring", wiring(record)],
    [
      "console",
      `${REACHED[reached.by]}${reached.baud ? ` at ${reached.baud} baud` : ""}${reached.also.length ? `; to be shut besides: ${reached.also.join(", ")}` : ""}`,
    ],
    ["network", `${NETWORKS[record.network.by]}${record.network.needs ? `. Needs ${record.network.needs}` : ""}`],
    ["back end", record.native ? "native Thumb code" : "plain ES5"],
    ["engine's crypto", record.crypto.join(", ") || "none"],
    ["TLS after the setup", TLS[record.tls]],
    ["suites", record.suites.join(", ")],
    ["largest key body", `${number(record.maxKeyBytes)} bytes`],
    ["entropy claimed", record.sources.map(claimOf).join("; ")],
    ["until there is randomness", seconds(record, first?.boot)],
    ...figures.map(({ how, setup }): [string, string] => [`a whole setup, ${how}`, seconds(record, setup)]),
    [
      "limits",
      `window ${record.windowS} s, a step's answer ${record.waitS} s, auth ${record.authS} s, session ${record.sessionS} s`,
    ],
    ...memory(record, figures),
    [
      "flash",
      `${number(storage.bytes)} bytes in pages of ${number(storage.page)}` +
        (bundle
          ? `; bundle ${number(bundle)}, ${number(flashLeft(record, bundle))} left on a new board: ${number(pairsUntilFull(record, bundle))} pairs until it is compacted`
          : ""),
    ],
    [
      "boots",
      `${slots} by a new seed and ${number(marks)} by a mark until the seed file is used up (ENTROPY.md section 7)`,
    ],
    ["watchdog", record.watchdogS ? `${record.watchdogS} s` : "none"],
  ];
  return [
    `### ${record.title}: \`${record.name}\`\n`,
    "| | |",
    "|---|---|",
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    "",
    ...record.notes.map((note) => `* ${note}`),
    "",
  ].join("\n");
}

/** The page's text. */
export function boardsPage(measured: Measured): string {
  const status = ({ tls }: BoardRecord) =>
    tls === "own-server" ? "supported" : tls === "engine-client" ? "set-up; unauthenticated TLS" : "set-up only";
  return `# Boards

<!-- Made by npm run boards from boards/ and ${MEASURED}. Do not edit. -->

What each board is, what works on it, and what it takes. **No real board was at hand**: memory was measured on the real interpreter
(\`npm run measure-boards\`: Espruino ${BOARDS[0].engine} built as 32-bit Thumb code with the board's number of variables, or the next below that
there was, the bundle's bytes unchanged, above what the interpreter and the test's prelude take); seconds are **estimates** from
instructions counted there, at ${CYCLES.join(" to ")} cycles each. On chips without Thumb code the same counts stand for their own instructions. Everything
about silicon comes from Espruino's board files and datasheets, as the comments in \`boards/\` say.

| board | name | clock | variables | setup | TLS |
|---|---|---|---|---|---|
${BOARDS.map((b) => `| ${b.title} | \`${b.name}\` | ${b.clockMHz ? `${b.clockMHz} MHz` : "-"} | ${b.variables ? number(b.variables) : "as many as needed"} | ${b.native ? "native" : "plain ES5"} | ${status(b)} |`).join("\n")}

After 50 failed tries a window opens only to say so, until a factory reset (PROTOCOL 7). A device without network settings is off the
air after its setup. Where Storage has a single page, it is compacted only when memory has a piece for all that is in it; a board whose
flash is full and that has none refuses the next pair with \`too-large-to-store\`, keeps the old one, and has to be flashed anew.

## Power and the first minutes

Power comes by USB. Flash the board, connect what its table says, and hold the button for 3 seconds once \`ready\` can light up. On a board
with Wi-Fi join the access point \`wib-....\` with the password on the label and give the client \`http://192.168.4.1\`. The four digits are of the
chip's number, never of the serial. There are 65,536 of them: in a room with hundreds of new boards two may have the same name.

## The boards

${BOARDS.map((b) => board(b, measured[b.name] ?? [])).join("\n")}
## Refused

Wib's tools refuse these with the same words.

| board | name | why |
|---|---|---|
${REFUSED.map(({ title, name, why }) => `| ${title} | \`${name}\` | ${why} |`).join("\n")}
`;
}

export function currentPage(): string {
  const file = root(MEASURED);
  return boardsPage(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
}

/** @returns what is wrong. */
export function checkBoardsPage(): string[] {
  const isCurrent = existsSync(root(PAGE)) && readFileSync(root(PAGE), "utf8") === currentPage();
  return isCurrent ? [] : [`${PAGE} is not what the records and ${MEASURED} give: npm run boards`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const program = new Command("boards")
    .description(`Make ${PAGE} from the board records.`)
    .option("--check", "only check");
  const { check } = program.parse().opts<{ check?: boolean }>();
  const problems = check ? checkBoardsPage() : [];
  if (!check) writeFileSync(root(PAGE), currentPage());
  for (const problem of problems) console.error(`wib: error: ${problem}`);
  if (problems.length) process.exitCode = 1;
}
