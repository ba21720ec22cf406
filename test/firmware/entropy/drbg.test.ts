// The generator against its vectors, which another implementation made, and against that implementation.
import { readFileSync } from "node:fs";
import { sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createDrbg } from "../../../firmware/entropy/drbg.ts";
import type { Drbg } from "../../../firmware/entropy/drbg.ts";
import { ReferenceDrbg, vectorFile, vectors } from "../../../scripts/drbg-vectors.ts";
import { hex, primitives, unhex } from "../../support/hal.ts";
import { forAll } from "../../support/random.ts";

/** A generator whose reseeds are numbered; `given` is what it was handed. */
function numbered(given: Uint8Array[] = []): Drbg {
  const drbg = createDrbg(primitives, () => {
    const material = new Uint8Array(32).fill(given.length + 1);
    given.push(material);
    return material;
  });
  drbg.reseed();
  return drbg;
}

function numberedReference(): ReferenceDrbg {
  let count = 0;
  const drbg = new ReferenceDrbg(() => new Uint8Array(32).fill(++count));
  drbg.reseed();
  return drbg;
}

for (const { what, materials, steps, output, outputSha512 } of vectors())
  test(`vector: ${what}`, () => {
    const left = materials.map(unhex);
    const drbg = createDrbg(primitives, () => left.shift()!);
    const read: Uint8Array[] = [];
    for (const step of steps)
      if (step === "reseed") drbg.reseed();
      else read.push(drbg.read(step));
    const all = Buffer.concat(read);
    if (output !== undefined) assert.is(hex(all), output);
    else assert.is(hex(sha512(all)), outputSha512);
    assert.is(left.length, 0, "every material was used");
  });

test("docs/vectors/drbg.json is what the script makes", () => {
  assert.is(readFileSync(new URL("../../../docs/vectors/drbg.json", import.meta.url), "utf8"), vectorFile());
});

test("read(a) then read(b) is read(a + b), also over the reseeding after 64 kB", () => {
  forAll(6, (random) => {
    const total = 60000 + random.below(20000);
    const whole = numbered().read(total);
    const split = numbered();
    const parts: Uint8Array[] = [];
    for (let left = total; left > 0;) {
      const n = Math.min(left, random.below(random.pick([3, 300, 30000])));
      parts.push(split.read(n));
      left -= n;
    }
    assert.is(hex(sha512(Buffer.concat(parts))), hex(sha512(whole)));
    assert.is(hex(sha512(numberedReference().read(total))), hex(sha512(whole)));
  });
});

test("no more than 64 kB come from one seed, however they are asked for", () => {
  for (const step of [1, 224, 65536, 200000]) {
    const given: Uint8Array[] = [];
    const drbg = numbered(given);
    let most = 0;
    for (let read = 0; given.length < 3; read += step) {
      drbg.read(step);
      most = (read + step) / given.length;
      assert.ok(read < 65536 * 3, "it reseeds at all");
    }
    if (step < 65536) assert.ok(most <= 65536, `${most} bytes a seed`);
    else assert.ok(given.length >= Math.floor(step / 65408), `${given.length} seeds for ${step} bytes`);
  }
});

test("material is wiped once it has been mixed in", () => {
  const given: Uint8Array[] = [];
  numbered(given).read(70000);
  assert.is(given.length, 2);
  for (const material of given) assert.ok(material.every((byte) => byte === 0));
});

test("output from before a reseed does not come back, and depends on every earlier seed", () => {
  const first = createDrbg(primitives, () => new Uint8Array(32).fill(1));
  first.reseed();
  first.reseed();
  const once = createDrbg(primitives, () => new Uint8Array(32).fill(1));
  once.reseed();
  assert.is.not(hex(first.read(32)), hex(once.read(32)));
});

test.run();
