// A Thumb-2 assembler for the native routines, run when the bundle is made. Input is the ARM manual's unified syntax,
// one instruction a line, `name:` for a label, `@` for a comment, `(a - b + 4)` for a distance between labels. The same
// text goes through the GNU assembler unchanged, and a test compares the two. Branches choose their size; there are
// no literal pools, so that the code may lie at any even address.
import { CONDITIONS, encode } from "./encode.ts";

interface Branch {
  kind: string;
  condition: number;
  label: string;
  register: number;
}

interface Item {
  line: string;
  /** Halfwords; of a branch, as many as it takes. */
  words: number[];
  branch?: Branch;
}

export interface Assembled {
  /** Little-endian. */
  bytes: number[];
  /** Byte offsets. */
  labels: Record<string, number>;
  instructions: number;
}

const BRANCH = /^(bl|b|cbz|cbnz)(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)? (?:r([0-7]), )?([\w.]+)$/;
const DISTANCE = /\((\w+) - (\w+)( \+ \d+)?\)(\/2)?/g;
const ALWAYS = 14;

function dataWords(size: string, list: string): number[] {
  const values = list.split(",").map(Number);
  for (let i = 0; i < values.length; i++)
    if (size === "byte" && !(values[i] >= 0 && values[i] < 256)) throw new Error(`${values[i]} is no byte`);
  const words: number[] = [];
  if (size === "word") for (let i = 0; i < values.length; i++) words.push(values[i] & 65535, values[i] >>> 16);
  else for (let i = 0; i < values.length; i += 2) words.push(values[i] | ((values[i + 1] || 0) << 8));
  return words;
}

function wordsOf(line: string): number[] {
  const data = /^\.(word|byte) (.*)$/.exec(line);
  return data ? dataWords(data[1], data[2]) : encode(line);
}

function parse(source: string): { items: Item[]; labels: Record<string, number> } {
  const items: Item[] = [];
  const labels: Record<string, number> = {};
  const lines = source.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].replace(/@.*/, "").trim().replace(/\s+/g, " ");
    const label = /^([\w.]+):$/.exec(line);
    const branch = BRANCH.exec(line);
    if (!line) continue;
    if (label) {
      if (label[1] in labels) throw new Error(`label "${label[1]}" stands twice`);
      labels[label[1]] = items.length;
    } else if (branch) {
      const condition = branch[2] ? CONDITIONS.indexOf(branch[2]) : ALWAYS;
      const parsed = { kind: branch[1], condition, label: branch[4], register: Number(branch[3] || 0) };
      items.push({ line, words: branch[1] === "bl" ? [0, 0] : [0], branch: parsed });
    } else items.push({ line, words: wordsOf(line.replace(DISTANCE, "0")) });
  }
  return { items, labels };
}

function branchWords(item: Item, branch: Branch, distance: number): number[] {
  const bit = (n: number) => (distance >> n) & 1;
  if (branch.kind === "cbz" || branch.kind === "cbnz") {
    if (distance < 0 || distance > 126) throw new Error(`"${item.line}" reaches only 126 bytes ahead`);
    const op = branch.kind === "cbz" ? 0xb100 : 0xb900;
    return [op | (bit(6) << 9) | (((distance >> 1) & 31) << 3) | branch.register];
  }
  if (item.words.length === 1)
    return branch.condition === ALWAYS
      ? [0xe000 | ((distance >> 1) & 0x7ff)]
      : [0xd000 | (branch.condition << 8) | ((distance >> 1) & 0xff)];
  const sign = distance < 0 ? 1 : 0;
  if (branch.condition !== ALWAYS) {
    const first = 0xf000 | (sign << 10) | (branch.condition << 6) | ((distance >> 12) & 0x3f);
    return [first, 0x8000 | (bit(18) << 13) | (bit(19) << 11) | ((distance >> 1) & 0x7ff)];
  }
  const j1 = 1 ^ bit(23) ^ sign;
  const j2 = 1 ^ bit(22) ^ sign;
  const second = (branch.kind === "bl" ? 0xd000 : 0x9000) | (j1 << 13) | (j2 << 11) | ((distance >> 1) & 0x7ff);
  return [0xf000 | (sign << 10) | ((distance >> 12) & 0x3ff), second];
}

/** @throws Error naming the line that cannot be encoded. */
export function assembleThumb(source: string): Assembled {
  const { items, labels } = parse(source);
  let offsets: number[] = [];
  const place = (label: string): number => {
    if (!(label in labels)) throw new Error(`no label "${label}"`);
    return offsets[labels[label]];
  };
  // Branches start short and only ever grow, so this ends.
  for (let settled = false; !settled;) {
    settled = true;
    offsets = [0];
    for (let i = 0; i < items.length; i++) offsets.push(offsets[i] + items[i].words.length * 2);
    for (let i = 0; i < items.length; i++) {
      const branch = items[i].branch;
      if (!branch || branch.kind !== "b" || items[i].words.length === 2) continue;
      const distance = place(branch.label) - offsets[i] - 4;
      const reach = branch.condition === ALWAYS ? 2048 : 256;
      if (distance >= -reach && distance < reach) continue;
      items[i].words = [0, 0];
      settled = false;
    }
  }
  const bytes: number[] = [];
  let instructions = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const line = item.line.replace(DISTANCE, (_, to: string, from: string, plus?: string, half?: string) =>
      String((place(to) - place(from) + Number((plus || "0").replace(" +", ""))) / (half ? 2 : 1)),
    );
    const branch = item.branch;
    const words = branch ? branchWords(item, branch, place(branch.label) - offsets[i] - 4) : wordsOf(line);
    for (let k = 0; k < words.length; k++) bytes.push(words[k] & 255, words[k] >> 8);
    if (line.charAt(0) !== ".") instructions++;
  }
  const places: Record<string, number> = {};
  Object.keys(labels).forEach((name) => (places[name] = place(name)));
  return { bytes, labels: places, instructions };
}
