// HMAC-SHA256 (RFC 2104), and programs of it: the steps of a key schedule (RFC 8446 section 7.1), all in one call, since a
// call from JavaScript costs more than what it computes. Both go on from sha.asm.ts's sha256.
import { wipeStack } from "./stack.ts";

/**
 * in: r0 the key filled up with zeros to 64 bytes, the message, 64 bytes more; r1 bytes of the first two.
 * out: the digest, and zeros in the place of all the rest.
 */
const HMAC = `
hmac:
  push {r4, r5, lr}
  mov r4, r0
  mov r2, r1
  mov r5, r1
  adds r0, #64              @ once it is read, the message's place is free
  mov r3, #0x36363636
  bl hmac_hash
  mov r0, r4
  movs r2, #96
  mov r3, #0x6a6a6a6a       @ from 0x36.. to 0x5c..
  bl hmac_hash
  adds r4, #32
  adds r5, #32
hmac_wipe:                  @ r2 is 0 behind a hash
  subs r5, #1
  strb r2, [r4, r5]
  bne hmac_wipe
  pop {r4, r5, pc}
hmac_hash:                  @ r4 block, r3 what to xor into it; then as sha256
  movs r1, #64
hmac_word:
  subs r1, #4
  ldr r12, [r4, r1]
  eor r12, r12, r3
  str r12, [r4, r1]
  bne hmac_word
  mov r1, r4
  b sha256
`;

// The frame: a key block, a message of at most 9 + 12 + 1 + 32 + 1 bytes, and what hmac wants more.
const FRAME = 184;

/**
 * in: r0 slots of 32 bytes, r1 a program (tls/derivations.build.ts), 0 behind it; r2 a text, r3 its bytes below 2^24 and, from
 * bit 24 on, the bytes of a cipher's key. Slot 0 becomes SHA-256 of nothing, slot 1 that of the text; slot 2 has to be zeros.
 * out: r0 = 0 if slots 4 and 5 are the same in the end.
 */
export const DERIVE = `${HMAC}derive_slot:                @ r1 a slot's character, r2 where it goes
  movs r3, #32
  add r1, r4, r1, lsl #5
derive_copy:                @ r1 from, r2 to, r3 bytes, at least one
  ldrb r0, [r1], #1
  strb r0, [r2], #1
  subs r3, #1
  bne derive_copy
  bx lr
derive:
  push {r4-r8, lr}
  sub sp, sp, #${FRAME}
  mov r4, r0
  mov r5, r1
  lsrs r7, r3, #24
  bic r6, r3, #0xff000000
  mov r8, r2
  movs r2, #0
  bl sha256
  add r0, r4, #32
  mov r1, r8
  mov r2, r6
  bl sha256
  sub r4, r4, #1536         @ a slot is named by a character from "0" on
derive_step:
  ldrb r6, [r5], #1         @ which slot it makes
  cbz r6, derive_end
  ldrb r1, [r5], #1         @ its key
  mov r2, sp
  bl derive_slot
  movs r1, #50
  bl derive_slot
  ldrb r8, [r5], #1         @ message, or context: none if it is before "0"
  ldrb r3, [r5], #1         @ bytes of the label with its prefix, or 0
  cbz r3, derive_message
  ldrb r1, [r5], #1         @ length, or 0 for that of the cipher's key
  cbnz r1, derive_length
  mov r1, r7
derive_length:
  mov r0, #0x74000000       @ 0, the length, the label's bytes, "t"
  add r0, r0, r1, lsl #8
  add r0, r0, r3, lsl #16
  movw r1, #0x736c          @ "ls13"
  movt r1, #0x3331
  stmia r2!, {r0, r1}
  movs r0, #32
  strb r0, [r2], #1
  subs r3, #6
  mov r1, r5
  bl derive_copy
  mov r5, r1
  mov r1, r8
  strb r3, [r2], #1
  cmp r1, #48
  blt derive_last
  movs r3, #32
  strb r3, [r2, #-1]
  bl derive_slot
derive_last:
  movs r0, #1
  strb r0, [r2], #1
  b derive_hmac
derive_message:
  mov r1, r8
  bl derive_slot
derive_hmac:
  mov r0, sp
  subs r1, r2, r0
  bl hmac
  add r2, r4, r6, lsl #5
  mov r1, sp
  movs r3, #32
  bl derive_copy
  b derive_step
derive_end:
  add r1, r4, #1664         @ slot 4, with slot 5 behind it
  movs r4, #0
  movs r0, #8
derive_compare:
  ldr r2, [r1], #4
  ldr r3, [r1, #28]
  eors r2, r3
  orrs r4, r2
  subs r0, #1
  bne derive_compare
${wipeStack("derive", FRAME)}  add sp, sp, #${FRAME}
  mov r0, r4
  pop {r4-r8, pc}
`;
