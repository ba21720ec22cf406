// Builders of loads and stores. Each has a port of its own (memory.ts), which remembers the region it met last.
import { interworking, operand } from "./data.ts";
import type { Site } from "./form.ts";
import { PC, SP } from "./state.ts";

export interface Width {
  bytes: 1 | 2 | 4;
  signed?: boolean;
}

/** [n + offset], [n + (m << s)]; `post`: [n], then n + offset into n; `writeBack`: n + offset into n, then [n]. */
export interface Address {
  n: number;
  offset?: number;
  m?: number;
  s?: number;
  post?: boolean;
  writeBack?: boolean;
}

/** Statements that set `at`, do the access and only then, when nothing can fault any more, change the base register. */
function addressed(site: Site, address: Address, access: string): string {
  const { n, m, offset = 0, s = 0 } = address;
  if (n === PC) return `const at = ${((site.pc + 4) & ~3) + offset}; ${access}`;
  if (m !== undefined) return `const at = (r[${n}] + (r[${m}] << ${s})) | 0; ${access}`;
  const moved = `(r[${n}] + ${offset}) | 0`;
  if (address.post) return `const at = r[${n}]; ${access} r[${n}] = at + ${offset};`;
  return `const at = ${moved}; ${access}${address.writeBack ? ` r[${n}] = at;` : ""}`;
}

/** The low bits of r13 stay 0, whoever writes it. */
function keepSp(address: Address, t: number, code: string): string {
  const isMoved = address.n === SP && (address.post || address.writeBack);
  return isMoved || t === SP ? `${code} r[${SP}] &= ~3;` : code;
}

function traced(site: Site, kind: "read" | "write", at = "at"): string {
  return site.isTraced ? `trace(${site.pc}, (${at}) >>> 0, "${kind}"); ` : "";
}

export function load(site: Site, t: number, { bytes, signed }: Width, address: Address): string {
  const read = `${site.port()}.read${8 * bytes}${signed ? "s" : ""}(at)`;
  // The base register is written before the target, and neither before the access.
  const code = `${addressed(site, address, `${traced(site, "read")}const value = ${read};`)} r[${t}] = value;`;
  if (t !== PC) return keepSp(address, t, code);
  const check = `if (at & 3) fault("load of r15 from an unaligned address", ${site.pc});`;
  return keepSp(address, t, interworking(site, `${code} ${check}`));
}

export function store(site: Site, t: number, { bytes }: Width, address: Address): string {
  const write = `${traced(site, "write")}${site.port()}.write${8 * bytes}(at, r[${t}]);`;
  return keepSp(address, -1, addressed(site, address, write));
}

function aligned(site: Site): string {
  return `if (at & 3) fault("unaligned access", ${site.pc});`;
}

/** Words from `at` on into the registers, in that order. */
function readWords(site: Site, registers: readonly number[]): string {
  const port = site.port();
  const reads = registers.map(
    (t, i) => `${traced(site, "read", `at + ${4 * i}`)}r[${t}] = ${port}.read32((at + ${4 * i}) | 0);`,
  );
  return `${aligned(site)} ${reads.join(" ")}`;
}

function writeWords(site: Site, registers: readonly number[]): string {
  const port = site.port();
  const writes = registers.map(
    (t, i) => `${traced(site, "write", `at + ${4 * i}`)}${port}.write32((at + ${4 * i}) | 0, r[${t}]);`,
  );
  return `${aligned(site)} ${writes.join(" ")}`;
}

export function loadPair(site: Site, t: number, u: number, address: Address): string {
  return keepSp(address, -1, addressed(site, address, readWords(site, [t, u])));
}

export function storePair(site: Site, t: number, u: number, address: Address): string {
  return keepSp(address, -1, addressed(site, address, writeWords(site, [t, u])));
}

/** Registers of a list's bits, lowest first, which is also their order in memory. */
export function registersOf(list: number): number[] {
  return Array.from({ length: 16 }, (_, i) => i).filter((i) => (list >> i) & 1);
}

export interface Block {
  n: number;
  list: number;
  /** Ends below the base instead of beginning at it. */
  before: boolean;
  writeBack: boolean;
}

function many(
  site: Site,
  { n, list, before, writeBack }: Block,
  words: (site: Site, list: number[]) => string,
): string {
  const registers = registersOf(list);
  const bytes = 4 * registers.length;
  const code = `const at = ${before ? `(r[${n}] - ${bytes}) | 0` : `r[${n}]`}; ${words(site, registers)}`;
  return writeBack ? `${code} r[${n}] = at${before ? "" : ` + ${bytes}`};` : code;
}

export function loadMany(site: Site, block: Block): string {
  const code = many(site, block, readWords);
  return (block.list >> PC) & 1 ? interworking(site, code) : code;
}

export function storeMany(site: Site, block: Block): string {
  return many(site, block, writeWords);
}

/** TBB and TBH: forwards by twice the table's entry. */
export function tableBranch(site: Site, base: number, index: number, bytes: 1 | 2): string {
  site.ends = true;
  const at = `const at = (${operand(site, base)} + (r[${index}] << ${bytes - 1})) | 0;`;
  return `${at} ${traced(site, "read")}r[${PC}] = ${site.pc + 4} + 2 * ${site.port()}.read${8 * bytes}(at);`;
}
