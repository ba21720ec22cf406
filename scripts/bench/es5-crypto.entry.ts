// What the bench runs on the interpreter: the plain ES5 back end, bundled and minified as for a board. Quoted names stay
// as they are.
import type { Bytes } from "../../firmware/hal/engine.ts";
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { PointJob } from "../../firmware/crypto/curves.ts";
import { P256_G_BYTES } from "../../firmware/crypto/primes.build.ts";
import { createHal } from "../../firmware/hal/hal.ts";

const hal = createHal();
const curves = createCurves(hal);

function whole(job: PointJob): Bytes | undefined {
  while (job.step());
  return job.finish();
}

(global as Record<string, unknown>)["bench"] = {
  "x25519": function (scalar: Bytes, u: Bytes) {
    return whole(curves.x25519Begin(scalar, u));
  },
  "p256": function (scalar: Bytes) {
    return whole(curves.p256Begin(scalar, hal.E.toUint8Array(P256_G_BYTES)));
  },
  "comb": function (scalar: Bytes) {
    return whole(curves.p256Begin(scalar));
  },
};
