// AES-128 and AES-256 (FIPS 197) in counter mode, bitsliced: no look-up by a secret, no branch on one. Two blocks at a
// time lie in eight words, word i with bit i of all 32 bytes: a byte of a word is a row of the state, in it column by
// column the bits of both blocks. The S-box leaves 0x63 out; it is in the round keys instead, which MixColumns does not
// change because 2 + 3 + 1 + 1 = 1.
import { SBOX_GATES } from "./aes-sbox.ts";
import { compileCircuit } from "./circuit.ts";
import { wipeStack } from "./stack.ts";

// The frame: eight words A, eight words B, spilled values of the S-box.
const B = 32;
const SPILL = 64;
const bits: Record<string, number> = {};
const substituted: Record<string, number> = {};
for (let i = 0; i < 8; i++) {
  bits["x" + (7 - i)] = B + 4 * i;
  substituted["s" + (7 - i)] = 4 * i;
}
const sbox = compileCircuit({ gates: SBOX_GATES, inputs: bits, outputs: substituted, spillAt: SPILL, registers: 13 });

const COUNTER = SPILL + ((sbox.spillBytes + 3) & ~3);
const VARS = COUNTER + 16; // data, bytes left, round key, rounds left; while keys are made: bytes done, rcon
const ROUNDS = VARS + 16;
const KEYS = ROUNDS + 4;
const FRAME = KEYS + 14 * 32;

/** in: r0 32 bytes of key (16 are used of it for AES-128) and the counter block, r1 data, r2 its bytes, r3 bytes of key;
 * plus 256 to encrypt whole blocks in place each by itself instead. */
