/** Zeros in the first bytes of a routine's frame, and in the registers that its caller does not get back. lr is gone after it. */
export function wipeStack(routine: string, bytes: number): string {
  return `
  mov r0, #${bytes}             @ ${routine}
  bl wipe_stack
`;
}

/** Once behind all routines. in: r0 bytes of the stack, a multiple of 4. */
export const WIPE_STACK = `
wipe_stack:
  mov r1, sp
  movs r2, #0
wipe_word:
  subs r0, #4
  str r2, [r1, r0]
  bne wipe_word
  mov r3, r2
  mov r12, r2
  bx lr
`;
