// SHA-256 and SHA-512 (FIPS 180-4): a whole message, padding included, in one call. Rounds are not unrolled: the state
// moves on by one place each round. SHA-256 writes all its message words, each 16 rounds ahead; SHA-512's lie in a ring of 16.
// SHA-256's constants are the upper halves of SHA-512's, so a board with both keeps them once.
import { wipeStack } from "./stack.ts";
import { shaConstants } from "../fractions.ts";

// The frame: 80 message words, or 16 and from 128 on a .. h of SHA-512; the chaining value; bytes left, K; the arguments.
const CHAIN = 320;
const LEFT = 384;
const OUT = 392;

/** Both halves of x >>> a ^ x >>> b ^ x >>> c, rotations; `shifted` makes the last one a shift. lo and hi stay. */
function sigma64(toLo: string, toHi: string, lo: string, hi: string, by: number[], shifted: boolean): string {
  const half = (to: string, low: string, high: string, isHigh: boolean): string => {
    let text = "";
    for (let i = 0; i < 3; i++) {
      const turns = by[i] > 31;
      const n = by[i] & 31;
      const a = turns ? high : low;
      const b = turns ? low : high;
      text += i ? `  eor ${to}, ${to}, ${a}, lsr #${n}\n` : `  lsr ${to}, ${a}, #${n}\n`;
      if (!(shifted && i === 2 && isHigh)) text += `  eor ${to}, ${to}, ${b}, lsl #${32 - n}\n`;
    }
    return text;
  };
  return half(toLo, lo, hi, false) + half(toHi, hi, lo, true);
}

const rounds256 = (step: number): string => `  add r0, sp, #${CHAIN}
  ldmia r0, {r4-r11}
  mov r3, sp
  add lr, r3, #256
sha256_round:               @ a .. h: r4 .. r11; r3: message word; r12: K
  ldr r0, [r3]
  add r11, r0
  ldr r0, [r12], #${step}
  add r11, r0
  ror r0, r8, #6
  eor r0, r0, r8, ror #11
  eor r0, r0, r8, ror #25
  add r11, r0
  eor r0, r9, r10
  and r0, r0, r8
  eor r0, r0, r10
  add r11, r0
  ror r0, r4, #2
  eor r0, r0, r4, ror #13
  eor r0, r0, r4, ror #22
  eor r1, r4, r6
  eor r2, r5, r6
  ands r1, r2
  eor r1, r1, r6
  add r0, r1
  add r0, r11
  add r1, r7, r11
  mov r11, r10
  mov r10, r9
  mov r9, r8
  mov r8, r1
  mov r7, r6
  mov r6, r5
  mov r5, r4
  mov r4, r0
  ldr r0, [r3, #4]
  ror r2, r0, #7
  eor r2, r2, r0, ror #18
  eor r2, r2, r0, lsr #3
  ldr r0, [r3, #36]
  add r2, r0
  ldr r0, [r3, #56]
  ror r1, r0, #17
  eor r1, r1, r0, ror #19
  eor r1, r1, r0, lsr #10
  add r2, r1
  ldr r0, [r3]
  add r0, r2
  str r0, [r3, #64]
  adds r3, #4
  cmp r3, lr
  bne sha256_round
  add r0, sp, #${CHAIN}
  ldmia r0, {r1, r2, r3, r12}
  add r4, r1
  add r5, r2
  add r6, r3
  add r7, r12
  stmia r0!, {r4-r7}
  ldmia r0, {r1, r2, r3, r12}
  add r8, r1
  add r9, r2
  add r10, r3
  add r11, r12
  stmia r0, {r8-r11}
`;

