// What test/engine/boards.test.ts measures of a board, as docs/boards-measured.json keeps it. Variables are those above
// the interpreter's own and the test's prelude; instructions are millions of Thumb ones, 0 where none were counted.
export interface Figures {
  /** What was given: a certificate for a key of the device's own, or the owner's pair. */
  how: "csr" | "ec" | "rsa";
  /** Variables the interpreter had. */
  total: number;
  /** Bytes. */
  bundle: number;
  rest: number;
  /** With the window open; the most that was seen in a setup, 0 where looking would have been too much; after the last. */
  open: number;
  peak: number;
  after: number;
  setups: number;
  /** Until there was randomness; a whole setup. */
  boot: number;
  setup: number;
}
