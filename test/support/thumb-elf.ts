// Runs single instructions under QEMU's user mode: a static ELF program, written byte by byte, that for each case loads
// registers and flags, runs the snippet, and stores what it left. No assembler or compiler is involved, and nothing of
// the interpreter: the two meet at the bytes.
//
// A snippet stands in a stub of fixed size, or, where it branches, in the arena, with landing pads where it may come out;
// a pad marks r8 and returns to the stub. The pointer to the results waits in floating point register s0 meanwhile.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** r0 to r14 and APSR. */
export const STATE_WORDS = 16;
export const WINDOW_BYTES = 160;
/** Where in its window an access of a case begins, at the earliest and so many bytes further. */
export const ACCESS_AT = 64;
export const ACCESS_ROOM = 32;
/** Code, windows and arena: apart, so that wrong addresses hit nothing. */
const CODE = 0x00100000;
const TABLES = 0x00800000;
export const WINDOWS = 0x01000000;
export const ARENA = 0x04000000;
/** Twice the reach of B T4 and BL, and some room. */
export const ARENA_BYTES = 34 << 20;

const MARGIN = 8192; // of zeros around the code, for loads relative to r15
const STUB_BYTES = 128;
const SNIPPET_AT = 48;
const SNIPPET_ROOM = 22;
const POST_AT = 72;
const LITERAL_AT = 120;
export const PLACED_BYTES = 16;
const PAD_BYTES = 16;
const NOP = 0xbf00;

export interface Case {
  halfwords: number[];
  /** r0 to r14, APSR. */
  state: number[];
  window: Uint8Array;
  /** In the arena: where the snippet stands, and where pads stand. After PLACED_BYTES there always is one. */
  placed?: { at: number; pads: number[] };
}

export interface Outcome {
  state: number[];
  window: Uint8Array;
}

const stubAt = (index: number): number => CODE + MARGIN + 64 + index * STUB_BYTES;
/** Even and odd multiples of 2 take turns: Align(PC, 4) matters. */
export const snippetAt = (index: number): number => stubAt(index) + SNIPPET_AT + 2 * (index & 1);
export const snippetEnd = (index: number): number => stubAt(index) + POST_AT;
export const windowAt = (index: number): number => WINDOWS + index * WINDOW_BYTES;

function movePair(register: number, value: number): number[] {
  const half = (opcode: number, v: number) => [
    opcode | (((v >> 11) & 1) << 10) | (v >> 12),
    (((v >> 8) & 7) << 12) | (register << 8) | (v & 255),
  ];
  return [...half(0xf240, value & 0xffff), ...half(0xf2c0, value >>> 16)];
}

function stub(index: number, { halfwords, placed }: Case): number[] {
  const out = [
    ...movePair(0, TABLES + index * 4 * STATE_WORDS),
    ...[0xf8d0, 0x103c, 0xf381, 0x8800], // ldr r1, [r0, #60]; msr apsr_nzcvq, r1
    ...[0xf8d0, 0xd034, 0xf8d0, 0xe038], // ldr sp, [r0, #52]; ldr lr, [r0, #56]
    ...[0xe890, 0x1fff], // ldm r0, {r0-r12}
  ];
  while (out.length < SNIPPET_AT / 2 + (placed ? 0 : index & 1)) out.push(NOP);
  if (placed)
    out.push(0xf8df, 0xf000 | (LITERAL_AT - SNIPPET_AT - 4)); // ldr pc, [pc, #..]
  else out.push(...halfwords);
  if (halfwords.length * 2 > SNIPPET_ROOM) throw new Error("the snippet is too long");
  while (out.length < POST_AT / 2) out.push(NOP);
  out.push(
    ...[0xee00, 0x0a90, 0xee10, 0x0a10], // vmov s1, r0; vmov r0, s0
    ...[0xe880, 0x1ffe, 0xf8c0, 0xd030, 0xf8c0, 0xe034], // stm r0, {r1-r12}; str sp, [r0, #48]; str lr, [r0, #52]
    ...[0xee10, 0x1a90, 0xf8c0, 0x1038], // vmov r1, s1; str r1, [r0, #56]
    ...[0xf3ef, 0x8200, 0xf8c0, 0x203c], // mrs r2, apsr; str r2, [r0, #60]
    ...[0xf100, 0x0040, 0xee00, 0x0a10], // add r0, r0, #64; vmov s0, r0
  );
  out.push(0xe004, NOP); // over the literal
  const at = placed ? placed.at | 1 : 0;
  out.push(at & 0xffff, at >>> 16);
  while (out.length < STUB_BYTES / 2) out.push(NOP);
  return out;
}

function pad(at: number, marker: number, back: number): number[] {
  // eor r8, r8, #marker; ldr pc, [pc, #0 or #4]; the literal at a multiple of 4
  const odd = (at >> 1) & 1;
  return [0xf088, 0x0800 | marker, 0xf8df, 0xf000 | (odd * 4), ...(odd ? [NOP] : []), (back | 1) & 0xffff, back >>> 16];
}

