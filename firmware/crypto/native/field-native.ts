// The field machine on native code (field.asm.ts): a whole program is one call, and its time does not depend on what
// it computes with. Any odd modulus will do. A statement here costs as much as two products there, so everything that can be
// is part of the program: numbers are written as they are and made elements by what is put in front of it.
import type { Bytes, Hal } from "../../hal/engine.ts";
import type { Machine } from "../field.ts";
import type { Native } from "./native.ts";

// Below register 0, which is "0", lie / = p, . = R^2 mod p, - = 1. "?" makes numbers of bytes, ">" ends. Ended often enough
// to be an array in one piece.
const PROGRAM_END = ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>";
const READ = 63; // "?"

/** A machine's header and registers, of a prime of 32 bytes. */
export function wordsOf(registers: number): number {
  return (7 * 32 + 128 + registers * 32) >> 2;
}

/**
 * Registers -2 and -1 have to be set to R^2 mod p and p, words of 32 bits, the lowest first.
 * @param size bytes of a register, a multiple of 16.
 */
export function createFieldNative(hal: Hal, native: Native, size: number, registers: number): Machine {
  const header = 7 * size + 128;
  const end = header + registers * size;
  // Let go by `wipe`: the closures here hold each other, and the engine frees such only when memory has run out.
  let memory: Uint32Array | undefined = native.lend(end >> 2);
  let loads = "";
  const bytes = function (at: number, count: number): Bytes {
    return new Uint8Array(memory!.buffer, at, count);
  };
  /** Behind the registers where there is room: memory that is lent may be larger, and to put all memory in order is dear. */
  const inOnePiece = function (code: Bytes): Bytes {
    if (code.length > memory!.length * 4 - end)
      return native.piece(function () {
        return hal.E.toUint8Array(code);
      });
    const behind = bytes(end, code.length);
    behind.set(code);
    return behind;
  };

  return {
    load: function (register, data) {
      const count = Math.ceil(data.length / size);
      const to = bytes(header + register * size, count * size);
      if (data.length < to.length) to.fill(0);
      to.set(data, to.length - data.length);
      loads += String.fromCharCode(READ, 48 + register, 48 + count, 48);
    },
    constants: function (register, data) {
      memory!.set(new Uint32Array(data), (header + register * size) >> 2); // less to copy than bytes
    },
    store: function (register, count) {
      return new Uint8Array(bytes(header + register * size, size * (count || 1)));
    },
    run: function (program, scalar) {
      let code = hal.E.toUint8Array(loads, program, PROGRAM_END);
      if (!hal.E.getAddressOf(code, true)) code = inOnePiece(code);
      loads = "";
      if (scalar) bytes(header - 5 * size - scalar.length, scalar.length).set(scalar);
      return {
        step: function () {
          return !!native.field(native.at(memory!) + header, native.at(code), size, scalar ? scalar.length : size);
        },
      };
    },
    wipe: function () {
      if (!memory) return;
      const at = native.at(memory);
      native.xor(at, at, memory.length * 4, 0); // the engine's fill takes several times as long
      native.takeBack(memory);
      memory = undefined;
    },
  };
}

/** @param modulus big-endian and odd, of any length. */
export function createFieldModulo(hal: Hal, native: Native, modulus: Bytes, registers: number): Machine {
  const size = (modulus.length + 15) & ~15;
  const machine = createFieldNative(hal, native, size, registers);
  const little = new Uint8Array(size);
  const big = new Uint8Array(size);
  big.set(modulus, size - modulus.length);
  // In pieces: what the engine's own `reverse` has turned round is never freed if it has 128 bytes or more.
  for (let at = 0; at < size; at += 16) little.set(big.subarray(at, at + 16).reverse(), size - 16 - at);
  machine.constants(-1, little.buffer as ArrayBuffer);
  // With n words: 32 n doublings of 1 give R; n more and 5 squarings, which divide by R each, 2^(32 n) R = R^2.
  const count = String.fromCharCode(48 + (size >> 2));
  machine
    .run(
      "5.-0" + "9P00" + "9" + count + "00" + "3..." + ":000" + ":000" + "9" + count + "00" + "3..." + ":000" + "6..5",
    )
    .step();
  return machine;
}
