// The group ffdhe2048 and its keys: p from RFC 7919's own formula, keys and shared secrets against OpenSSL.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MISSHAPEN_Y, secretWithShortPower } from "../../client/conformance/bad-values.ts";
import {
  decodeFfdhe2048,
  drawFfdhe2048,
  encodeFfdhe2048,
  FFDHE2048_P as P,
  ffdhe2048Public,
  ffdhe2048Shared,
} from "../../client/ffdhe2048.ts";
import { withTool } from "../support/needs.ts";
import { forAll, testRandom } from "../support/random.ts";

const folder = mkdtempSync(path.join(tmpdir(), "wib-dh-"));
test.after(() => rmSync(folder, { recursive: true }));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
const at = (name: string) => path.join(folder, name);

function openssl(args: string): Uint8Array {
  return new Uint8Array(execFileSync("openssl", args.split(" "), { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }));
}

/** The exponent of a DH key, as `openssl pkey -text` prints it. */
function exponentOf(file: string): Uint8Array {
  const text = Buffer.from(openssl(`pkey -in ${file} -text -noout`)).toString();
  const digits = /private-key:([0-9a-f:\s]+)/.exec(text)![1].replace(/[:\s]/g, "");
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** A DH key of this exponent for OpenSSL: PKCS#8 around the algorithm that one of its own keys has. */
function keyFile(name: string, secret: Uint8Array): string {
  const wrap = (tag: number, contents: Buffer) =>
    Buffer.concat([Buffer.of(tag, 0x82, contents.length >> 8, contents.length & 255), contents]);
  const short = (tag: number, contents: Buffer) => Buffer.concat([Buffer.of(tag, contents.length), contents]);
  const algorithm = Buffer.from(encodeFfdhe2048(2n)).subarray(4, 4 + 283);
  const exponent = short(2, Buffer.concat([Buffer.of(0), secret]));
  writeFileSync(at(name), wrap(0x30, Buffer.concat([Buffer.of(2, 1, 0), algorithm, short(4, exponent)])));
  return name;
}

test("p is what RFC 7919 appendix A.1 derives from e", () => {
  const GUARD_BITS = 128n;
  let e = 0n;
  for (let term = 1n << (1918n + GUARD_BITS), k = 1n; term; term /= k++) e += term;
  const floorE = e >> GUARD_BITS; // [2^1918 * e]
  assert.is((1n << 2048n) - (1n << 1984n) + (floorE + 560316n) * (1n << 64n) - 1n, P);
});

test("what is encoded decodes to the same, whatever zeros y has in front", () => {
  forAll(30, (random) => {
    const length = random.pick([1, 2, 126, 127, 128, 129, 130, 254, 255, 256]);
    const y = BigInt(`0x${hex(random.bytes(length))}`);
    assert.is(decodeFfdhe2048(encodeFfdhe2048(y)), y);
  });
  for (const y of [0n, 1n, 127n, 128n, 255n, 256n, P - 1n, P, (1n << 2048n) - 1n])
    assert.is(decodeFfdhe2048(encodeFfdhe2048(y)), y);
});

test("any single byte changed in front of y, cut off or added, is no key or another one", () => {
  const { below } = testRandom();
  const der = encodeFfdhe2048(P >> 1n);
  for (let i = 0; i < der.length - 256; i++) {
    const changed = der.slice();
    changed[i] ^= 1 << below(8);
    assert.is(decodeFfdhe2048(changed), undefined, `byte ${i}`);
  }
  for (let n = 0; n < der.length; n++) assert.is(decodeFfdhe2048(der.slice(0, n)), undefined, `${n} bytes`);
  assert.is(decodeFfdhe2048(Uint8Array.from([...der, 0])), undefined);
});

for (const [name, [does, der]] of Object.entries(MISSHAPEN_Y))
  test(`a key ${does} is refused (${name})`, () => assert.is(decodeFfdhe2048(der), undefined));

test("a length in more bytes than it needs is refused", () => {
  const short = Buffer.from(encodeFfdhe2048(5n)); // ... 03 04 00 02 01 05
  assert.is(hex(short.subarray(-6)), "030400020105");
  const key = (tail: string) => {
    const inner = Buffer.concat([short.subarray(4, -6), Buffer.from(tail, "hex")]);
    return Buffer.concat([Buffer.of(0x30, 0x82, inner.length >> 8, inner.length & 255), inner]);
  };
  assert.is(decodeFfdhe2048(key("030400020105")), 5n);
  for (const tail of [
    "0305000281" + "0105",
    "03810400020105",
    "0305000282" + "000105",
    "03050002020005",
    "030402020105",
  ])
    assert.is(decodeFfdhe2048(key(tail)), undefined, tail);
});

test("y = 0, 1, p - 1, p and more are refused before anything is computed; 2 and p - 2 are taken", () => {
  const secret = drawFfdhe2048();
  for (const y of [0n, 1n, P - 1n, P, P + 1n, 1n << 2048n]) assert.throws(() => ffdhe2048Shared(secret, y), /bounds/);
  assert.is(BigInt(`0x${hex(ffdhe2048Shared(secret, 2n))}`), ffdhe2048Public(secret));
  const z = BigInt(`0x${hex(ffdhe2048Shared(secret, P - 2n))}`); // (-2)^x
  assert.is(secret[31] & 1 ? P - z : z, ffdhe2048Public(secret));
});

test("an exponent has 256 bits", () => {
  for (let i = 0; i < 20; i++) assert.ok(drawFfdhe2048()[0] & 128);
});

withTool(
  "openssl",
  "OpenSSL's keys are read, ours are OpenSSL's byte for byte, and the secrets are the same",
  () => {
    openssl(`genpkey -algorithm DH -pkeyopt group:ffdhe2048 -out theirs.pem`);
    const theirs = openssl("pkey -in theirs.pem -pubout -outform DER");
    const y = decodeFfdhe2048(theirs)!;
    assert.is(y, ffdhe2048Public(exponentOf("theirs.pem")));
    const secret = drawFfdhe2048();
    // exponents of the usual kind, and those whose y or Z has a zero byte in front
    const secrets = {
      usual: secret,
      shortY: secretWithShortPower(secret, 2n),
      shortZ: secretWithShortPower(secret, y),
    };
    for (const [name, own] of Object.entries(secrets)) {
      const file = keyFile(name, own);
      const der = openssl(`pkey -inform DER -in ${file} -pubout -outform DER`);
      assert.is(hex(encodeFfdhe2048(ffdhe2048Public(own))), hex(der), name);
      writeFileSync(at("own.pub"), encodeFfdhe2048(ffdhe2048Public(own)));
      const derive = `pkeyutl -derive -inkey theirs.pem -peerkey own.pub -peerform DER`;
      const padded = openssl(`${derive} -pkeyopt dh_pad:1`);
      assert.is(hex(ffdhe2048Shared(own, y)), hex(padded), name);
      if (name === "shortY")
        assert.ok(der.length < encodeFfdhe2048(P - 2n).length, "y is written without its zero byte");
      if (name !== "shortZ") continue;
      assert.is(padded[0], 0);
      assert.is(
        hex(openssl(derive)),
        hex(padded.slice(padded.findIndex((byte) => byte !== 0))),
        "OpenSSL strips by itself",
      );
    }
  },
  "version",
);

withTool(
  "openssl",
  "y = 2 gives OpenSSL's secret; 1, p - 1 and p OpenSSL refuses as we do",
  () => {
    openssl(`genpkey -algorithm DH -pkeyopt group:ffdhe2048 -out edge.pem`);
    const secret = exponentOf("edge.pem");
    const derive = (y: bigint) => {
      writeFileSync(at("edge.pub"), encodeFfdhe2048(y));
      return openssl("pkeyutl -derive -inkey edge.pem -peerkey edge.pub -peerform DER -pkeyopt dh_pad:1");
    };
    assert.is(hex(derive(2n)), hex(ffdhe2048Shared(secret, 2n)));
    for (const y of [1n, P - 1n, P]) assert.throws(() => derive(y));
  },
  "version",
);

test.run();
