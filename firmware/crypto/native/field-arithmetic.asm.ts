// Addition, subtraction and Montgomery multiplication of the field machine (field.asm.ts has the registers and the
// memory). r0 = r1 op r2, all three may be the same; r4 to r11 are kept. Loops count by addresses, and `teq`, because
// those leave the carry alone.

/** Body repeated: fewer jumps against more bytes. */
function times(count: number, text: string): string {
  let all = "";
  for (let i = 0; i < count; i++) all += text;
  return all;
}

export const FIELD_ARITHMETIC = `field_sub:
  movs r3, #0
  b field_reduce
field_add:
  push {r4-r7}
  add r12, r5, r7
  add r12, r12, #124
  mov r3, r7
  adds r3, #124             @ t, and the carry is clear
field_adding:
${times(
  2,
  `  ldmia r1!, {r4, r5}
  ldmia r2!, {r6, r7}
  adcs r4, r6
  adcs r5, r7
  stmia r3!, {r4, r5}
`,
)}  teq r3, r12
  bne field_adding
  pop {r4-r7}
  sub r1, r12, r5
  movs r2, #47
  mla r2, r2, r5, r6
  movs r3, #0
  adcs r3, r3
  b field_reduce
field_mul:
  push {r0, r4-r11, lr}
  movs r3, #47
  mla r3, r3, r5, r6        @ p
  ldr r4, [r7]
  add r7, r7, #120
  add r11, r5, #8
  movs r6, #0
field_zero:
  strd r6, r6, [r7], #8
  subs r11, r11, #8
  bne field_zero
  mov r0, r1
  add lr, r0, r5
  sub r7, r7, r5
  subs r7, #4               @ t[0]
  mov r1, r2
  add r5, r2, r5
  mov r2, r7
  push {r0-r5, lr}          @ a, b, t, p, -1/p, end of b, end of a
field_row:
  ldmia sp, {r0-r5, lr}
  ldr r6, [r1], #4
  str r1, [sp, #4]
  ldr r7, [r0]
  ldr r8, [r2]
  mla r8, r7, r6, r8
  mul r4, r4, r8            @ m
  movs r1, #0
  movs r5, #0
field_column:
${times(
  2,
  `  ldrd r7, r8, [r0], #8
  ldrd r9, r10, [r3], #8
  ldrd r11, r12, [r2], #8
  umaal r11, r1, r7, r6
  umaal r11, r5, r9, r4
  umaal r12, r1, r8, r6
  umaal r12, r5, r10, r4
  strd r11, r12, [r2, #-12]
`,
)}  cmp r0, lr
  bne field_column
  ldr r7, [r2]
  adds r1, r1, r5
  movs r5, #0
  adcs r5, r5
  adds r1, r1, r7
  adc r5, r5, #0
  strd r1, r5, [r2, #-4]
  ldr r1, [sp, #4]
  ldr r7, [sp, #20]
  cmp r1, r7
  bne field_row
  mov r3, r5
  ldr r1, [sp, #8]
  ldr r2, [sp, #12]
  add sp, sp, #28
  pop {r0, r4-r11, lr}
  b field_reduce
field_reduce:               @ r0 = r1 - r2, with the word r3 above r1; p is added if that is negative
  push {r4-r7, lr}
  add lr, r0, r5
  cmp r0, r0
field_less:
${times(
  2,
  `  ldmia r1!, {r4, r5}
  ldmia r2!, {r6, r7}
  sbcs r4, r6
  sbcs r5, r7
  stmia r0!, {r4, r5}
`,
)}  teq r0, lr
  bne field_less
  sbc r3, r3, #0
  ldrd r5, r6, [sp, #4]
  subs r0, r0, r5
  movs r2, #47
  mla r2, r2, r5, r6
  adds r3, #0
field_back:
${times(
  2,
  `  ldrd r4, r5, [r0]
  ldmia r2!, {r6, r7}
  ands r6, r3
  ands r7, r3
  adcs r4, r6
  adcs r5, r7
  stmia r0!, {r4, r5}
`,
)}  teq r0, lr
  bne field_back
  pop {r4-r7, pc}
`;
