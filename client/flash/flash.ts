// Flashes one board: docs/FLASHING.md. What holds at any moment, also when the plug is pulled or the connection is lost:
//   1. what was there stops starting first, then everything is erased;
//   2. `.boot0`, which locks a product's console, is there and read back before anything else;
//   3. `.bootcde` is the last file, and its first 8 bytes are the last that are written: half a bundle never runs;
//   4. the label's file is on the owner's disk before the board is touched, so that a second run knows serial and password;
//   5. a board that hears nothing more restarts by itself, and a product is locked after that.
// Success is what has been read back, byte by byte, and a device that says its entropy is healthy.
import { randomBytes } from "node:crypto";
import type { BoardRecord } from "../../boards/index.ts";
import { boot0For, drawConsolePassword } from "../boot0.ts";
import { EXIT_REFUSED_BY_DEVICE, WibError } from "../errors.ts";
import { canonicalSerial, serialFromBytes } from "../serial.ts";
import type { Build } from "./bundle.ts";
import { checkBoard, checkSpace } from "./check.ts";
import type { BoardState } from "./check.ts";
import { BoardConsole } from "./console.ts";
import { waitForEntropy } from "./entropy.ts";
import { drawApPassword, loadLabels, saveLabel } from "./labels.ts";
import type { Label } from "./labels.ts";
import { weakness } from "./weak-serial.ts";
import { eraseStarted, isOurs, wipeBoard } from "./wipe.ts";

const SEED_BYTES = 32; // the first slot of the seed file

/** Kept by the chip until it is turned on again; deletes saved code and restarts (targets/esp32/jswrap_esp32.c). */
const BLE_OFF = `if(typeof ESP32!=="undefined"&&ESP32.enableBLE)ESP32.enableBLE(false);`;

export const FLASH_STEPS = ["connect", "check", "erase", "write", "read back", "restart", "entropy"] as const;
export type FlashStep = (typeof FLASH_STEPS)[number];

export interface FlashOptions {
  record: BoardRecord;
  port: string;
  build: Build;
  bundle: Uint8Array;
  labelFolder: string;
  /** Given, or kept from the board, or drawn. */
  serial?: string;
  newSerial?: boolean;
  /** Of the console, if the board is locked; else those of labels that were begun are tried. */
  password?: string;
  openAp?: boolean;
  /** The setup server's, for boards that share an address. */
  httpPort?: number;
  /** Asks whether what is on the board may be destroyed. */
  confirm: (what: string[]) => Promise<boolean>;
  /** Before the board is touched: a serial for this chip. For batches. */
  assign?: (chip: string) => string;
  /** From now on the board is changed. Its label is on disk. */
  onTouch?: (label: Label) => void;
  entropyMs?: number;
  onStep?: (step: FlashStep, share: number) => void;
  onWarning?: (text: string) => void;
}

export interface FlashResult {
  label: Label;
  version: string;
  bytes: number;
  seconds: number;
}

/** Opens the console of a board, by its password if it is locked. */
export async function openBoard(
  o: Pick<FlashOptions, "port" | "record" | "password" | "labelFolder">,
): Promise<BoardConsole> {
  const board = new BoardConsole(o.port, { baud: o.record.console.baud });
  await board.open();
  try {
    if (board.isLocked) await unlockBoard(board, o);
  } catch (error) {
    await board.close();
    throw error;
  }
  return board;
}

/** Passwords of other boards are never tried: what is plugged in may be there to collect them. */
async function unlockBoard(
  board: BoardConsole,
  o: Pick<FlashOptions, "record" | "password" | "labelFolder">,
): Promise<void> {
  if (o.password !== undefined) return board.unlock(o.password);
  const begun = loadLabels(o.labelFolder).filter(
    ({ board: name, state }) => name === o.record.name && state === "begun",
  );
  for (const { consolePassword } of begun)
    if (
      consolePassword !== undefined &&
      (await board.unlock(consolePassword).then(
        () => true,
        () => false,
      ))
    )
      return;
  throw new WibError(
    "the console of this board is locked: a product build runs on it",
    `give its label file with --password-file ${o.labelFolder}/....json`,
    EXIT_REFUSED_BY_DEVICE,
  );
}

