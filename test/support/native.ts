// The native routines on the Thumb interpreter: a hal that can call them, its count of instructions, and a trace of every
// instruction and data address for tests of constant time.
import { createNative } from "../../firmware/crypto/native/native.ts";
import type { Native } from "../../firmware/crypto/native/native.ts";
import type { Hal } from "../../firmware/hal/engine.ts";
import { NativeMemory } from "../../host-sim/native-memory.ts";
import { createThumb } from "../../host-sim/thumb/cpu.ts";
import type { Thumb } from "../../host-sim/thumb/cpu.ts";
import { hal as plainHal } from "./hal.ts";

export interface NativeBench {
  hal: Hal;
  native: Native;
  thumb: Thumb;
  /** Instructions of what `work` calls. */
  count(work: () => void): number;
  /** A hash of all that `work` touched, in order: which instructions, which addresses. */
  trace(work: () => void): string;
}

/**
 * Arrays made by E.toUint8Array from the same parts are the same array: programs then keep their addresses, as they
 * must where two traces are compared.
 * @param options isTraced slows everything down.
 */
export function nativeBench(options: { isTraced?: boolean } = {}): NativeBench {
  const memory = new NativeMemory(8190);
  let [a, b] = [0, 0];
  const thumb = createThumb({
    regions: [],
    lookup: (address) => memory.lookup(address),
    maxInstructions: 1e12,
    ...(options.isTraced && {
      onAccess: (pc: number, address: number, kind: string) => {
        a = (Math.imul(a, 0x01000193) ^ address) + kind.length;
        b = Math.imul(b ^ pc, 0x85ebca6b) ^ (b >>> 15) ^ address;
      },
    }),
  });
  const made = new Map<string, Uint8Array>();
  const E = {
    ...plainHal.E,
    nativeCall: (address: number, _signature: string, code: string) => {
      const start = memory.addressOfCode(code) + address;
      return (...args: number[]) => thumb.call(start, args);
    },
    getAddressOf: (value: Uint8Array) => {
      const address = memory.addressOfBuffer(value.buffer);
      return address && address + value.byteOffset;
    },
    toUint8Array: (...parts: unknown[]) => {
      const fresh = plainHal.E.toUint8Array(...parts);
      if (!options.isTraced) return fresh;
      const key = Buffer.from(fresh).toString("latin1");
      return made.get(key) ?? made.set(key, fresh).get(key)!;
    },
  };
  const hal = { ...plainHal, E } as Hal;
  return {
    ...{ hal, native: createNative(hal), thumb },
    count(work) {
      const before = thumb.instructions;
      work();
      return thumb.instructions - before;
    },
    trace(work) {
      [a, b] = [1, 2];
      const instructions = this.count(work);
      return `${instructions} ${a >>> 0} ${b >>> 0}`;
    },
  };
}
