// What can go wrong, for people: what happened, what to do about it, and the exit code it stands for.

export const EXIT_DONE = 0;
export const EXIT_REFUSED_BY_US = 1; // wrong use, or something the client will not do
export const EXIT_REFUSED_BY_DEVICE = 2;
export const EXIT_NOT_REACHED = 3;

export class WibError extends Error {
  readonly hint: string;
  readonly exitCode: number;
  /** The device's Wib-Error, where it was the device that refused. */
  readonly code: string | undefined;

  constructor(message: string, hint: string, exitCode: number, code?: string) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
    this.code = code;
  }
}

export function usageError(message: string, hint: string): WibError {
  return new WibError(message, hint, EXIT_REFUSED_BY_US);
}