const ROUNDS_512 = `
sha512_rounds:
  add r0, sp, #${CHAIN}
  add r10, sp, #128
  ldmia r0!, {r4-r9, r11, lr}
  stmia r10!, {r4-r9, r11, lr}
  ldmia r0, {r4-r9, r11, lr}
  stmia r10, {r4-r9, r11, lr}
  mov lr, #0
sha512_round:               @ a .. h: sp + 128 ..; lr: 8 i; r12: K
  ldrd r4, r5, [sp, #184]
  and r11, lr, #120
  add r11, sp
  ldrd r2, r3, [r11]
  adds r4, r4, r2
  adcs r5, r3
  ldr r2, [r12], #4
  ldr r3, [r12], #4
  adds r4, r4, r2
  adcs r5, r3
  ldrd r6, r7, [sp, #160]
${sigma64("r0", "r1", "r6", "r7", [14, 18, 41], false)}  adds r4, r4, r0
  adcs r5, r1
  ldrd r0, r1, [sp, #168]
  ldrd r2, r3, [sp, #176]
  eors r0, r2
  eors r1, r3
  ands r0, r6
  ands r1, r7
  eors r0, r2
  eors r1, r3
  adds r4, r4, r0
  adcs r5, r1
  ldrd r6, r7, [sp, #128]
${sigma64("r8", "r9", "r6", "r7", [28, 34, 39], false)}  ldrd r0, r1, [sp, #136]
  ldrd r2, r3, [sp, #144]
  eors r6, r2
  eors r7, r3
  eors r0, r2
  eors r1, r3
  ands r0, r6
  ands r1, r7
  eors r0, r2
  eors r1, r3
  adds r8, r8, r0
  adc r9, r9, r1
  ldrd r0, r1, [sp, #152]
  adds r0, r0, r4
  adcs r1, r5
  strd r0, r1, [sp, #152]
  adds r8, r8, r4
  adc r9, r9, r5
  add r10, sp, #160
  ldmia r10!, {r0-r5}
  sub r10, r10, #16
  stmia r10, {r0-r5}
  add r10, sp, #128
  ldmia r10, {r0-r7}
  strd r8, r9, [r10], #8
  stmia r10, {r0-r7}
  add r0, lr, #8
  and r0, r0, #120
  add r0, sp
  ldrd r2, r3, [r0]
${sigma64("r4", "r5", "r2", "r3", [1, 8, 7], true)}  add r0, lr, #72
  and r0, r0, #120
  add r0, sp
  ldrd r2, r3, [r0]
  adds r4, r4, r2
  adcs r5, r3
  add r0, lr, #112
  and r0, r0, #120
  add r0, sp
  ldrd r2, r3, [r0]
${sigma64("r0", "r1", "r2", "r3", [19, 61, 6], true)}  adds r4, r4, r0
  adcs r5, r1
  ldrd r2, r3, [r11]
  adds r4, r4, r2
  adcs r5, r3
  strd r4, r5, [r11]
  add lr, lr, #8
  cmp lr, #640
  bne sha512_round
  add r0, sp, #${CHAIN}
  add r1, sp, #128
  adds r2, r0, #0           @ and the carry is clear
  add r2, r2, #64
sha512_sum:
  ldrd r4, r5, [r0]
  ldmia r1!, {r6, r7}
  adds r4, r4, r6
  adcs r5, r7
  stmia r0!, {r4, r5}
  cmp r0, r2
  bne sha512_sum
`;

/** in: r0 digest, r1 message, r2 its bytes, below 2^28. */
export function sha(has256: boolean, has512: boolean): string {
  const isPair = has256 && has512;
  const words: number[] = [];
  const both = shaConstants(has512 ? 80 : 64);
  for (let i = 0; i < both.length; i++) {
    if (has512) words.push(both[i].low);
    words.push(both[i].high);
  }
  return `
sha_table:
  .word ${words.join(", ")}
${has512 ? "sha512:\n  movs r3, #128\n" + (has256 ? "  b sha\n" : "") : ""}${has256 ? "sha256:\n  movs r3, #64\n" : ""}
sha:
  push {r0-r11, lr}
  sub sp, sp, #${OUT}
  mov r12, pc
sha_here:
  subw r12, r12, #(sha_here - sha_table + 2)
  add r5, sp, #${CHAIN}
  lsrs r4, r3, #3
  movs r7, #4
${isPair ? "  cmp r3, #64\n  bne sha_first\n  add r12, r12, #4\n  movs r7, #8\n" : ""}
sha_first:
  ldr r6, [r12]
  add r12, r12, r7
  stmia r5!, {r6}
  subs r4, #1
  bne sha_first
sha_block:
  strd r2, r12, [sp, #${LEFT}]
  lsrs r5, r3, #4
  subs r5, #1
  movs r4, #0
sha_byte:
  cmp r4, r2
  blt sha_data
  mov r0, #128
  beq sha_put
  movs r0, #0
  b sha_put
sha_data:
  ldrb r0, [r1, r4]
sha_put:
  eor r6, r4, r5            @ big-endian
  strb r0, [sp, r6]
  adds r4, #1
  cmp r4, r3
  bne sha_byte
  sub r4, r3, r3, lsr #3
  cmp r2, r4
  bge sha_whole
  ldr r2, [sp, #${OUT + 8}]
  lsls r2, r2, #3
  sub r4, r3, r3, lsr #4
  str r2, [sp, r4]
sha_whole:
${isPair ? "  cmp r3, #64\n  bne sha512_rounds\n" : ""}${has256 ? rounds256(has512 ? 8 : 4) : ""}${isPair ? "  b sha_next\n" : ""}${has512 ? ROUNDS_512 : ""}sha_next:
  ldrd r2, r12, [sp, #${LEFT}]
  ldr r1, [sp, #${OUT + 4}]
  ldr r3, [sp, #${OUT + 12}]
  add r1, r3
  str r1, [sp, #${OUT + 4}]
  sub r4, r3, r3, lsr #3
  cmp r2, r4
  sub r2, r2, r3
  bge sha_block
  ldr r0, [sp, #${OUT}]
  add r1, sp, #${CHAIN}
  lsrs r5, r3, #4
  subs r5, #1
  lsrs r4, r3, #1
sha_out:
  subs r4, #1
  eor r6, r4, r5
  ldrb r2, [r1, r6]
  strb r2, [r0, r4]
  cmp r4, #0
  bne sha_out
${wipeStack("sha", OUT)}  add sp, sp, #${OUT + 16}
  pop {r4-r11, pc}
`;
}
