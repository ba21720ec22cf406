// GHASH (SP 800-38D section 6.4), bit by bit with masks: Y = (Y + block) H. The first bit of a block is the highest of
// its first word; a product is Horner's scheme from the last bit on, Z = Z x + H or 0.
import { wipeStack } from "./stack.ts";

const FRAME = 32; // Y, then the arguments that are still needed

/** in: r0 H and Y, 16 bytes each, Y is changed; r1 data, r2 its bytes, more than none; a last block is filled with zeros. */
export const GHASH = `
ghash:
  push {r4-r11, lr}
  sub sp, sp, #${FRAME}
  strd r0, r1, [sp, #16]
ghash_block:
  str r2, [sp, #24]
  ldr r4, [r0, #16]!
  ldr r5, [r0, #4]
  ldr r6, [r0, #8]
  ldr r7, [r0, #12]
  mov r3, sp
  stmia r3, {r4-r7}
  cmp r2, #16
  bls ghash_short
  movs r2, #16
ghash_short:
  mov r0, sp
  bl xor
  ldr r0, [sp, #16]
  ldr r4, [r0]
  ldr r5, [r0, #4]
  ldr r6, [r0, #8]
  ldr r7, [r0, #12]
  rev r4, r4
  rev r5, r5
  rev r6, r6
  rev r7, r7
  mov r8, #0
  mov r9, #0
  mov r10, #0
  mov r11, #0
  mov r12, #0xe1000000      @ x^128 = 1 + x + x^2 + x^7
  add lr, sp, #16
ghash_word:
  ldr r0, [lr, #-4]!
  rev r0, r0
  movs r3, #32
ghash_bit:
  lsrs r8, r8, #1
  rrxs r9, r9
  rrxs r10, r10
  rrxs r11, r11
  sbc r1, r1, r1            @ 0 for a bit that falls out, else -1
  bic r1, r12, r1
  eor r8, r8, r1
  lsrs r0, r0, #1
  sbc r1, r1, r1
  bic r2, r4, r1
  eor r8, r8, r2
  bic r2, r5, r1
  eor r9, r9, r2
  bic r2, r6, r1
  eor r10, r10, r2
  bic r2, r7, r1
  eor r11, r11, r2
  subs r3, #1
  bne ghash_bit
  cmp lr, sp
  bne ghash_word
  ldrd r0, r1, [sp, #16]
  rev r8, r8
  rev r9, r9
  rev r10, r10
  rev r11, r11
  str r8, [r0, #16]
  str r9, [r0, #20]
  str r10, [r0, #24]
  str r11, [r0, #28]
  adds r1, #16
  str r1, [sp, #20]
  ldr r2, [sp, #24]
  subs r2, #16
  bhi ghash_block
${wipeStack("ghash", FRAME)}  add sp, sp, #${FRAME}
  pop {r4-r11, pc}
`;
