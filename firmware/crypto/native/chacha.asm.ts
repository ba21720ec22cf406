// ChaCha20 (RFC 8439) and the xor of bytes. The working state is 16 words on the stack.
import { wipeStack } from "./stack.ts";

/** in: r0 bytes changed, r1 bytes, r2 how many. */
export const XOR = `
xor:
  subs r2, #4
  bmi xor_rest
  ldr r3, [r1], #4
  ldr r12, [r0]
  eor r3, r3, r12
  str r3, [r0], #4
  b xor
xor_rest:
  adds r2, #4
  beq xor_done
xor_byte:
  subs r2, #1
  ldrb r3, [r0, r2]
  ldrb r12, [r1, r2]
  eor r3, r3, r12
  strb r3, [r0, r2]
  bne xor_byte
xor_done:
  mov r3, r2
  mov r12, r2
  bx lr
`;

/** in: r0 data, r1 its bytes, r2 key, counter and nonce: 48 bytes. */
export const CHACHA = `
chacha:
  push {r4-r11, lr}
  sub sp, sp, #128
  cmp r1, #0
  beq chacha_end
  mov r3, sp
  movw r4, #0x7865          @ "expand 32-byte k"
  movt r4, #0x6170
  movw r5, #0x646e
  movt r5, #0x3320
  movw r6, #0x2d32
  movt r6, #0x7962
  movw r7, #0x6574
  movt r7, #0x6b20
  stmia r3!, {r4-r7}
  movs r4, #48
chacha_state:
  ldr r5, [r2], #4
  stmia r3!, {r5}
  subs r4, #4
  bne chacha_state
chacha_block:
  mov r2, sp
  add r3, sp, #64
  ldmia r2!, {r4-r11}
  stmia r3!, {r4-r11}
  ldmia r2!, {r4-r11}
  stmia r3!, {r4-r11}
  movs r2, #20
  movs r3, #0               @ 0: columns, 4: diagonals
chacha_half:
  mov r8, #0
chacha_quarter:
  add r9, r8, r3
  add r10, r9, r3
  add r11, r10, r3
  and r9, r9, #12
  and r10, r10, #12
  and r11, r11, #12
  add r12, sp, #64
  add r9, r9, r12
  add r10, r10, r12
  add r11, r11, r12
  add r12, r12, r8
  ldr r4, [r12]
  ldr r5, [r9, #16]
  ldr r6, [r10, #32]
  ldr r7, [r11, #48]
  add r4, r5
  eors r7, r4
  add r6, r6, r7, ror #16
  eors r5, r6
  add r4, r4, r5, ror #20
  eor r7, r4, r7, ror #16
  add r6, r6, r7, ror #24
  eor r5, r6, r5, ror #20
  ror r5, r5, #25
  ror r7, r7, #24
  str r4, [r12]
  str r5, [r9, #16]
  str r6, [r10, #32]
  str r7, [r11, #48]
  add r8, r8, #4
  cmp r8, #16
  bne chacha_quarter
  eor r3, r3, #4
  subs r2, #1
  bne chacha_half
  mov r2, sp
  add r3, sp, #64
  movs r6, #16
chacha_sum:
  ldr r4, [r3]
  ldr r5, [r2], #4
  add r4, r5
  stmia r3!, {r4}
  subs r6, #1
  bne chacha_sum
  ldr r4, [sp, #48]
  adds r4, #1
  str r4, [sp, #48]
  mov r4, r0
  mov r5, r1
  movs r2, #64
  cmp r5, r2
  bhi chacha_whole
  mov r2, r5
chacha_whole:
  add r4, r2
  subs r5, r5, r2
  add r1, sp, #64
  bl xor
  mov r0, r4
  mov r1, r5
  cmp r5, #0
  bne chacha_block
chacha_end:
${wipeStack("chacha", 128)}  add sp, sp, #128
  pop {r4-r11, pc}
`;
