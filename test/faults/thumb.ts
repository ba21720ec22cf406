// Faults in the Thumb interpreter and in E.nativeCall: what an emulator gets wrong, and what would let wrong code pass.
import type { Fault } from "../../scripts/fault-run.ts";

const ALU = "host-sim/thumb/alu.ts";
const CPU = "host-sim/thumb/cpu.ts";
const DATA = "host-sim/thumb/data.ts";
const FORMS_16 = "host-sim/thumb/forms16.ts";
const FORMS_DATA = "host-sim/thumb/forms32-data.ts";
const FORMS_MEMORY = "host-sim/thumb/forms32-memory.ts";
const FORMS_OTHER = "host-sim/thumb/forms32-other.ts";
const MEMORY = "host-sim/thumb/memory.ts";
const TRANSFER = "host-sim/thumb/transfer.ts";
const CALL = "host-sim/native-call.ts";
const NATIVE_MEMORY = "host-sim/native-memory.ts";

/** Noticed by the comparison with QEMU. */
const byQemu = (file: string, find: string, replace: string, why: string): Fault => ({
  file,
  find,
  replace,
  tests: ["host-sim/thumb-qemu"],
  why,
});

/** Noticed by the tests of calls, limits and faults. */
const byCalls = (file: string, find: string, replace: string, why: string): Fault => ({
  file,
  find,
  replace,
  tests: ["host-sim/thumb.test"],
  why,
});

const byNative = (file: string, find: string, replace: string, why: string): Fault => ({
  file,
  find,
  replace,
  tests: ["host-sim/native-call"],
  why,
});

