// Which field machine a board gets: native code where it can run, plain ES5 elsewhere.
import type { Hal } from "../hal/engine.ts";
import { ES5, THUMB } from "./back-ends.build.ts";
import { createFieldEs5 } from "./field-es5.ts";
import type { Modulus } from "./field-es5.ts";
import type { Machine } from "./field.ts";
import { createFieldNative } from "./native/field-native.ts";
import type { Native } from "./native/native.ts";

/** The bundler leaves out what the constants rule out: without plain ES5, `native` has to be there. */
export function createField(hal: Hal, native: Native | undefined, modulus: Modulus, registers: number): Machine {
  if (!THUMB.runs || (ES5.field && !native)) return createFieldEs5(hal, modulus, registers);
  return createFieldNative(hal, native!, modulus.bytes, registers);
}
