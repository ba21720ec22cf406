// The Thumb interpreter where QEMU cannot say what is right: calls, limits, faults, traces. Code is given as halfwords.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createThumb } from "../../host-sim/thumb/cpu.ts";
import type { ThumbOptions } from "../../host-sim/thumb/cpu.ts";
import type { Region } from "../../host-sim/thumb/memory.ts";

const CODE = 0x08000000;
const DATA = 0x20000000;
const BX_LR = 0x4770;

function bytesOf(halfwords: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(halfwords).buffer);
}

function machine(halfwords: readonly number[], options: Partial<ThumbOptions> = {}) {
  const data = new Uint8Array(64).map((_, i) => i);
  const code: Region = { start: CODE, bytes: bytesOf(halfwords), executable: true };
  const regions = [code, { start: DATA, bytes: data, writable: true }];
  const thumb = createThumb({ maxInstructions: 1e6, ...options, regions: [...regions, ...(options.regions ?? [])] });
  return { thumb, data, call: (...args: number[]) => thumb.call(CODE | 1, args) };
}

const SUM_TO = [0x2100, 0x1809, 0x3801, 0xd1fc, 0x4608, BX_LR]; // movs r1, #0; adds r1, r1, r0; subs r0, #1; bne; mov r0, r1; bx

test("a routine gets its arguments, gives its result, and its instructions are counted", () => {
  const { thumb, call } = machine(SUM_TO);
  assert.is(call(100), 5050);
  assert.is(thumb.instructions, 1 + 3 * 100 + 2);
  call(1);
  assert.is(thumb.instructions, 303 + 6);
  assert.is(machine([0x4418, BX_LR]).call(1, 2, 3, 4), 5); // add r0, r3
});

test("registers that carry no argument hold rubbish, not zeros or what was there before", () => {
  const { call } = machine([0x4608, BX_LR]); // mov r0, r1
  assert.is(call(1, 77), 77);
  assert.is(call(1) >>> 16, 0xdead);
});

test("a routine that does not restore r4 to r11 or sp is refused", () => {
  for (let register = 4; register <= 11; register++) {
    const name = new RegExp(`r${register} was not restored`);
    const spoil = 0x4600 | ((register & 8) << 4) | (register & 7); // mov register, r0
    assert.throws(() => machine([spoil, BX_LR]).call(1), name);
  }
  assert.throws(() => machine([0xb081, BX_LR]).call(), /sp was not restored/); // sub sp, #4
  assert.is(machine([0xb4f0, 0x2400, 0xbcf0, BX_LR]).call(7), 7); // push {r4-r7}; movs r4, #0; pop {r4-r7}
});

test("a call needs an odd address and at most four arguments", () => {
  const { thumb } = machine([BX_LR]);
  assert.throws(() => thumb.call(CODE), /even address at 08000000/);
  assert.throws(() => thumb.call(CODE | 1, [1, 2, 3, 4, 5]), /more than four/);
  assert.throws(() => machine([0x4700]).call(CODE), /branch to an even address at 08000000/); // bx r0
});

test("an access outside all regions names kind, address and instruction", () => {
  const read = [0xbf00, 0x6800, BX_LR]; // nop; ldr r0, [r0]
  assert.throws(() => machine(read).call(0x1234), /read of 4 bytes at 00001234 at 08000002/);
  assert.is(machine(read).call(DATA + 60), 0x3f3e3d3c);
  for (const at of [DATA + 61, DATA + 63, DATA - 1, DATA - 4, 0xfffffffe])
    assert.throws(() => machine(read).call(at), /read of 4 bytes/);
  const write = [0x7001, BX_LR]; // strb r1, [r0]
  assert.throws(() => machine(write).call(DATA + 64), /write of 1 bytes at 20000040 at 08000000/);
  machine(write).call(DATA + 63);
});

test("code cannot be written, and what can be written cannot be run", () => {
  assert.throws(() => machine([0x7001, BX_LR]).call(CODE), /write of 1 bytes at 08000000, not allowed there/);
  assert.throws(() => machine([0x4700]).call(DATA | 1), /fetch of 2 bytes at 20000000, not allowed there/);
  assert.is(machine([0x6800, BX_LR]).call(CODE), 0x47706800); // constants among code can be read
  const both = { start: 0x100, bytes: new Uint8Array(4), writable: true, executable: true };
  assert.throws(() => createThumb({ regions: [both] }), /writable or executable/);
  const [a, b] = [0x100, 0x103].map((start) => ({ start, bytes: new Uint8Array(4) }));
  assert.throws(() => createThumb({ regions: [b, a] }), /overlap/);
});

test("words and halfwords may be unaligned; LDM, STM, LDRD, STRD, PUSH and POP fault", () => {
  assert.is(machine([0x6800, BX_LR]).call(DATA + 1), 0x04030201);
  const aligned: [string, number[]][] = [
    ["ldm r0, {r1, r2}", [0xc806]],
    ["stm r0, {r1, r2}", [0xc006]],
    ["ldrd r1, r2, [r0]", [0xe9d0, 0x1200]],
    ["strd r1, r2, [r0]", [0xe9c0, 0x1200]],
  ];
  for (const [name, code] of aligned) {
    machine([...code, BX_LR]).call(DATA + 4);
    for (const off of [1, 2, 3]) assert.throws(() => machine([...code, BX_LR]).call(DATA + off), /unaligned/, name);
  }
});

