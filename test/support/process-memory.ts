// What another process of the same user has in its writable memory (Linux), and which pieces of known secrets are in it.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

/**
 * So many bytes in place among twice as many are a find. Not in a row: the engine's variables are of 12 to 16 bytes on
 * boards, and when it frees an array it writes 2 bytes of flags and 2 of a link into each, and leaves the rest.
 */
export const PIECE_BYTES = 8;
const SEED_BYTES = 4; // what is left in one piece at least

export interface Region {
  start: number;
  /** File, [heap], [stack], or "" for memory without a name. */
  name: string;
  bytes: Uint8Array;
}

/** Processes by parent. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        // The command's name, in brackets, may hold blanks.
        return (
          Number(
            readFileSync(`/proc/${child}/stat`, "utf8")
              .replace(/^.*\) /s, "")
              .split(" ")[1],
          ) === pid
        );
      } catch {
        return false; // it has just ended
      }
    });
}

/** The process that does the work: of a wrapper which waits for its only child, that child. */
export function innermost(pid: number): number {
  const children = childrenOf(pid);
  return children.length === 1 ? innermost(children[0]) : pid;
}

function readRegion(file: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    let count = 0;
    try {
      count = readSync(file, bytes, at, length - at, start + at);
    } catch {
      // a page that is not to be read, such as the stack's guard
    }
    if (!count) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

/**
 * Everything that the process could have written a secret to. It stands still meanwhile.
 * @throws Error when the system does not let us: another user's process, or one under a stricter ptrace policy.
 */
export function readMemory(pid: number): Region[] {
  process.kill(pid, "SIGSTOP");
  try {
    const file = openSync(`/proc/${pid}/mem`, "r");
    try {
      return readFileSync(`/proc/${pid}/maps`, "utf8")
        .trimEnd()
        .split("\n")
        .flatMap((line) => {
          const [, from, to, rights, name] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line)!;
          const start = parseInt(from, 16);
          return rights.startsWith("rw")
            ? [{ start, name, bytes: readRegion(file, start, parseInt(to, 16) - start) }]
            : [];
        });
    } finally {
      closeSync(file);
    }
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** Bytes that must not be there, by name. A text that shows them has more characters than they are. */
export interface Wanted {
  name: string;
  bytes: Uint8Array;
  /** So many among twice as many are a find. */
  piece: number;
}

export interface Find {
  name: string;
  /** Bytes of it that are in place, and where its first would be. */
  count: number;
  address: number;
  region: string;
  /** It, and what lies before it and behind it, in hex: that often tells whose it was. */
  around: string;
}

/** How many of `bytes` are in memory where they would be if it began at `at`; 0 if nowhere enough of them together. */
function inPlace(memory: Uint8Array, at: number, { bytes, piece }: Wanted): number {
  const isThere = (i: number): number => (i >= 0 && memory[at + i] === bytes[i] ? 1 : 0);
  let [count, together, most] = [0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    count += isThere(i);
    together += isThere(i) - isThere(i - 2 * piece);
    most = Math.max(most, together);
  }
  return most >= piece ? count : 0;
}

export function findPieces(regions: readonly Region[], wanted: readonly Wanted[]): Find[] {
  // By three bytes, so that most of memory is passed by with one look a byte.
  const isSeed = new Uint8Array(1 << 24);
  const seeds = new Map<number, { of: Wanted; from: number }[]>();
  for (const of of wanted)
    for (let from = 0; from + SEED_BYTES <= of.bytes.length; from++) {
      const key = keyAt(of.bytes, from);
      isSeed[key] = 1;
      seeds.set(key, [...(seeds.get(key) ?? []), { of, from }]);
    }
  const finds = new Map<string, Find>();
  for (const { start, name: region, bytes } of regions)
    for (let at = 0; at + SEED_BYTES <= bytes.length; at++) {
      const key = keyAt(bytes, at);
      if (!isSeed[key]) continue;
      for (const { of, from } of seeds.get(key)!) {
        if (bytes[at + 3] !== of.bytes[from + 3]) continue;
        const first = at - from;
        const count = inPlace(bytes, first, of);
        if (!count) continue;
        const around = Buffer.from(bytes.subarray(Math.max(0, first - 32), first + of.bytes.length + 32)).toString(
          "hex",
        );
        finds.set(`${of.name} ${start + first}`, { name: of.name, count, address: start + first, region, around });
      }
    }
  return [...finds.values()];
}

function keyAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
}

/** A secret in binary, in hex, and in base64 wherever it may start. */
export function inAllForms(name: string, secret: Uint8Array): Wanted[] {
  const text = (form: string, value: string, piece: number): Wanted => {
    return { name: `${name} in ${form}`, bytes: new TextEncoder().encode(value), piece };
  };
  const buffer = Buffer.from(secret);
  const base64 = [0, 1, 2].map((skipped) => {
    const whole = buffer.subarray(skipped);
    return text("base64", whole.subarray(0, whole.length - (whole.length % 3)).toString("base64"), 12);
  });
  return [{ name, bytes: secret, piece: PIECE_BYTES }, text("hex", buffer.toString("hex"), 2 * PIECE_BYTES), ...base64];
}
