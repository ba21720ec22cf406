// The AEADs of TLS in one call: ChaCha20-Poly1305 (RFC 8439 section 2.8) and AES-128-GCM (SP 800-38D section 7), made of the
// other routines. A tag is compared without a branch; whether it was right is no secret.
import { wipeStack } from "./stack.ts";

// Registers that other routines save hold nothing secret: they save them below the stack that they wipe. The frame is the context of the cipher, then that of the MAC, whose tag is in the same place for both; then lengths.
const COUNTER = 32;
const MAC = 48;
const TAG = 64;
const MASK = 80; // of GHASH's tag
const LENGTHS = 112;
const FRAME = 128;

/** in: r0 number of the record, big-endian (4 bytes), iv (12), key (16 or 32), which becomes zeros; r1 associated data, text, tag; r2 the bytes of
 * all three; r3 = 4 times those of associated data, + 1 to open, + 2 for AES. out: r0 = 0, or 1 for a wrong tag. */
export const AEAD = `
aead:
  push {r4-r11, lr}
  sub sp, sp, #${FRAME}
  mov r4, r1                @ associated data
  lsrs r5, r3, #2           @ its bytes
  subs r6, r2, r5
  subs r6, #16              @ bytes of the text
  mov r7, r3
  movs r1, #${FRAME}
  movs r2, #0
aead_zero:
  subs r1, #4
  str r2, [sp, r1]
  bne aead_zero
  mov r8, r2
  mov r12, r0
  adds r0, #16
  and r2, r7, #2
  rsb r2, r2, #4
  lsls r2, r2, #3
aead_key:                   @ nobody else needs it there
  subs r2, #4
  ldr r3, [r0, r2]
  str r8, [r0, r2]
  str r3, [sp, r2]
  bne aead_key
  ldr r0, [r12]
  ldr r1, [r12, #4]
  ldr r2, [r12, #8]
  ldr r3, [r12, #12]
  eors r3, r0
  tst r7, #2
  bne aead_gcm
  add r0, sp, #${COUNTER + 4}
  stmia r0, {r1-r3}
  add r0, sp, #${MAC}
  movs r1, #32
  mov r2, sp
  bl chacha                 @ r and s
  movs r0, #1
  str r0, [sp, #${COUNTER}]
  str r5, [sp, #${LENGTHS}]
  str r6, [sp, #${LENGTHS + 8}]
  b aead_start
aead_gcm:
  add r0, sp, #${COUNTER}
  mov r12, #0x02000000
  stmia r0, {r1, r2, r3, r12}
  add r0, sp, #${TAG}
  mov r12, #0x01000000
  stmia r0, {r1, r2, r3, r12}
  mov r0, sp
  add r1, sp, #${MAC}
  movs r2, #32
  mov r3, #${16 + 256}
  bl aes                    @ H, and what hides the tag
  add r0, sp, #${TAG}
  ldmia r0!, {r1, r2, r3, r12}
  stmia r0, {r1, r2, r3, r12}
  movs r1, #0
  strd r1, r1, [sp, #${TAG}]
  strd r1, r1, [sp, #${TAG + 8}]
  lsls r0, r5, #3
  lsls r1, r6, #3
  rev r0, r0
  rev r1, r1
  str r0, [sp, #${LENGTHS + 4}]
  str r1, [sp, #${LENGTHS + 12}]
aead_start:
  lsls r0, r7, #31
  bmi aead_mac
  bl aead_crypt
aead_mac:
  mov r1, r4
  mov r2, r5
  bl aead_update
  add r1, r4, r5
  mov r2, r6
  bl aead_update
  add r1, sp, #${LENGTHS}
  movs r2, #16
  bl aead_update
  tst r7, #2
  bne aead_mask
  add r0, sp, #${MAC}
  movs r2, #0
  movs r3, #1
  bl poly
  b aead_tag
aead_mask:
  add r0, sp, #${TAG}
  add r1, sp, #${MASK}
  movs r2, #16
  bl xor
aead_tag:
  add r8, sp, #${TAG}
  add r10, r4, r5
  add r10, r6
  mov r9, #0
  movs r2, #4
aead_word:
  ldr r0, [r8], #4
  lsls r3, r7, #31
  bmi aead_compare
  str r0, [r10]
aead_compare:
  ldr r1, [r10], #4
  eors r1, r0
  orr r9, r9, r1
  subs r2, #1
  bne aead_word
  cmp r9, #0
  beq aead_right
  mov r9, #1
  b aead_end
aead_right:
  lsls r3, r7, #31
  bpl aead_end
  bl aead_crypt
aead_end:
${wipeStack("aead", FRAME)}  mov r0, r9
  add sp, sp, #${FRAME}
  pop {r4-r11, pc}

aead_update:                @ r1 data, r2 their bytes
  add r0, sp, #${MAC}
  movs r3, #0
  tst r7, #2
  beq poly
  cmp r2, #0
  bne ghash
  bx lr
aead_crypt:
  mov r0, sp
  add r1, r4, r5
  mov r2, r6
  movs r3, #16
  tst r7, #2
  bne aead_aes
  mov r2, r0
  mov r0, r1
  mov r1, r6
  b chacha
aead_aes:
  cmp r6, #0
  bne aes
  bx lr
`;