export const FAULTS: Fault[] = [
  byQemu(DATA, "((x & y) | ((x | y) & ~sum)) >>> 31", "((x & y) | ((x ^ y) & sum)) >>> 31", "carry of an addition"),
  byQemu(DATA, "~(x ^ y) & (x ^ sum);", "(x ^ y) & (x ^ sum);", "overflow of an addition"),
  byQemu(
    DATA,
    "SBC: (a, b) => [a, `~${b}`, `r[${C}]`],",
    "SBC: (a, b) => [a, `~${b}`, `1`],",
    "SBCS without the borrow",
  ),
  byQemu(
    DATA,
    "ADC: (a, b) => `${a} + ${b} + r[${C}]`,",
    "ADC: (a, b) => `${a} + ${b}`,",
    "ADC without flags loses the carry",
  ),
  byQemu(DATA, "${site.pc + 4})` : `r[${register}]`", "${site.pc + 2})` : `r[${register}]`", "r15 as an operand"),
  byQemu(DATA, "Math.min(amount, 31)", "amount", "ASR #32 is no shift at all in JavaScript"),
  byQemu(DATA, "(r[${C}] << 31))`, carry)", "(r[${C}] << 30))`, carry)", "RRX puts the carry into the wrong bit"),
  byQemu(ALU, "amount === 0 && type !== LSL ? 32 : amount", "amount", "LSR #0 means 32"),
  byQemu(ALU, "return amount < 32 ? x << amount : 0;", "return x << amount;", "LSL by a register holding 32 or more"),
  byQemu(ALU, "(amount === 32 ? x : x >>> (32 - amount)) & 1", "(x >>> (31 - amount)) & 1", "carry of LSL"),
  byQemu(ALU, "{ value, carry: value < 0 ? 1 : 0 }", "{ value, carry: -1 }", "a rotated immediate sets the carry"),
  byQemu(ALU, "byte * 0x01000100", "byte * 0x00010001", "immediate 0xXY00XY00"),
  byQemu(ALU, "(Math.imul(aLow, bLow) >>> 16)", "(Math.imul(aLow, bLow) >> 16)", "a middle product taken as signed"),
  byQemu(ALU, "(middle & 0xffff)", "middle", "a carry counted twice in the upper half"),
  byQemu(ALU, "- ((a >> 31) & b) - ((b >> 31) & a)", "- ((a >> 31) & b)", "SMULL with a negative second factor"),
  byQemu(ALU, "return r[Z] !== 0 && (r[N] ^ r[V]) >= 0;", "return (r[N] ^ r[V]) >= 0;", "GT at equality"),
  byQemu(
    FORMS_OTHER,
    "`${addWord(l)} ${addWord(h)}`",
    "`${addWord(l)} high += ${h};`",
    "UMAAL adds the word to the wrong half",
  ),
  byQemu(
    FORMS_OTHER,
    "`${addWord(l)} high += ${h};`;",
    "`low += ${l}; high += ${h};`;",
    "UMLAL loses the carry between the halves",
  ),
  byQemu(FORMS_OTHER, "const i2 = 1 ^ f.k ^ f.S;", "const i2 = f.k ^ f.S;", "far branches"),
  byQemu(FORMS_16, "site.pc + 4 + 2 * f.i", "site.pc + 2 + 2 * f.i", "CBZ jumps one instruction short"),
  byQemu(FORMS_16, "writeBack: ((f.r >> f.n) & 1) === 0", "writeBack: true", "LDM overwrites the base it has loaded"),
  byQemu(
    FORMS_16,
    "shiftByRegister(type, { d: f.d, n: f.d, m: f.m }, !site.inIt)",
    "shiftByRegister(type, { d: f.d, n: f.d, m: f.m }, true)",
    "a shift in an IT block changes flags",
  ),
  byQemu(
    FORMS_DATA,
    "const turned = (f: Fields) => `const x = shift(3, r[${f.m}], ${8 * f.r});`;",
    "const turned = (f: Fields) => `const x = shift(3, r[${f.m}], ${4 * f.r});`;",
    "rotation of an extended byte",
  ),
  byQemu(
    FORMS_DATA,
    "(r[${f.n}] << ${31 - f.i - f.w}) >> ${31 - f.w}",
    "(r[${f.n}] << ${31 - f.i - f.w}) >>> ${31 - f.w}",
    "SBFX without the sign",
  ),
  byQemu(FORMS_MEMORY, "(f.U ? f.i : -f.i) * scale", "f.i * scale", "negative offsets"),
  byQemu(
    FORMS_MEMORY,
    "transfer(site, f.t, width, { n: f.n, m: f.m, s: f.s })",
    "transfer(site, f.t, width, { n: f.n, m: f.m, s: 0 })",
    "a scaled index",
  ),
  byQemu(
    TRANSFER,
    "if (address.post) return `const at = r[${n}];",
    "if (address.post) return `const at = ${moved};",
    "post-indexed accesses are made after the step",
  ),
  byQemu(
    TRANSFER,
    "((site.pc + 4) & ~3) + offset",
    "site.pc + 4 + offset",
    "a literal is addressed from a multiple of 4",
  ),
  byQemu(CPU, "((it.x >> (4 - i)) & 1)", "((it.x >> (3 - i)) & 1)", "then and else of IT"),
  byCalls(
    CPU,
    "this.instructions = instructions;",
    "this.instructions += 1;",
    "blocks are counted instead of instructions",
  ),
  byCalls(CPU, "if (instructions > this.max)", "if (instructions > 2 * this.max)", "the limit of instructions"),
  byCalls(CPU, "for (let i = 4; i <= 11; i++)", "for (let i = 4; i < 11; i++)", "r11 may be spoilt"),
  byCalls(
    CPU,
    "if (r[SP] !== STACK_START + this.stack.length)",
    "if (r[SP] < STACK_START)",
    "a routine leaves sp wrong",
  ),
  byCalls(
    CPU,
    'if (code.insideIt.has(start)) throw new ThumbFault("branch into an IT block", start);',
    "",
    "a branch into an IT block runs on without its condition",
  ),
  byCalls(
    DATA,
    "if (!(r[${PC}] & 1)) fault(",
    "if (r[${PC}] === 0) fault(",
    "a branch to an even address goes unnoticed",
  ),
  byCalls(
    DATA,
    "if (d === SP) return `${code} r[${SP}] &= ~3;`;",
    "if (d === SP) return code;",
    "sp becomes unaligned",
  ),
  byCalls(
    MEMORY,
    "if (at <= this.size - bytes) return at;",
    "if (at < this.size) return at;",
    "an access over the end of a region",
  ),
  byCalls(MEMORY, '(kind === "write" && !region.writable) ||', "", "code is written to"),
  byCalls(
    TRANSFER,
    'if (at & 3) fault("unaligned access"',
    'if (at & 1) fault("unaligned access"',
    "LDRD at an address that a Cortex-M4 faults at",
  ),
  byNative(NATIVE_MEMORY, "const GAP = 64;", "const GAP = 0;", "an access over the end of an array reaches the next"),
  byNative(NATIVE_MEMORY, "(3 * reference + references) >> 3", "(3 * reference) >> 3", "which arrays are in one piece"),
  byNative(
    NATIVE_MEMORY,
    "bytes: new Uint8Array(buffer), writable",
    "bytes: new Uint8Array(buffer.slice(0)), writable",
    "native code gets a copy",
  ),
  byNative(CALL, "return address && address + value.byteOffset;", "return address;", "a view's offset is lost"),
  byNative(CALL, "return types > 0xffff ? fail() : types;", "return types;", "a fifth argument goes unnoticed"),
];
