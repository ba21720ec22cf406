// What test/engine/es5.test.ts runs on the interpreter: the plain ES5 back end on inputs that the test puts in, in base64.
// For each the answer in hex.
import { aesCtrXor } from "../../firmware/crypto/aes-ctr.ts";
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { PointJob } from "../../firmware/crypto/curves.ts";
import { createFfdhe2048 } from "../../firmware/crypto/ffdhe2048.ts";
import { createMacs } from "../../firmware/crypto/macs.ts";
import { es5Primitives } from "../../firmware/crypto/primitives-es5.ts";
import { createPrimitives, hex } from "../../firmware/crypto/primitives.ts";
import type { Bytes, EngineE, Hal } from "../../firmware/hal/engine.ts";

declare const E: EngineE;
declare const atob: (base64: string) => string;
declare const print: (text: string) => void;
/** Name of the primitive, then its inputs. */
declare const CASES: { list: string[][] };

function main(): void {
  const hal = { E: E, atob: atob, crypto: {} } as Hal; // none of the engine's own hashes and ciphers
  const p = createPrimitives(hal, undefined, es5Primitives(hal));
  const curves = createCurves(hal);
  const macs = createMacs(hal);
  const group = createFfdhe2048(hal);

  function finish(job: PointJob): Bytes | undefined {
    while (job.step());
    return job.finish();
  }

  function answer(name: string, a: Bytes, b: Bytes, c: Bytes): Bytes | undefined {
    if (name === "x25519") return finish(curves.x25519Begin(a, b));
    if (name === "elligator2") return finish(curves.elligator2Begin(a));
    if (name === "p256") return finish(curves.p256Begin(a, b.length ? b : undefined));
    if (name === "ffdhe2048") return finish(group.powerBegin(a));
    if (name === "sha256") return p.sha256(a);
    if (name === "sha512") return p.sha512(a);
    if (name === "poly1305") return macs.poly1305(a, b, c);
    if (name === "ghash") return macs.ghash(a, b, c);
    if (name === "chacha20") {
      const stream = new Uint8Array(128);
      p.chacha20(stream, a, 77, [1, 2, 3]);
      return stream;
    }
    aesCtrXor(p, a, 3, b);
    return b;
  }

  const list = CASES.list;
  for (let i = 0; i < list.length; i++) {
    const inputs: Bytes[] = [];
    for (let k = 1; k < 4; k++) inputs.push(E.toUint8Array(atob(list[i][k] || "")));
    const out = answer(list[i][0], inputs[0], inputs[1], inputs[2]);
    print("@" + (out ? hex(hal, out) : "none"));
  }
}

main();