/** Serial that the board has now, or "". */
async function serialOn(board: BoardConsole, files: string[]): Promise<string> {
  if (!files.includes("wib.cfg")) return "";
  try {
    const config = JSON.parse(Buffer.from((await board.readFile("wib.cfg"))!).toString("latin1")) as {
      serial?: unknown;
    };
    return canonicalSerial(String(config.serial));
  } catch {
    return ""; // left half done
  }
}

function makeLabel(o: FlashOptions, chip: string, onBoard: string): Label {
  const known = loadLabels(o.labelFolder).filter(({ board }) => board === o.record.name);
  const begun = known.find((label) => label.state === "begun" && label.chip === chip);
  const kept = o.newSerial ? undefined : onBoard || begun?.serial;
  const serial = o.serial ?? o.assign?.(chip) ?? kept ?? serialFromBytes(randomBytes(10));
  const before = known.find((label) => label.serial === serial);
  const hasAp = o.record.network.by === "wifi" && !o.openAp;
  return {
    ...{ board: o.record.name, build: o.build, serial, chip, state: "begun", at: new Date().toISOString() },
    ...(o.build === "product" && { consolePassword: before?.consolePassword ?? drawConsolePassword() }),
    ...(hasAp && { apPassword: before?.apPassword ?? drawApPassword() }),
  };
}

/** What is written, in this order, before the bundle. */
function filesOf(o: FlashOptions, label: Label): [string, Uint8Array][] {
  const config = { serial: label.serial, apPassword: label.apPassword, port: o.httpPort };
  const text = (s: string) => new Uint8Array(Buffer.from(s, "latin1"));
  const blank = (size: number) => new Uint8Array(size).fill(0xff);
  // A board that is flashed twice with one serial would start twice from the same file (docs/ENTROPY.md section 7).
  const seed = blank(o.record.storage.seedBytes ?? 2048);
  seed.set(randomBytes(SEED_BYTES));
  return [
    ...(label.consolePassword === undefined
      ? []
      : ([[".boot0", text(boot0For(label.consolePassword))]] as [string, Uint8Array][])),
    ["wib.cfg", text(JSON.stringify(config))],
    // Erased flash for seeds, tries and the setup log, so that no boot has to make a file (docs/ENTROPY.md section 7).
    ["wib.sed", seed],
    ["wib.try", blank(1024)],
    ["wib.l0", blank(1024)],
  ];
}

/** Asks before anything is lost; the board is kept awake meanwhile. */
async function askFirst(
  o: FlashOptions,
  board: BoardConsole,
  state: BoardState,
  onBoard: string,
  label: Label,
): Promise<void> {
  const foreign = state.files.filter((name) => !isOurs(name));
  const what = [
    ...(state.files.some((name) => /^wib\.k[01]$/.test(name))
      ? ["the certificate and private key that this device was set up with"]
      : []),
    ...(foreign.length ? [`files that are not Wib's: ${foreign.join(", ")}`] : []),
    ...(state.files.includes(".bootcde") && !state.files.includes("wib.cfg") ? ["the program that is on it"] : []),
    ...(onBoard && onBoard !== label.serial ? ["its serial: the label on its back becomes void"] : []),
  ];
  if (!what.length) return;
  const awake = setInterval(() => void board.ask("1").catch(() => {}), 5000);
  try {
    if (await o.confirm(what)) return;
  } finally {
    clearInterval(awake);
  }
  throw new WibError("nothing was changed", `--yes says that this may be destroyed: ${what.join("; ")}`, 1);
}

