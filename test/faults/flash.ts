// Faults in flashing, labels, batches and the virtual board's console: a board that is called done and is not, one that is left
// half done or open, a label that is lost or seen.
import type { Fault } from "../../scripts/fault-run.ts";

const CONSOLE = "client/flash/console.ts";
const DIALOGUE = "client/flash/dialogue.ts";
const FLASH = "client/flash/flash.ts";
const WIPE = "client/flash/wipe.ts";
const CHECK = "client/flash/check.ts";
const LABELS = "client/flash/labels.ts";
const ART = "client/flash/label-art.ts";
const BATCH = "client/flash/batch.ts";
const ENTROPY = "client/flash/entropy.ts";
const WEAK = "client/flash/weak-serial.ts";
const PORT = "client/flash/port.ts";
const COMMAND = "client/commands/flash.ts";
const LINE = "host-sim/console-line.ts";
const VIRTUAL = "host-sim/console.ts";
const PACKETS = "host-sim/packets.ts";

const FLASHED = ["client/flash/flash.test"];
const FAULTY = ["client/flash/faults.test"];
const VIRTUALLY = ["host-sim/console.test"];

const fault = (file: string, tests: string[], find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests, why },
});

export const FAULTS: Fault[] = [
  fault(
    DIALOGUE,
    FAULTY,
    "if(global.$w&&$w.t)clearTimeout($w.t);",
    "",
    "a board restarts in the middle of a long flashing",
  ),
  fault(DIALOGUE, FAULTY, 'if(E.CRC32(w.k+" "+n+s)!==c)v="?";` +\n  `else{', "{", "a damaged question is evaluated"),
  fault(DIALOGUE, FAULTY, "if(n>w.n)", "if(n!==w.n)", "a question that the board hears again is evaluated again"),
  fault(
    CONSOLE,
    FLASHED,
    "Math.max(HEAD_BYTES, CHUNK_BYTES",
    "Math.max(0, CHUNK_BYTES",
    "the beginning of a bundle is written with the rest",
  ),
  fault(
    DIALOGUE,
    FAULTY,
    "w.t=setTimeout(function(){E.reboot()},w.d)",
    "w.t=0",
    "a board that hears nothing stays open",
  ),
  fault(
    DIALOGUE,
    FLASHED,
    "$w.d=0;if($w.t)clearTimeout($w.t);delete global.$w;",
    "",
    "a product restarts after it was asked",
  ),
  fault(DIALOGUE, FLASHED, "E.lockConsole();1", "1", "a console that was opened stays open"),
  fault(DIALOGUE, FAULTY, "if (!prompt) continue;", "", "silence is taken for a board"),
  fault(FLASH, FLASHED, "if (board.isLocked) await unlockBoard(board, o);", "", "a locked board is not recognised"),
  fault(
    FLASH,
    FLASHED,
    'name === o.record.name && state === "begun"',
    'name === o.record.name && state !== "begun"',
    "passwords of other boards are tried",
  ),
  fault(FLASH, FLASHED, "kept ?? serialFromBytes", "serialFromBytes", "a board loses the serial on its back"),
  fault(FLASH, FLASHED, "saveLabel(o.labelFolder, label);", "", "a label is not kept before the board is touched"),
  fault(
    FLASH,
    FLASHED,
    "checkSpace(state,",
    "void (state,",
    "flash is erased before it is known whether there is room",
  ),
  fault(
    FLASH,
    FLASHED,
    "await askFirst(o, board, state, onBoard, label);",
    "",
    "a key is destroyed without a question",
  ),
  fault(
    FLASH,
    FAULTY,
    "if (there && Buffer.compare(there, bytes) === 0) return;",
    "if (there) return;",
    "what was read back is not compared",
  ),
  fault(
    FLASH,
    FLASHED,
    "if (!touched && board.needsPassword && board.isOpen()) await board.lock().catch(() => {});",
    "",
    "a refusal leaves the console open",
  ),
  fault(
    FLASH,
    FLASHED,
    "{ consolePassword: before?.consolePassword ?? drawConsolePassword() }",
    "{ consolePassword: drawConsolePassword() }",
    "a password changes behind the owner's back",
  ),
  fault(
    WIPE,
    FLASHED,
    'await board.ask(`require("Storage").eraseAll()`',
    'if (!storageBytes) await board.ask(`require("Storage").eraseAll()`',
    "nothing is erased",
  ),
  fault(WIPE, ["client/flash/label.test"], "|\\xff/", "/", "what a power cut has torn is taken for somebody's file"),
  fault(CHECK, FLASHED, "name.toUpperCase() !== expected.toUpperCase()", "!name", "another board is flashed"),
  fault(CHECK, FLASHED, ">= versionNumber(record.engine)", ">= 0", "an old engine is flashed"),
  fault(CHECK, FLASHED, "Number(minor) * 1e5", "Number(minor)", "versions are compared wrongly"),
  fault(LABELS, FLASHED, "mode: 0o700", "mode: 0o755", "others list the labels"),
  fault(LABELS, ["client/flash/label.test"], "`wib label ${label.serial}`", "label.board", "two labels share a file"),
  fault(
    ART,
    ["client/flash/label.test"],
    'top ? (bottom ? " " : "▄") : bottom ? "▀" : "█"',
    'top ? (bottom ? " " : "▀") : bottom ? "▄" : "█"',
    "the terminal's QR code has its rows turned",
  ),
  fault(
    ART,
    ["client/flash/label.test"],
    "QRCode.toBuffer(formatSerial(label.serial)",
    "QRCode.toBuffer(label.board",
    "the PNG holds something else",
  ),
  fault(
    BATCH,
    ["client/flash/batch.test"],
    'row.state === "begun" && row.chip === chip',
    'row.state === "begun"',
    "a begun serial goes to another chip",
  ),
  fault(BATCH, ["client/flash/batch.test"], "if (seen.has(serial))", "if (!serial)", "one serial is there twice"),
  fault(
    BATCH,
    ["client/flash/batch.test"],
    'mark({ state: "begun", chip, port, error: "" })',
    "void [chip, port]",
    "a row in work is not on disk",
  ),
  fault(
    BATCH,
    ["client/flash/batch.test"],
    "old ? canonicalSerial(old.serial) : ",
    "",
    "a drawn serial is lost by a restart",
  ),
  fault(
    ENTROPY,
    FLASHED,
    "/^wib: noise source .*failed/",
    "/^never/",
    "a failed noise source is waited for without end",
  ),
  fault(
    ENTROPY,
    FLASHED,
    "if (password !== undefined) await board.lock();",
    "",
    "a product stays open after it was asked",
  ),
  fault(
    WEAK,
    ["client/flash/label.test"],
    'return "it repeats itself"',
    'return ""',
    "a serial that repeats itself passes",
  ),
  fault(
    WEAK,
    ["client/flash/label.test"],
    'return "it has part of the chip\'s number in it"',
    'return ""',
    "a serial from the chip's number passes",
  ),
  fault(
    PORT,
    ["client/commands-flash.test"],
    "there is no port ${name}",
    "it does not work",
    "a port that is not there is not called that",
  ),
  fault(COMMAND, ["client/commands-flash.test"], "if (options.yes) return true;", "return true;", "nothing is asked"),
  fault(LINE, VIRTUALLY, "if (!this.#line) this.#isQuietLine = true;", "", "a line that begins with 0x10 is echoed"),
  fault(
    LINE,
    VIRTUALLY,
    "if (this.#host.isLocked()) return this.#takePassword(c);",
    "",
    "a locked console takes lines",
  ),
  fault(
    LINE,
    VIRTUALLY,
    "if (this.#line.length < PASSWORD_CHARS) this.#line += c;",
    "if (c > ' ') this.#line += c;",
    "the password prompt takes what the engine's does not",
  ),
  fault(
    VIRTUAL,
    VIRTUALLY,
    "data = data.subarray(0, cutAfter);",
    "",
    "a cut connection delivers what came after the cut",
  ),
  fault(
    PACKETS,
    VIRTUALLY,
    "if (!file) return this.#host.write(NAK);",
    "if (!file) return this.#host.write(ACK);",
    "data without a file are taken",
  ),
];
