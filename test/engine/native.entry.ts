// What test/engine/native.test.ts runs on the interpreter: every native routine, by way of the firmware's own wrappers.
import { createCurves } from "../../firmware/crypto/curves.ts";
import type { PointJob } from "../../firmware/crypto/curves.ts";
import { hmac, hmacSha256Key } from "../../firmware/crypto/hmac.ts";
import { createNative } from "../../firmware/crypto/native/native.ts";
import { nativePrimitives } from "../../firmware/crypto/native/primitives-native.ts";
import { createPrimitives, hex } from "../../firmware/crypto/primitives.ts";
import { rsaBegin } from "../../firmware/crypto/rsa.ts";
import type { Bytes, EngineE, Hal } from "../../firmware/hal/engine.ts";

declare const E: EngineE;
declare const atob: (base64: string) => string;
declare const print: (text: string) => void;
/** Three scripts, because here all of one is in variables; on a board it stays in flash. */
declare const PART: { curves: boolean; rsa: boolean; key: string };

function main(): void {
  const hal = { E: E, atob: atob, crypto: {} } as Hal;
  const native = createNative(hal);

  function pattern(length: number, step: number): Bytes {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = i * step + length;
    return bytes;
  }

  function show(name: string, bytes: Bytes | undefined): void {
    print("@" + name + " " + (bytes ? hex(hal, bytes) : "none"));
  }

  function finish(job: PointJob): Bytes | undefined {
    while (job.step());
    return job.finish();
  }

  if (PART.curves) {
    const curves = createCurves(hal, native);
    show("x25519", finish(curves.x25519Begin(pattern(32, 17), pattern(32, 19))));
    const own = finish(curves.p256Begin(pattern(32, 23)))!;
    show("p256", own);
    show("ecdh", finish(curves.p256Begin(pattern(32, 29), own)));
    return;
  }
  if (PART.rsa) {
    // n, e, d, p, q, dP, dQ and qInv of 2,048 bits, in 256 bytes each; the last is the message.
    const key: Bytes[] = [];
    for (let i = 0; i < 9; i++) {
      const number = E.toUint8Array(PART.key.substr(256 * i, 256));
      let zeros = 0;
      while (i < 8 && !number[zeros]) zeros++;
      key.push(number.subarray(zeros));
    }
    show("rsa", finish(rsaBegin(hal, native, key, key[8])));
    key[5][key[5].length - 1] ^= 2;
    show("wrong", finish(rsaBegin(hal, native, key, key[8])));
    return;
  }
  const p = createPrimitives(hal, nativePrimitives(hal, native));
  const lengths = [0, 5, 12, 55, 64, 111, 128, 300];
  for (let i = 0; i < lengths.length; i++) {
    const data = pattern(lengths[i], 7);
    show("sha256", p.sha256(data));
    show("sha512", p.sha512(data));
    p.aes256Ctr!(pattern(32, 3), pattern(16, 5), data);
    show("aes", data);
  }
  for (let i = 0; i < lengths.length; i++)
    show("hmac", hmac(p, hmacSha256Key(p, pattern(lengths[i], 3)), pattern(lengths[i], 5)));
  const stream = new Uint8Array(128);
  p.chacha20(stream, pattern(32, 9), 77, [1, 2, 3]);
  show("chacha", stream);
  const context = pattern(64, 11);
  const text = pattern(77, 13);
  native.ghash(native.at(context), native.at(text), 77, 0);
  show("ghash", context.subarray(16, 32));
  const keyed = new Uint8Array(64);
  keyed.set(pattern(32, 11));
  native.poly(native.at(keyed), native.at(text), 77, 1);
  show("poly", keyed.subarray(16, 32));
  for (let isAes = 0; isAes < 2; isAes++) {
    const sealed = pattern(98, 13);
    const run = function (open: number): number {
      const message = pattern(isAes ? 32 : 48, 11); // its number, nonce and key, which is wiped
      return native.aead(native.at(message), native.at(sealed), 98, 4 * 5 + 2 * isAes + open);
    };
    run(0);
    show("aead", sealed);
    sealed[97] ^= 1;
    show("wrong", run(1) ? undefined : sealed);
    sealed[97] ^= 1;
    run(1);
    show("text", sealed.subarray(0, 82));
  }
}

main();
