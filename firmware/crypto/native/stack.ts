/** Zeros in the first bytes of a routine's frame, and in the registers that its caller does not get back. */
export function wipeStack(routine: string, bytes: number): string {
  return `
  mov r1, sp
  mov r0, #${bytes}
  movs r2, #0
${routine}_wipe:
  subs r0, #4
  str r2, [r1, r0]
  bne ${routine}_wipe
  mov r3, r2
  mov r12, r2
`;
}
