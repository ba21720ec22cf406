// Private keys in SEC1, PKCS#8 and PKCS#1 as openssl writes them, told by Node's own parser, and hand-made wrong ones.
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as Der from "../../../firmware/pki/der.ts";
import { parsePrivateKey } from "../../../firmware/pki/private-key.ts";
import { hex, unhex } from "../../support/hal.ts";
import { der, keyNumbers, lastBlock, pkiKinds, withOpenssl } from "../../support/pki-kinds.ts";

function parse(pem: string) {
  const { label, der: bytes } = lastBlock(pem);
  return parsePrivateKey(label, bytes);
}

withOpenssl("EC keys in SEC1 and PKCS#8 give the same scalar, with the public key beside it or without", () => {
  const { keys } = pkiKinds();
  const { d } = keyNumbers(keys["ec-sec1"]);
  for (const name of ["ec-sec1", "ec-pkcs8", "ec-with-parameters", "ec-without-public"] as const) {
    const key = parse(keys[name])!;
    assert.is(key.kind, "ec", name);
    assert.is(hex(key.scalar!), d, name);
  }
});

withOpenssl("RSA keys in PKCS#1 and PKCS#8 give the same eight numbers", () => {
  const { keys } = pkiKinds();
  const { n, e, d, p, q, dp, dq, qi } = keyNumbers(keys["rsa-pkcs8"]);
  const strip = (number: string) => number.replace(/^(00)+/, "");
  for (const name of ["rsa-pkcs1", "rsa-pkcs8"] as const) {
    const key = parse(keys[name])!;
    assert.is(key.kind, "rsa");
    assert.equal(key.numbers!.map(hex), [n, e, d, p, q, dp, dq, qi].map(strip));
  }
});

withOpenssl("keys of other kinds are well-formed, and not supported", () => {
  const { keys } = pkiKinds();
  for (const name of ["p384-sec1", "p384-pkcs8", "ec-explicit", "ed25519"] as const)
    assert.equal(parse(keys[name]), { kind: "" }, name);
  assert.is(parse(keys["rsa-three-primes"]), undefined);
  assert.is(lastBlock(keys.encrypted).label, "ENCRYPTED PRIVATE KEY");
});

withOpenssl("what is parsed shares the document's memory, so that wiping it wipes the key", () => {
  const { keys } = pkiKinds();
  for (const name of ["ec-sec1", "ec-pkcs8", "rsa-pkcs1", "rsa-pkcs8"] as const) {
    const { label, der: bytes } = lastBlock(keys[name]);
    const key = parsePrivateKey(label, bytes)!;
    bytes.fill(0);
    for (const number of key.numbers ?? [key.scalar!]) assert.ok(number.every((byte) => byte === 0));
  }
});

withOpenssl("a key under another label than its own is refused", () => {
  const { keys } = pkiKinds();
  const labels = ["EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"];
  for (const name of ["ec-sec1", "ec-pkcs8", "rsa-pkcs1", "rsa-pkcs8"] as const) {
    const { label, der: bytes } = lastBlock(keys[name]);
    for (const other of labels.filter((each) => each !== label))
      assert.is(parsePrivateKey(other, bytes), undefined, `${name} as ${other}`);
  }
});

withOpenssl("cut at any byte or with one too many it is refused; with any byte changed it never throws", () => {
  const { keys } = pkiKinds();
  for (const name of ["ec-sec1", "ec-pkcs8", "rsa-pkcs1", "rsa-pkcs8", "p384-sec1", "ec-explicit"] as const) {
    const { label, der: bytes } = lastBlock(keys[name]);
    assert.is(parsePrivateKey(label, new Uint8Array([...bytes, 0])), undefined);
    for (let length = 0; length < bytes.length; length++)
      assert.is(parsePrivateKey(label, bytes.slice(0, length)), undefined, `${name} cut at ${length}`);
    let refused = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const change of [0x01, 0x80, 0xff]) {
        bytes[at] ^= change;
        const key = parsePrivateKey(label, bytes);
        if (!key) refused++;
        else if (key.kind === "ec") assert.is(key.scalar!.length, 32);
        else if (key.kind === "rsa") assert.is(key.numbers!.length, 8);
        bytes[at] ^= change;
      }
    assert.ok(refused > 20, name);
    assert.ok(parsePrivateKey(label, bytes));
  }
});

// ---- Made by hand, so that any one part can be wrong ----

const P256 = der(Der.OID, unhex("2a8648ce3d030107"));
const P384 = der(Der.OID, unhex("2b81040022"));
const EC_KEY = der(Der.OID, unhex("2a8648ce3d0201"));
const RSA_KEY = der(Der.OID, unhex("2a864886f70d010101"));
const NULL = der(Der.NULL);
const BITS = der(Der.BIT_STRING, [0, 4], new Uint8Array(64).fill(7));
const scalar = (length: number) => der(Der.OCTET_STRING, new Uint8Array(length).fill(9));
const version = (...bytes: number[]) => der(Der.INTEGER, bytes);
const sec1 = (...parts: Uint8Array[]) => der(Der.SEQUENCE, ...parts);
const curve = (...parts: Uint8Array[]) => der(0xa0, ...parts);

function kindOf(label: string, bytes: Uint8Array): string {
  return parsePrivateKey(label, bytes)?.kind ?? "refused";
}

