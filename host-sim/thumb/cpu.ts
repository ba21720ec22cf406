// A Cortex-M4 without floating point, interrupts and system instructions: enough to run routines that E.nativeCall runs,
// and to count their instructions. Written from the ARMv7-M Architecture Reference Manual (ARM DDI 0403E).
//
// Code is decoded once, block by block, each of which becomes a function; a block ends at a branch. What cannot be decoded throws only
// when it is reached, so data may stand among code. A branch into an IT block throws: it would be UNPREDICTABLE.
import { decode } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import { compileBlock } from "./emit.ts";
import type { Fields, Site } from "./form.ts";
import { Memory, Port } from "./memory.ts";
import type { AccessListener, Mapped, Region } from "./memory.ts";
import { LR, PC, SP, STATE_WORDS, ThumbFault, unpackFlags } from "./state.ts";

export interface ThumbOptions {
  regions: readonly Region[];
  /** Asked for what is in no region. */
  lookup?: (address: number) => Region | undefined;
  /** Told of each instruction before it runs and of each access to data: the trace of a constant-time test. */
  onAccess?: AccessListener;
  /** Of all calls together; beyond it a call throws. */
  maxInstructions?: number;
  stackBytes?: number;
}

interface Block {
  run: () => void;
  count: number;
  /** Where it goes on if its last instruction does not branch. */
  end: number;
}

/** Blocks of one code region, and where IT blocks have their insides. */
interface Code {
  mapped: Mapped;
  blocks: Map<number, Block>;
  insideIt: Set<number>;
}

const STACK_START = 0x10000000;
const STACK_FILL = 0xa5;
const MAX_INSTRUCTIONS = 1e9;
/** Longer functions are compiled late or never. */
const MAX_BLOCK = 128;
/** Where a call returns to: odd, and in no region. */
const RETURN = 0x0badc0df;
/** In registers that hold nothing a callee may rely on. */
const POISON = 0xdead0000 | 0;

export class Thumb {
  readonly registers = new Int32Array(STATE_WORDS);
  /** Instructions run so far; one skipped by its IT block counts too. */
  instructions = 0;
  readonly stack: Uint8Array;
  private readonly memory: Memory;
  private readonly onAccess: AccessListener | undefined;
  private readonly max: number;
  private readonly codes = new WeakMap<Region, Code>();
  private code: Code | undefined;

  constructor(options: ThumbOptions) {
    this.stack = new Uint8Array(options.stackBytes ?? 4096).fill(STACK_FILL);
    const stack = { start: STACK_START, bytes: this.stack, writable: true };
    this.memory = new Memory([...options.regions, stack], options.lookup);
    this.onAccess = options.onAccess;
    this.max = options.maxInstructions ?? MAX_INSTRUCTIONS;
  }

  /** Bytes of stack that were ever written to. */
  get stackUsed(): number {
    const first = this.stack.findIndex((byte) => byte !== STACK_FILL);
    return first < 0 ? 0 : this.stack.length - first;
  }

  /**
   * Calls a routine as C does (AAPCS): arguments in r0 to r3, everything else arbitrary, the result in r0.
   * @param address odd, as a pointer to Thumb code is
   */
  call(address: number, args: readonly number[] = []): number {
    if (!(address & 1)) throw new ThumbFault("call of an even address", address);
    if (args.length > 4) throw new Error("host-sim: thumb: more than four arguments");
    const r = this.registers;
    for (let i = 0; i <= 12; i++) r[i] = i < args.length ? args[i] : POISON + i;
    r[SP] = STACK_START + this.stack.length;
    r[LR] = RETURN;
    unpackFlags(r, 0xf0000000);
    this.run(address & ~1, RETURN & ~1);
    for (let i = 4; i <= 11; i++)
      if (r[i] !== POISON + i) throw new ThumbFault(`r${i} was not restored by the routine`, address & ~1);
    if (r[SP] !== STACK_START + this.stack.length)
      throw new ThumbFault("sp was not restored by the routine", address & ~1);
    return r[0];
  }

