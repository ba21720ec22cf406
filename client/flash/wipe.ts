// Nothing left in a board's flash: what holds secrets is overwritten where it lies, then all pages are erased, and all of them
// are read back. A page whose erase is cut off may keep some of its bytes; then it keeps zeros.
import { EXIT_REFUSED_BY_DEVICE, WibError } from "../errors.ts";
import type { BoardConsole, StorageArea } from "./console.ts";

/** The private keys, the seed, the serial and the access point's password, the console's password. */
const SECRET_FILES = ["wib.k0", "wib.k1", "wib.sed", "wib.cfg", ".boot0"];
/** What the engine runs by itself. */
export const STARTED_FILES = [".bootcde", ".bootrst", ".boot1", ".boot2", ".boot3", ".bootPowerOn", ".varimg"];
const READ_BYTES = 1024;
const READS_A_QUESTION = 32;
const ERASE_MS = 120_000;

/** Files of Wib's own, or whose name a power cut has torn: anything else on a board is somebody's. */
export function isOurs(name: string): boolean {
  return /^(wib\.\w+|\.boot0|\.bootcde)$|\xff/.test(name);
}

/** So that nothing of what was there starts again. */
export async function eraseStarted(board: BoardConsole, files: string[]): Promise<void> {
  for (const name of STARTED_FILES.filter((each) => files.includes(each)))
    await board.ask(`require("Storage").erase(${JSON.stringify(name)})`);
}

/** in: the board runs nothing. @throws WibError when flash is not blank afterwards. */
export async function wipeBoard(board: BoardConsole, area: StorageArea, storageBytes: number): Promise<void> {
  const bytes = Math.min(area.bytes, storageBytes);
  for (const name of SECRET_FILES) {
    const file = await board.findFile(name, area);
    if (!file) continue;
    for (let at = 0; at < file.size; at += READ_BYTES)
      await board.ask(
        `require("Flash").write(new Uint8Array(${Math.min(READ_BYTES, (file.size - at + 7) & ~7)}),${file.address + at})`,
      );
  }
  await board.ask(`require("Storage").eraseAll()`, { timeoutMs: ERASE_MS });
  for (let at = 0; at < bytes; at += READ_BYTES * READS_A_QUESTION) {
    const end = Math.min(bytes, at + READ_BYTES * READS_A_QUESTION);
    const blank = await board.ask(
      `(function(F,a,e,n){while(a<e){if(E.convolve(F.read(n,a),[1],0)!==255*n)return 0;a+=n}return 1})` +
        `(require("Flash"),${area.start + at},${area.start + end},${READ_BYTES})`,
    );
    if (blank !== "1")
      throw new WibError(
        "flash is not blank after it was erased",
        "run the same command again; if it stays so the chip is worn out",
        EXIT_REFUSED_BY_DEVICE,
      );
    board.onProgress?.(end, bytes);
  }
}
