// The field machine in Thumb: runs a whole program of field.ts in one call. Numbers are n 32-bit words, the lowest
// first, in Montgomery form (x R mod p with R = 2^(32 n)), always fully reduced, 0 <= x < p.
//
// multiply: t = (a b + m p) / R row by row, m chosen so that the division is exact. With a, b < p < R each partial sum
// stays below 2 p < 2^(32 n + 1): n words and a carry of one bit in t[n]. One masked subtraction of p ends it.
//
// Memory, S = 4 n bytes a register, `base` = register 0, growing down from it:
//   -1 p | -2 R^2 mod p | -3 the number 1 | -4 X | -5 Y | -6 scalar, big-endian | t[-1] .. t[n] | 120 bytes of state
// State: 0: -1/p mod 2^32; 4: saved r4 r8 r9 r11, or 0; 20: bytes of the scalar; 24: loops, 16 bytes each.
// r4: next instruction; r5: S; r6: base - 48 S (operands are characters of code 48 + register); r7: state;
// r8: digit; r9: swap; r10: end of the scalar; r11: end of the loops. Branches and addresses depend on the program alone.

import { COMB_COLUMNS } from "../field.ts";
import { FIELD_ARITHMETIC } from "./field-arithmetic.asm.ts";
import { wipeStack } from "./stack.ts";

/** Bytes that are ever pushed below the registers of the caller, and some more: `pairs` in the middle of `mul`. */
const DEEPEST = 96;

/** Longer numbers give control back after each digit of a `digits` loop. */
const SLICE_FROM_BYTES = 128;

