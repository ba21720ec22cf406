// Shows what a function leaves in memory: every typed array it makes is remembered, so that a test can look for
// secrets that were not wiped.

import type { Hal } from "../../firmware/hal/engine.ts";

type Typed = Uint8Array | Uint16Array | Int32Array | Float64Array;

let paused = false;

/** What the simulated engine makes inside its natives is not the firmware's to wipe. */
export function unrecorded<T>(native: () => T): T {
  paused = true;
  try {
    return native();
  } finally {
    paused = false;
  }
}

const NAMES = ["Uint8Array", "Uint16Array", "Int32Array", "Float64Array"] as const;

/** @returns the typed arrays made while `work` ran, in order. Views on one buffer are listed one by one. */
export function arraysMadeBy(work: () => void): Typed[] {
  const made: Typed[] = [];
  const realm = globalThis as unknown as Record<string, new (...args: never[]) => Typed>;
  const originals = NAMES.map((name) => realm[name]);
  for (const [i, name] of NAMES.entries())
    realm[name] = new Proxy(originals[i], {
      construct(target, args, newTarget) {
        const array = Reflect.construct(target, args, newTarget === realm[name] ? target : newTarget) as Typed;
        if (!paused) made.push(array);
        return array;
      },
    });
  try {
    work();
  } finally {
    for (const [i, name] of NAMES.entries()) realm[name] = originals[i];
  }
  return made;
}

/** The same hal, whose E.toUint8Array puts what it makes into `made`: what the firmware joins is the firmware's to wipe. */
export function withJoinsSeen(hal: Hal, made: Typed[]): Hal {
  const toUint8Array = (...parts: unknown[]): Uint8Array => {
    const joined = hal.E.toUint8Array(...parts);
    made.push(joined);
    return joined;
  };
  return { ...hal, E: { ...hal.E, toUint8Array } };
}

function bytesOf(array: Typed): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Does any of the arrays hold these bytes somewhere? */
export function holds(arrays: Typed[], secret: Uint8Array): boolean {
  return arrays.some((array) => Buffer.from(bytesOf(array)).includes(Buffer.from(secret)));
}

/** The arrays that are not all zero, less those that are the result or public. */
export function notWiped(arrays: Typed[], ...known: (Typed | undefined)[]): Typed[] {
  return arrays.filter((array) => !known.some((k) => k?.buffer === array.buffer) && bytesOf(array).some(Boolean));
}