  /** Runs with the registers as they are, until the instruction at `stop` would be next. */
  run(start: number, stop: number): void {
    const r = this.registers;
    for (let pc = start | 0; pc !== (stop | 0); pc = r[PC]) {
      const { run, count, end } = this.blockAt(pc);
      const instructions = this.instructions + count;
      if (instructions > this.max) throw new ThumbFault(`more than ${this.max} instructions`, pc);
      this.instructions = instructions;
      r[PC] = end;
      run();
    }
  }

  private blockAt(pc: number): Block {
    let code = this.code;
    if (code === undefined || pc - code.mapped.start < 0 || pc - code.mapped.start >= code.mapped.size)
      code = this.code = this.codeAt(pc);
    let block = code.blocks.get(pc);
    if (block === undefined) {
      block = this.decodeBlock(code, pc);
      code.blocks.set(pc, block);
    }
    return block;
  }

  private codeAt(pc: number): Code {
    const mapped = this.memory.find(pc, 2, pc, "fetch");
    let code = this.codes.get(mapped.region);
    if (!code) {
      code = { mapped, blocks: new Map(), insideIt: new Set() };
      this.codes.set(mapped.region, code);
    }
    return code;
  }

  private decodeAt(code: Code, pc: number): Decoded | string {
    const at = pc - code.mapped.start;
    const { view, size } = code.mapped;
    if (at + 2 > size) return "the code ends";
    const next = at + 4 <= size ? view.getUint16(at + 2, true) : undefined;
    const decoded = decode(view.getUint16(at, true), next ?? 0);
    if (typeof decoded === "object" && decoded.size === 4 && next === undefined) return "the code ends";
    return decoded;
  }

  private decodeBlock(code: Code, start: number): Block {
    if (code.insideIt.has(start)) throw new ThumbFault("branch into an IT block", start);
    const statements: string[] = [];
    const ports: Port[] = [];
    let pc = start;
    for (let ends = false; !ends && statements.length < MAX_BLOCK;) {
      const decoded = this.decodeAt(code, pc);
      if (typeof decoded === "string") {
        if (!statements.length) throw new ThumbFault(decoded, pc);
        break; // that is thrown when it is reached
      }
      const site = this.siteAt(pc, ports);
      statements.push(this.statementsOf(decoded, site));
      pc += decoded.size;
      ends = site.ends;
      if (decoded.form.name === "IT T1") {
        const block = this.decodeItBlock(code, pc, decoded.fields, ports);
        statements.push(...block.statements);
        ({ pc, ends } = block);
      }
    }
    const run = compileBlock(statements, this.registers, ports, this.onAccess);
    return { run, count: statements.length, end: pc };
  }

  /** The one to four instructions after IT, each with its condition (A7.3.3). */
  private decodeItBlock(code: Code, start: number, it: Fields, ports: Port[]) {
    const statements: string[] = [];
    const count = 4 - Math.log2(it.x & -it.x);
    let ends = false;
    let pc = start;
    for (let i = 0; i < count; i++) {
      const condition = i === 0 ? it.c : (it.c & 14) | ((it.x >> (4 - i)) & 1);
      if (code.blocks.has(pc)) throw new ThumbFault("branch into an IT block", pc);
      code.insideIt.add(pc);
      const decoded = this.decodeAt(code, pc);
      if (typeof decoded === "string") throw new ThumbFault(decoded, pc);
      const site = this.siteAt(pc, ports, true);
      statements.push(`if (passes(r, ${condition})) { ${this.statementsOf(decoded, site)} }`);
      ends = site.ends;
      if (decoded.form.outsideItOnly || (ends && i < count - 1))
        throw new ThumbFault(`${decoded.form.name} in an IT block is UNPREDICTABLE`, pc);
      pc += decoded.size;
    }
    return { statements, pc, ends };
  }

  private siteAt(pc: number, ports: Port[], inIt = false): Site {
    const port = () => `p${ports.push(new Port(this.memory, pc)) - 1}`;
    return { pc, inIt, isTraced: this.onAccess !== undefined, ends: false, port };
  }

  private statementsOf({ form, fields }: Decoded, site: Site): string {
    const trace = site.isTraced ? `trace(${site.pc}, ${site.pc >>> 0}, "fetch"); ` : "";
    return trace + form.build(fields, site);
  }
}

export function createThumb(options: ThumbOptions): Thumb {
  return new Thumb(options);
}
