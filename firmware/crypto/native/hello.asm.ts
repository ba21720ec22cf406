// The frame of a ClientHello (RFC 8446 4.1.2, 4.2): where what the server looks at lies, and which codes are in its lists. No
// crypto, but a loop over extensions in JavaScript costs more than the key exchange. firmware/tls/client-hello.ts has the same in
// plain ES5, and says what the table is. Every offset is compared with the message's end before anything is read there.
const TYPES = 11;

/** in: r0 table of 28 words, zero; r1 message, at least 42 bytes; r2 its bytes. out: r0 = 0 or an alert. */
export const HELLO = `
hello_types:                @ extension, bytes of its length (0: it is no list), least length
  .byte 43, 1, 2, 0, 10, 2, 2, 0, 51, 2, 0, 0, 13, 2, 2, 0, 45, 1, 1, 0, 16, 2, 2, 0, 0, 2, 4, 0
  .byte 28, 0, 0, 0, 42, 0, 0, 0, 41, 0, 0, 0, 44, 0, 0, 0
hello_codes:                @ list, code
  .byte 0, 3, 4, 0, 11, 19, 3, 0, 11, 19, 1, 0, 1, 0, 29, 0, 1, 0, 23, 0, 3, 4, 3, 0, 3, 8, 4, 0
hello:
  push {r4-r11, lr}
  mov r12, pc
hello_here:
  subw r12, r12, #(hello_here - hello_types + 2)
  mov r11, #0               @ 1: of versions, 2: of any list
  ldrb r3, [r1, #38]
  cmp r3, #32
  bhi hello_decode
  add r6, r3, #41
  cmp r6, r2
  bhi hello_decode
  str r6, [r0, #88]         @ suites
  sub r3, r6, #2
  bl hello_u16
  cmp r4, #2
  bcc hello_decode
  add r6, r6, r4
  str r6, [r0, #92]
  adds r6, #1
  cmp r6, r2
  bhi hello_decode
  add r3, r1, r6
  ldrb r3, [r3, #-1]
  cmp r3, #0
  beq hello_decode
  add r6, r6, r3
  cmp r6, r2
  beq hello_old             @ of a time before extensions
  adds r6, #2
  cmp r6, r2
  bhi hello_decode
  sub r3, r6, #2
  bl hello_u16
  add r4, r4, r6
  cmp r4, r2
  bne hello_decode
  str r6, [r0, #96]
  mov r8, r6
  movs r7, #65
hello_next:
  cmp r6, r2
  beq hello_lists
  subs r7, #1
  beq hello_illegal
  add r3, r6, #4
  cmp r3, r2
  bhi hello_decode
  add r3, r6, #2
  bl hello_u16
  add r9, r6, #4
  add r9, r9, r4
  cmp r9, r2
  bhi hello_decode
  mov r3, r6
  bl hello_u16
  mov r10, r4
  str r10, [r0, #100]
  mov r3, r8
hello_before:               @ has it been there?
  cmp r3, r6
  beq hello_known
  bl hello_u16
  cmp r4, r10
  beq hello_illegal
  adds r3, #2
  bl hello_u16
  adds r3, #2
  add r3, r4
  b hello_before
hello_known:
  movs r3, #0
hello_type:
  ldrb r4, [r12, r3, lsl #2]
  cmp r4, r10
  beq hello_found
  adds r3, #1
  cmp r3, #${TYPES}
  bne hello_type
  b hello_skip
hello_found:
  add r5, r0, r3, lsl #3
  str r9, [r5, #4]
  add r4, r12, r3, lsl #2
  adds r6, #4
  ldrb r3, [r4, #1]
  cbz r3, hello_store
  ldrb r10, [r4, #2]
  add r6, r6, r3
  cmp r6, r9
  bhi hello_bad
  add lr, r1, r6
  ldrb r4, [lr, #-1]
  cmp r3, #1
  beq hello_length
  ldrb r3, [lr, #-2]
  orr r4, r4, r3, lsl #8
hello_length:
  cmp r4, r10
  bcc hello_bad
  add r4, r6
  cmp r4, r9
  beq hello_store
hello_bad:
  bl hello_mark
  mov r6, r9                @ nothing is in it
hello_store:
  str r6, [r5]
hello_skip:
  mov r6, r9
  b hello_next
hello_lists:
  movs r3, #0
  movs r7, #0
hello_code:
  add r4, r12, r3, lsl #2
  ldrb r5, [r4, #${4 * TYPES}]
  ldrb r9, [r4, #${4 * TYPES + 1}]
  ldrb r10, [r4, #${4 * TYPES + 2}]
  add r5, r0, r5, lsl #3
  ldr r6, [r5]
  ldr r8, [r5, #4]
  sub r4, r8, r6
  lsls r4, r4, #31
  beq hello_look
  bl hello_mark
  b hello_no
hello_look:
  cmp r6, r8
  beq hello_no
  ldrb r4, [r1, r6]
  adds r6, #1
  ldrb lr, [r1, r6]
  adds r6, #1
  cmp r4, r9
  bne hello_look
  cmp lr, r10
  bne hello_look
  movs r4, #1
  lsls r4, r3
  orrs r7, r4
hello_no:
  adds r3, #1
  cmp r3, #7
  bne hello_code
  strd r7, r11, [r0, #104]
  movs r0, #0
  pop {r4-r11, pc}
hello_decode:
  movs r0, #50
  pop {r4-r11, pc}
hello_illegal:
  movs r0, #47
  pop {r4-r11, pc}
hello_old:
  movs r0, #70
  pop {r4-r11, pc}
hello_u16:                  @ r4: that at r3
  add r4, r1, r3
  ldrb r5, [r4]
  ldrb r4, [r4, #1]
  orr r4, r4, r5, lsl #8
  bx lr
hello_mark:
  orr r11, r11, #2
  cmp r5, r0
  bne hello_marked
  orr r11, r11, #1
hello_marked:
  bx lr
`;