/** What stands in the arena: 16 bytes each. */
function placements(cases: readonly Case[]): { at: number; halfwords: number[] }[] {
  return cases.flatMap(({ placed, halfwords }, i) => {
    if (!placed) return [];
    const pads = [placed.at + PLACED_BYTES, ...placed.pads];
    return [
      { at: placed.at, halfwords },
      ...pads.map((at, k) => ({ at, halfwords: pad(at, k + 1, snippetEnd(i)) })),
    ].map(({ at, halfwords: h }) => ({
      at,
      halfwords: [...h, ...new Array<number>(PAD_BYTES / 2 - h.length).fill(NOP)],
    }));
  });
}

const bytesOf = (halfwords: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(halfwords).buffer);

export interface Program {
  cases: readonly Case[];
  code: { start: number; bytes: Uint8Array };
  /** The arena as the program makes it before the first case. */
  arena: Uint8Array;
  tables: Uint8Array;
}

export function programOf(cases: readonly Case[]): Program {
  const placed = placements(cases);
  const arena = new Uint8Array(ARENA_BYTES);
  const words = cases.flatMap(({ state }) => state);
  for (const { at, halfwords } of placed) {
    const bytes = bytesOf(halfwords);
    arena.set(bytes, at - ARENA);
    words.push(at, ...new Uint32Array(bytes.buffer));
  }
  const tables = new Uint8Array(Uint32Array.from(words, (w) => w >>> 0).buffer);
  return { cases, code: codeOf(cases, placed.length), arena, tables };
}

function codeOf(cases: readonly Case[], placed: number): Program["code"] {
  const placedAt = TABLES + cases.length * 4 * STATE_WORDS;
  const resultsAt = placedAt + placed * 20;
  const copy = [0xc87c, 0x6013, 0x6054, 0x6095, 0x60d6, 0x3901, 0xd1f8]; // ldm r0!, {r2-r6}; str r3 .. r6; subs; bne
  const before = [
    ...(placed ? [...movePair(0, placedAt), ...movePair(1, placed), ...copy] : []),
    ...[...movePair(0, resultsAt), 0xee00, 0x0a10], // vmov s0, r0
  ];
  while (before.length < 32) before.push(NOP);
  const results = 4 * STATE_WORDS * cases.length;
  const write = (at: number, bytes: number) => [...movePair(1, at), ...movePair(2, bytes), 0x2001, 0x2704, 0xdf00];
  const after = [
    ...[...write(resultsAt, results), ...write(WINDOWS, WINDOW_BYTES * cases.length)],
    ...[0x2000, 0x2701, 0xdf00], // exit(0)
  ];
  const parts = [before, ...cases.map((c, i) => stub(i, c)), after].map(bytesOf);
  return { start: CODE, bytes: Buffer.concat([Buffer.alloc(MARGIN), ...parts, Buffer.alloc(MARGIN)]) };
}

function elf(entry: number, segments: { start: number; bytes: Uint8Array; size?: number }[]): Buffer {
  const header = Buffer.alloc(0x1000);
  header.write("\x7fELF\x01\x01\x01", 0, "latin1"); // 32 bits, little-endian
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(40, 18); // EM_ARM
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(entry, 24);
  header.writeUInt32LE(52, 28); // program headers follow
  header.writeUInt32LE(0x05000000, 36); // EABI 5
  header.writeUInt16LE(52, 40);
  header.writeUInt16LE(32, 42);
  header.writeUInt16LE(segments.length, 44);
  const parts = [header];
  let offset = header.length;
  segments.forEach(({ start, bytes, size = bytes.length }, i) => {
    const padded = Buffer.alloc(Math.ceil(bytes.length / 0x1000) * 0x1000);
    padded.set(bytes);
    parts.push(padded);
    const RWX = 7;
    [1, offset, start, start, bytes.length, size, RWX, 0x1000].forEach((v, k) =>
      header.writeUInt32LE(v, 52 + 32 * i + 4 * k),
    );
    offset += padded.length;
  });
  return Buffer.concat(parts);
}

export function runInQemu({ cases, code, tables }: Program): Outcome[] {
  const results = 4 * STATE_WORDS * cases.length;
  const image = elf((CODE + MARGIN) | 1, [
    code,
    { start: TABLES, bytes: tables, size: tables.length + results },
    { start: WINDOWS, bytes: Buffer.concat(cases.map(({ window }) => window)) },
    { start: ARENA, bytes: new Uint8Array(0), size: ARENA_BYTES },
  ]);
  const folder = mkdtempSync(path.join(tmpdir(), "wib-qemu-"));
  try {
    const file = path.join(folder, "cases");
    writeFileSync(file, image, { mode: 0o755 });
    const output = execFileSync("qemu-arm", ["-cpu", "cortex-a7", file], { maxBuffer: 1 << 28 });
    return cases.map((_, i) => {
      const at = i * 4 * STATE_WORDS;
      const w = Array.from({ length: STATE_WORDS }, (_v, k) => output.readUInt32LE(at + 4 * k));
      // As the stub stores them: r1 to r12, sp, lr, r0, APSR.
      const state = [w[14], ...w.slice(0, 14), w[15]];
      const from = results + i * WINDOW_BYTES;
      return { state, window: new Uint8Array(output.subarray(from, from + WINDOW_BYTES)) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
