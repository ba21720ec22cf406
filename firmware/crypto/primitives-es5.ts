// The primitives in plain ES5, as createPrimitives takes them; only those that a board needs are in its bundle.
import type { Hal } from "../hal/engine.ts";
import { createAesEs5 } from "./aes-es5.ts";
import { ES5 } from "./back-ends.build.ts";
import type { Primitives } from "./primitives.ts";
import { createSha256Es5 } from "./sha256-es5.ts";
import { createSha512Es5 } from "./sha512-es5.ts";

export function es5Primitives(hal: Hal): Partial<Primitives> {
  return {
    sha256: ES5.sha256 ? createSha256Es5(hal) : undefined,
    sha512: ES5.sha512 ? createSha512Es5(hal) : undefined,
    aes256Blocks: ES5.aes ? createAesEs5(hal) : undefined,
  };
}