/** in: r0 base, r1 program, r2 S, r3 bytes of the scalar. out: r0 = 1 if there is more to do: call again, likewise. */
export const FIELD = `
field:
  push {r4-r11, lr}
  mov r5, r2
  movs r4, #48
  mls r6, r4, r5, r0
  movs r4, #5
  mls r10, r4, r5, r0
  movs r4, #7
  mls r7, r4, r5, r0
  subs r7, #128
  ldr r0, [r7, #4]
  cbz r0, field_fresh
  add r0, r7, #4
  ldmia r0, {r4, r8, r9, r11}
  b field_next
field_fresh:
  mov r8, #0
  mov r9, r8
  mov r4, r1
  str r3, [r7, #20]
  add r11, r7, #24
  movs r3, #45
  mla r3, r3, r5, r6
  movs r1, #1
  str r1, [r3]
  movs r3, #47
  mla r3, r3, r5, r6
  ldr r1, [r3]
  mov r0, r1                @ 1/p by Newton: p p = 1 mod 8, and every step doubles the bits
  movs r3, #4
field_inverse:
  mul r2, r1, r0
  rsb r2, r2, #2
  mul r0, r0, r2
  subs r3, #1
  bne field_inverse
  rsbs r0, r0, #0
  str r0, [r7]
field_next:
  bl field_operands
  bl field_go
  b field_next
field_operands:
  ldr r3, [r4], #4
  ubfx r0, r3, #8, #8
  ubfx r1, r3, #16, #8
  lsrs r2, r3, #24
  mla r0, r0, r5, r6
  mla r1, r1, r5, r6
  mla r2, r2, r5, r6
  uxtb r3, r3
  subs r3, #48
  bx lr
field_go:
  tbb [pc, r3]
field_table:
  .byte (field_mul - field_table)/2, (field_muladd - field_table)/2, (field_pairs - field_table)/2, (field_add - field_table)/2, (field_sub - field_table)/2, (field_copy - field_table)/2, (field_squares - field_table)/2, (field_begin - field_table)/2, (field_begin - field_table)/2, (field_begin - field_table)/2, (field_end - field_table)/2, (field_swap - field_table)/2, (field_pick - field_table)/2, (field_put - field_table)/2, (field_halt - field_table)/2, (field_in - field_table)/2, (field_give - field_table)/2, (field_begin - field_table)/2, (field_scalar - field_table)/2, 0

field_muladd:
  push {r0, lr}
  movs r3, #44
  mla r0, r3, r5, r6
  bl field_mul              @ X = a b
  bl field_operands
  mov r2, r0
  movs r3, #44
  mla r1, r3, r5, r6
  pop {r0, lr}
  b field_add
field_pairs:
  push {r0, lr}
  movs r3, #44
  mla r0, r3, r5, r6
  bl field_mul              @ X = a b
  bl field_operands
  push {r0, lr}
  movs r3, #43
  mla r0, r3, r5, r6
  bl field_mul              @ Y = c e
  movs r3, #44
  mla r1, r3, r5, r6
  sub r2, r1, r5
  pop {r0, r3}
  bl field_sub
  movs r3, #44
  mla r1, r3, r5, r6
  sub r2, r1, r5
  pop {r0, lr}
  b field_add
field_squares:
  push {r0, r8, lr}
  ldrb r8, [r4, #-1]
  sub r8, r8, #48
  bl field_copy
field_square:
  ldr r0, [sp]
  mov r1, r0
  mov r2, r0
  bl field_mul
  subs r8, r8, #1
  bne field_square
  pop {r0, r8, pc}

field_copy:
  mov r2, r5
field_copying:
  add r12, r0, r2
field_copied:
  ldmia r1!, {r2, r3}
  stmia r0!, {r2, r3}
  cmp r0, r12
  bne field_copied
  bx lr
field_swap:
  push {r4, r6}
  rsb r12, r9, #0
  adds r4, r0, r5
field_swapping:
  ldr r2, [r0]
  ldr r3, [r1]
  eor r6, r2, r3
  and r6, r6, r12
  eors r2, r6
  eors r3, r6
  stmia r0!, {r2}
  stmia r1!, {r3}
  cmp r0, r4
  bne field_swapping
  pop {r4, r6}
  bx lr
field_pick:
  push {r4, r5, r6, lr}
  bl field_stride
  adds r3, r0, r2
  push {r3}
field_picking:
  movs r3, #0
  movs r4, #0
  mov r12, r1
field_entry:
  ldr r5, [r12]
  add r12, r12, r2
  eor r6, r4, r8
  subs r6, #1               @ negative for the entry wanted
  and r5, r5, r6, asr #31
  orrs r3, r5
  adds r4, #1
  cmp r4, #16
  bne field_entry
  stmia r0!, {r3}
  adds r1, #4
  ldr r3, [sp]
  cmp r0, r3
  bne field_picking
  pop {r3-r6, pc}
field_put:                  @ its digit is a count, not a secret
  mov r12, lr
  bl field_stride
  mov lr, r12
  mla r3, r8, r2, r1
  mov r1, r0
  mov r0, r3
  b field_copying

field_begin:
  ldr r12, [r7, #20]
  lsl r12, r12, #3
  movs r0, #0
  cmp r3, #9
  bcc field_looping
  ldrb r12, [r4, #-3]
  sub r12, r12, #48
  movs r0, #1
field_looping:
  stmia r11!, {r3, r4, r8, r12}
  rsb r8, r0, #0            @ -1 before the first round of \`times\`, and of \`comb\`
  b field_look
field_end:
  ldr r3, [r11, #-16]
  b field_look

field_in:                   @ as many registers as operand a says: X = d, the other way round; d = X R^2
  push {r0, r8, lr}
  ldrb r8, [r4, #-2]
  sub r8, r8, #48
field_read:
  ldr r0, [sp]
  movs r3, #45
  mla r1, r3, r5, r6
  bl field_reverse
  add r2, r1, r5, lsl #1
  ldr r0, [sp]
  bl field_mul
  str r0, [sp]              @ the next register
  subs r8, r8, #1
  bne field_read
  pop {r0, r8, pc}
field_give:                 @ X = a b, then d = X, the other way round
  push {r0, lr}
  movs r3, #44
  mla r0, r3, r5, r6
  bl field_mul
  subs r0, r0, r5
  pop {r1, lr}
  add r1, r1, r5
  b field_reverse
field_scalar:               @ the scalar = d, the other way round
  mov r1, r10
field_reverse:              @ what lies below r1 = what lies at r0, the other way round; r1 is its start then
  mov r3, r5
field_reversing:
  ldr r2, [r0], #4
  rev r2, r2
  str r2, [r1, #-4]!
  subs r3, #4
  bne field_reversing
  bx lr
field_halt:
  movs r4, #0
  str r4, [r7, #4]
  b field_exit
${FIELD_ARITHMETIC}field_look:
  ldr r2, [r11, #-4]
  movs r1, #1
  cmp r3, #8
  bne field_bit
  movs r1, #4
field_bit:
  subs r2, r2, r1
  bmi field_done
  str r2, [r11, #-4]
  ldr r4, [r11, #-12]
  cmp r3, #9
  beq field_count
  bhi field_comb
  lsrs r0, r2, #3
  sub r0, r10, r0
  ldrb r0, [r0, #-1]
  and r2, r2, #7
  lsrs r0, r2
  movs r2, #1
  lsls r2, r1
  subs r2, #1
  ands r0, r2
  eor r9, r0, r8
  mov r8, r0
  cmp r5, #${SLICE_FROM_BYTES}
  bcc field_returns
  cmp r3, #8
  bne field_returns
  add r0, r7, #4
  stmia r0, {r4, r8, r9, r11}
  movs r4, #1
  b field_exit
field_count:
  add r8, r8, #1
field_returns:
  bx lr
field_done:
  mov r9, r8
  ldr r8, [r11, #-8]
  sub r11, r11, #16
  bx lr
field_stride:               @ r2 = bytes of an entry
  movs r3, #48
  mls r2, r3, r5, r2
  subs r2, r2, r6
  bx lr
field_comb:                 @ bits above the scalar are those of t[n], whose top byte is always 0
  movs r0, #0
  adds r2, #${4 * COMB_COLUMNS}
field_tooth:
  lsrs r1, r2, #3
  sub r1, r10, r1
  ldrb r1, [r1, #-1]
  and r3, r2, #7
  adds r3, #1
  lsrs r1, r3               @ the bit is the carry
  adcs r0, r0
  subs r2, #${COMB_COLUMNS}
  bpl field_tooth
  lsrs r1, r0, #4
  subs r1, #1               @ -1 to swap
  eors r0, r1
  and r8, r0, #15
  rsb r9, r1, #0
  bx lr
field_exit:                 @ r8 and r9 were saved below here, and carries
  sub sp, sp, #${DEEPEST}
${wipeStack("field", DEEPEST)}  add sp, sp, #${DEEPEST}
  mov r0, r4
  pop {r4-r11, pc}
`;