test("SEC1: version 1, a scalar of exactly 32 bytes, a curve", () => {
  const kind = (...parts: Uint8Array[]) => kindOf("EC PRIVATE KEY", sec1(...parts));
  assert.is(kind(version(1), scalar(32), curve(P256)), "ec");
  for (const bad of [version(0), version(2), version(1, 0), version(), NULL])
    assert.is(kind(bad, scalar(32), curve(P256)), "refused", hex(bad));
  for (const length of [0, 31, 33]) assert.is(kind(version(1), scalar(length), curve(P256)), "refused");
  assert.is(kind(version(1), scalar(32)), ""); // of which curve?
  assert.is(kind(version(1), scalar(48), curve(P384)), "");
  assert.is(kind(version(1), scalar(32), curve(der(Der.SEQUENCE, version(1)))), "");
  assert.is(kind(version(1), scalar(32), curve(P256, NULL)), "refused");
  assert.is(kind(version(1), scalar(32), curve(P256), NULL), "refused");
  assert.is(kind(version(1), scalar(32), der(0xa1, BITS), curve(P256)), "refused");
});

test("the public key in SEC1: one point in its BIT STRING, and x is there", () => {
  const point = (bits: Uint8Array) =>
    parsePrivateKey("EC PRIVATE KEY", sec1(version(1), scalar(32), curve(P256), der(0xa1, bits)))?.point;
  assert.is(hex(point(BITS)!), "07".repeat(64));
  for (const head of [2, 3])
    assert.is(hex(point(der(Der.BIT_STRING, [0, head], new Uint8Array(32)))!), "00".repeat(32));
  for (const bad of [
    der(Der.BIT_STRING, [0, 6], new Uint8Array(64)), // hybrid
    der(Der.BIT_STRING, [0, 4], new Uint8Array(32)),
    der(Der.BIT_STRING, [0, 2], new Uint8Array(64)),
    der(Der.BIT_STRING, [1, 4], new Uint8Array(64)), // unused bits
    der(Der.BIT_STRING, [0, 4], new Uint8Array(65)),
    der(Der.BIT_STRING, [0, 0]), // infinity
    der(Der.BIT_STRING, []),
    new Uint8Array([...BITS, ...BITS]),
    new Uint8Array(0),
  ])
    assert.is(point(bad), undefined, hex(bad));
});

const pkcs8 = (algorithm: Uint8Array[], inner: Uint8Array, v = version(0), ...behind: Uint8Array[]) =>
  kindOf("PRIVATE KEY", der(Der.SEQUENCE, v, der(Der.SEQUENCE, ...algorithm), der(Der.OCTET_STRING, inner), ...behind));

test("PKCS#8 around an EC key: one curve, version 0 or 1, nothing left over", () => {
  const inner = sec1(version(1), scalar(32));
  assert.is(pkcs8([EC_KEY, P256], inner), "ec");
  assert.is(pkcs8([EC_KEY, P256], inner, version(1), der(0x81, [0])), "ec");
  assert.is(pkcs8([EC_KEY, P256], inner, version(1), curve(), der(0x81, [0])), "ec");
  assert.is(pkcs8([EC_KEY, P256], sec1(version(1), scalar(32), curve(P256))), "ec");
  for (const v of [version(2), version(128), version(), version(0, 0)])
    assert.is(pkcs8([EC_KEY, P256], inner, v), "refused", hex(v));
  assert.is(pkcs8([EC_KEY, P256, NULL], inner), "refused");
  assert.is(pkcs8([EC_KEY, P256], new Uint8Array([...inner, 5, 0])), "refused");
  assert.is(pkcs8([EC_KEY, P256], inner, version(0), NULL), "refused");
  assert.is(pkcs8([EC_KEY, P384], sec1(version(1), scalar(48))), "");
  // Two curves that contradict each other.
  assert.is(pkcs8([EC_KEY, P384], sec1(version(1), scalar(32), curve(P256))), "refused");
  assert.is(pkcs8([EC_KEY, P256], sec1(version(1), scalar(32), curve(P384))), "refused");
  assert.is(pkcs8([EC_KEY, der(Der.SEQUENCE)], sec1(version(1), scalar(32), curve(P256))), "refused");
});

test("RSA: version 0, eight positive numbers, NULL parameters", () => {
  const number = (value: number) => der(Der.INTEGER, [value]);
  const numbers = [3, 5, 7, 11, 13, 17, 19, 23].map(number);
  const kind = (...parts: Uint8Array[]) => kindOf("RSA PRIVATE KEY", der(Der.SEQUENCE, ...parts));
  assert.is(kind(version(0), ...numbers), "rsa");
  assert.is(kind(version(1), ...numbers), "refused");
  assert.is(kind(version(0), ...numbers, number(1)), "refused");
  assert.is(kind(version(0), ...numbers.slice(1)), "refused");
  for (const bad of [number(0), number(200), der(Der.INTEGER), der(Der.INTEGER, [0, 1]), NULL])
    for (const at of [0, 3, 7])
      assert.is(kind(version(0), ...numbers.with(at, bad)), "refused", `${hex(bad)} at ${at}`);
  const inner = der(Der.SEQUENCE, version(0), ...numbers);
  assert.is(pkcs8([RSA_KEY, NULL], inner), "rsa");
  assert.is(pkcs8([RSA_KEY], inner), "refused");
  assert.is(pkcs8([RSA_KEY, NULL, NULL], inner), "refused");
  assert.is(pkcs8([RSA_KEY, der(Der.NULL, [1])], inner), "refused");
  assert.is(pkcs8([EC_KEY, P256], inner), "refused");
});

test.run();
