// Which field machine a board gets: native code where it can run, plain ES5 elsewhere.
import type { Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { createFieldEs5 } from "./field-es5.ts";
import type { Machine } from "./field.ts";
import { createFieldNative } from "./native/field-native.ts";
import type { Native } from "./native/native.ts";

/** 13 numbers of 32 bytes. */
const RESIDUES_BYTES = 416;

/**
 * A machine of a prime of 32 bytes, its constants in the first registers.
 * @param text the prime's of primes.build.ts for the back end: the bundler leaves out what the constants rule out, and
 * without plain ES5 `native` has to be there.
 */
export function createField(hal: Hal, native: Native | undefined, text: string, registers: number): Machine {
  let machine: Machine;
  if (!THUMB.runs || (ES5.field && !native)) {
    const bytes = hal.E.toUint8Array(text);
    const prime = bytes.subarray(0, 32);
    const end = bytes.length - RESIDUES_BYTES;
    machine =
      end > 0
        ? createFieldEs5(hal, { bytes: prime, wrap: 0, residues: bytes.subarray(end) }, registers)
        : createFieldEs5(hal, { bytes: prime, wrap: 608 }, registers);
    machine.constants(0, new Uint8Array(bytes.subarray(32, end > 0 ? end : bytes.length)).buffer as ArrayBuffer);
  } else {
    machine = createFieldNative(hal, native!, 32, registers);
    machine.constants(-2, hal.E.toArrayBuffer(text));
  }
  return machine;
}
