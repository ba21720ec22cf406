// Certificates: those openssl writes, told by Node's own parser, and hand-made ones that are wrong in one place.
import { X509Certificate } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseCertificate, takePublicKey } from "../../../firmware/pki/certificate.ts";
import * as Der from "../../../firmware/pki/der.ts";
import { hex, unhex } from "../../support/hal.ts";
import { der, keyNumbers, lastBlock, pkiKinds, withOpenssl } from "../../support/pki-kinds.ts";

const parse = (pem: string) => parseCertificate(lastBlock(pem).der);

withOpenssl("openssl's certificates: key, names and whether it is a CA", () => {
  const { certificates } = pkiKinds();
  const ec = parse(certificates.ec)!;
  const { x, y } = keyNumbers(certificates.ec);
  assert.is(ec.publicKey.kind, "ec");
  assert.is(hex(ec.publicKey.value), x + y);
  const rsa = parse(certificates.rsa)!;
  const { n, e } = keyNumbers(certificates.rsa);
  assert.is(rsa.publicKey.kind, "rsa");
  assert.is(hex(rsa.publicKey.value), n);
  assert.is(hex(rsa.publicKey.exponent!), e);
  for (const [name, pem] of Object.entries(certificates)) {
    const certificate = parse(pem);
    assert.ok(certificate, name);
    assert.is(certificate!.isCa, new X509Certificate(pem).ca, name);
  }
  const ca = parse(certificates.ca)!;
  assert.is(hex(ec.issuer), hex(ca.subject));
  assert.is(hex(ca.issuer), hex(ca.subject));
  assert.is.not(hex(ec.subject), hex(ca.subject));
  assert.ok(Buffer.from(ec.subject).includes("device"));
});

withOpenssl("keys that are not supported are no fault of the certificate", () => {
  const { certificates } = pkiKinds();
  for (const name of ["p384", "ed25519", "ec-compressed"] as const)
    assert.is(parse(certificates[name])!.publicKey.kind, "", name);
});

withOpenssl("a certificate with a byte too many or any number too few is refused", () => {
  for (const pem of Object.values(pkiKinds().certificates)) {
    const { der: bytes } = lastBlock(pem);
    assert.is(parseCertificate(new Uint8Array([...bytes, 0])), undefined);
    for (let length = 0; length < bytes.length; length++)
      assert.is(parseCertificate(bytes.slice(0, length)), undefined, `cut at ${length}`);
  }
});

withOpenssl("any byte changed: never a throw, and each byte of the structure is noticed", () => {
  const { certificates } = pkiKinds();
  for (const name of ["ec", "rsa", "ca"] as const) {
    const { der: bytes } = lastBlock(certificates[name]);
    const unnoticed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      let refused = 0;
      for (const change of [0x01, 0x80, 0xff, 0x20]) {
        bytes[at] ^= change;
        if (!parseCertificate(bytes)) refused++;
        bytes[at] ^= change;
      }
      if (refused === 0) unnoticed.push(at);
    }
    // Names, dates, key and signature are nobody's business here; lengths and tags of what is entered are.
    assert.ok(unnoticed.length < bytes.length - 40, name);
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7]) assert.not(unnoticed.includes(at), `${name}: byte ${at}`);
    assert.ok(parseCertificate(bytes));
  }
});

// ---- One made by hand, so that any one part of it can be wrong ----

const oid = (text: string) => der(Der.OID, unhex(text));
const NAME = der(Der.SEQUENCE, der(Der.SET, der(Der.SEQUENCE, oid("550403"), der(0x0c, unhex("6162")))));
const ALGORITHM = der(Der.SEQUENCE, oid("2a8648ce3d040302"));
const DATES = der(Der.SEQUENCE, der(0x17, unhex("00")), der(0x17, unhex("00")));
const POINT = new Uint8Array(66).fill(7).map((byte, i) => [0, 4][i] ?? byte);
const EC = [oid("2a8648ce3d0201"), oid("2a8648ce3d030107")];
const spki = (algorithm = EC, bits = POINT) =>
  der(Der.SEQUENCE, der(Der.SEQUENCE, ...algorithm), der(Der.BIT_STRING, bits));

