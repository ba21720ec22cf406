import { codeFor, ROUTINES } from "./code.ts";

/** All there is, unless the bundler puts in what a board needs. */
export const NATIVE = codeFor(ROUTINES);