export const AES = `
aes:
  push {r0, r1, r2, r3, r4-r11, lr}
  sub sp, sp, #${FRAME}
  strd r1, r2, [sp, #${VARS}]
  ldr r4, [r0, #32]
  ldr r5, [r0, #36]
  ldr r6, [r0, #40]
  ldr r7, [r0, #44]
  add r1, sp, #${COUNTER}
  stmia r1, {r4-r7}
  ubfx r3, r3, #0, #8
  lsrs r4, r3, #2
  adds r4, #6
  str r4, [sp, #${ROUNDS}]
  add r5, sp, #${KEYS}
  movs r6, #1               @ rcon
  movs r4, #0               @ bytes done
aes_key:
  ldr r2, [r0, r4]
  str r2, [r5, r4]
  adds r4, #4
  cmp r4, r3
  bne aes_key
aes_expand:                 @ r2: the word before
  subs r7, r3, #1
  ands r7, r4
  beq aes_turn
  cmp r7, #16
  bne aes_plain
  b aes_sub                 @ halfway, AES-256 only
aes_turn:
  ror r2, r2, #8
aes_sub:
  strd r4, r6, [sp, #${VARS + 8}]
  str r2, [sp]
  bl aes_ortho
  bl aes_sbox
  bl aes_ortho
  ldr r2, [sp, #${B}]
  eor r2, r2, #0x63636363
  ldrd r4, r6, [sp, #${VARS + 8}]
  ldr r3, [sp, #${FRAME + 12}]
  ubfx r3, r3, #0, #8
  add r5, sp, #${KEYS}
  subs r7, r3, #1
  ands r7, r4
  bne aes_plain
  eors r2, r6
  lsls r6, r6, #1
  cmp r6, #256
  bne aes_plain
  movs r6, #0x1b
aes_plain:
  subs r7, r4, r3
  ldr r7, [r5, r7]
  eors r2, r7
  str r2, [r5, r4]
  adds r4, #4
  ldr r7, [sp, #${ROUNDS}]
  adds r7, #1
  cmp r4, r7, lsl #4
  bne aes_expand

  subs r7, #1               @ round keys from the last to the first, bitsliced
aes_slice:
  str r7, [sp, #${VARS + 8}]
  add r5, sp, #${KEYS}
  add r0, r5, r7, lsl #4
  mov r1, sp
  add r2, r0, #16
aes_double:
  ldr r3, [r0], #4
  eor r3, r3, #0x63636363
  mov r4, r3
  stmia r1!, {r3, r4}
  cmp r0, r2
  bne aes_double
  bl aes_ortho
  ldr r7, [sp, #${VARS + 8}]
  add r0, sp, #${KEYS - 32}
  add r0, r0, r7, lsl #5
  add r10, sp, #${B}
  ldmia r10, {r1-r6, r8, r9}
  stmia r0, {r1-r6, r8, r9}
  subs r7, #1
  bne aes_slice

aes_pair:                   @ two blocks of input, xored with the first round key, to A
  ldrd r8, r9, [sp, #${VARS}]
  ldr r7, [sp, #${FRAME + 12}]
  ldr r12, [sp, #${FRAME}]
  movs r6, #0               @ block
  mov r2, sp
aes_block:
  add r0, sp, #${COUNTER}
  lsrs r1, r7, #8
  beq aes_load
  add r0, r8, r6, lsl #4
aes_load:
  movs r5, #0
aes_word:
  ldr r3, [r0, r5]
  cbz r1, aes_keep
  movs r4, #0               @ so that xoring the result is storing it
  str r4, [r0, r5]
aes_keep:
  ldr r4, [r12, r5]
  eors r3, r4
  str r3, [r2, r5, lsl #1]
  adds r5, #4
  cmp r5, #16
  bne aes_word
  add r0, sp, #${COUNTER + 16}
  movs r4, #1
aes_count:
  ldr r3, [r0, #-4]!
  rev r3, r3
  adds r3, r3, r4
  mov r4, #0
  adcs r4, r4
  rev r3, r3
  str r3, [r0]
  subs r5, #4
  bne aes_count
  adds r2, #4
  adds r6, #1
  cmp r6, #2
  beq aes_rounds
  cmp r9, #16
  bgt aes_block

aes_rounds:
  bl aes_ortho
  add r1, sp, #${KEYS}
  ldr r2, [sp, #${ROUNDS}]
aes_round:
  strd r1, r2, [sp, #${VARS + 8}]
  bl aes_sbox
  ldrd r1, r12, [sp, #${VARS + 8}]
  add r2, sp, #${B}
  subs r12, r12, #1
  bne aes_mix
  mov r2, sp
aes_mix:                    @ ShiftRows, MixColumns (not in the last round), key: from bit 7 down
  add r0, sp, #32
  adds r1, #32
  adds r2, #32
  mov r8, #0x0f0f0f0f
  lsl r8, r8, #16
  mov r9, #0x1b000000       @ where the reduction of 2 x comes in, highest bit first
  mov r10, #0x3f003f00
  mov r11, #0xc000c000
aes_bit:
  ldr r3, [r0, #-4]!
  eor r4, r3, r3, lsr #4
  and r4, r4, r8
  eors r3, r4
  eor r3, r3, r4, lsl #4
  and r4, r10, r3, lsr #2
  and r5, r11, r3, lsl #6
  and r3, r3, #0x00ff00ff
  orrs r3, r4
  orrs r3, r5               @ x, its rows shifted
  ldr r4, [r1, #-4]!
  cmp r12, #0
  beq aes_last
  eor r5, r3, r3, ror #8    @ x + next row
  cmp r9, #0x1b000000
  bne aes_lower
  mov r7, r5                @ of bit 7
aes_lower:
  eors r6, r5
  str r6, [r2], #-4         @ the bit before is done; at the first, nothing of worth to a place of no worth
  eor r6, r4, r3, ror #8
  eor r6, r6, r5, ror #16
  lsls r9, r9, #1
  bcc aes_reduced
  eor r6, r6, r7
aes_reduced:
  bne aes_bit
  str r6, [r2]
  ldrd r1, r2, [sp, #${VARS + 8}]
  adds r1, #32
  subs r2, #1
  b aes_round
aes_last:
  eors r3, r4
  str r3, [r2, #-4]!
  lsls r9, r9, #1
  bne aes_bit

  bl aes_ortho
  mov r1, sp
  add r12, sp, #${B}
  movs r6, #2
aes_gather:                 @ even words are the first block, odd ones the second
  movs r5, #4
aes_gather_word:
  ldr r3, [r12], #8
  stmia r1!, {r3}
  subs r5, #1
  bne aes_gather_word
  sub r12, r12, #28
  subs r6, #1
  bne aes_gather
  ldrd r0, r3, [sp, #${VARS}]
  mov r1, sp
  movs r2, #32
  cmp r3, r2
  bgt aes_xor
  mov r2, r3
aes_xor:
  add r4, r0, r2
  subs r5, r3, r2
  strd r4, r5, [sp, #${VARS}]
  bl xor
  cmp r5, #0
  bgt aes_pair
${wipeStack("aes", FRAME)}  add sp, sp, #${FRAME + 16}
  pop {r4-r11, pc}

aes_ortho:                  @ A to B: bit i of the words to word i, in three steps from A to B to A to B
  mov r0, sp
  add r1, sp, #${B}
  movs r7, #4
  mov r8, #0x0f0f0f0f
aes_step:
  mov r2, r0
  mov r3, r1
aes_exchange:
  ldr r5, [r2, #16]
  ldr r4, [r2], #4
  lsr r6, r4, r7
  eors r6, r5
  and r6, r6, r8
  eors r5, r6
  lsls r6, r7
  eors r4, r6
  stmia r3!, {r4, r5}
  sub r4, r2, #16
  cmp r4, r0
  bne aes_exchange
  mov r2, r0
  mov r0, r1
  mov r1, r2
  lsrs r7, r7, #1
  lsl r4, r8, r7
  eor r8, r8, r4
  cmp r7, #0
  bne aes_step
  bx lr
aes_sbox:                   @ B to A
${sbox.code}  bx lr
`;