interface Parts {
  version?: Uint8Array;
  serial?: Uint8Array;
  algorithm?: Uint8Array;
  /** The same again, outside. */
  outer?: Uint8Array;
  issuer?: Uint8Array;
  dates?: Uint8Array;
  subject?: Uint8Array;
  key?: Uint8Array;
  /** Everything behind the key. */
  rest?: Uint8Array[];
  behind?: Uint8Array;
}

function make(parts: Parts = {}): Uint8Array {
  const tbs = der(
    Der.SEQUENCE,
    parts.version ?? der(0xa0, der(Der.INTEGER, [2])),
    parts.serial ?? der(Der.INTEGER, [1]),
    parts.algorithm ?? ALGORITHM,
    parts.issuer ?? NAME,
    parts.dates ?? DATES,
    parts.subject ?? NAME,
    parts.key ?? spki(),
    ...(parts.rest ?? []),
  );
  return der(
    Der.SEQUENCE,
    tbs,
    parts.outer ?? parts.algorithm ?? ALGORITHM,
    der(Der.BIT_STRING, [0, 1, 2]),
    parts.behind ?? [],
  );
}

const none = new Uint8Array(0);
const extension = (id: string, ...value: Uint8Array[]) => der(Der.SEQUENCE, oid(id), ...value);
const extensions = (...list: Uint8Array[]) => der(0xa3, der(Der.SEQUENCE, ...list));
const constraints = (...parts: Uint8Array[]) =>
  extension("551d13", der(Der.BOOLEAN, [255]), der(Der.OCTET_STRING, der(Der.SEQUENCE, ...parts)));
const flag = (value: number) => der(Der.BOOLEAN, [value]);
const isCa = (...list: Uint8Array[]) => parseCertificate(make({ rest: [extensions(...list)] }))?.isCa;

test("the smallest certificate, of version 1, and one with every optional part", () => {
  assert.is(parseCertificate(make({ version: none }))!.publicKey.kind, "ec");
  const rest = [der(0x81, [0, 1]), der(0x82, [0, 1]), extensions(constraints())];
  const all = parseCertificate(make({ rest }))!;
  assert.is(hex(all.publicKey.value), "07".repeat(64));
  assert.is(hex(all.issuer), hex(NAME));
});

test("whether it is a CA: basicConstraints true, in DER's one way to say so, and nothing else", () => {
  assert.is(isCa(constraints(flag(255))), true);
  assert.is(isCa(constraints(flag(255), der(Der.INTEGER, [0]))), true);
  assert.is(isCa(constraints()), false);
  assert.is(isCa(constraints(flag(0))), false);
  assert.is(isCa(extension("551d13", der(Der.OCTET_STRING, der(Der.SEQUENCE, flag(255))))), true);
  assert.is(isCa(extension("551d0f", der(Der.OCTET_STRING, der(Der.SEQUENCE, flag(255))))), false);
  assert.is(isCa(constraints(flag(255)), extension("551d0f", der(Der.OCTET_STRING, [3]))), true);
  // Said twice, the worse counts.
  assert.is(isCa(constraints(flag(255)), constraints()), true);
});

test("basicConstraints written in another way than DER's are refused", () => {
  for (const bad of [
    constraints(flag(1)),
    constraints(der(Der.BOOLEAN, [])),
    constraints(der(Der.BOOLEAN, [255, 255])),
    constraints(flag(255), flag(255)),
    constraints(der(Der.INTEGER, [0]), flag(255)),
    extension("551d13", der(Der.OCTET_STRING, der(Der.SEQUENCE), [0])),
    extension("551d13", der(Der.OCTET_STRING, [])),
    extension("551d13", flag(255)),
    extension("551d13", flag(3), der(Der.OCTET_STRING, der(Der.SEQUENCE))),
  ])
    assert.is(isCa(bad), undefined, hex(bad));
});

test("anything left over is refused, wherever it stands", () => {
  const more = der(Der.NULL);
  assert.ok(parseCertificate(make()));
  for (const parts of [
    { behind: more },
    { rest: [more] },
    { rest: [extensions(constraints()), more] },
    { rest: [der(0xa3, der(Der.SEQUENCE, constraints()), more)] },
    { rest: [der(0xa3, der(Der.SEQUENCE, constraints(), more))] },
    { rest: [extensions(extension("551d0f", der(Der.OCTET_STRING, []), more))] },
    { key: spki([...EC, more]) },
    { key: der(Der.SEQUENCE, der(Der.SEQUENCE, ...EC), der(Der.BIT_STRING, POINT), more) },
    { rest: [der(0x82, [0]), der(0x81, [0])] }, // in the wrong order
  ])
    assert.is(parseCertificate(make(parts)), undefined, JSON.stringify(Object.keys(parts)));
});

