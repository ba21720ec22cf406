// The field machine on native code (field.asm.ts): a whole program is one call, and its time does not depend on what
// it computes with. Any odd modulus will do.
import type { Bytes, Hal } from "../../hal/engine.ts";
import type { Job, Machine, Program } from "../field.ts";
import type { Native } from "./native.ts";

// Programs of our own. Below register 0, which is "0", lie / = p, . = R^2 mod p, - = 1, "," = X; ? reads the input
// into a register, @ writes one there, > ends. Ended often enough to be an array in one piece.
const PROGRAM_END = ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>";
const READ_PRIME = "?/00";

/** A machine's header and registers, of a prime of 32 bytes. */
export function wordsOf(registers: number): number {
  return (7 * 32 + 128 + registers * 32) >> 2;
}

/** @param modulus big-endian and odd. */
export function createFieldNative(hal: Hal, native: Native, modulus: Bytes, registers: number): Machine {
  const bytes = modulus.length;
  const size = (bytes + 15) & ~15;
  const header = 7 * size + 128;
  // Let go by `wipe`: the closures here hold each other, and the engine frees such only when memory has run out.
  let memory: Uint32Array | undefined = native.lend((header + registers * size) >> 2);
  const input = function (): Bytes {
    return new Uint8Array(memory!.buffer, header - 6 * size, size);
  };

  function begin(program: Program, data?: Bytes): Job {
    let code: Bytes | undefined = native.piece(function () {
      return hal.E.toUint8Array(program, PROGRAM_END);
    });
    if (data) input().set(data, size - data.length);
    return {
      step: function () {
        const more = native.field(native.at(memory!) + header, native.at(code!), size, data ? data.length : 0);
        if (more) return true;
        if (data) input().fill(0);
        code = undefined;
        return false;
      },
    };
  }

  function run(program: string, data?: Bytes): void {
    begin(program, data).step();
  }

  memory[(header - 3 * size) >> 2] = memory[(header - 2 * size) >> 2] = 1;
  run(READ_PRIME, modulus);
  // With n words: 32 n doublings of 1 give R; n more and 5 squarings, which divide by R each, 2^(32 n) R = R^2.
  const count = String.fromCharCode(48 + (size >> 2));
  run("9P00" + "9" + count + "00" + "3..." + ":000" + ":000" + "9" + count + "00" + "3..." + ":000" + "6..5");

  return {
    load: function (register, data) {
      const r = String.fromCharCode(48 + register);
      run("?" + r + "00" + "0" + r + r + ".", data);
    },
    constants: function (register, data) {
      new Uint8Array(memory!.buffer, header + register * size, data.length).set(data);
    },
    store: function (register) {
      run("0," + String.fromCharCode(48 + register) + "-" + "@,00");
      const out = new Uint8Array(input().subarray(size - bytes, size));
      input().fill(0);
      return out;
    },
    run: begin,
    wipe: function () {
      if (!memory) return;
      memory.fill(0);
      native.takeBack(memory);
      memory = undefined;
    },
  };
}
