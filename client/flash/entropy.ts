// Waits until a device that has just started says that its randomness is healthy. Its printed lines tell, and its console need not
// be opened for that. Only when no line came (the port was not there yet) it is asked; a locked console is locked again at once.
import { EXIT_REFUSED_BY_DEVICE, WibError } from "../errors.ts";
import type { BoardConsole } from "./console.ts";

const LIMIT_MS = 120_000;
const ASK_EVERY_MS = 5000;
const LOOK_MS = 50;

function unhealthy(why: string): WibError {
  return new WibError(
    `the device says that its entropy is not healthy: ${why}`,
    "it opens no setup window like this; docs/ENTROPY.md says what each noise source needs",
    EXIT_REFUSED_BY_DEVICE,
  );
}

/** @param password of a product build; its console is locked before this is done. */
export async function waitForEntropy(
  board: BoardConsole,
  password: string | undefined,
  limitMs = LIMIT_MS,
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  const started = Date.now();
  let asked = started;
  let last = "it has said nothing";
  if (password !== undefined && !board.isLocked) throw notLocked();
  for (let line = 0; ;) {
    for (; line < board.lines.length; line++) {
      const text = board.lines[line].trim();
      if (text === "wib: ready") return checkLock(board, password);
      const [, source] = /^wib: (noise source .*)$/.exec(text) ?? [];
      if (source) last = source;
      if (/^wib: noise source .*failed/.test(text)) throw unhealthy(last);
      if (/^Uncaught/.test(text)) last = text;
    }
    const now = Date.now();
    if (now - started > limitMs) throw unhealthy(last);
    if (now - asked > ASK_EVERY_MS) {
      asked = now;
      const entropy = await askStatus(board, password);
      if (entropy === "ready") return checkLock(board, password);
      if (entropy) last = entropy;
    }
    onProgress(Math.min(0.99, (now - started) / limitMs));
    await new Promise((next) => setTimeout(next, LOOK_MS));
    if (!board.isOpen()) await board.open();
  }
}

async function askStatus(board: BoardConsole, password: string | undefined): Promise<string> {
  if (password !== undefined) await board.unlock(password);
  try {
    const status = await board.ask(`typeof wib==="undefined"?"":wib.status()`);
    return status ? String((JSON.parse(status) as { entropy?: unknown }).entropy) : "its firmware has not started";
  } finally {
    if (password !== undefined) await board.lock();
  }
}

async function checkLock(board: BoardConsole, password: string | undefined): Promise<void> {
  if (password !== undefined && !(await board.looksLocked())) throw notLocked();
}

function notLocked(): WibError {
  return new WibError(
    "the console of this product build is not locked",
    "do not hand the board out; run the same command again, and report this",
    EXIT_REFUSED_BY_DEVICE,
  );
}