test("names are sequences, serial numbers integers", () => {
  for (const parts of [
    { issuer: der(Der.SET) },
    { subject: der(0x1f, [0]) },
    { serial: der(Der.NULL) },
    { issuer: none },
    { issuer: der(Der.SEQUENCE, der(Der.SET, der(Der.SEQUENCE, [0x06, 0x80, 0, 0]))) }, // an indefinite length inside
    { subject: der(Der.SEQUENCE, der(Der.SET, der(Der.SEQUENCE, [0x06, 0x81, 1, 42]))) },
    { subject: der(Der.SEQUENCE, [0]) },
  ])
    assert.is(parseCertificate(make(parts)), undefined);
});

test("version 1 is not written and has no extensions, 2 has none, 3 may have some, and there is no other", () => {
  const version = (...bytes: number[]) => der(0xa0, der(Der.INTEGER, bytes));
  const parsed = (v: Uint8Array, ...list: Uint8Array[]) =>
    !!parseCertificate(make({ version: v, rest: list.length ? [extensions(...list)] : [] }));
  assert.ok(parsed(none) && parsed(version(1)) && parsed(version(2)) && parsed(version(2), constraints()));
  for (const bad of [
    version(0),
    version(3),
    version(),
    version(0, 2),
    version(255),
    der(0xa0),
    der(0xa0, der(Der.NULL)),
  ])
    assert.not(parsed(bad), hex(bad));
  assert.not(parsed(none, constraints()) || parsed(version(1), constraints()));
  assert.not(parsed(der(0xa0, der(Der.INTEGER, [2]), der(Der.NULL))));
});

test("a serial number is a minimal INTEGER of up to 160 bits, of any sign", () => {
  const parsed = (...bytes: number[]) => !!parseCertificate(make({ serial: der(Der.INTEGER, bytes) }));
  const many = (length: number) => Array.from({ length }, () => 200);
  assert.ok(parsed(0) && parsed(200) && parsed(0, 200) && parsed(0, ...many(20)));
  assert.not(parsed() || parsed(0, 1) || parsed(255, 200) || parsed(0, ...many(21)));
});

test("the two signature algorithms are the same, each of one OID", () => {
  const rsa = der(Der.SEQUENCE, oid("2a864886f70d01010b"), der(Der.NULL));
  assert.is(parseCertificate(make())!.algorithm, "2a8648ce3d040302");
  assert.is(parseCertificate(make({ algorithm: rsa }))!.algorithm, "2a864886f70d01010b");
  for (const parts of [
    { outer: rsa },
    { algorithm: rsa, outer: ALGORITHM },
    { algorithm: der(Der.SEQUENCE) },
    { algorithm: der(Der.SEQUENCE, der(Der.NULL)) },
    { algorithm: der(Der.SEQUENCE, oid("2a8648ce3d040302"), [5]) },
    { algorithm: der(Der.SEQUENCE, oid("2a8648ce3d040302"), [0x30, 0x80, 0, 0]) },
  ])
    assert.is(parseCertificate(make(parts)), undefined);
});

test("two dates, of either kind, and nothing behind them", () => {
  const parsed = (...dates: Uint8Array[]) => !!parseCertificate(make({ dates: der(Der.SEQUENCE, ...dates) }));
  const [utc, general] = [0x17, 0x18].map((tag) => der(tag, [0]));
  assert.ok(parsed(utc, utc) && parsed(utc, general) && parsed(general, utc));
  assert.not(parsed() || parsed(utc) || parsed(utc, utc, utc) || parsed(utc, der(Der.NULL)) || parsed(der(0x16), utc));
});

test("what a signature is over, and the signature", () => {
  const bytes = make();
  const { signed, signature } = parseCertificate(bytes)!;
  assert.is(hex(signature), "0102");
  const rest = der(Der.SEQUENCE, signed, ALGORITHM, der(Der.BIT_STRING, [0, 1, 2]));
  assert.is(hex(rest), hex(bytes));
});

