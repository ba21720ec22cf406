// Wipes a board: nothing of Wib, of its keys, or of anything else is left in its Storage. The engine itself stays.
import type { BoardRecord } from "../../boards/index.ts";
import { EXIT_REFUSED_BY_US, WibError } from "../errors.ts";
import { checkBoard } from "./check.ts";
import { openBoard, stopBoard } from "./flash.ts";
import { wipeBoard } from "./wipe.ts";

export interface UnflashOptions {
  record: BoardRecord;
  port: string;
  labelFolder: string;
  password?: string;
  confirm: (what: string[]) => Promise<boolean>;
  onProgress?: (share: number) => void;
}

/** @returns the names of the files that were there. @throws WibError; a second run repairs what it leaves. */
export async function unflashBoard(o: UnflashOptions): Promise<{ files: string[] }> {
  const board = await openBoard(o);
  try {
    const state = await checkBoard(board, o.record);
    const what = state.files.length ? state.files : ["nothing: its flash has no files"];
    const awake = setInterval(() => void board.ask("1").catch(() => {}), 5000);
    const isSure = await o.confirm(what).finally(() => clearInterval(awake));
    if (!isSure) {
      if (board.needsPassword) await board.lock();
      throw new WibError(
        "nothing was changed",
        `--yes says that this may be destroyed: ${what.join(", ")}`,
        EXIT_REFUSED_BY_US,
      );
    }
    if (state.files.length) await stopBoard(board, state.files);
    board.onProgress = (done, total) => o.onProgress?.(done / total);
    await wipeBoard(board, o.record.storage, state.storageBytes);
    await board.reboot();
    return { files: state.files };
  } finally {
    await board.close();
  }
}
