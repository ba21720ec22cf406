// What the bench runs step by step: the plain ES5 back end, bundled and minified as for a board. Quoted names stay as they
// are.
import type { Bytes } from "../../firmware/hal/engine.ts";
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { PointJob } from "../../firmware/crypto/curves.ts";
import { P256_G_BYTES } from "../../firmware/crypto/primes.build.ts";
import { createHal } from "../../firmware/hal/hal.ts";

const hal = createHal();
const curves = createCurves(hal);
const scalar = new Uint8Array(32).fill(0xa7);
const jobs: { [name: string]: () => PointJob } = {
  "x25519": function () {
    return curves.x25519Begin(scalar, scalar);
  },
  "elligator2": function () {
    return curves.elligator2Begin(scalar);
  },
  "p256": function () {
    return curves.p256Begin(scalar, hal.E.toUint8Array(P256_G_BYTES));
  },
  "comb": function () {
    return curves.p256Begin(scalar);
  },
};
let job: PointJob;
let last: Bytes | undefined;

(global as Record<string, unknown>)["bench"] = {
  "nothing": function () {
    return 1;
  },
  "begin": function (name: string) {
    job = jobs[name]();
    return 1;
  },
  /** @returns whether there is more. */
  "steps": function (count: number) {
    let left = true;
    while (left && count--) left = job.step();
    return left;
  },
  "finish": function () {
    last = job.finish();
    return last ? 1 : 0;
  },
};