test("an EC key is an uncompressed point of 65 bytes on a named curve", () => {
  const kind = (key: Uint8Array) => parseCertificate(make({ key }))?.publicKey.kind;
  assert.is(kind(spki()), "ec");
  assert.is(kind(spki(EC, POINT.slice(0, 65))), undefined);
  assert.is(kind(spki(EC, new Uint8Array([...POINT, 1]))), undefined);
  assert.is(kind(spki(EC, new Uint8Array(POINT).fill(6, 1, 2))), undefined); // hybrid
  assert.is(kind(spki(EC, new Uint8Array(POINT).fill(1, 0, 1))), undefined); // unused bits
  for (const head of [2, 3]) assert.is(kind(spki(EC, new Uint8Array(34).fill(head, 1, 2))), ""); // compressed
  assert.is(kind(spki(EC, new Uint8Array(34).fill(4, 1, 2))), undefined);
  assert.is(kind(spki([EC[0], oid("2b81040022")])), ""); // P-384
  assert.is(kind(spki([EC[0], der(Der.SEQUENCE, [2, 1, 1])])), ""); // parameters written out
  assert.is(kind(spki([oid("2b6570")], new Uint8Array(33))), ""); // Ed25519
});

test("an RSA key has 2048, 3072 or 4096 bits exactly, and an odd exponent of more than 1 and at most 32 bits", () => {
  const kind = (n: number[], e: number[]) => {
    const key = der(Der.SEQUENCE, der(Der.INTEGER, n), der(Der.INTEGER, e));
    const parameters = [oid("2a864886f70d010101"), der(Der.NULL)];
    return takePublicKey(Der.openDer(spki(parameters, new Uint8Array([0, ...key])))).kind;
  };
  const n = (bytes: number, first = 128) => (first > 127 ? [0, first] : [first]).concat(Array(bytes - 1).fill(1));
  for (const bytes of [256, 384, 512]) {
    assert.is(kind(n(bytes), [1, 0, 1]), "rsa");
    for (const bad of [n(bytes, 127), n(bytes - 1), n(bytes + 1)]) assert.is(kind(bad, [1, 0, 1]), "");
  }
  for (const bytes of [1, 64, 128, 320, 640, 1024]) assert.is(kind(n(bytes), [1, 0, 1]), "");
  for (const e of [[3], [1, 1], [0, 255, 255, 255, 255]]) assert.is(kind(n(256), e), "rsa", `${e}`);
  for (const e of [[1], [2], [1, 0], [1, 0, 0, 0, 1], [127, 255, 255, 254]]) assert.is(kind(n(256), e), "", `${e}`);
});

test("an RSA key has NULL parameters and two positive numbers", () => {
  const numbers = der(Der.SEQUENCE, der(Der.INTEGER, [0, 200, 1]), der(Der.INTEGER, [3]));
  const rsa = (contents: Uint8Array, parameters: Uint8Array = der(Der.NULL)) =>
    takePublicKey(Der.openDer(spki([oid("2a864886f70d010101"), parameters], new Uint8Array([0, ...contents]))));
  assert.is(hex(rsa(numbers).value), "c801");
  assert.is(hex(rsa(numbers).exponent!), "03");
  const bad = (contents: Uint8Array, parameters?: Uint8Array) => {
    const cursor = Der.openDer(
      spki([oid("2a864886f70d010101"), parameters ?? der(Der.NULL)], new Uint8Array([0, ...contents])),
    );
    takePublicKey(cursor);
    return cursor.fault.bad;
  };
  assert.not(bad(numbers));
  assert.ok(bad(numbers, none));
  assert.ok(bad(numbers, der(Der.NULL, [0])));
  assert.ok(bad(der(Der.SEQUENCE, der(Der.INTEGER, [200, 1]), der(Der.INTEGER, [3])))); // negative
  assert.ok(bad(der(Der.SEQUENCE, der(Der.INTEGER, [3])))); // no exponent
  assert.ok(bad(der(Der.SEQUENCE, der(Der.INTEGER, [3]), der(Der.INTEGER, [3]), der(Der.NULL))));
});

test.run();
