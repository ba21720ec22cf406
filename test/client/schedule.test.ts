// The client's key schedule against docs/vectors, and against Node's own HKDF, HMAC and AES.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createCipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { deriveKeys, expectedProof, lp, seal, transcriptHash, wipeKeys } from "../../client/schedule.ts";
import { forAll } from "../support/random.ts";

const folder = new URL("../../docs/vectors/", import.meta.url);
const unhex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")))
  .filter(({ dh }) => dh); // whole exchanges

test("there is a vector for each plain suite at least", () => {
  const names = vectors.map(({ suite }) => suite);
  for (const suite of ["p256", "x25519"]) assert.ok(names.includes(suite), suite);
});

for (const v of vectors)
  test(`transcript, keys, sealed bodies and proofs are those of the vector for ${v.suite}`, () => {
    const th = transcriptHash({
      ...{ build: v.build, suite: v.suite, salt: unhex(v.salt), offered: v.suitesOffered, cookie: v.cookie },
      ...{ request: unhex(v.dh.requestBody), response: unhex(v.dh.responseBody) },
    });
    assert.is(hex(th), v.th);
    const ikm = unhex(v.ikm);
    const keys = deriveKeys(ikm, th);
    assert.ok(
      ikm.every((byte) => byte === 0),
      "ikm is wiped",
    );
    assert.is(hex(keys.encryption), v.encC2D);
    assert.is(hex(keys.client), v.macC2D);
    assert.is(hex(keys.device), v.macD2C);
    for (const [step, number, path] of [
      [v.auth, 1, "/setup/auth.wib"],
      [v.key, 3, "/setup/key.wib"],
    ] as const) {
      assert.is(hex(seal(keys, number, unhex(step.plaintext))), step.requestBody);
      const requestTag = unhex(step.tag);
      const said = { path, status: 204, code: "", requestTag, body: new Uint8Array(0) };
      assert.is(hex(expectedProof(keys, said)), step.proof);
    }
    wipeKeys(keys);
    for (const part of [keys.encryption, keys.client, keys.device]) assert.ok(part.every((byte) => byte === 0));
  });

/** lp as PROTOCOL section 1 defines it, in other words. */
function prefixed(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

test('lp("ab") is 00000002 6162', () => assert.is(hex(lp("ab")), "000000026162"));

test("schedule, seal and proof agree with Node's own primitives for any input", () =>
  forAll(20, (random) => {
    const bytes = (max: number) => random.bytes(random.below(max + 1));
    const ikm = random.bytes(random.pick([32, 64, 256]));
    const parts = ["product", "x25519", bytes(40), "x25519,p256", "c".repeat(72), bytes(200), bytes(200)] as const;
    const [build, suite, salt, offered, cookie, request, response] = parts;
    const th = transcriptHash({ build, suite, salt, offered, cookie, request, response });
    const wanted = createHash("sha512").update(prefixed("wib/1", ...parts));
    assert.is(hex(th), wanted.digest("hex"));
    const okm = Buffer.from(hkdfSync("sha256", ikm, th, "wib/1 keys", 160));
    const keys = deriveKeys(ikm.slice(), th);
    assert.is(hex(keys.encryption) + hex(keys.client) + hex(keys.device), okm.toString("hex"));

    const step = random.pick([1, 2, 3]);
    const text = bytes(3000);
    const counter = Buffer.alloc(16);
    counter[0] = step;
    const ct = createCipheriv("aes-256-ctr", okm.subarray(0, 32), counter).update(text);
    const mac = createHmac("sha512", okm.subarray(32, 96)).update(Uint8Array.of(step)).update(th).update(ct).digest();
    assert.is(hex(seal(keys, step, text)), hex(Buffer.concat([ct, mac])));

    const said = { path: "/setup/csr.wib", status: 400, code: "csr-unsupported", requestTag: mac, body: bytes(300) };
    const message = prefixed("wib/1 proof", said.path, "400", said.code, mac, said.body);
    const proof = createHmac("sha512", okm.subarray(96)).update(message).update(th).digest("hex");
    assert.is(hex(expectedProof(keys, said)), proof);
  }));

test.run();
