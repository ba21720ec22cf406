// The native routines of a board, as functions: Thumb code in one flat string, entered by E.nativeCall. The engine
// neither checks nor forgives: arguments are addresses and sizes, and whoever calls answers for them.
import type { Bytes, Hal } from "../../hal/engine.ts";
import { NATIVE } from "./code.build.ts";

type Routine = (a: number, b: number, c: number, d: number) => number;

/** A routine that is not in the bundle is not a function. */
export interface Native {
  /**
   * Where bytes lie. They stay there until E.defrag. in: at least 32 bytes, or a view of such.
   * @throws Error if they are not in one piece: memory was too scattered when they were made.
   */
  at(bytes: object): number;
  /**
   * An array in one piece. Where memory is too scattered for it, it is put in order first, and addresses change.
   * What was made in vain is wiped.
   * @throws Error if that does not help.
   */
  piece<T extends Bytes | Uint32Array>(make: () => T): T;
  /**
   * From now on this many words are kept for computations, so that each finds a piece however scattered memory is by
   * then, unless something else had to have it; 0 lets them go.
   */
  keep(words: number): void;
  /** A piece of at least so many words, all zero. Any number may be lent at once. */
  lend(words: number): Uint32Array;
  /** They are zero again, and no longer used. */
  takeBack(words: Uint32Array): void;
  field: Routine;
  sha256: Routine;
  sha512: Routine;
  aes: Routine;
  chacha: Routine;
  poly: Routine;
  ghash: Routine;
  aead: Routine;
  hello: Routine;
  xor: Routine;
  hmac: Routine;
  derive: Routine;
}

export function createNative(hal: Hal): Native {
  const code = hal.E.toString(hal.E.toUint8Array(NATIVE.code)); // a constant may lie in flash, this one is flat
  const routine = function (address: number): Routine {
    return hal.E.nativeCall(address, "int(int,int,int,int)", code);
  };
  const scattered = function (): number {
    throw new Error("memory is too scattered");
  };
  const at = function (bytes: object): number {
    return hal.E.getAddressOf(bytes, true) || scattered();
  };
  let kept = 0;
  let spare: Uint32Array | undefined;
  function piece<T extends Bytes | Uint32Array>(make: () => T): T {
    let array: T | undefined = make();
    if (hal.E.getAddressOf(array, true)) return array;
    array.fill(0);
    array = undefined; // it would be in the way
    if (spare) {
      spare = undefined; // makes room: to put memory in order takes longer than a scalar multiplication
      return piece(make);
    }
    hal.E.defrag();
    array = make();
    at(array);
    return array;
  }

  return {
    at: at,
    piece: piece,
    keep: function (words) {
      kept = words;
      spare = undefined;
      if (words)
        spare = piece(function () {
          return new Uint32Array(words);
        });
    },
    lend: function (words) {
      const lent = spare;
      if (!lent || lent.length < words)
        return piece(function () {
          return new Uint32Array(words);
        });
      spare = undefined;
      return lent;
    },
    takeBack: function (words) {
      if (words.length === kept) spare = words;
    },
    field: (NATIVE.field && routine(NATIVE.field)) as Routine,
    sha256: (NATIVE.sha256 && routine(NATIVE.sha256)) as Routine,
    sha512: (NATIVE.sha512 && routine(NATIVE.sha512)) as Routine,
    aes: (NATIVE.aes && routine(NATIVE.aes)) as Routine,
    chacha: (NATIVE.chacha && routine(NATIVE.chacha)) as Routine,
    poly: (NATIVE.poly && routine(NATIVE.poly)) as Routine,
    ghash: (NATIVE.ghash && routine(NATIVE.ghash)) as Routine,
    aead: (NATIVE.aead && routine(NATIVE.aead)) as Routine,
    hello: (NATIVE.hello && routine(NATIVE.hello)) as Routine,
    xor: (NATIVE.xor && routine(NATIVE.xor)) as Routine,
    hmac: (NATIVE.hmac && routine(NATIVE.hmac)) as Routine,
    derive: (NATIVE.derive && routine(NATIVE.derive)) as Routine,
  };
}
