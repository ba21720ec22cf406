// Poly1305 (RFC 8439 section 2.5): h = (h + block + 2^128) r modulo 2^130 - 5, in words of 32 bits. With h < 2^131 and
// r < 2^124 a product stays below 2^255, so it has 8 words; what is above bit 130 comes back times 5, as 4 x + x.
import { wipeStack } from "./stack.ts";

// The frame: the product, r clamped, a block of 5 words, then arguments.
const R = 40;
const BLOCK = 56;
const LEFT = 76;
const FRAME = 80;

/** in: r0 r, s (16 bytes each) and h (20 bytes, changed); r1 data, r2 its bytes; r3 = 0: a last block is filled with
 * zeros, as RFC 8439 section 2.8 has it; 1: it ends with a byte 1, and s becomes the tag. */
export const POLY = `
poly:
  push {r0-r11, lr}
  sub sp, sp, #${FRAME}
  ldr r4, [r0]
  ldr r5, [r0, #4]
  ldr r6, [r0, #8]
  ldr r7, [r0, #12]
  bic r4, r4, #0xf0000000
  bic r5, r5, #0xf0000000
  bic r6, r6, #0xf0000000
  bic r7, r7, #0xf0000000
  bic r5, r5, #3
  bic r6, r6, #3
  bic r7, r7, #3
  add r3, sp, #${R}
  stmia r3, {r4-r7}
poly_block:
  cmp r2, #0
  beq poly_end
  str r2, [sp, #${LEFT}]
  add r0, sp, #${BLOCK}
  movs r4, #0
  movs r5, #0
  movs r6, #0
  movs r7, #0
  mov r8, #1
  stmia r0, {r4-r8}
  cmp r2, #16
  bcs poly_whole
  ldr r4, [sp, #${FRAME + 12}]
  cbz r4, poly_take
  strb r4, [r0, r2]
  strb r5, [r0, #16]
  b poly_take
poly_whole:
  movs r2, #16
poly_take:
  bl xor
  ldr r0, [sp, #${FRAME}]
  add r0, r0, #32
  add r1, sp, #${BLOCK}
  ldmia r0, {r4-r8}
  ldmia r1, {r2, r3, r9, r10, r11}
  adds r4, r4, r2
  adcs r5, r3
  adcs r6, r6, r9
  adcs r7, r7, r10
  adc r8, r8, r11
  stmia r0, {r4-r8}
  movs r4, #0
  mov r1, sp
  movs r5, #9
poly_zero:
  stmia r1!, {r4}
  subs r5, #1
  bne poly_zero
  mov r1, sp
  add r2, r0, #20
  add r3, sp, #${R}
  ldmia r3, {r8-r11}
poly_row:
  ldmia r0!, {r7}
  ldmia r1, {r3, r4, r5, r6}
  mov r12, #0
  umaal r3, r12, r7, r8
  umaal r4, r12, r7, r9
  umaal r5, r12, r7, r10
  umaal r6, r12, r7, r11
  stmia r1!, {r3, r4, r5, r6}
  str r12, [r1], #-12
  cmp r0, r2
  bne poly_row
  ldmia sp, {r4-r11}
  bic r3, r8, #3
  and r8, r8, #3
  adds r4, r4, r3
  adcs r5, r5, r9
  adcs r6, r6, r10
  adcs r7, r7, r11
  adc r8, r8, #0
  lsrs r3, r3, #2
  orr r3, r3, r9, lsl #30
  lsr r9, r9, #2
  orr r9, r9, r10, lsl #30
  lsr r10, r10, #2
  orr r10, r10, r11, lsl #30
  adds r4, r4, r3
  adcs r5, r5, r9
  adcs r6, r6, r10
  adcs r7, r7, r11, lsr #2
  adc r8, r8, #0
  subs r0, #20
  stmia r0, {r4-r8}
  ldr r1, [sp, #${FRAME + 4}]
  adds r1, #16
  str r1, [sp, #${FRAME + 4}]
  ldr r2, [sp, #${LEFT}]
  subs r2, #16
  bhi poly_block
poly_end:
  ldr r3, [sp, #${FRAME + 12}]
  cbz r3, poly_done
  ldr r0, [sp, #${FRAME}]
  adds r0, #32
  ldmia r0, {r4-r8}
  adds r1, r4, #5           @ is h + 5 >= 2^130, that is, h >= p?
  adcs r1, r5, #0
  adcs r1, r6, #0
  adcs r1, r7, #0
  adc r1, r8, #0
  lsrs r1, r1, #2
  add r1, r1, r1, lsl #2
  adds r4, r4, r1
  adcs r5, r5, #0
  adcs r6, r6, #0
  adc r7, r7, #0
  subs r0, #16
  ldmia r0, {r8-r11}
  adds r4, r4, r8
  adcs r5, r5, r9
  adcs r6, r6, r10
  adc r7, r7, r11
  stmia r0, {r4-r7}
poly_done:
${wipeStack("poly", FRAME)}  add sp, sp, #${FRAME + 16}
  pop {r4-r11, pc}
`;