test("sp keeps its low bits clear, whatever is put into it", () => {
  const code = [0x466a, 0x1c51, 0x468d, 0x4668, 0x4695, 0x1a80, BX_LR]; // mov r2, sp; adds r1, r2, #1; mov sp, r1; mov r0, sp ...
  assert.is(machine(code).call(), 0);
});

test("a routine ends at the limit of instructions, to the instruction", () => {
  assert.is(machine(SUM_TO, { maxInstructions: 303 }).call(100), 5050);
  assert.throws(() => machine(SUM_TO, { maxInstructions: 302 }).call(100), /more than 302 instructions/);
  assert.throws(() => machine([0xe7fe], { maxInstructions: 1e5 }).call(), /more than 100000 instructions/);
});

test("what cannot be decoded throws with address and bytes, and only when it is reached", () => {
  const withData = [0x2800, 0xd000, BX_LR, 0xde42, 0xffff]; // cmp r0, #0; beq +0; bx lr; udf
  assert.is(machine(withData).call(5), 5);
  assert.throws(() => machine(withData).call(0), /de42 is an UNPREDICTABLE or unknown variant of B T1 at 08000006/);
  assert.throws(() => machine([0xee00, 0x0a10]).call(), /ee00 0a10 is no known instruction at 08000000/); // vmov
  assert.throws(() => machine([0xfb01, 0x0d02]).call(), /fb01 0d02 is an UNPREDICTABLE/); // mla into r13
  assert.throws(() => machine([0x2000]).call(), /fetch|ends/);
  assert.throws(() => machine([0xf04f]).call(), /the code ends/);
});

test("an IT block takes no branch but at its end, and none into it", () => {
  const it = [0xbf04, 0x2001, 0xe000, 0x2002, BX_LR]; // itt eq; moveq r0, #1; beq ..; movs r0, #2
  assert.is(machine([0x2800, ...it]).call(0), 1); // cmp r0, #0
  assert.is(machine([0x2800, ...it]).call(7), 2);
  assert.throws(() => machine([0xbf04, 0xe000, 0x2001, BX_LR]).call(), /in an IT block is UNPREDICTABLE/);
  assert.throws(() => machine([0xbf08, 0xb100, BX_LR]).call(), /CBZ T1 in an IT block/);
  assert.throws(() => machine([0xbf08, 0xbf08, 0xbf00, BX_LR]).call(), /IT T1 in an IT block/);
  // it eq; moveq; subs r0, #1; bne to the moveq
  assert.throws(() => machine([0xbf08, 0x2103, 0x3801, 0xd1fc, BX_LR]).call(3), /branch into an IT block at 08000002/);
  assert.throws(() => machine([0xe000, 0xbf08, 0x2103, 0xe7fc]).call(), /branch into an IT block at 08000004/);
});

test("a load of r15 goes where the word says, if that is odd and lies on a multiple of 4", () => {
  const jump = (to: number) => [0xf8df, 0xf004, 0x2001, BX_LR, to & 0xffff, to >>> 16]; // ldr pc, [pc, #4]; the word at 8
  assert.is(machine(jump(CODE + 5)).call(9), 1);
  assert.throws(() => machine(jump(CODE + 4)).call(), /even address/);
  assert.throws(() => machine([0xf8d0, 0xf000]).call(DATA + 2), /r15 from/); // ldr pc, [r0]
});

test("the trace has every instruction before it runs, and every access", () => {
  const seen: string[] = [];
  const onAccess = (pc: number, address: number, kind: string) =>
    void seen.push(`${kind} ${(pc - CODE).toString(16)} ${address.toString(16)}`);
  machine([0x6801, 0xc00a, BX_LR], { onAccess }).call(DATA); // ldr r1, [r0]; stm r0!, {r1, r3}
  const data = ["read 0 20000000", "write 2 20000000", "write 2 20000004"];
  assert.equal(seen, ["fetch 0 8000000", data[0], "fetch 2 8000002", data[1], data[2], "fetch 4 8000004"]);
});

test("the stack is measured, and its end is a fault", () => {
  const { thumb, call } = machine([0xb51e, 0xbd1e]); // push {r1-r4, lr}; pop {r1-r4, pc}
  assert.is(thumb.stackUsed, 0);
  call();
  assert.is(thumb.stackUsed, 20);
  const recursion = [0xb500, 0xf7ff, 0xfffd]; // push {lr}; bl back
  assert.throws(() => machine(recursion, { stackBytes: 64 }).call(), /write of 4 bytes at 0ffffffc/);
});

test("memory that comes and goes is asked for, and only where no region is", () => {
  const asked: number[] = [];
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const lookup = (address: number) => {
    asked.push(address);
    return { start: 0x30000000, bytes };
  };
  const { call } = machine([0x6800, BX_LR], { lookup });
  assert.is(call(0x30000000), 0x04030201);
  assert.throws(() => call(0x30000001), /read of 4 bytes at 30000001/);
  call(DATA);
  assert.equal(asked, [0x30000000, 0x30000001]);
});

test.run();