/** @throws WibError, see docs/FLASHING.md; a second run repairs what it leaves. */
export async function flashBoard(o: FlashOptions): Promise<FlashResult> {
  const started = Date.now();
  const step = (name: FlashStep, share = 0) => o.onStep?.(name, share);
  step("connect");
  const board = await openBoard(o);
  let touched = false;
  try {
    step("check");
    const state = await checkBoard(board, o.record);
    const onBoard = await serialOn(board, state.files);
    const label = makeLabel(o, state.chip, onBoard);
    const files = filesOf(o, label);
    checkSpace(state, [...files.map(([, bytes]) => bytes.length), o.bundle.length]);
    const weak = weakness(label.serial, state.chip);
    if (weak) o.onWarning?.(`this serial is weak: ${weak}; without --serial-file a random one is drawn`);
    await askFirst(o, board, state, onBoard, label);
    saveLabel(o.labelFolder, label);
    o.onTouch?.(label);
    touched = true;
    await eraseBoard(board, o, state);
    await writeFiles(board, o, files, step);
    step("restart");
    await board.reboot();
    step("entropy");
    await waitForEntropy(board, label.consolePassword, o.entropyMs, (share) => step("entropy", share));
    const done: Label = { ...label, state: "done", at: new Date().toISOString() };
    saveLabel(o.labelFolder, done);
    const bytes = files.reduce((sum, [, { length }]) => sum + length, o.bundle.length);
    return { label: done, version: state.version, bytes, seconds: (Date.now() - started) / 1000 };
  } catch (error) {
    if (!touched && board.needsPassword && board.isOpen()) await board.lock().catch(() => {});
    throw error;
  } finally {
    await board.close();
  }
}

/** What was there stops starting, and nothing of it runs any more; then all is erased. */
async function eraseBoard(board: BoardConsole, o: FlashOptions, state: BoardState): Promise<void> {
  o.onStep?.("erase", 0);
  const hasRadio = o.record.console.also.includes("ble-esp32");
  if (state.files.length || hasRadio) await stopBoard(board, state.files, hasRadio ? BLE_OFF : "");
  await board.guard();
  board.onProgress = (done, total) => o.onStep?.("erase", done / total);
  await wipeBoard(board, o.record.storage, state.storageBytes);
  board.onProgress = undefined;
}

/** Restarts a board without what it ran; its console stays locked meanwhile, if it was. @param before what is run first. */
export async function stopBoard(board: BoardConsole, files: string[], before = ""): Promise<void> {
  let password = board.passwordUsed;
  if (password === undefined && files.includes(".boot0")) {
    // Somebody has unlocked it already; after the restart it takes the password that is in there.
    // One that a power cut has torn is listed and has no contents: it locks nothing.
    const boot0 = Buffer.from((await board.readFile(".boot0")) ?? []).toString("latin1");
    password = /setPassword\("([^"]*)"\)/.exec(boot0)?.[1];
  }
  await eraseStarted(board, files);
  await board.reboot(before);
  if (board.isLocked) await board.unlock(password ?? "");
}

async function writeFiles(
  board: BoardConsole,
  o: FlashOptions,
  files: [string, Uint8Array][],
  step: (name: FlashStep, share?: number) => void,
): Promise<void> {
  const area = o.record.storage;
  step("write");
  for (const [name, bytes] of files) {
    if (bytes.length > SEED_BYTES && bytes.subarray(SEED_BYTES).every((byte) => byte === 0xff)) {
      await board.writeBlank(name, bytes.length);
      if (name === "wib.sed") await board.programStart(name, bytes.subarray(0, SEED_BYTES), area);
    } else await board.writeFile(name, bytes, area);
    if (name === ".boot0") await verify(board, name, bytes);
  }
  board.onProgress = (done, total) => step("write", done / total);
  await board.writeFile(".bootcde", o.bundle, area);
  step("read back");
  try {
    board.onProgress = (done, total) => step("read back", done / total);
    await verify(board, ".bootcde", o.bundle);
    board.onProgress = undefined;
    for (const [name, bytes] of files) {
      await verify(board, name, bytes);
      bytes.fill(0); // passwords, serial and seed
    }
  } catch (error) {
    // It must not start.
    if (board.isOpen()) await board.ask(`require("Storage").erase(".bootcde")`).catch(() => {});
    throw error;
  }
}

async function verify(board: BoardConsole, name: string, bytes: Uint8Array): Promise<void> {
  const there = await board.readFile(name);
  if (there && Buffer.compare(there, bytes) === 0) return;
  throw new WibError(
    `${name} in flash is not what was sent`,
    "upload corrupted: run the same command again; if it happens again try another cable",
    EXIT_REFUSED_BY_DEVICE,
  );
}
