// What the firmware's judge of key.wib needs, on Node: the plain ES5 back end, and signatures checked as on a native one.
import { p256 } from "@noble/curves/nist.js";
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { Curves } from "../../firmware/crypto/curves.ts";
import type { KeyTools } from "../../firmware/setup/key-body.ts";
import { toBigInt } from "./field-bigint.ts";
import { hal, hex, primitives } from "./hal.ts";

function toolsWith(curves: Curves): KeyTools {
  return { hal, p: primitives, curves };
}

const curves = createCurves(hal);
const products = new Map<string, Uint8Array>();

/** scalar times G, remembered: what is changed at random mostly leaves the scalar as it was. */
function timesBase(scalar: Uint8Array): Uint8Array {
  const name = hex(scalar);
  const known = products.get(name) ?? p256.Point.BASE.multiply(toBigInt(scalar)).toBytes(false).slice(1);
  if (products.size < 64) products.set(name, known);
  return known.slice();
}

export const keyTools = toolsWith(curves);

/**
 * Multiplications on P-256 by @noble, in a fiftieth of the time, for tests whose matter is what comes before and behind
 * them: test/firmware/crypto/p256.test.ts and ecdsa.test.ts have the two agree.
 */
export const quickKeyTools = toolsWith({
  ...curves,
  p256Begin: (scalar) => ({ step: () => false, finish: () => timesBase(scalar), wipe() {} }),
  p256SumBegin(a, b, point) {
    let theirs: typeof p256.Point.BASE;
    try {
      theirs = p256.Point.fromBytes(Uint8Array.of(4, ...point));
    } catch {
      return curves.p256SumBegin(a, b, point); // off the curve @noble does not go
    }
    const sum = p256.Point.BASE.multiplyUnsafe(toBigInt(a)).add(theirs.multiplyUnsafe(toBigInt(b)));
    return { step: () => false, finish: () => (sum.is0() ? undefined : sum.toBytes(false).slice(1)), wipe() {} };
  },
});
